"""Values that are read at most once while one request is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

# Outside `read_once` there is no dictionary, and nothing is remembered.
_values: ContextVar[dict["OncePerRequest", Any] | None] = ContextVar("once_per_request", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Remember values inside this context: for one request that changes nothing."""
    token = _values.set({})
    try:
        yield
    finally:
        _values.reset(token)


class OncePerRequest(Generic[Value]):
    """A place for one value of the request that is being answered."""

    def get(self) -> Value | None:
        """The value of this request; None if it has none yet, and outside `read_once`."""
        return (_values.get() or {}).get(self)

    def set(self, value: Value) -> None:
        """Remember the value for this request; outside `read_once`, do nothing."""
        values = _values.get()
        if values is not None:
            values[self] = value
