"""What the code that makes an answer says about keeping it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


@dataclass
class Keeping:
    """What was said about the answer that is being made."""

    is_allowed: bool = True
    until: datetime | None = None
    """The instant (aware) at which something changes that only this answer shows."""


_current: ContextVar[Keeping | None] = ContextVar("keeping", default=None)


@contextmanager
def asking() -> Iterator[Keeping]:
    """Collect what is said about the answer that is made inside this context."""
    token = _current.set(keeping := Keeping())
    try:
        yield keeping
    finally:
        _current.reset(token)


def do_not_keep() -> None:
    """Say that the answer which is being made is for this request only."""
    if (keeping := _current.get()) is not None:
        keeping.is_allowed = False


def keep_until(at: datetime) -> None:
    """Say that the answer which is being made is right until `at` (aware), and perhaps no longer."""
    if (keeping := _current.get()) is not None:
        keeping.until = min(keeping.until or at, at)
