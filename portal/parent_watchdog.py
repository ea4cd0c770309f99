"""Ending with the process that started us, however that one ended.

The supervisor gives each child a pipe as standard input and keeps the other end open. The kernel
closes that end when the supervisor dies, even by kill -9, and the child reads the end of its
input. Nothing has to be polled, and nothing depends on one operating system.
"""

import os
import signal
import sys
import threading
import time

# How long a child may take to end in an orderly way.
GRACE_SECONDS = 10


def end_with_parent() -> None:
    """End when standard input ends: SIGTERM to this process and its children, then SIGKILL.

    For a process that leads a process group, as every child of the supervisor does.
    """
    threading.Thread(target=_watch, args=(sys.stdin.fileno(),), name="lifeline", daemon=True).start()


def _watch(descriptor: int) -> None:
    while os.read(descriptor, 512):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)
