"""What only the embedded engine can suffer: killed writers, damaged files, forks, other versions."""

import json
import multiprocessing
import os
import signal
from dataclasses import replace

import pytest
import tantivy

from search_engines import EngineUnavailable, get_engine
from search_engines.embedded import filling, generations, schema
from search_engines.embedded.faults import tantivy_faults
from tests.waiting import CEILING

spawn = multiprocessing.get_context("spawn")
fork = multiprocessing.get_context("fork")


@pytest.fixture
def root(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def filled(root, document):
    """An embedded engine with some documents."""
    engine = get_engine("embedded", path=root)
    pages = [document(number, f"Libraries {number}", "rural libraries") for number in range(20)]
    engine.rebuild(pages, lambda groups: [])
    return engine


@pytest.fixture
def count(now):
    """How many documents an engine finds."""
    from search_engines.criteria import Criteria

    def ask(engine, words="libraries", **fields):
        return engine.search(Criteria(language="en", instant=now, words=words, **fields)).total

    return ask


def current(root):
    return root / (root / "CURRENT").read_text()


def test_an_index_that_was_never_built_says_so(root, count, document):
    engine = get_engine("embedded", path=root)
    assert not engine.is_usable()
    for call in (
        lambda: count(engine),
        lambda: engine.suggest("lib", "en"),
        engine.hashes,
        lambda: engine.index([document("x")]),
        lambda: engine.replace({"page:x": []}),
        lambda: engine.delete(["x"]),
    ):
        with pytest.raises(EngineUnavailable, match="not built"):
            call()


def test_a_directory_is_demanded():
    with pytest.raises(ValueError, match="directory"):
        get_engine("embedded", path=" ")


def test_an_index_of_another_version_is_not_read_and_asks_for_a_rebuild(filled, root, count, document):
    about = current(root) / "about.json"
    about.write_text(json.dumps({"signature": "made by somebody else"}))
    engine = get_engine("embedded", path=root)
    assert not engine.is_usable()
    with pytest.raises(EngineUnavailable, match="another version"):
        count(engine)
    with pytest.raises(EngineUnavailable, match="another version"):
        engine.index([document("x")])
    engine.rebuild([document("x", "Libraries")], lambda groups: [])
    assert engine.is_usable()
    assert count(engine) == 1


def test_changed_rules_make_another_version(monkeypatch):
    before = schema.signature()
    monkeypatch.setattr(schema.analysis, "VERSION", schema.analysis.VERSION + 1)
    assert schema.signature() != before


@pytest.mark.parametrize("suffix", [".idx", ".pos", ".store", ".term", ".fast", ".fieldnorm"])
@pytest.mark.parametrize("damage", ["cut", "removed", "flipped", "scratched"])
def test_a_damaged_file_is_an_error_of_the_engine_and_never_more(filled, root, count, document, suffix, damage):
    for path in current(root).glob(f"*{suffix}"):
        content = path.read_bytes()
        path.unlink()
        if damage == "cut":
            path.write_bytes(content[: len(content) // 2])
        elif damage == "flipped":
            path.write_bytes(bytes(byte ^ 0xFF for byte in content))
        elif damage == "scratched":  # and the end, which Tantivy checks when it opens, left whole
            end = len(content) // 3
            path.write_bytes(bytes(byte ^ 0xFF for byte in content[:end]) + content[end:])
    engine = get_engine("embedded", path=root)
    try:
        found = count(engine), count(engine, words="", phrases=("rural libraries",)), len(engine.hashes())
    except EngineUnavailable:
        assert not engine.is_usable()
    else:
        # Nothing that was read is damaged, or only lengths of texts, which change the order a little.
        assert damage == "scratched"
        assert found == (20, 20, 20)
    engine.rebuild([document("x", "Libraries")], lambda groups: [])
    assert engine.is_usable()
    assert count(engine) == 1


@pytest.mark.parametrize("name", ["", "gen-gone", "../elsewhere", "\x00"])
def test_a_pointer_to_nowhere_is_an_error_of_the_engine(filled, root, count, name):
    (root / "CURRENT").write_text(name)
    engine = get_engine("embedded", path=root)
    assert not engine.is_usable()
    with pytest.raises(EngineUnavailable):
        count(engine)


def test_a_rebuild_leaves_two_generations_and_nothing_else(filled, root, document):
    (root / "gen-dead").mkdir()
    (root / "kept.txt").write_text("not ours")
    for _time in range(3):
        filled.rebuild([document("x")], lambda groups: [])
    assert len(list(root.glob("gen-*"))) == 2
    assert not (root / "BUILDING").exists()
    assert not (root / "journal").exists()
    assert (root / "kept.txt").exists()


def test_many_small_batches_leave_few_files(filled, root, document):
    for number in range(20):
        filled.index([document(f"new-{number}", "Libraries")])
    assert len(list(current(root).iterdir())) < 80


def test_only_the_engines_faults_become_its_error():
    """A mistake of the portal must be seen as one, and a full disk must not pass for damage."""
    with pytest.raises(TypeError), tantivy_faults():
        raise TypeError("a mistake")
    with pytest.raises(KeyboardInterrupt), tantivy_faults():
        raise KeyboardInterrupt
    damage: list[str] = []
    with pytest.raises(EngineUnavailable), tantivy_faults(damage.append):
        raise OSError(28, "No space left on device")
    assert damage == []
    with pytest.raises(EngineUnavailable, match="An error occurred"), tantivy_faults(damage.append):
        raise ValueError("An error occurred in Tantivy")
    assert damage == ["An error occurred in Tantivy"]


def test_a_stored_document_that_is_not_ours_condemns_the_index(filled, root, count):
    writer = tantivy.Index.open(str(current(root))).writer(15_000_000, 1)
    strange = {"id": "strange", "shown_in": ["en"], "language": "en", "source": b"no JSON"}
    writer.add_document(tantivy.Document.from_dict(strange, schema.SCHEMA))
    writer.commit()
    writer.wait_merging_threads()
    engine = get_engine("embedded", path=root)
    with pytest.raises(EngineUnavailable, match="damaged"):
        count(engine, words="", per_page=50)
    assert "cannot be read" in engine.rebuild_reason()


def test_documents_without_an_id_are_named_and_removed(filled, root):
    writer = tantivy.Index.open(str(current(root))).writer(15_000_000, 1)
    for _number in range(2):
        writer.add_document(tantivy.Document.from_dict({"language": "en"}, schema.SCHEMA))
    writer.commit()
    writer.wait_merging_threads()
    assert filled.count() == 22
    foreign = filled.contents().foreign
    assert len(foreign) == 1
    filled.remove_foreign(foreign)
    assert (filled.contents().foreign, filled.count(), len(filled.hashes())) == ((), 20, 20)


def test_an_error_of_our_own_in_the_process_that_writes_is_shown_with_its_traceback(root, document, monkeypatch):
    """The second process begins after `FEW` documents; it has no document that can be analysed."""
    engine = get_engine("embedded", path=root)
    pages = (document(number, "Libraries") for number in range(filling.FEW + 5))
    spoilt = (replace(page, title=page.title) if page.id != "3" else _spoilt(page) for page in pages)
    with pytest.raises(RuntimeError, match="Traceback"):
        engine.rebuild(spoilt, lambda groups: [])
    assert not engine.is_usable()


def _spoilt(page):
    """A document that was changed past all checks."""
    object.__setattr__(page, "title", 7)
    return page


# Processes


def _write_for_ever(root, started):
    from tests.search_engines.conftest import make_document

    engine = get_engine("embedded", path=root)
    number = 0
    while True:
        engine.index([make_document(f"{os.getpid()}-{number}", "Libraries")])
        number += 1
        if number == 3:
            started.set()


def _rebuild_for_ever(root, started):
    from tests.search_engines.conftest import make_document

    def pages():
        for number in range(50):
            yield make_document(number, "Museums")
        started.set()
        signal.pause()  # until it is killed

    get_engine("embedded", path=root).rebuild(pages(), lambda groups: [])


def _killed(target, root):
    """Start a process, wait until it is at work, and kill it as hard as can be."""
    started = spawn.Event()
    process = spawn.Process(target=target, args=(root, started), daemon=True)
    process.start()
    assert started.wait(CEILING)
    os.kill(process.pid, signal.SIGKILL)
    process.join(CEILING)


def test_a_killed_writer_leaves_an_index_that_opens_and_takes_more(filled, root, count, document):
    _killed(_write_for_ever, root)
    engine = get_engine("embedded", path=root)
    assert engine.is_usable()
    before = count(engine)
    assert before >= 20 + 3
    engine.index([document("after", "Libraries")])
    assert count(engine) == before + 1 == len(engine.hashes())


def test_a_killed_rebuild_changes_nothing_and_is_cleared_away_by_the_next(filled, root, count, document):
    _killed(_rebuild_for_ever, root)
    assert (root / "BUILDING").exists()
    engine = get_engine("embedded", path=root)
    assert engine.is_usable()
    assert count(engine) == 20
    engine.index([document("after", "Libraries")])
    assert (root / "journal").read_text() == "", "nobody reads what a dead rebuild would need"
    engine.rebuild([document("new", "Libraries")], lambda groups: [])
    assert count(engine) == 1
    assert len(list(root.glob("gen-*"))) == 2


def _search_in_child(engine, count, found):
    found.put(count(engine))


def test_a_forked_child_searches_with_what_its_parent_opened(filled, count, document):
    assert count(filled) == 20
    found = fork.Queue()
    child = fork.Process(target=_search_in_child, args=(filled, count, found))
    child.start()
    assert found.get(timeout=CEILING) == 20
    child.join(CEILING)
    filled.index([document("more", "Libraries")])
    assert count(filled) == 21


def test_a_writer_that_does_not_get_its_turn_says_so(filled, root, document, monkeypatch):
    monkeypatch.setattr(generations, "_POLL_SECONDS", 0.001)
    other = generations.Generations(root)
    with other.write_turn(), pytest.raises(EngineUnavailable, match="keeps writing"), other.write_turn(seconds=0.05):
        pass
    filled.index([document("more", "Libraries")])
