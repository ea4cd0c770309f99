"""`manage.py search`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search import outbox
from search.current_engine import current_engine
from search.group_documents import page_key
from search.models import IndexTask
from search.outbox import PARK_AFTER
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
    with pytest.raises(CommandError, match="Documents that differ: 3"):
        call_command("search", "check", stdout=out)
    for kind, identity in tampered:
        assert f"{kind}: {identity}" in out.getvalue()
    assert "Documents repaired: 3" in run("check", "--repair")
    assert "The index agrees with the database" in run("check")


def test_the_command_tells_what_there_is():
    factories.practice(title="Lighthouse")
    assert "Documents: " in run("rebuild")
    IndexTask.objects.all().delete()
    outbox.enqueue(["page:00000000-0000-0000-0000-000000000001"])
    count = current_engine().count()
    assert run("stats") == f"Outbox: 1 waiting, 0 parked.\nEngine: embedded. Documents: {count}.\n"
    assert run("sync") == "Entries of the outbox that are done: 1.\n"


def test_the_command_names_the_reason_for_which_the_engine_cannot_answer():
    with pytest.raises(CommandError, match="cannot do that now: the embedded index was not built yet"):
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


def test_the_command_shows_what_is_parked_and_tries_it_again(titles, unreadable):
    run("rebuild")
    page = factories.practice(title="Lighthouse lessons")
    unreadable(page_key(page))
    for _time in range(PARK_AFTER):
        run("sync")
        IndexTask.objects.update(due_at=timezone.now())
    shown = run("stats")
    assert "Outbox: 0 waiting, 1 parked." in shown
    assert f"after {PARK_AFTER} attempts: {page_key(page)}: ValueError" in shown
    assert run("sync") == "Entries of the outbox that are done: 0.\n"
    type(page).objects.filter(pk=page.pk).update(period_start="2019-01-01", period_end="2020-01-01")
    assert run("sync", "--parked").splitlines() == [
        "Parked entries that are tried again: 1.",
        "Entries of the outbox that are done: 1.",
    ]
    assert titles("lighthouse") == ["Lighthouse lessons"]
    assert "0 waiting, 0 parked" in run("stats")


def test_the_command_tries_each_entry_once_and_names_those_that_failed(unreadable):
    run("rebuild")
    page = factories.practice(title="Lighthouse lessons")
    unreadable(page_key(page))
    err = StringIO()
    call_command("search", "sync", stdout=StringIO(), stderr=err)
    assert f"Not indexed: {page_key(page)}: ValueError" in err.getvalue()
    assert IndexTask.objects.get(key=page_key(page)).attempts == 1


def test_a_rebuild_leaves_out_what_cannot_be_read_and_queues_it(titles, unreadable):
    good, bad = factories.practice(title="Lighthouse"), factories.practice(title="Lighthouse broken")
    unreadable(page_key(bad))
    IndexTask.objects.all().delete()
    run("rebuild")
    assert titles("lighthouse") == [good.title]
    assert IndexTask.objects.get().key == page_key(bad)
