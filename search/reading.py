"""Asking the index for readers: whatever the engine does, a page gets an answer in time."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from search import fallback
from search.criteria import Criteria
from search.current_engine import current_engine
from search.engines import EngineUnavailable, SearchEngine
from search.results import Results, Suggestion

Answer = TypeVar("Answer")

FAILURES = 3
"""So many in a row, and the engine is left alone for a while."""
PAUSE = 3.0
AT_ONCE = 8
"""Readers of one process who may wait for the engine together; others are not made to wait too."""
LONGEST_QUEUE = 0.25


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
        self._closed_until = 0.0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """What `question` gives. Raises ``EngineUnavailable``, at once while the engine is left alone."""
        self._enter()
        if not self._places.acquire(timeout=LONGEST_QUEUE):
            raise EngineUnavailable("too many readers wait for the search engine")
        try:
            answer = question()
        except EngineUnavailable:
            self._note_failure()
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
            if now < self._closed_until:
                raise EngineUnavailable("the search engine is left alone for a moment")
            self._closed_until = now + PAUSE  # this reader tries, the others go on without

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            self._closed_until = self._clock() + PAUSE


_breakers: WeakKeyDictionary[SearchEngine, CircuitBreaker] = WeakKeyDictionary()


def _ask(question: Callable[[SearchEngine], Answer]) -> Answer:
    engine = current_engine()
    return _breakers.setdefault(engine, CircuitBreaker()).ask(lambda: question(engine))


def answer(criteria: Criteria) -> Results:
    """One page of results; titles from the database, marked as degraded, when the engine fails. Never raises."""
    try:
        return _ask(lambda engine: engine.search(criteria))
    except EngineUnavailable:
        return fallback.titles(criteria)


def suggestions(text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
    """Titles for somebody who is still typing; none when the engine does not answer. Never raises."""
    try:
        return _ask(lambda engine: engine.suggest(text, language, limit))
    except EngineUnavailable:
        return ()
