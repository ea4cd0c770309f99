"""Make the virtual environment and the compiled catalogues, then start the portal.

Usage: python3 scripts/prepare.py run|dev|test|install

run   the packages of a portal, then `manage.py start` as the public sees it
dev   also the developers' packages, then `manage.py start` with debugging and reload
test  the same packages; starts nothing
install  the packages of a portal; starts nothing

The environment stays as it is while requirements*.txt are unchanged.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
# The settings of `manage.py start`, unless the environment or `.env` names others.
SETTINGS = {"run": "portal.settings.demo", "dev": "portal.settings.dev"}

QUESTION = "import importlib.util as u, sys; print(*sys.version_info[:2], 'pip' if u.find_spec('pip') else '')"


def environment_version() -> str | None:
    """Return the Python version of `.venv`, such as "3.12"; None if it does not run, is too old or has no pip."""
    if not PYTHON.exists():
        return None
    answer = subprocess.run([PYTHON, "-c", QUESTION], capture_output=True, text=True, check=False)
    match answer.stdout.split():
        case [major, minor, "pip"] if (int(major), int(minor)) >= OLDEST:
            return f"{major}.{minor}"
    return None


def ensure_environment() -> str:
    """Make `.venv` if there is none that runs, and return the version of its Python."""
    if version := environment_version():
        return version
    print("Making the virtual environment .venv …", flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        venv.create(ENVIRONMENT, with_pip=True)
    except subprocess.CalledProcessError as error:
        # Half an environment would look like a whole one the next time.
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        sys.exit(f"The virtual environment could not be made: {' '.join(map(str, error.cmd))} failed.")
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def ensure_installed(requirements: str, version: str) -> None:
    """Install the pinned packages for a Python version, unless exactly these are installed.

    Raises SystemExit with one sentence if they cannot be downloaded.
    """
    stamp = ENVIRONMENT / f"{requirements}.installed"
    wanted = f"{version} {hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {requirements} (a minute or two) …", flush=True)
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--only-binary", ":all:", "--requirement", ROOT / requirements]
    if subprocess.run(command, check=False).returncode:
        sys.exit(
            f"The packages of {requirements} could not be installed: is the package index reachable "
            "from here? The lines above are pip's own."
        )
    stamp.write_text(wanted)


def catalogues_changed() -> bool:
    """Whether a message catalogue is newer than its compiled form."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            return True
    return False


def compile_catalogues() -> None:
    """Write the compiled form of the message catalogues. Raises SystemExit with one sentence if that is impossible."""
    command: list[str | Path] = [PYTHON, "scripts/catalogues.py", "compile"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    print(answer.stdout, end="")
    if answer.returncode:
        reason = (answer.stderr.strip().splitlines() or ["scripts/catalogues.py failed"])[-1]
        sys.exit(f"The message catalogues in {ROOT / 'locale'} could not be compiled: {reason}")


@contextmanager
def one_sentence() -> Iterator[None]:
    """End with one sentence where a file cannot be written: a read-only folder, a full disk, somebody else's files."""
    try:
        yield
    except OSError as error:
        sys.exit(
            f"Lyceum cannot write to its folder: {error.filename or ROOT} ({error.strerror}). Copy {ROOT} to a "
            "place that you may write, with space for 1 GB, and start there."
        )


def main() -> None:
    """Do what the first argument names."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if purpose not in {"run", "dev", "test", "install"}:
        sys.exit(f"prepare.py run|dev|test|install, not {purpose}")
    os.chdir(ROOT)
    with one_sentence():
        version = ensure_environment()
        ensure_installed(RUNTIME, version)
        if purpose in {"dev", "test"}:
            ensure_installed(DEVELOPMENT, version)
    if catalogues_changed():
        compile_catalogues()
    if purpose in SETTINGS:
        os.environ["DEFAULT_SETTINGS_MODULE"] = SETTINGS[purpose]
        os.execv(PYTHON, [str(PYTHON), "manage.py", "start"])


if __name__ == "__main__":
    main()
