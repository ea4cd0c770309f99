"""Importing cities: what an export has changes nothing, one changed cell is one change, and a row is written once."""

import pytest

from audit.models import AuditEntry
from cities.models import Award, City, CityProfile, ClusterCoordination
from cities.services import record_status
from editorial.imports.models import Import, RowState, Stage
from search.models import IndexTask
from tests import factories
from tests.editorial.imports.files import (
    changed_workbook,
    changes,
    checked,
    csv_bytes,
    exported,
    problems,
    run,
    table_of,
    verdicts,
)

pytestmark = pytest.mark.django_db

FULL = {
    "own_name": "=Sønderborg; +46",
    "latitude": "54.909",
    "longitude": "-9.787",
    "population": 27766,
    "population_year": 2024,
    "population_source": "-Census",
    "area_km2": "496.6",
    "website": "https://example.org/a?b=1",
    "answers_in": ["da", "en"],
    "contact_role": "@Adult\neducation",
}


@pytest.fixture
def editor():
    factories.tree("fr", "ar")
    return factories.user("Editors")


def full_city() -> City:
    """A city with something in each column, and texts that look like formulas."""
    city = factories.city(code="dk-own", country="DK", **FULL)
    city.names.create(language="fr", name="Sonderbourg")
    Award.objects.create(city=city, year=2019)
    ClusterCoordination.objects.create(city=city, cluster=factories.public_cluster(code="literacy"), first_year=2020)
    record_status(city, status="inactive", by=None, year=2020)
    factories.profile(city, headline="'=1+1", vision="First.\n\n- second", plan="")
    return city


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_an_export_that_is_imported_again_changes_nothing_and_one_cell_is_one_change(editor, language):
    city = full_city()
    factories.city(code="fr-bare", country="FR")
    cities = list(City.objects.order_by("code"))
    table = exported("cities", cities, "csv", language)
    for content, name in ((table, "a.csv"), (exported("cities", cities, "xlsx", language), "a.xlsx")):
        job = checked("cities", content, editor, name, language)
        assert (job.stage, job.problems, changes(job), problems(job)) == (Stage.JUDGED, [], [], set())
        assert verdicts(job) == ["unchanged", "unchanged"]
        assert {"admission_year", "practices", "url"} <= set(job.ignored)
    rows = table_of(table)
    rows[0]["area_km2"] = "1 250,5"
    one = checked("cities", csv_bytes(rows, ";"), editor, language=language)
    assert changes(one) == [(2, "area_km2", "496.6", "1250.5")]
    book = changed_workbook(exported("cities", cities, "xlsx", language), 2, "area_km2", 1250.5)
    two = checked("cities", book, editor, "a.xlsx")
    assert changes(two) == [(2, "area_km2", "496.6", "1250.5")]
    city.refresh_from_db()
    assert str(city.area_km2) == "496.6"
    run(one)
    city.refresh_from_db()
    assert str(city.area_km2) == "1250.5"
    assert AuditEntry.objects.get(action="city.imported").object_key == city.code
    assert changes(checked("cities", csv_bytes(rows), editor, language=language)) == []


NEW = {
    "code": "br-belem",
    "own_name": "Belém",
    "name": "Belem",
    "country": "Brazil",
    "latitude": "-1.4558",
    "longitude": "-48.4902",
    "population": "1.303.403",
    "population_year": "2022",
    "population_source": "IBGE",
    "answers_in": "pt; en",
    "status": "Member",
    "awards": '[{"kind":"learning-city-award","year":2019}]',
    "headline": "A city on a river",
}


def test_a_new_city_is_written_once_with_its_profile_as_a_draft(editor):
    content = csv_bytes([NEW])
    job = checked("cities", content, editor)
    assert (verdicts(job), problems(job)) == (["new"], set())
    assert not City.objects.exists()
    run(job)
    city = City.objects.get(code="br-belem")
    assert (city.own_name, city.name_in("en"), city.country, city.region) == (
        "Belém",
        "Belem",
        "BR",
        "latin-america-caribbean",
    )
    assert (city.population, city.answers_in, city.status) == (1303403, ["pt", "en"], "admitted")
    assert [step.status for step in city.history] == ["admitted"]
    profile = CityProfile.objects.get()
    assert (profile.live, profile.headline, profile.original_language) == (False, "A city on a river", "en")
    actions = set(AuditEntry.objects.filter(recorded_by=editor).values_list("action", flat=True))
    assert actions == {"import.uploaded", "import.started", "city.added", "profile.saved"}
    assert IndexTask.objects.filter(key="city:br-belem").exists()
    assert [row.state for row in job.rows.all()] == [RowState.WRITTEN]
    again = run(checked("cities", content, editor))
    assert verdicts(again) == ["unchanged"]
    assert (City.objects.count(), CityProfile.objects.count(), Import.objects.count()) == (1, 1, 2)


def test_a_change_of_a_public_profile_is_a_draft_and_is_asked_for_once(editor):
    city = factories.city(code="dk-own")
    profile = factories.profile(city, headline="Old")
    content = csv_bytes([{"code": "dk-own", "language": "en", "headline": "New", "vision": "Everybody learns."}])
    job = checked("cities", content, editor)
    assert changes(job) == [(2, "headline", "Old", "New")]
    run(job)
    profile.refresh_from_db()
    assert (profile.live, profile.headline, profile.get_latest_revision_as_object().headline) == (True, "Old", "New")
    assert verdicts(checked("cities", content, editor)) == ["unchanged"]
    assert verdicts(checked("cities", exported("cities", [city]), editor)) == ["unchanged"]


WRONG = {
    "code": ("Not a code", "", "de-ok"),
    "language": ("xx",),
    "country": ("Atlantis", "XX", ""),
    "own_name": ("", "x" * 151, "a\x00b"),
    "latitude": ("91", "north", "=A1"),
    "population": ("many", "-5", "1.5"),
    "population_year": ("1066",),
    "website": ("no address", "javascript:alert(1)"),
    "answers_in": ("xx-nothing",),
    "status": ("emperor",),
    "is_example": ("perhaps",),
    "awards": ('[{"kind":"nobel","year":2019}]', "2019", '[{"kind":"learning-city-award"}]', '[{"x":1}]', "[" * 9999),
    "coordinations": ('[{"cluster":"nothing"}]', '[{"cluster":"literacy","first_year":2020,"last_year":2010}]'),
    "headline": ("x" * 201,),
}
FINE = {
    "own_name": "Ok",
    "country": "DE",
    "longitude": "9",
    "latitude": "9",
    "population": "5",
    "population_year": "2020",
    "population_source": "Census",
}


def test_every_problem_is_shown_at_its_row_and_column_and_nothing_is_written(editor):
    factories.city(code="de-there")
    factories.cluster(code="literacy")
    columns = {"language": "", **FINE, **{name: FINE.get(name, "") for name in WRONG}}
    rows, expected = [{**columns, "code": "de-ok"}], set()
    for column, values in WRONG.items():
        for value in values:
            row = {**columns, "code": f"de-{len(rows)}", column: value}
            rows.append(row)
            expected.add((len(rows) + 1, column))
    rows.append({**columns, "code": "de-many", "country": "Atlantis", "population": "many", "is_example": "perhaps"})
    expected |= {(len(rows) + 1, name) for name in ("country", "population", "is_example")}
    job = checked("cities", csv_bytes(rows), editor)
    found = problems(job)
    assert expected <= found
    # A number that is wrong is also missing beside its year and source.
    assert {place for place in found - expected if not place[1].startswith(("population", "longitude"))} == set()
    assert verdicts(job)[0] == "new"
    assert set(verdicts(job)[1:]) == {"refused"}
    assert not City.objects.exclude(code="de-there").exists()


def test_what_is_wrong_is_told_in_the_language_of_the_editor(editor):
    job = checked("cities", csv_bytes([{"code": "fr-x", "Pays": "Atlantide", "colour": "1"}]), editor, language="fr")
    words = " ".join(problem["text"] for problem in [*job.problems, *job.rows.get().problems])
    assert "Atlantide\u00a0» n’est pas dans la liste." in words
    assert {problem["column"] for problem in job.problems} == {"colour"}
    assert "country" in {problem["column"] for problem in job.rows.get().problems}


def test_columns_are_found_by_codes_and_by_labels_of_any_language(editor):
    rows = [{"Code": "de-ulm", "ЯЗЫК": "français", "اسم": "Ulm", "Pays": "Allemagne", "own_name": "Ulm"}]
    job = checked("cities", csv_bytes(rows, "\t", "utf-16"), editor)
    assert job.columns[:2] == ["code", "language"]
    assert job.rows.get().language == "fr"


def test_rows_of_one_city_in_two_languages_agree(editor):
    factories.city(code="dk-own", area_km2="1")
    rows = [
        {"code": "dk-own", "language": "en", "name": "One", "area_km2": "5"},
        {"code": "dk-own", "language": "fr", "name": "Deux", "area_km2": "6"},
        {"code": "de-new", "language": "en", "name": "", "area_km2": "6"},
        {"code": "de-new", "language": "fr", "name": "", "area_km2": "6"},
    ]
    job = checked("cities", csv_bytes(rows), editor)
    assert {(3, "area_km2"), (5, "code")} <= problems(job)
    assert verdicts(job)[0] == "changed"


def test_what_has_changed_since_the_check_is_not_overwritten(editor):
    city = factories.city(code="dk-own", area_km2="1", contact_role="A")
    gone = factories.city(code="dk-gone", area_km2="1")
    rows = [
        {"code": "dk-own", "area_km2": "5", "contact_role": "B", "own_name": city.own_name, "country": "DK"},
        {"code": "dk-gone", "area_km2": "5", "contact_role": "B", "own_name": "Gone", "country": "DK"},
        {"code": "dk-new", "area_km2": "5", "contact_role": "B", "own_name": "New", "country": "DK"},
    ]
    job = checked("cities", csv_bytes(rows), editor)
    City.objects.filter(pk=city.pk).update(area_km2="3")
    gone.delete()
    factories.city(code="dk-new", own_name="Other")
    run(job)
    assert [row.state for row in job.rows.all()] == ["failed"] * 3
    assert "area_km2" in job.rows.first().reason
    assert str(City.objects.get(code="dk-own").area_km2) == "3.0"
    assert City.objects.get(code="dk-new").own_name == "Other"
