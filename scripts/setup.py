"""The start of `make run`, `make dev`, `make test` and of an installation: find a Python that is new enough.

Usage: python3 scripts/setup.py run|dev|test|install

Any Python 3 can run this file: `python3` may be an old version beside a newer one.
PYTHON=/path/to/python chooses an interpreter.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
# Every pinned package has a wheel for these. Newer versions are tried after them.
KNOWN = ("3.14", "3.13", "3.12", "3.11")
LATER = ("3.17", "3.16", "3.15")

QUESTION = "import sys; print('%d.%d' % sys.version_info[:2])"


def version_of(python):
    """Return the version of an interpreter as a pair of numbers; None if it does not run."""
    try:
        answer = subprocess.check_output([python, "-c", QUESTION], stderr=subprocess.DEVNULL)
        major, minor = answer.decode("ascii").strip().split(".")
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    return int(major), int(minor)


def can_make_environments(python):
    """Whether the interpreter has venv and ensurepip, which are a separate package on Debian."""
    with open(os.devnull, "w") as nowhere:
        return subprocess.call([python, "-c", "import venv, ensurepip"], stderr=nowhere) == 0


def candidates():
    """Return the interpreters to try, best first."""
    chosen = os.environ.get("PYTHON")
    if chosen and chosen != "python3":
        return [chosen]
    return ["python" + version for version in KNOWN + LATER] + ["python3", sys.executable]


def main():
    """Run scripts/prepare.py with the first suitable Python, or exit with what is missing."""
    too_old = without_venv = None
    for python in candidates():
        version = version_of(python)
        if version is None:
            continue
        if version < OLDEST:
            too_old = too_old or (python,) + version
        elif can_make_environments(python):
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "prepare.py")
            os.execvp(python, [python, script] + sys.argv[1:])
        else:
            without_venv = without_venv or (python,) + version
    if without_venv:
        sys.exit("%s has no venv module. On Debian and Ubuntu: apt-get install python%d.%d-venv" % without_venv)
    found = "%s is Python %d.%d" % too_old if too_old else "there is none here"
    sys.exit(
        "Lyceum needs Python 3.11 or newer, and %s. Install a newer one, or name it: "
        "make run PYTHON=/path/to/python3.12" % found
    )


if __name__ == "__main__":
    main()
