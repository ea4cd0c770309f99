"""What the tests measure time with."""

import os
import subprocess
import sys
import time

import pytest

from tests.waiting import SCHEDULING, own_seconds, wait_until


def test_the_first_true_answer_ends_the_wait():
    answers = iter([0, "", "third", "fourth"])
    assert wait_until(lambda: next(answers)) == "third"


def test_a_condition_that_never_comes_fails_the_test():
    with pytest.raises(pytest.fail.Exception, match="in vain"):
        wait_until(lambda: False, seconds=0)


def test_time_that_is_slept_is_counted():
    begun = own_seconds()
    time.sleep(0.2)
    assert own_seconds() - begun >= 0.19


@pytest.mark.skipif(not SCHEDULING.exists(), reason="only Linux counts how long a thread waits for a processor")
def test_time_in_which_another_has_the_processor_is_not_counted():
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])  # on the same processor
    try:
        enough = time.thread_time() + 0.5
        begun, own = time.monotonic(), own_seconds()
        while time.thread_time() < enough:
            pass
        took, own_took = time.monotonic() - begun, own_seconds() - own
    finally:
        other.kill()
        other.wait()
        os.sched_setaffinity(0, processors)
    assert 0.4 < own_took < took
    assert own_took - 0.5 < took - own_took
