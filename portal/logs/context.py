"""What a line of the log says about where it comes from: the request, or the periodic task of the worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_fields: ContextVar[dict[str, str] | None] = ContextVar("fields of the log", default=None)


@contextmanager
def logged_with(**fields: str) -> Iterator[None]:
    """Add `fields` to the lines of JSON that this thread logs meanwhile."""
    token = _fields.set({**current(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def current() -> dict[str, str]:
    """The fields of this thread."""
    return _fields.get() or {}
