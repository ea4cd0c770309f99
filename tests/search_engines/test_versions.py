"""The versions of writes: what an engine has of them, and what asks for a rebuild."""

import pytest

from search_engines import Conflict


def test_an_index_knows_the_highest_version_that_was_written_to_it(engine, document):
    assert engine.newest_version() == 0
    engine.index([document("a", "Libraries")])
    assert engine.newest_version() == 0
    engine.replace({"page:a": [document("a", "Libraries")]}, version=12)
    engine.replace({"page:b": []}, version=14)
    engine.delete(["a"], version=13)
    assert engine.newest_version() == 14


def test_a_rebuilt_index_has_only_the_versions_of_writes_meanwhile(engine, document):
    engine.replace({"page:a": [document("a", "Libraries")]}, version=1_000)
    engine.rebuild([document("a", "Libraries")], lambda groups: [])
    assert engine.newest_version() == 0
    engine.replace({"page:a": [document("a", "Museums")]}, version=3)
    assert (engine.newest_version(), engine.count()) == (3, 1)


def test_a_condemned_index_answers_and_asks_for_a_rebuild(engine, document, find):
    engine.index([document("a", "Libraries")])
    assert (engine.rebuild_reason(), engine.is_usable()) == ("", True)
    engine.condemn("for a\nreason")
    assert (engine.rebuild_reason(), engine.is_usable()) == ("for a reason", False)
    assert find("libraries") == ["a"]
    engine.index([document("b", "Libraries")])
    assert sorted(find("libraries")) == ["a", "b"]
    engine.rebuild([document("a", "Libraries")], lambda groups: [])
    assert (engine.rebuild_reason(), engine.is_usable()) == ("", True)


def test_the_contents_of_some_groups_can_be_read_alone(engine, document):
    english = document("en", "Libraries", group="page:a")
    other = document("other", "Libraries", group="page:b")
    engine.index([english, other])
    contents = engine.contents(["page:a", "page:none"])
    assert {key: (row.group, row.content_hash) for key, row in contents.documents.items()} == {
        "en": ("page:a", english.content_hash)
    }


@pytest.mark.parametrize("engine", ["elasticsearch"], indirect=True)
def test_a_write_that_comes_too_late_is_a_conflict_and_no_success(engine, document, find):
    newer, older, other = document("page", "Museums"), document("page", "Libraries"), document("other", "Libraries")
    engine.replace({newer.group: [newer]}, version=8)
    conflicts = engine.replace({older.group: [older], other.group: [other]}, version=7)
    assert all(isinstance(conflict, Conflict) for conflict in conflicts)
    assert {conflict.group for conflict in conflicts} == {newer.group}
    assert (find("museums"), find("libraries")) == (["page"], ["other"])
