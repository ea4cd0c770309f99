"""Background tasks for the tests of the worker."""

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def write_down(path: str, until: str = "") -> str:
    """Note the start in the file; wait until the file `until` is there, where one is named; note the end."""
    with Path(path).open("a") as file:
        file.write("begun\n")
    while until and not Path(until).exists():
        time.sleep(0.05)
    with Path(path).open("a") as file:
        file.write("done\n")
    return "done"


@task()
def end_the_process() -> None:
    """End like a crash in a library."""
    os.kill(os.getpid(), 9)
