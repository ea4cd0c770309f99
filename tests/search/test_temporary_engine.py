"""Nothing stays of a temporary index, whatever ends its process."""

import os
import signal
from contextlib import suppress

import pytest
from elasticsearch import Elasticsearch

from core.search_document import SearchDocument
from search.temporary_engine import folder, remove_abandoned, temporary_engine
from tests.waiting import wait_until


@pytest.fixture(params=["embedded", "elasticsearch"])
def left(request, tmp_path, settings):
    """What there is of temporary indexes: names of files and of indexes on the server."""
    settings.SEARCH_ENGINE = request.param
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    settings.SEARCH_INDEX_PREFIX = f"test-{os.urandom(6).hex()}"
    if request.param == "embedded":
        return lambda: sorted(path.name for path in tmp_path.glob("*/*"))
    url = request.getfixturevalue("elasticsearch_url")
    settings.ELASTICSEARCH_URLS = (url,)
    client = Elasticsearch(url)

    def found():
        indexes = client.indices.get(index=f"{settings.SEARCH_INDEX_PREFIX}*", expand_wildcards="all")
        return [*sorted(path.name for path in tmp_path.glob("*/*")), *indexes]

    return found


def fill(engine) -> None:
    document = SearchDocument(
        id="a", group="a", language="en", shown_in=("en",), type="page", url="/", title="Lighthouse"
    )
    engine.rebuild([document], lambda groups: ())
    assert engine.count() == 1


def fill_and_fail() -> None:
    with temporary_engine() as engine:
        fill(engine)
        raise ZeroDivisionError


def used_in_another_process() -> int:
    """The id of a process that uses a temporary engine until it is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException), temporary_engine() as engine:
            fill(engine)
            os.write(writing, b"filled")
            signal.pause()
        os._exit(0)
    os.close(writing)
    assert os.read(reading, 10) == b"filled"
    os.close(reading)
    return child


def end(child: int, number: signal.Signals) -> None:
    os.kill(child, number)
    wait_until(lambda: os.waitpid(child, os.WNOHANG)[0])


def test_nothing_stays_of_an_engine_that_was_used_to_its_end_or_failed(left):
    with temporary_engine() as engine:
        fill(engine)
        assert left()
    assert left() == []
    with pytest.raises(ZeroDivisionError):
        fill_and_fail()
    assert left() == []


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_told_to_end_clears_up_itself(left, ended_by):
    child = used_in_another_process()
    assert left()
    end(child, ended_by)
    assert left() == []


def test_the_next_run_removes_what_a_killed_process_has_left_and_nothing_that_is_in_use(left):
    killed, working = used_in_another_process(), used_in_another_process()
    both = left()
    end(killed, signal.SIGKILL)
    assert left() == both, "nobody could clear up"
    remove_abandoned()
    rest = left()
    assert set() < set(rest) < set(both)
    assert len(list(folder().glob("*.lock"))) == 1
    end(working, signal.SIGKILL)
    with temporary_engine() as engine:
        fill(engine)
    assert left() == []
