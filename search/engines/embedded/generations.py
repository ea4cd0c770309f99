"""Where the embedded index lives: generations, the pointer to the one that answers, and locks.

``root`` holds::

    CURRENT               the name of the generation that answers; replaced atomically
    gen-<time>-<random>/  a Tantivy index, and about.json that says what it was made with
    BUILDING, journal     while a rebuild runs: its generation, and the groups written meanwhile
    damaged               the name of a generation in which damage was met
    *.lock                files that are only locked, never read

The old generation stays on disk until the next rebuild, so that no reader loses a file it has open.
Locks are ``flock`` locks: they end with the process that holds them, also after ``kill -9``. They and
Tantivy's mapped files need a local POSIX file system.
"""

import fcntl
import json
import os
import secrets
import shutil
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from search.engines.base import EngineUnavailable, RebuildRunning
from search.engines.embedded.schema import signature

TURN_SECONDS = 20
_POLL_SECONDS = 0.005
_PREFIX = "gen-"


class Generations:
    """The files of one embedded index below ``root``; holds no state of its own."""

    def __init__(self, root: str | os.PathLike):
        if not str(root).strip():
            raise ValueError("the embedded index needs a directory of its own")
        self.root = Path(root).absolute()

    def path(self, name: str) -> Path:
        """The directory of one generation."""
        if not name.startswith(_PREFIX) or Path(name).name != name:
            raise EngineUnavailable(f"{name!r} is no generation of the index")
        return self.root / name

    def current(self) -> str:
        """The name of the generation that answers. Raises ``EngineUnavailable`` if none does."""
        name = self._read("CURRENT")
        if not name:
            raise EngineUnavailable("the embedded index was not built yet")
        return name

    def is_current_format(self, name: str) -> bool:
        """Whether this code made the generation: same Tantivy, same schema, same analysis."""
        try:
            about = json.loads((self.path(name) / "about.json").read_text())
        except (OSError, ValueError):
            return False
        return about.get("signature") == signature()

    def mark_damaged(self, name: str) -> None:
        """Remember that ``name`` must be rebuilt. Best effort: a full disk must not hide the fault."""
        with suppress(OSError):
            self._write("damaged", name)

    def is_damaged(self, name: str) -> bool:
        """Whether damage was met in this generation."""
        return self._read("damaged") == name

    @contextmanager
    def write_turn(self, seconds: float = TURN_SECONDS):
        """Hold the only right to write. Raises ``EngineUnavailable`` when it does not come in time.

        Two locks: who holds the gate is next, so that one process which writes batch after batch
        cannot starve the others.
        """
        deadline = time.monotonic() + seconds
        with self._lock("gate.lock") as gate, self._lock("write.lock") as write:
            for lock in (gate, write):
                while not _try(lock):
                    if time.monotonic() > deadline:
                        raise EngineUnavailable("another process keeps writing the embedded index")
                    time.sleep(_POLL_SECONDS)
            fcntl.flock(gate, fcntl.LOCK_UN)
            yield

    @contextmanager
    def rebuild_lock(self):
        """Hold the only right to rebuild, or raise ``RebuildRunning`` at once."""
        with self._lock("rebuild.lock") as lock:
            if not _try(lock):
                raise RebuildRunning("the embedded index is being rebuilt already")
            yield

    def begin(self) -> str:
        """Clear away what earlier rebuilds left and start a generation. Needs both locks."""
        keep = self._read("CURRENT")
        for path in self.root.glob(f"{_PREFIX}*"):
            if path.name != keep and path.is_dir():
                shutil.rmtree(path)
        name = f"{_PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        self.path(name).mkdir()
        self._write("journal", "")
        self._write("BUILDING", name)
        return name

    def finish(self, name: str) -> None:
        """Let the finished generation answer from now on. Needs both locks."""
        about = json.dumps({"signature": signature()})
        _write_durably(self.path(name) / "about.json", about)
        self._write("CURRENT", name)
        self.abandon()

    def abandon(self) -> None:
        """Stop recording for a rebuild that ended, well or not."""
        for name in ("BUILDING", "journal"):
            (self.root / name).unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Remove every generation; afterwards none answers. Needs the write turn."""
        (self.root / "CURRENT").unlink(missing_ok=True)
        for path in self.root.glob(f"{_PREFIX}*"):
            shutil.rmtree(path)

    def record(self, groups) -> None:
        """Note groups for a rebuild, if one runs; before they are committed. Needs the write turn."""
        if not groups or not self._is_building():
            return
        with (self.root / "journal").open("a", encoding="utf-8") as journal:
            journal.writelines(f"{group}\n" for group in groups)
            journal.flush()
            os.fsync(journal.fileno())

    def recorded(self, offset: int) -> tuple[list[str], int]:
        """Groups noted after ``offset`` bytes of the journal, each once, and where to go on."""
        with (self.root / "journal").open("rb") as journal:
            journal.seek(offset)
            lines = journal.read()
        complete = lines[: lines.rfind(b"\n") + 1]
        groups = dict.fromkeys(filter(None, complete.decode("utf-8").split("\n")))
        return list(groups), offset + len(complete)

    def _is_building(self) -> bool:
        """Whether a living process rebuilds; a killed one leaves the file but not the lock."""
        if not (self.root / "BUILDING").exists():
            return False
        with self._lock("rebuild.lock") as lock:
            return not _try(lock)

    @contextmanager
    def _lock(self, name: str):
        self.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.root / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _read(self, name: str) -> str:
        try:
            return (self.root / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""

    def _write(self, name: str, text: str) -> None:
        _write_durably(self.root / name, text)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_durably(path: Path, text: str) -> None:
    """Replace a small file so that a crash leaves either the old text or the new one."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
