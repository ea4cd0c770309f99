"""A row or a file at which the work fails again and again is given up in words, and holds up no other."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from lxml import html

from cities.imports import CityImport
from cities.models import City
from editorial.imports import running, services
from editorial.imports.models import Import, ImportRow, RowState, Stage, Verdict
from tests import factories
from tests.editorial.imports.files import csv_bytes

pytestmark = pytest.mark.django_db
POISON = "de-poison"
WORDS = "An error that was not expected. Nothing of this row was imported."


@pytest.fixture
def editor():
    factories.tree()
    return factories.user("Editors")


@pytest.fixture
def received(editor):
    """A function that uploads a table of cities with these codes."""

    def upload(*codes: str) -> Import:
        rows = [{"code": code, "own_name": code, "country": "DE", "status": "admitted"} for code in codes]
        return services.receive(SimpleUploadedFile("a.csv", csv_bytes(rows)), CityImport, "en", by=editor)

    return upload


class Poisoned:
    """The statements of the database that name the row fail."""

    def __init__(self, error: type[Exception]):
        self.error = error

    def __call__(self, execute, sql, params, many, context):
        if POISON in str(params):
            raise self.error("this row")
        return execute(sql, params, many, context)


def work(error: type[Exception]) -> int:
    """Do all steps of the worker; return how many failed."""
    failed = 0
    with connection.execute_wrapper(Poisoned(error)):
        for _step in range(60):
            try:
                if not running.step():
                    return failed
            except error:
                failed += 1
    return pytest.fail("the worker tries without end")


def stages() -> list[str]:
    return list(Import.objects.order_by("pk").values_list("stage", flat=True))


@pytest.mark.parametrize("error", [ValueError, OperationalError])
def test_a_row_that_cannot_be_checked_or_imported_is_refused_and_the_others_go_on(received, editor, sign_in, error):
    checked, later = received("de-a", POISON, "de-b"), received("de-c")
    while Import.objects.get(pk=checked.pk).stage == Stage.UPLOADED:
        running.step()
    assert work(error) <= running.ATTEMPTS
    assert stages() == [Stage.JUDGED, Stage.JUDGED]
    verdicts = dict(checked.rows.values_list("code", "verdict"))
    assert verdicts == {"de-a": Verdict.NEW, POISON: Verdict.REFUSED, "de-b": Verdict.NEW}
    assert checked.rows.get(code=POISON).problems == [{"column": "", "text": WORDS}]
    page = html.fromstring(sign_in(editor).get(f"/admin/imports/cities/{checked.key}/").content)
    assert WORDS in page.xpath("string(//main)")

    # What was checked well fails when it is imported.
    ImportRow.objects.filter(code=POISON).update(verdict=Verdict.NEW, problems=[])
    for job in (checked, later):
        assert services.start(job, by=editor)
    assert work(error) <= running.ATTEMPTS
    assert stages() == [Stage.DONE, Stage.DONE]
    assert dict(checked.rows.values_list("code", "state")) == {
        "de-a": RowState.WRITTEN,
        POISON: RowState.FAILED,
        "de-b": RowState.WRITTEN,
    }
    assert checked.rows.get(code=POISON).reason == WORDS
    assert set(City.objects.values_list("code", flat=True)) == {"de-a", "de-b", "de-c"}
    assert set(Import.objects.values_list("attempts", flat=True)) == {0}


def test_a_file_that_cannot_be_stored_is_refused_and_the_next_one_is_read(received):
    file, later = received("de-a", POISON), received("de-c")
    assert work(OperationalError) == running.ATTEMPTS
    assert stages() == [Stage.UNREADABLE, Stage.JUDGED]
    assert "failed several times" in Import.objects.get(pk=file.pk).problems[-1]["text"]
    assert later.rows.count() == 1
