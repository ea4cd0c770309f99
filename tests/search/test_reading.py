"""Readers get an answer in time, whatever the engine does."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tantivy import Query

from search import reading
from search.current_engine import current_engine
from search.reading import FAILURES, CircuitBreaker
from search_engines import EngineUnavailable
from search_engines.criteria import Criteria
from search_engines.embedded.schema import SCHEMA
from search_engines.results import plain
from tests import factories
from tests.waiting import CEILING

pytestmark = pytest.mark.one_database


def refuse():
    raise EngineUnavailable("not there")


# The circuit breaker


class Clock:
    """A clock that shows what the test sets."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_an_engine_that_failed_in_a_row_is_left_alone_and_tried_again_later():
    breaker, asked = CircuitBreaker(clock := Clock()), []
    for _failure in range(FAILURES):
        with pytest.raises(EngineUnavailable, match="not there"):
            breaker.ask(refuse)
    with pytest.raises(EngineUnavailable, match="circuit breaker"):
        breaker.ask(lambda: asked.append("at once"))
    clock.seconds += reading.PAUSE - 0.01
    with pytest.raises(EngineUnavailable, match="circuit breaker"):
        breaker.ask(lambda: asked.append("early"))
    clock.seconds += 0.01
    assert breaker.ask(lambda: asked.append("later") or "answer") == "answer"
    assert breaker.ask(lambda: "at once") == "at once"
    assert asked == ["later"]


def test_one_reader_tries_while_the_others_go_on():
    breaker = CircuitBreaker(clock := Clock())
    for _failure in range(FAILURES):
        with pytest.raises(EngineUnavailable):
            breaker.ask(refuse)
    clock.seconds += reading.PAUSE
    tries, release = threading.Event(), threading.Event()

    def hang():
        tries.set()
        release.wait(CEILING)
        return "answer"

    thread = threading.Thread(target=breaker.ask, args=(hang,))
    thread.start()
    assert tries.wait(CEILING)
    with pytest.raises(EngineUnavailable, match="circuit breaker"):
        breaker.ask(lambda: "never")
    release.set()
    thread.join()


def test_a_success_between_failures_counts():
    breaker = CircuitBreaker()
    for _round in range(3):
        for _failure in range(FAILURES - 1):
            with pytest.raises(EngineUnavailable, match="not there"):
                breaker.ask(refuse)
        assert breaker.ask(lambda: "answer") == "answer"


def test_only_so_many_readers_wait_together(monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    monkeypatch.setattr(reading, "LONGEST_QUEUE", 0.01)
    breaker, release, waiting = CircuitBreaker(), threading.Event(), threading.Semaphore(0)

    def hang():
        waiting.release()
        release.wait(CEILING)

    threads = [threading.Thread(target=breaker.ask, args=(hang,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert waiting.acquire(timeout=CEILING)
    with pytest.raises(EngineUnavailable, match="too many"):
        breaker.ask(lambda: "never")
    release.set()
    for thread in threads:
        thread.join()


# The fallback


@pytest.fixture
def no_engine(db, settings, tmp_path):
    """An engine whose index was never built."""
    settings.SEARCH_DIRECTORY = tmp_path / "never-built"
    factories.tree("fr")
    with pytest.raises(EngineUnavailable):
        current_engine().count()


def ask(words="", language="en", **selections):
    return reading.answer(Criteria(language=language, instant=timezone.now(), words=words, selections=selections))


def titles(results):
    return [plain(hit.title) for hit in results.hits]


def test_titles_from_the_database_are_the_fallback_for_an_engine_that_does_not_answer(no_engine):
    factories.practice(title="Lighthouse lessons")
    factories.event(title="Lighthouse opening")
    factories.practice(title="Other things")
    draft = factories.practice(title="Lighthouse plans")
    draft.unpublish()
    results = ask("lighthouse")
    assert results.degraded
    assert sorted(titles(results)) == ["Lighthouse lessons", "Lighthouse opening"]
    assert titles(ask("lighthouse", type=("event",))) == ["Lighthouse opening"]
    assert titles(ask("opening lighthouse")) == ["Lighthouse opening"]
    assert titles(ask("lighthouse", "fr")) == []
    assert {hit.type for hit in results.hits} == {"practice", "event"}


IN_EVERY_SCRIPT = {
    "Lighthouse lessons": ["LIGHTHOUSE", "lessons light"],
    "Éducation à l’école": ["education", "ÉDUCATION", "ecole", "L'ÉCOLE"],
    "Niñez y Ciudadanía": ["ninez", "NIÑEZ", "ciudadania"],
    "Straße zum Lernen": ["STRASSE", "straße"],
    "Научный дом и ёлка": ["НАУЧНЫЙ", "елка", "Ёлка"],
    "Σχολείο της πόλης": ["ΣΧΟΛΕΊΟ", "πόλης"],
    "القراءة للجميع في أسوان": ["القراءه", "القِرَاءَة", "اسوان"],
    "上海终身学习 ＳＤＧ": ["终身学习", "sdg"],
    "Öğrenen İzmir": ["ogrenen", "izmir"],
}


@pytest.mark.parametrize("title", IN_EVERY_SCRIPT)
def test_the_fallback_knows_neither_case_nor_accents_in_any_script(no_engine, title):
    factories.practice(title=title)
    factories.practice(title="Other things")
    assert {typed: titles(ask(typed)) for typed in IN_EVERY_SCRIPT[title]} == {
        typed: [title] for typed in IN_EVERY_SCRIPT[title]
    }


def test_the_fallback_finds_nothing_by_signs_alone(no_engine):
    factories.practice(title="Lighthouse lessons?")
    assert titles(ask("?!")) == []


def test_the_fallback_finds_cities_by_their_names_and_those_of_their_country(no_engine):
    city = factories.city(own_name="Σάμος", country="GR")
    for typed in ("σάμος", "ΣΑΜΟΣ", "Samos greece", "ГРЕЦИЯ", "hellenic", "Grece"):
        expected = [] if typed.startswith("Samos") else [("city", city.name_in("en"))]
        assert [(hit.type, plain(hit.title)) for hit in ask(typed).hits] == expected


def test_the_fallback_asks_the_database_as_often_for_one_row_as_for_three(no_engine):
    factories.practice(title="Lighthouse 1")
    ask("lighthouse")
    with CaptureQueriesContext(connection) as with_one:
        ask("lighthouse")
    for number in (2, 3):
        factories.practice(title=f"Lighthouse {number}")
    with CaptureQueriesContext(connection) as with_three:
        assert len(ask("lighthouse").hits) == 3
    assert len(with_three) == len(with_one) <= 6


def test_nothing_is_suggested_while_the_engine_does_not_answer(no_engine):
    factories.practice(title="Lighthouse lessons")
    assert reading.suggestions("light", "en") == ()


# What is logged


def test_a_failing_search_leaves_its_cause_in_the_log_and_no_words_of_the_reader(no_engine, caplog):
    ask("lighthouse")
    reading.suggestions("lighthouse", "en")
    assert len(caplog.records) == 2
    for record in caplog.records:
        assert record.levelname == "WARNING"
        assert "the embedded index was not built yet" in record.getMessage()
        assert "lighthouse" not in record.getMessage()


def test_the_cause_is_in_the_log_while_the_engine_is_not_asked(no_engine, caplog):
    for _search in range(FAILURES):
        ask("lighthouse")
    caplog.clear()
    ask("lighthouse")
    assert "the circuit breaker is open (the embedded index was not built yet)" in caplog.text


class Mistake:
    """Our own code, broken: an attribute, a value, or a query that Tantivy's Rust code panics at."""

    def __init__(self, kind):
        self.kind = kind

    def __call__(self, snapshot, criteria):
        if self.kind is None:
            Query.phrase_query(SCHEMA, "body", ["one"])
        raise self.kind("a mistake of ours")


@pytest.mark.parametrize("kind", [ValueError, AttributeError, OverflowError, None])
def test_a_mistake_in_our_own_code_is_logged_and_condemns_no_index(index, monkeypatch, caplog, kind):
    factories.practice(title="Lighthouse lessons")
    before = current_engine().rebuild_reason()
    with monkeypatch.context() as patch:
        patch.setattr("search_engines.embedded.engine.Answer", Mistake(kind))
        for _search in range(FAILURES + 1):
            results = ask("lighthouse")
            assert results.degraded
            assert titles(results) == ["Lighthouse lessons"]
    assert len(caplog.records) == FAILURES + 1, "the circuit breaker has not opened"
    for record in caplog.records:
        assert record.levelname == "ERROR"
        assert record.exc_info[0] in (kind, RuntimeError)
        assert record.exc_info[2] is not None
    assert current_engine().rebuild_reason() == before == ""
    assert not ask("lighthouse").degraded
