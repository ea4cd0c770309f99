"""The connection to the cluster: one client per process, and its errors."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from elasticsearch import ApiError, ConnectionError, ConnectionTimeout, Elasticsearch, TransportError, helpers

from search_engines.base import EngineUnavailable

Answer = TypeVar("Answer")

WRITE_TIMEOUT, WRITE_DEADLINE = 5.0, 10.0
"""Seconds for a request, and for a batch, of the worker, which may wait longer than a reader."""
CONTROL_TIMEOUT = 60.0
"""Seconds for a request of a rebuild: a busy master takes long to make an index or move an alias."""
CONTROL_PAUSES = (1.0, 3.0, 6.0)
"""Seconds before the further attempts at a request of a rebuild: a new master is elected meanwhile."""
TRANSIENT = {408, 429, 502, 503, 504}
LONGEST_REASON = 300


def _without_traceback(record: logging.LogRecord) -> bool:
    """Let the client log an attempt that it repeats in one line; its traceback shows only the client's own code."""
    if record.exc_info:
        why = one_line(str(record.exc_info[1])).replace("%", "%%")
        record.msg, record.exc_info = f"{record.msg}: {why}", None
    return True


logging.getLogger("elastic_transport.transport").addFilter(_without_traceback)


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
    """Make a client for the nodes at ``urls``. ``timeout`` is in seconds and for one attempt at one node.

    Raises ``ValueError`` when no address is given. Nodes are not sniffed: the operator chooses the list.
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
def cluster_faults() -> Iterator[None]:
    """Raise ``EngineUnavailable``, with Elasticsearch's own reason, for what the cluster or the way to it causes."""
    try:
        yield
    except (ApiError, TransportError, helpers.ScanError) as error:
        raise EngineUnavailable(reason(error)) from error


def reason(error: ApiError | TransportError | helpers.ScanError) -> str:
    """Return in one line why a request failed, in the words of the server if it gave any."""
    if isinstance(error, ApiError):
        text = f"Elasticsearch answers {error.status_code}: {cause(error.body) or error.message}"
    elif isinstance(error, TransportError):
        text = f"Elasticsearch does not answer: {type(error).__name__} {error.message}"
    else:
        text = f"Elasticsearch stopped in the middle of a list: {error}"
    return one_line(text)


def cause(body: object) -> str:
    """Return the innermost reason in the body of an error; "" for a body of another form."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return str(error or "")
    error = (error.get("root_cause") or [error])[0]
    while isinstance(error.get("caused_by"), Mapping):
        error = error["caused_by"]
    return str(error.get("reason") or error.get("type") or "")


def one_line(text: str) -> str:
    """Return the text without line breaks, cut to size."""
    return " ".join(text.split())[:LONGEST_REASON]


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Return what a request of a rebuild gives, which is repeated when the cluster is busy or out of reach.

    A request may have been carried out although its answer was lost: it must be safe to repeat.
    """
    for pause in CONTROL_PAUSES:
        try:
            return ask()
        except (ConnectionError, ConnectionTimeout):
            pass
        except ApiError as error:
            if error.status_code not in TRANSIENT:
                raise
        time.sleep(pause)
    return ask()
