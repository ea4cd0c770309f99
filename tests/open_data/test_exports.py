"""The exports of the lists in the admin: the columns of the datasets, all or filtered, and never a formula."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.urls import reverse
from django.views import View

from audit.models import AuditEntry
from calls.viewsets import call_viewset
from core.exports import DatasetExportMixin
from open_data.datasets import DATASETS
from search.models import SearchStatistic
from search.search_analytics import this_month
from tests import factories

pytestmark = pytest.mark.django_db
FORMULA = "=1+1"


@pytest.fixture
def editor(sign_in):
    factories.tree("fr")
    return sign_in(factories.user("Editors"))


def table(editor, address: str) -> list[dict]:
    content = editor.get(f"{address}{'&' if '?' in address else '?'}export=csv").getvalue()
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(editor, address: str) -> list[list]:
    content = editor.get(f"{address}?export=xlsx").getvalue()
    return list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows())


def lists() -> dict[str, str]:
    """The addresses of the lists of the admin by their dataset."""
    return {
        "practices": reverse("practice_list:index"),
        "events": reverse("event_list:index"),
        "cities": reverse("wagtailsnippets_cities_city:list"),
        "calls": reverse(call_viewset.get_url_name("index")),
    }


def test_an_export_has_the_columns_of_the_dataset_and_drafts_too(editor):
    practice = factories.practice(title=FORMULA)
    with factories.commit():
        factories.practice(title="A draft", city=practice.city, licence="all-rights-reserved").unpublish()
    factories.event(title=FORMULA)
    factories.call(code="no-page-yet")
    for dataset, address in lists().items():
        columns = [column.code for column in DATASETS[dataset].columns]
        rows = table(editor, address)
        assert list(rows[0]) == columns
        header, *cells = sheet(editor, address)
        assert [cell.value for cell in header] == columns
        assert len(cells) == len(rows)
        assert "f" not in {cell.data_type for row in cells for cell in row}
    rows = {row["title"]: row for row in table(editor, lists()["practices"])}
    assert rows.keys() == {f"'{FORMULA}", "A draft"}
    assert rows["A draft"]["available_languages"] == ""
    # Staff read what is under their own licence.
    assert rows["A draft"]["problem"]
    assert [row["code"] for row in table(editor, lists()["calls"])] == ["no-page-yet"]


def test_dates_of_an_export_are_dates_and_a_filter_holds_for_it(editor):
    factories.practice(title="One", written_on="2026-06-30", city=factories.city(code="dk-a"))
    with factories.commit():
        factories.practice(title="Two", city=factories.city(code="se-b", country="SE")).unpublish()
    header, first, *_others = sheet(editor, lists()["practices"])
    written = {name.value: cell for name, cell in zip(header, first, strict=True)}
    assert written["first_published_at"].is_date
    assert [row["title"] for row in table(editor, f"{lists()['practices']}?state=published")] == ["One"]
    assert [row["code"] for row in table(editor, f"{lists()['cities']}?country=SE")] == ["se-b"]


def test_the_list_offers_its_export_and_who_may_not_read_it_gets_none(editor, sign_in):
    outsider = sign_in(factories.person())
    for address in lists().values():
        page = editor.get(address).content.decode()
        assert "export=csv" in page
        assert "export=xlsx" in page
        assert outsider.get(f"{address}?export=csv").status_code in {302, 403, 404}


def exporting(mixin: type = DatasetExportMixin) -> set[str]:
    """The datasets of all views that have the mixin, also by another mixin."""
    below: list[type] = mixin.__subclasses__()
    own = {getattr(view, "exported_dataset", "") for view in below if issubclass(view, View)}
    return own.union(*(exporting(view) for view in below))


def test_every_dataset_has_a_list_that_exports_it():
    assert exporting() == set(DATASETS) == set(lists())


def test_what_strangers_typed_into_the_search_is_no_formula_in_the_report(editor):
    SearchStatistic.objects.create(month=this_month(), language="en", kind="words", value=FORMULA, count=300)
    content = editor.get(f"{reverse('search-analytics')}?export=csv").getvalue().decode()
    assert f"'{FORMULA}" in content
    assert f",{FORMULA}" not in content


def test_the_audit_log_has_who_exported_which_rows(sign_in, editor):
    """Of what was typed, it has only that it was: those may be words about people."""
    editor.get(f"{lists()['cities']}?status=admitted&q=secretword&export=csv")
    entry = AuditEntry.objects.get(action="list.exported")
    assert str(entry.recorded_by_id) == editor.session["_auth_user_id"]
    assert entry.details == {
        "list": "cities.city",
        "format": "csv",
        "rows": 0,
        "searched": True,
        "filters": {"status": "admitted"},
    }
    administrator = sign_in(factories.user(is_superuser=True))
    administrator.get(f"{reverse('audit-log')}?object_key=secretword&export=xlsx")
    last = AuditEntry.objects.filter(action="list.exported").latest("pk")
    assert (last.details["list"], last.details["filters"]) == ("audit.auditentry", {"object_key": True})
    administrator.get(f"{reverse('wagtailadmin_reports:workflow')}?export=csv")  # a report that names no model
    last = AuditEntry.objects.filter(action="list.exported").latest("pk")
    assert last.details["list"] == "wagtailcore.workflowstate"
    shown = administrator.get(f"{reverse('audit-log')}?action=list.exported").content.decode()
    assert "List: Cities" in shown
    assert "secretword" not in shown
