"""`manage.py search`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from search import outbox
from search.current_engine import current_engine
from search.models import IndexTask
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directory(tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree()


def run(*arguments):
    out = StringIO()
    call_command("search", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_names_what_differs_and_fails(tampered):
    out = StringIO()
    with pytest.raises(CommandError, match="3 documents differ"):
        call_command("search", "check", stdout=out)
    for kind, identity in tampered:
        assert f"{kind}: {identity}" in out.getvalue()
    assert "3 documents mended" in run("check", "--repair")
    assert "The index holds what the database says" in run("check")


def test_the_command_tells_what_there_is():
    factories.practice(title="Lighthouse")
    assert "documents in" in run("rebuild")
    IndexTask.objects.all().delete()
    outbox.enqueue(["page:00000000-0000-0000-0000-000000000001"])
    count = current_engine().count()
    assert run("stats") == f"Engine: embedded. Documents: {count}. Waiting: 1.\n"
    assert run("sync") == "1 entries of the outbox done.\n"


def test_the_command_says_that_the_engine_does_not_answer():
    with pytest.raises(CommandError, match="does not answer"):
        call_command("search", "stats")


def test_the_command_judges_the_ranking(tmp_path):
    folder = tmp_path / "set-en"
    folder.mkdir()
    (folder / "docs.jsonl").write_text(
        '{"id": "a", "lang": "en", "title": "", "text": "libraries by the sea"}\n'
        '{"id": "b", "lang": "en", "title": "", "text": "museums in town"}\n'
    )
    (folder / "queries.jsonl").write_text('{"id": "q", "lang": "en", "text": "library"}\n')
    (folder / "qrels.tsv").write_text("q\ta\t1\n")
    assert run("evaluate", str(folder)).splitlines()[1].split() == ["set-en", "1", "1.000", "1.000", "1.000", "1.000"]
    french = tmp_path / "set-fr"
    french.mkdir()
    (french / "queries.jsonl").write_text('{"id": "q", "lang": "fr", "text": "musée"}\n')
    asked = run("evaluate", str(folder), "--queries-from", "fr").splitlines()[1].split()
    assert asked[:3] == ["set-en", "1", "0.000"]
    for wrong in (["evaluate", str(tmp_path / "none")], ["evaluate", str(folder), "--queries-from", "xx"]):
        with pytest.raises(CommandError, match="no set of documents"):
            run(*wrong)


def test_the_command_indexes_what_waits(titles):
    run("rebuild")
    factories.practice(title="Lighthouse lessons")
    run("sync")
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert "Engine: embedded" in run("stats")
