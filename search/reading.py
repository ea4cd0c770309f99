"""Ask the engine for readers: a page gets an answer in time, also when the engine fails."""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar
from weakref import WeakKeyDictionary

from core.i18n.languages import LANGUAGE_CODES
from core.page_cache.keeping import do_not_keep
from search import fallback
from search.current_engine import current_engine
from search.signals import fallback_used
from search_engines import EngineUnavailable, SearchEngine
from search_engines.criteria import Criteria
from search_engines.results import Hit, Results, Suggestion

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Found = TypeVar("Found", Hit, Suggestion)

FAILURES = 3
"""After so many failures in a row the engine is not asked for a while."""
PAUSE = 3.0
"""Seconds."""
AT_ONCE = 8
"""Readers of one process who may wait for the engine at the same time; others get the fallback answer."""
LONGEST_QUEUE = 0.25
"""Seconds."""

# What the rows of results are read by, for each kind of document.
_NUMBER = r"\d{1,9}"
_IDS = {"city": re.compile(r"city:[-a-zA-Z0-9_]{1,60}:.+"), "document": re.compile(f"document:{_NUMBER}")}
_PAGE_ID = re.compile(f"page:{_NUMBER}")


class CircuitBreaker:
    """Keeps the readers of one process from waiting, one after the other, for an engine that hangs.

    After `FAILURES` failures in a row nobody asks for `PAUSE` seconds; then one reader tries.

    clock: returns seconds, and never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._failures = 0
        self._open_until = 0.0
        self._cause = ""

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Return what `question` gives. Raises ``EngineUnavailable``, at once while the engine is not asked.

        Only ``EngineUnavailable`` counts as a failure: another error is a mistake in our code.
        """
        self._enter()
        if not self._places.acquire(timeout=LONGEST_QUEUE):
            raise EngineUnavailable("too many readers wait for the search engine")
        try:
            answer = question()
        except EngineUnavailable as error:
            self._note_failure(error)
            raise
        finally:
            self._places.release()
        self._failures = 0
        return answer

    def _enter(self) -> None:
        with self._lock:
            if self._failures < FAILURES:
                return
            now = self._clock()
            if now < self._open_until:
                raise EngineUnavailable(f"the circuit breaker is open ({self._cause})")
            self._open_until = now + PAUSE  # this reader tries, the others go on without

    def _note_failure(self, error: EngineUnavailable) -> None:
        with self._lock:
            self._failures += 1
            self._cause = str(error)
            self._open_until = self._clock() + PAUSE


_breakers: WeakKeyDictionary[SearchEngine, CircuitBreaker] = WeakKeyDictionary()


def _ask(question: Callable[[SearchEngine], Answer], fallback_answer: Callable[[], Answer]) -> Answer:
    """Return the engine's answer; the fallback, and a log line with the cause, when there is none.

    The words of the search are in no log line.
    """
    engine = current_engine()
    try:
        return _breakers.setdefault(engine, CircuitBreaker()).ask(lambda: question(engine))
    except EngineUnavailable as error:
        logger.warning("A search gets the fallback answer: %s", error)
    except Exception:
        logger.exception("A search gets the fallback answer, because of a mistake in the portal's own code")
    do_not_keep()
    fallback_used.send(None)
    return fallback_answer()


def answer(criteria: Criteria) -> Results:
    """Return one page of results; titles from the database, marked as degraded, when the engine fails."""
    results = _ask(lambda engine: engine.search(criteria), lambda: fallback.titles(criteria))
    return replace(results, hits=_ours(results.hits))


def suggestions(text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
    """Return titles for somebody who is still typing; none when the engine fails."""
    return _ours(_ask(lambda engine: engine.suggest(text, language, limit), tuple))


def _ours(found: Iterable[Found]) -> tuple[Found, ...]:
    """Leave out what names nothing of the portal: somebody else may have put it into the index."""
    return tuple(one for one in found if _is_ours(one))


def _is_ours(one: Hit | Suggestion) -> bool:
    return one.language in LANGUAGE_CODES and bool(_IDS.get(one.type, _PAGE_ID).fullmatch(one.id))
