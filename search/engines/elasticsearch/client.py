"""The connection to the cluster: one client per process, its faults, and a deadline for every answer."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TypeVar

from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError

from search.engines.base import EngineUnavailable

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

WRITE_TIMEOUT, WRITE_DEADLINE = 5.0, 10.0
"""Seconds for a request, and for a batch, of the worker, who may wait longer than a reader."""
REBUILD_TIMEOUT = 60.0


def connect(
    urls: Sequence[str],
    *,
    timeout: float,
    retries: int,
    api_key: str = "",
    user: str = "",
    password: str = "",
    ca_file: str = "",
) -> Elasticsearch:
    """A client for the nodes at ``urls``. ``timeout`` is in seconds and for one attempt at one node.

    Raises ``ValueError`` when no address is given. Nodes are not sniffed: the list is the operator's.
    """
    if not urls:
        raise ValueError("Elasticsearch needs the address of at least one node")
    options: dict = {"request_timeout": timeout, "max_retries": retries, "retry_on_timeout": False}
    if api_key:
        options["api_key"] = api_key
    elif user:
        options["basic_auth"] = (user, password)
    if ca_file:
        options["ca_certs"] = ca_file
    return Elasticsearch(list(urls), **options)


@contextmanager
def cluster_faults():
    """Raise ``EngineUnavailable`` for whatever the cluster or the way to it is guilty of."""
    try:
        yield
    except BadRequestError as error:
        # Ours, not the cluster's: a reader gets a degraded answer, and somebody has to look.
        logger.exception("Elasticsearch refuses a request")
        raise EngineUnavailable(f"Elasticsearch refuses a request: {_reason(error)}") from error
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"Elasticsearch does not answer: {_reason(error)}") from error


def _reason(error: ApiError | TransportError) -> str:
    if isinstance(error, ApiError):
        return f"{error.status_code} {error.message}"[:300]
    return f"{type(error).__name__} {error.message}"[:300]


def within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """What ``ask`` gives, or ``EngineUnavailable`` after so many seconds in all.

    The client's own time-out is for each read: an answer that drips in byte by byte would never end
    it. The thread that waits for such an answer is left behind and ends with the connection.
    """
    answers: SimpleQueue = SimpleQueue()

    def run():
        try:
            answers.put((ask(), None))
        except BaseException as error:
            answers.put((None, error))

    threading.Thread(target=run, name="elasticsearch", daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except Empty:
        raise EngineUnavailable(f"Elasticsearch has not answered within {seconds} s") from None
    if error is not None:
        raise error
    return answer
