"""Importing practices: drafts only, the same code is the same page, and what may not be changed is refused."""

from datetime import date

import pytest

from audit.models import AuditEntry
from cities.models import City
from core.imports import ImportKind
from editorial.imports.kinds import KINDS, dataset_of
from editorial.imports.models import RowState
from open_data.columns import Source
from practices.imports import key_of
from practices.models import PracticePage, PracticePartner, PracticeResult, PracticeSource, PracticeStep
from tests import factories
from tests.editorial.imports.files import changes, checked, csv_bytes, exported, problems, run, table_of, verdicts

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    factories.tree("fr")
    return factories.user("Editors")


def full_practice(**fields) -> PracticePage:
    """A practice with something in most columns, and texts that look like formulas."""
    cluster = factories.public_cluster(code="literacy")
    origin = factories.practice()
    return factories.practice(
        clusters=[cluster],
        period_start=date(2019, 4, 1),
        period_start_precision="month",
        state="ongoing",
        sdgs=["4", "11"],
        target_groups=["adults"],
        cost_amount="48500.50",
        cost_currency="EUR",
        cost_year=2024,
        staff_fte="1.5",
        problem="=They could not\n- read",
        not_again="+1",
        adapted_from=origin,
        confirmed_on=date(2025, 1, 2),
        partners=[PracticePartner(name="@School", url="https://example.org/")],
        sources=[
            PracticeSource(
                title="R",
                publisher="C",
                url="https://example.org/r",
                published_on="2019-01-01",
                published_on_precision="year",
            )
        ],
        **fields,
    )


NEW = {
    "code": "market-school",
    "title": "Market traders learn",
    "city": "dk-own",
    "clusters": "literacy",
    "period_start": "avril 2019",
    "cost_amount": "1 250,5",
    "cost_currency": "eur",
    "cost_year": "2024",
    "target_groups": "Adultes; older-people",
    "problem": "They could not read.",
    "steps": "First\nSecond",
    "cost_is_planned": "",
    "results": '[{"value":412.5,"label":"of 530","evidence":"outcome","source":"Census"}]',
    "sources": '[{"title":"R","publisher":"C","url":"https://example.org/r","published_on":"2019"}]',
}


def test_an_export_changes_nothing_and_one_cell_is_one_draft(editor):
    page = full_practice()
    pages = list(PracticePage.objects.order_by("pk"))
    for file_format in ("csv", "xlsx"):
        content = exported("practices", pages, file_format)
        for language in ("en", "fr"):
            job = checked("practices", content, editor, f"a.{file_format}", language)
            assert (job.problems, changes(job), problems(job)) == ([], [], set())
            assert set(verdicts(job)) == {"unchanged"}
    rows = table_of(exported("practices", [page]))
    rows[0]["title"] = "Another title"
    rows[0]["results"] = rows[0]["results"].replace("412", "413")
    rows[0]["steps"] += "\nOne more."
    job = run(checked("practices", csv_bytes(rows), editor))
    assert [change[1] for change in changes(job)] == ["title", "steps", "results"]
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    assert (page.live, page.title == "Another title", draft.title) == (True, False, "Another title")
    assert [step.text for step in page.steps.all()] == ["Evening lessons at the market."]
    assert [step.text for step in draft.steps.all()] == ["Evening lessons at the market.", "One more."]
    assert draft.steps.first().translation_key == page.steps.first().translation_key
    assert (draft.results.get().value, draft.results.get().pk) == (413, page.results.get().pk)
    assert set(verdicts(checked("practices", csv_bytes(rows), editor))) == {"unchanged"}
    draft.get_latest_revision().publish()
    page.refresh_from_db()
    assert (page.title, page.steps.count()) == ("Another title", 2)


def test_a_new_practice_is_a_draft_that_was_never_published_and_is_made_once(editor):
    factories.city(code="dk-own")
    factories.cluster(code="literacy")
    content = csv_bytes([NEW, {**NEW, "code": "0123456789", "title": "By its code"}], ";")
    job = run(checked("practices", content, editor, language="fr"))
    assert (verdicts(job), problems(job)) == (["new", "new"], set())
    page = PracticePage.objects.get(title="Market traders learn")
    assert (page.live, page.first_published_at, page.language, page.original_language) == (False, None, "fr", "fr")
    assert (page.translation_key, page.owner) == (key_of("market-school"), editor)
    assert (page.period_start, page.period_start_precision) == (date(2019, 4, 1), "month")
    assert (str(page.cost_amount), page.cost_currency, page.target_groups) == (
        "1250.50",
        "EUR",
        ["adults", "older-people"],
    )
    assert [step.text for step in page.steps.all()] == ["First", "Second"]
    assert page.sources.get().published_on_precision == "year"
    assert PracticePage.objects.with_code("0123456789").get().title == "By its code"
    assert AuditEntry.objects.filter(action="practice.imported", recorded_by=editor).count() == 2
    assert verdicts(run(checked("practices", content, editor, language="fr"))) == ["unchanged", "unchanged"]
    assert PracticePage.objects.count() == 2
    later = csv_bytes([{**NEW, "title": "A better title", "period_start": ""}], ";")
    assert verdicts(run(checked("practices", later, editor, language="fr"))) == ["changed"]
    page.refresh_from_db()
    assert (page.title, page.period_start, page.live, page.draft_title) == (
        "A better title",
        None,
        False,
        "A better title",
    )
    rows = table_of(exported("practices", [page], language="fr"))
    assert rows[0]["title"] == "A better title"
    assert set(verdicts(checked("practices", csv_bytes(rows), editor))) == {"unchanged"}


WRONG = {
    "code": ("Not a code!", ""),
    "language": ("xx",),
    "title": ("", "x" * 256),
    "city": ("nowhere", ""),
    "clusters": ("nothing",),
    "period_start": ("once", "2019-13"),
    "period_end": ("1900",),
    "cost_amount": ("1.250", "-5", "=A1"),
    "cost_currency": ("euro", "XYZ"),
    "sdgs": ("99",),
    "latitude": ("91",),
    "written_on": ("2019",),
    "results": ('[{"value":"x"}]', '[{"evidence":"none"}]', "{}"),
    "sources": ('[{"title":"R","publisher":"C","url":"no"}]',),
    "adapted_from": ("0123456789",),
    "contact_role": ("x" * 151, "a\x07b"),
}


def test_every_problem_is_shown_at_its_row_and_column(editor):
    factories.city(code="dk-own")
    fine = {"title": "T", "city": "dk-own", "longitude": "9", "latitude": "9", "period_start": "2019"}
    columns = {"language": "", **fine, **{name: fine.get(name, "") for name in WRONG}}
    rows, expected = [{**columns, "code": "fine"}], set()
    for column, values in WRONG.items():
        for value in values:
            rows.append({**columns, "code": f"row-{len(rows)}", column: value})
            expected.add((len(rows), column))
    expected = {(number + 1, column) for number, column in expected}
    job = checked("practices", csv_bytes(rows, "\t"), editor, language="fr")
    found = problems(job)
    assert expected - found == set()
    assert {place for place in found - expected if place[1] != "longitude"} == set()
    assert (verdicts(job)[0], set(verdicts(job)[1:])) == ("new", {"refused"})
    run(job)
    assert PracticePage.objects.count() == 1


def test_what_the_editor_may_not_change_is_refused(editor):
    waiting = factories.practice(title="Waiting", **factories.BY_CITY)
    waiting.get_workflow().start(waiting, editor)
    locked = factories.practice(title="Locked")
    locked.locked, locked.locked_by = True, factories.user(is_superuser=True)
    locked.save()
    page = factories.practice(title="Original")
    french = factories.translated(page, "fr")
    pages = [waiting, locked, french]
    rows = table_of(exported("practices", pages))
    for row in rows:
        row["title"] += " changed"
    job = checked("practices", csv_bytes(rows), editor)
    assert verdicts(job) == ["refused"] * 3
    assert problems(job) == {(number, "code") for number in (2, 3, 4)}
    translator = factories.user("Translators")
    assert [kind.may_import(translator) for kind in KINDS.values()] == [False, False]


def test_rights_and_locks_are_asked_again_when_the_import_runs(editor):
    page, gone = factories.practice(title="One"), factories.practice(title="Two")
    rows = table_of(exported("practices", [page, gone]))
    for row in rows:
        row["lead_unit"] = "New"
    job = checked("practices", csv_bytes(rows), editor)
    page.locked, page.locked_by = True, factories.user(is_superuser=True)
    page.save()
    gone.delete()
    run(job)
    assert {row.state for row in job.rows.all()} == {RowState.FAILED}
    other = checked(
        "practices", csv_bytes([{**NEW, "city": City.objects.first().code, "clusters": ""}]), editor, language="fr"
    )
    editor.groups.clear()
    run(other)
    assert other.rows.get().state == RowState.FAILED


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_each_fact_and_text_of_the_export_is_taken_or_named_here(kind: type[ImportKind]):
    """A new column of a dataset is imported, too, or stands here with its reason."""
    not_taken = {
        "cities": {"membership_history"},  # append-only: recorded in the admin, or by `status`
        "practices": {"original_language", "city_name", "country", "region", "is_example"},  # of the city, of the page
    }[kind.code]
    own = {column.code for column in dataset_of(kind).columns if column.source != Source.COMPUTED} - {"code"}
    assert own - not_taken == kind.facts | kind.texts
    assert kind.drafted | kind.kept_if_empty | set(kind.required) | set(kind.examples) <= own | {"code", "language"}


def test_rows_of_a_practice_keep_their_fields():
    """What a record does not name, an import would lose: each field of a row is a part of its column."""
    for column, model in (("results", PracticeResult), ("partners", PracticePartner), ("sources", PracticeSource)):
        parts = {part.code for part in dataset_of(KINDS["practices"]).by_code[column].parts}
        own = {field.name for field in model._meta.fields} - {"id", "page", "locale", "translation_key", "sort_order"}
        assert own - {"published_on_precision"} == parts
    assert {field.name for field in PracticeStep._meta.fields} >= {"text"}
