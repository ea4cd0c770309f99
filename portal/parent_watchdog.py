"""Ends a process when its parent ends, also when the parent is killed.

The supervisor gives each child a pipe as standard input and keeps the other end open. The kernel
closes that end when the supervisor ends, also by kill -9. The child then reads the end of its
input. Nothing is polled, and it works on every operating system with pipes.
"""

import os
import signal
import sys
import threading
import time

# How long a child may take to end after SIGTERM.
GRACE_SECONDS = 10


def end_with_parent() -> None:
    """Watch standard input in a thread; when it ends, send SIGTERM to the process group, then SIGKILL.

    For a process that leads a process group, as every child of the supervisor does.
    """
    threading.Thread(target=_watch, args=(sys.stdin.fileno(),), name="parent watchdog", daemon=True).start()


def _watch(descriptor: int) -> None:
    while os.read(descriptor, 512):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)
