"""A deadline for an answer of an engine."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

from search_engines.base import EngineUnavailable

Answer = TypeVar("Answer")


def within(seconds: float, ask: Callable[[], Answer], name: str = "Elasticsearch") -> Answer:
    """Return what ``ask`` gives. Raises ``EngineUnavailable`` after so many seconds in all.

    The timeout of a client is for each read: an answer that drips in byte by byte would never end
    it. The thread that waits for such an answer is left behind and ends with the connection.
    """
    answers: SimpleQueue = SimpleQueue()

    def run():
        try:
            answers.put((ask(), None))
        except BaseException as error:
            answers.put((None, error))

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except Empty:
        raise EngineUnavailable(f"{name} has not answered within {seconds:g} s") from None
    if error is not None:
        raise error
    return answer
