"""What is written is there, what is deleted is gone, and a rebuild loses nothing."""

import threading
from dataclasses import replace

import pytest

from search_engines import RebuildRunning, get_engine
from search_engines.results import plain
from tests.waiting import CEILING


def test_indexing_again_replaces(engine, document, find, search):
    engine.index([document("page", "Libraries"), document("other", "Schools")])
    engine.index([document("page", "Museums")])
    assert find("libraries") == []
    assert find("museums") == ["page"]
    assert search().total == 2


def test_deleting_removes(engine, document, find):
    engine.index([document("gone", "Libraries"), document("here", "Libraries")])
    engine.delete(["gone", "never-there"])
    assert find("libraries") == ["here"]
    assert set(engine.hashes()) == {"here"}


def test_a_group_is_replaced_as_a_whole(engine, document, find):
    english = document("en", "Libraries", group="page:a", shown_in=("en",))
    french = document("fr", "Bibliothèques", group="page:a", language="fr", shown_in=("fr",))
    other = document("other", "Libraries", group="page:b")
    engine.replace({"page:a": [english, french], "page:b": [other], "page:none": []})
    assert find("bibliotheques", "fr") == ["fr"]
    engine.replace({"page:a": [replace(english, shown_in=("en", "fr"))]})
    assert sorted(find("libraries", "fr")) == ["en", "other"]
    assert find("bibliotheques", "fr") == []
    engine.replace({"page:a": []})
    assert set(engine.hashes()) == {"other"}


def test_what_was_written_is_there_for_every_other_reader_at_once(engine, document, find):
    engine.index([document("page", "Libraries")])
    assert find("libraries") == ["page"]
    engine.index([document("more", "Libraries")], version=7)
    assert len(find("libraries")) == 2


def test_a_document_that_fits_no_field_is_refused_alone(engine, document, find):
    strange = document("strange", "Libraries", facets={"colour": ("red",)})
    refusals = engine.index([document("before", "Libraries"), strange, document("after", "Libraries")])
    assert [refusal.id for refusal in refusals] == ["strange"]
    assert "colour" in refusals[0].reason
    assert sorted(find("libraries")) == ["after", "before"]
    (refusal,) = engine.replace({strange.group: [replace(strange, facets={}, ranges={"width": (1, 2)})]})
    assert refusal.id == "strange"
    assert engine.rebuild([strange, document("x")], lambda groups: []).refusals[0].id == "strange"


def test_an_error_in_the_middle_of_a_batch_writes_nothing_and_blocks_nobody(engine, document, find):
    def broken():
        yield document("first", "Libraries")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        engine.index(broken())
    assert find("libraries") == []
    engine.index([document("second", "Libraries")])
    assert find("libraries") == ["second"]


def test_the_index_can_be_compared_with_the_truth(engine, document):
    pages = [document("a", "Libraries"), document("b", "Schools")]
    engine.index(pages)
    assert engine.hashes() == {page.id: page.content_hash for page in pages}


# Rebuilding


def test_a_rebuild_replaces_everything(engine, document, find):
    engine.index([document("ghost", "Libraries")])
    rebuilt = engine.rebuild(iter([document("page", "Libraries")]), lambda groups: [])
    assert (rebuilt.documents, rebuilt.refusals) == (1, ())
    assert find("libraries") == ["page"]
    assert engine.is_usable()


def test_readers_have_the_old_index_until_the_new_one_is_whole(engine, document, find):
    engine.index([document("old", "Libraries")])
    seen = []

    def pages():
        for number in range(3):
            seen.append(find("libraries"))
            yield document(number, "Libraries")
        seen.append(find("libraries"))

    engine.rebuild(pages(), lambda groups: [])
    assert seen == [["old"]] * 4
    assert sorted(find("libraries")) == ["0", "1", "2"]


def test_a_rebuild_that_fails_leaves_the_old_index(engine, document, find):
    engine.index([document("old", "Libraries")])

    def broken():
        yield document("new", "Libraries")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        engine.rebuild(broken(), lambda groups: [])
    assert find("libraries") == ["old"]
    engine.index([document("more", "Libraries")])
    assert len(find("libraries")) == 2
    engine.rebuild([document("new", "Libraries")], lambda groups: [])
    assert find("libraries") == ["new"]


def test_changes_during_a_rebuild_are_not_lost(engine, document, find):
    """The database changes after the rebuild has read it, in each way in which it can."""
    database = {name: document(name, f"Libraries {name}") for name in ("changed", "deleted", "withdrawn", "kept")}
    engine.replace({page.group: [page] for page in database.values()})

    def write(name, page):
        if page is None:
            del database[name]
            engine.replace({f"page:{name}": []})
        else:
            database[name] = page
            engine.replace({page.group: [page]})

    def pages():
        yield from list(database.values())
        write("changed", document("changed", "Museums"))
        write("created", document("created", "Museums"))
        write("withdrawn", None)
        del database["deleted"]
        engine.delete(["deleted"])
        database["kept"] = replace(database["kept"], summary="New words")
        engine.index([database["kept"]])

    def replay(groups):
        return [page for page in database.values() if page.group in groups]

    engine.rebuild(pages(), replay)
    assert engine.hashes() == {page.id: page.content_hash for page in database.values()}
    assert sorted(find("museums")) == ["changed", "created"]
    assert find("libraries") == ["kept"]


def test_a_whole_section_that_changes_during_a_rebuild_is_not_lost(engine, document):
    moved = {f"page:{number}": [document(number, "Moved")] for number in range(120)}

    def pages():
        yield document(0, "Before")
        engine.replace(moved)

    def replay(groups):
        return [page for group in groups for page in moved[group]]

    assert engine.rebuild(pages(), replay).documents == 120
    assert engine.hashes() == {page.id: page.content_hash for (page,) in moved.values()}


def test_many_writers_beside_a_rebuild_lose_nothing(engine, document):
    database, lock = {}, threading.Lock()

    def put(name, words):
        page = document(name, words)
        with lock:
            database[name] = page
        # The newest state is read in turn, as the worker does.
        engine.replace({page.group: (database[name] for _once in range(1))})

    for number in range(5):
        put(number, "first")
    failures = []

    def writer(part):
        try:
            for number in range(part, 24, 3):
                put(number, f"second {number}")
        except Exception as error:
            failures.append(error)

    def replay(groups):
        with lock:
            return [page for page in database.values() if page.group in groups]

    threads = [threading.Thread(target=writer, args=(part,)) for part in range(3)]

    def pages():
        with lock:
            snapshot = list(database.values())
        for thread in threads:
            thread.start()
        yield from snapshot

    engine.rebuild(pages(), replay)
    for thread in threads:
        thread.join()
    assert failures == []
    assert engine.hashes() == {page.id: page.content_hash for page in database.values()}


def test_nobody_finds_an_empty_index_while_it_is_rebuilt_under_a_hundred_changes(engine, document, find):
    """Editing, publishing and deleting go on while the new index is slowly filled."""
    database, lock = {number: document(number, "Libraries") for number in range(60)}, threading.Lock()
    engine.rebuild(list(database.values()), lambda groups: [])
    failures, emptiest, filled, changes = [], [], threading.Event(), threading.Semaphore(0)

    def change(version):
        number = version % 80
        with lock:
            if version % 3 == 0:
                database.pop(number, None)
            else:
                database[number] = document(number, f"Libraries {version}")
        # Whoever writes reads the state after taking the version, as the outbox does.
        engine.replace({f"page:{number}": (database[n] for n in [number] if n in database)}, version=version)

    def guarded(work):
        def run():
            try:
                work()
            except BaseException as error:
                failures.append(error)

        return threading.Thread(target=run)

    def read():
        while not filled.is_set():
            emptiest.append(len(find("libraries", per_page=100)))

    def write():
        for version in range(1, 101):
            change(version)
            changes.release()

    def pages():
        with lock:
            snapshot = list(database.values())
        for page in snapshot:
            yield page
            assert changes.acquire(timeout=CEILING)  # a change comes in between

    def replay(groups):
        with lock:
            return [page for page in database.values() if page.group in groups]

    threads = [guarded(read), guarded(write)]
    for thread in threads:
        thread.start()
    engine.rebuild(pages(), replay)
    threads[1].join()
    filled.set()
    threads[0].join()
    assert failures == []
    assert min(emptiest) >= 20
    assert engine.hashes() == {page.id: page.content_hash for page in database.values()}


def test_only_one_rebuild_runs_at_a_time(engine, document):
    def pages():
        yield document("page")
        with pytest.raises(RebuildRunning):
            engine.rebuild([], lambda groups: [])

    assert engine.rebuild(pages(), lambda groups: []).documents == 1


def test_searching_threads_never_fail_while_documents_come_and_go(engine, document, search):
    engine.index([document("stays", "Libraries")])
    failures, stop = [], threading.Event()

    def reader():
        while not stop.is_set():
            try:
                results = search("libraries")
                assert len(results.hits) == results.total >= 1
                assert all(plain(hit.title) == "Libraries" for hit in results.hits)
            except BaseException as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=reader) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(10):
        engine.index([document(f"comes-{number}", "Libraries")])
        engine.delete([f"comes-{number}"])
    engine.rebuild([document("stays", "Libraries")], lambda groups: [])
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_engines_are_made_by_name():
    with pytest.raises(ValueError, match="embedded"):
        get_engine("grep")
