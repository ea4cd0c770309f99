"""The virtual environment of `make run` is made once; what cannot be fetched is said in a sentence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
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


@pytest.fixture
def read_only(tmp_path) -> Path:
    """A folder with the scripts in which nobody can write, root included: mounted again for one command."""
    (tmp_path / "scripts").mkdir()
    for name in ("setup.py", "prepare.py"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts")
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def in_read_only_folder(folder: Path, command: str) -> subprocess.CompletedProcess:
    words = f'mount --bind -o ro "{folder}" "{folder}" && cd "{folder}" && {command}'
    isolated = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*isolated, "true"], check=False).returncode:
        pytest.skip("This machine allows no mounts of its own.")
    return subprocess.run([*isolated, "sh", "-c", words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("goal", ["run", "dev"])
def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(read_only, goal):
    answer = in_read_only_folder(read_only, f'make {goal} PYTHON="{sys.executable}"')
    said = [line for line in answer.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1, answer.stderr
    assert said[0].startswith(f"Lyceum cannot write to its folder: {read_only}/.venv (Read-only file system).")
    assert answer.returncode != 0


def test_catalogues_that_cannot_be_compiled_are_said_in_one_sentence(read_only):
    """The environment is there, from a machine or a time in which the folder could be written."""
    binaries = read_only / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    shutil.copy(ROOT / "scripts" / "catalogues.py", read_only / "scripts")
    messages = read_only / "locale" / "fr" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    shutil.copy(ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po", messages)
    stamp = (
        "from scripts import prepare; from hashlib import sha256; prepare.ENVIRONMENT.joinpath("
        "'requirements.txt.installed').write_text(prepare.environment_version() + ' ' + "
        "sha256(open('requirements.txt', 'rb').read()).hexdigest())"
    )
    subprocess.run([sys.executable, "-c", stamp], cwd=read_only, check=True)
    answer = in_read_only_folder(read_only, f'"{sys.executable}" scripts/prepare.py run')
    assert answer.stderr.startswith(f"The message catalogues in {read_only}/locale could not be compiled: ")
    assert len(answer.stderr.splitlines()) == 1
