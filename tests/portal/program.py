"""Simulates a web server with a child process: `python -m tests.portal.program FOLDER NAME`."""

import os
import subprocess
import sys
import time
from pathlib import Path

from portal.parent_watchdog import end_with_parent

if __name__ == "__main__":
    folder, name = Path(sys.argv[1]), sys.argv[2]
    end_with_parent()
    child = subprocess.Popen(["sleep", "600"])
    with (folder / name).open("a") as file:
        file.write(f"{os.getpid()} {child.pid}\n")
    time.sleep(600)
