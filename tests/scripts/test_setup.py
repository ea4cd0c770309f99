"""The way in of `make run` says in one sentence what a machine lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SETUP = Path(settings.BASE_DIR, "scripts", "setup.py")


@pytest.fixture
def set_up(tmp_path):
    """A function that runs scripts/setup.py with a python that claims a version and may lack venv."""

    def run(version: str, venv: bool) -> subprocess.CompletedProcess:
        python = tmp_path / "python"
        python.write_text(
            f'#!/bin/sh\ncase "$2" in *ensurepip*) exit {0 if venv else 1};; *version*) echo {version};; '
            '*) echo "handed over: $*";; esac\n'
        )
        python.chmod(0o755)
        return subprocess.run(
            [sys.executable, SETUP, "run"],
            env={**os.environ, "PYTHON": str(python)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_python_that_is_too_old_is_named_with_what_is_needed(set_up):
    answer = set_up("3.9", venv=True)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Lyceum needs Python 3.11 or newer, and ")
    assert "is Python 3.9" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_python_without_venv_is_told_the_package_that_has_it(set_up):
    answer = set_up("3.12", venv=False)
    assert answer.returncode == 1
    assert "apt-get install python3.12-venv" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_python_that_will_do_prepares_the_rest(set_up):
    answer = set_up("3.12", venv=True)
    assert answer.returncode == 0
    assert "prepare.py run" in answer.stdout
