"""Why something cannot be done, in one sentence for the operator."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError


class Refused(CommandError):
    """It cannot be done; the message is one sentence, or two: the cause, and what to do."""


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Raise Refused for a file that cannot be read or written, and for a disk that is full."""
    try:
        yield
    except OSError as error:
        place = error.filename2 or error.filename or "the disk"
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused(f"There is no space left for {place}.") from error
        raise Refused(f"{place} cannot be read or written ({error.strerror or error}).") from error


def size(number: int) -> str:
    """A number of bytes as people read it: "3.2 MB"."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
