"""A rebuild of many documents has a process that writes them. Whatever happens to either, nothing is lost."""

import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from search_engines import EngineUnavailable, get_engine
from search_engines.criteria import Criteria
from search_engines.embedded.filling import CHUNK, FEW
from tests.waiting import CEILING, wait_until

spawn = multiprocessing.get_context("spawn")
MANY = FEW + 5 * CHUNK


@pytest.fixture
def found(now):
    """The ids of what an engine finds for a word."""

    def ask(engine, words):
        results = engine.search(Criteria(language="en", instant=now, words=words, per_page=100))
        return {hit.id for hit in results.hits}

    return ask


@pytest.fixture
def filled(tmp_path, document):
    """An embedded engine with one old document."""
    engine = get_engine("embedded", path=tmp_path)
    engine.rebuild([document("old", "Museums")], lambda groups: [])
    return engine


def writers():
    """The processes that this one has started and not seen end."""
    return multiprocessing.active_children()


def test_a_rebuild_of_many_documents_has_them_all_and_names_those_that_fit_no_field(filled, document, found):
    alone = []

    def documents():
        for number in range(MANY):
            yield document(number, "Schools")
        alone.append(not writers())
        yield document("last", "Libraries")
        yield replace(document("strange"), facets={"colour": ("red",)})
        yield document("last", "Theatres")

    rebuilt = filled.rebuild(documents(), lambda groups: [])
    assert alone == [False], "only one process was at work"
    assert not writers()
    assert [refusal.id for refusal in rebuilt.refusals] == ["strange"]
    assert "colour" in rebuilt.refusals[0].reason
    assert rebuilt.documents == filled.count() == MANY + 1
    assert found(filled, "theatres") == {"last"}
    assert found(filled, "libraries") == found(filled, "museums") == set()


def test_what_changes_while_many_documents_are_written_is_in_the_new_index(filled, document, found):
    def documents():
        for number in range(MANY):
            if number == FEW + CHUNK:
                filled.replace({"page:7": [], "page:new": [document("new", "Libraries")]})
            yield document(number, "Schools")

    changed = {"page:new": [document("new", "Libraries")]}
    filled.rebuild(documents(), lambda groups: [made for group in groups for made in changed.get(group, [])])
    assert found(filled, "libraries") == {"new"}
    assert "7" not in filled.hashes()
    assert filled.count() == MANY


def test_a_writer_that_is_killed_leaves_the_old_index_answering(filled, document, found):
    def documents():
        for number in range(10 * MANY):
            if number == FEW + 2 * CHUNK:
                (writer,) = writers()
                os.kill(writer.pid, signal.SIGKILL)
            yield document(number, "Schools")

    with pytest.raises(EngineUnavailable, match="has ended"):
        filled.rebuild(documents(), lambda groups: [])
    assert not writers()
    assert found(filled, "museums") == {"old"}
    filled.rebuild([document("new", "Schools")], lambda groups: [])
    assert found(filled, "schools") == {"new"}


def test_a_writer_that_cannot_write_says_why(filled, document, found, tmp_path):
    def documents():
        for number in range(MANY):
            if number == FEW // 2:
                (new,) = set(tmp_path.glob("gen-*")) - {tmp_path / (tmp_path / "CURRENT").read_text()}
                new.rmdir()
                new.write_text("no directory")
            yield document(number, "Schools")

    with pytest.raises(EngineUnavailable, match="embedded index"):
        filled.rebuild(documents(), lambda groups: [])
    assert found(filled, "museums") == {"old"}


def test_documents_that_cannot_be_read_end_the_rebuild_with_their_own_error(filled, document, found):
    def documents():
        for number in range(MANY):
            yield document(number, "Schools")
        raise LookupError("the database is gone")

    with pytest.raises(LookupError, match="the database is gone"):
        filled.rebuild(documents(), lambda groups: [])
    assert not writers()
    assert found(filled, "museums") == {"old"}


def _rebuild_for_ever(path, written_by):
    from tests.search_engines.conftest import make_document

    def documents():
        for number in range(10**6):
            if number == FEW + 3 * CHUNK:
                written_by.put(writers()[0].pid)
            yield make_document(number, "Schools")

    get_engine("embedded", path=path).rebuild(documents(), lambda groups: [])


def test_the_writer_ends_with_a_rebuild_that_is_killed(filled, document, found, tmp_path):
    written_by = spawn.Queue()
    rebuilding = spawn.Process(target=_rebuild_for_ever, args=(tmp_path, written_by))
    rebuilding.start()
    writer = written_by.get(timeout=CEILING)
    os.kill(rebuilding.pid, signal.SIGKILL)
    rebuilding.join(CEILING)
    wait_until(lambda: not Path(f"/proc/{writer}").exists())  # it does not go on alone
    assert found(filled, "museums") == {"old"}
    filled.rebuild([document("new", "Schools")], lambda groups: [])
    assert found(filled, "schools") == {"new"}
