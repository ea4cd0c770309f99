"""The virtual environment of `make run` is made once; what cannot be fetched is said in a sentence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def test_packages_that_cannot_be_fetched_are_said_in_one_sentence(tmp_path):
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "prepare.py", tmp_path / "scripts")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    answer = subprocess.run(
        [sys.executable, tmp_path / "scripts" / "prepare.py", "run"],
        env={**os.environ, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_NO_INPUT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "The packages of requirements.txt could not be installed" in answer.stderr.splitlines()[-1]
    assert "Traceback" not in answer.stderr
    assert (tmp_path / ".venv" / "bin" / "python").exists()
    assert not list(tmp_path.glob(".venv/*.installed"))
