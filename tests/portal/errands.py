"""Background tasks for the tests of the worker."""

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def write_down(path: str, seconds: float = 0) -> str:
    """Note the start in the file, take a while, note the end."""
    with Path(path).open("a") as file:
        file.write("begun\n")
    time.sleep(seconds)
    with Path(path).open("a") as file:
        file.write("done\n")
    return "done"


@task()
def end_the_process() -> None:
    """What a crash in a library looks like."""
    os.kill(os.getpid(), 9)
