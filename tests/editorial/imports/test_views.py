"""The pages of imports: from the list to the result, with what each answers to a wrong click."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from audit.models import AuditEntry
from cities.models import City
from editorial.imports import reading, services
from editorial.imports.kinds import KINDS, taken_columns
from editorial.imports.models import Import, ImportRow, Stage
from tests import factories
from tests.editorial.imports.files import checked, csv_bytes, table_of, work

pytestmark = pytest.mark.django_db

ROWS = [
    {"code": "de-ulm", "own_name": "Ulm", "country": "DE"},
    {"code": "de-bonn", "own_name": "Bonn", "country": "Atlantis"},
]


@pytest.fixture
def editor():
    factories.tree("fr", "ar")
    return factories.user("Editors")


def upload(browser, content: bytes, name: str = "table.csv", **headers):
    data = {"file": SimpleUploadedFile(name, content), "language": "en"}
    return browser.post(reverse("import", args=["cities"]), data, **headers)


def test_from_the_list_to_the_result(editor, sign_in):
    browser = sign_in(editor)
    assert (
        reverse("import", args=["cities"]) in browser.get(reverse("wagtailsnippets_cities_city:list")).content.decode()
    )
    assert reverse("import", args=["practices"]) in browser.get(reverse("practice_list:index")).content.decode()
    page = browser.get(reverse("import", args=["cities"])).content.decode()
    assert all(f">{column.code}<" in page for column in taken_columns(KINDS["cities"]))
    address = upload(browser, csv_bytes(ROWS)).url
    waiting = browser.get(address)
    assert waiting["Refresh"]
    assert 'value="run"' not in waiting.content.decode()
    work()
    judged = browser.get(address)
    assert not judged.has_header("Refresh")
    assert "“Atlantis” is not in the list." in judged.content.decode()
    assert "public at once" in judged.content.decode()
    assert "Ulm" not in browser.get(address, {"show": "refused"}).content.decode()
    assert not City.objects.exists()
    assert browser.post(address, {"action": "run"}).url == address
    assert browser.post(address, {"action": "run"}).url == address
    work()
    assert browser.post(address, {"action": "run"}).url == address
    work()
    city = City.objects.get()
    done = browser.get(address).content.decode()
    assert reverse("wagtailsnippets_cities_city:edit", args=[city.pk]) in done
    assert "started already" in done
    assert AuditEntry.objects.filter(action="import.started").count() == 1
    assert "is not in the list" in browser.get(address, {"show": "refused"}).content.decode()
    assert browser.post(address, {"action": "again"}).status_code == 302
    work()
    assert "There is nothing to import." in browser.get(address).content.decode()
    again = upload(browser, csv_bytes(ROWS)).url
    work()
    assert "There is nothing to import." in browser.get(again).content.decode()


def test_only_the_person_who_uploaded_the_file_imports_it(editor, sign_in):
    job = checked("cities", csv_bytes(ROWS), editor)
    address = reverse("import-job", args=["cities", job.key])
    other = sign_in(factories.user("Editors"))
    assert 'name="action"' not in other.get(address).content.decode()
    for action in ("run", "again", "discard"):
        other.post(address, {"action": action})
    job.refresh_from_db()
    assert job.stage == Stage.JUDGED
    own = sign_in(editor)
    assert own.post(address, {"action": "else"}).status_code == 404
    assert own.get(reverse("import-job", args=["practices", job.key])).status_code == 404
    assert own.get(reverse("import", args=["events"])).status_code == 404
    stored, storage = job.file.name, job.file.storage
    assert own.post(address, {"action": "discard"}).url == reverse("import", args=["cities"])
    assert not storage.exists(stored)
    assert AuditEntry.objects.get(action="import.discarded").recorded_by == editor
    assert (own.post(address, {"action": "run"}).status_code, ImportRow.objects.count()) == (404, 0)


def test_two_editors_import_the_same_file(editor):
    jobs = [checked("cities", csv_bytes(ROWS), person) for person in (editor, factories.user("Editors"))]
    for job in jobs:
        services.start(job, by=job.created_by)
    work()
    assert [row.state for row in ImportRow.objects.filter(verdict="new")] == ["written", "written"]
    assert City.objects.count() == 1
    assert AuditEntry.objects.filter(action="city.added").count() == 1


def test_a_file_that_is_no_table_is_refused_with_the_form(editor, sign_in, monkeypatch):
    browser = sign_in(editor)
    answer = upload(browser, b"PK\x03\x04broken", "a.xlsx")
    assert (answer.status_code, Import.objects.count()) == (400, 0)
    assert "damaged" in answer.content.decode()
    assert browser.post(reverse("import", args=["cities"]), {"language": "xx"}).status_code == 400
    monkeypatch.setattr(services, "LARGEST_FILE", 10)
    monkeypatch.setattr("editorial.imports.views.LARGEST_FILE", 10)
    assert upload(browser, csv_bytes(ROWS)).status_code == 413


def test_a_file_that_was_exchanged_is_not_imported(editor, sign_in):
    job = checked("cities", csv_bytes(ROWS), editor)
    with job.file.storage.open(job.file.name, "wb") as file:
        file.write(b"code\nde-other\n")
    answer = sign_in(editor).post(reverse("import-job", args=["cities", job.key]), {"action": "run"}, follow=True)
    assert "not the one that was checked" in answer.content.decode()
    work()
    assert not City.objects.exists()


def test_a_file_that_breaks_off_later_is_refused_whole(editor):
    job = checked("cities", csv_bytes(ROWS * 2) + b'"open', editor)
    assert (job.stage, job.rows.count()) == (Stage.UNREADABLE, 0)
    assert "quotation mark" in job.problems[-1]["text"]
    nothing = checked("cities", b"name,country\nUlm,DE\n", editor)
    assert (nothing.stage, {problem["column"] for problem in nothing.problems}) == (Stage.UNREADABLE, {"code", ""})


@pytest.mark.parametrize("kind", KINDS)
def test_the_empty_table_has_the_columns_and_is_read_again(kind, editor, sign_in):
    browser = sign_in(editor)
    codes = [column.code for column in taken_columns(KINDS[kind])]
    answer = browser.get(reverse("import-template", args=[kind, "csv"]))
    assert answer.content.decode("utf-8-sig").strip().split(",") == codes
    book = load_workbook(io.BytesIO(browser.get(reverse("import-template", args=[kind, "xlsx"])).content))
    assert [cell.value for cell in book.worksheets[0][1]] == codes
    assert browser.get(reverse("import-template", args=[kind, "ods"])).status_code == 404
    assert table_of(answer.content) == []
    example = {code: KINDS[kind].examples.get(code, "") for code in codes}
    if kind == "practices":
        factories.city(code=example["city"])
    for code in ("literacy", "inclusion"):
        factories.cluster(code=code)
    job = checked(kind, csv_bytes([example]), editor)
    assert [row.problems for row in job.rows.all()] in (
        [[]],
        # A population is given with its year and source; the examples leave the number to the editor.
        [[{"column": "population", "text": "Enter the population, or leave year and source empty."}]],
    )


def test_old_imports_are_deleted_with_their_files(editor, settings):
    settings.IMPORT_DAYS = 1
    old, new = (checked("cities", csv_bytes(ROWS), editor) for _number in range(2))
    Import.objects.filter(pk=old.pk).update(created_at=old.created_at.replace(year=2020))
    assert Import.objects.forget() == 1
    assert list(Import.objects.all()) == [new]
    assert ImportRow.objects.filter(job=new).count() == ImportRow.objects.count()
    assert len(csv_bytes(ROWS)) < reading.LARGEST_FILE
