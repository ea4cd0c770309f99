"""Waiting for what other threads and processes do, on a machine that may be busy."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Answer = TypeVar("Answer")

CEILING = 60.0
"""Seconds that nothing takes, not even on a busy machine."""
SCHEDULING = Path("/proc/thread-self/schedstat")


def wait_until(condition: Callable[[], Answer], seconds: float = CEILING) -> Answer:
    """Return the first true answer of `condition`; fail the test after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := condition():
            return answer
        time.sleep(0.05)
    return pytest.fail(f"waited {seconds} s in vain for {condition}")


def own_seconds() -> float:
    """`time.monotonic`, without the time in which this thread waited for a processor.

    The difference of two readings is what the code took or waited for itself. Where Linux does not
    count the other time, it is part of it.
    """
    while True:
        waited, now = _seconds_without_processor(), time.monotonic()
        if waited == _seconds_without_processor():  # else others came in between the two readings
            return now - waited


def _seconds_without_processor() -> float:
    return int(SCHEDULING.read_text().split()[1]) / 1e9 if SCHEDULING.exists() else 0.0
