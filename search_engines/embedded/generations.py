"""Where the embedded index lives: generations, the pointer to the live one, and locks.

``root`` holds::

    CURRENT               the name of the live generation; replaced atomically
    gen-<time>-<random>/  a Tantivy index, and about.json (what it was made with), version (the newest)
    BUILDING, journal     while a rebuild runs: its generation, and the groups written meanwhile
    damaged               the name of a generation that must be rebuilt, and why
    *.lock                files that are only locked, never read

The old generation stays on disk until the next rebuild, so that no reader loses a file it has open.
Locks are ``flock`` locks: they end with the process that holds them, also after ``kill -9``. They and
Tantivy's mapped files need a local POSIX file system.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from search_engines.base import EngineUnavailable, RebuildRunning
from search_engines.embedded.faults import disk_faults
from search_engines.embedded.schema import signature

TURN_SECONDS = 20
_POLL_SECONDS = 0.005
_PREFIX = "gen-"
_NAME = re.compile(r"gen-[\w-]{1,100}")


class Generations:
    """The files of one embedded index below ``root``; keeps no state of its own.

    Methods raise ``OSError`` where nothing else is given; locks raise ``EngineUnavailable``.
    """

    def __init__(self, root: str | os.PathLike):
        if not str(root).strip():
            raise ValueError("the embedded index needs a directory of its own")
        self.root = Path(root).absolute()

    def path(self, name: str) -> Path:
        """Return the directory of one generation. Raises ``EngineUnavailable`` for what is no name of one."""
        if not _NAME.fullmatch(name):
            raise EngineUnavailable(f"{name!r} is no generation of the index")
        return self.root / name

    def current(self) -> str:
        """Return the name of the live generation. Raises ``EngineUnavailable`` if there is none."""
        name = self._read("CURRENT")
        if not name:
            raise EngineUnavailable("the embedded index was not built yet")
        return name

    def need_current_format(self, name: str) -> None:
        """Raise ``EngineUnavailable`` unless this code made the generation: same Tantivy, schema and analysis."""
        try:
            about = json.loads((self.path(name) / "about.json").read_text())
        except (OSError, ValueError):
            about = {}
        if about.get("signature") != signature():
            raise EngineUnavailable("the embedded index was made by another version")

    def mark_damaged(self, name: str, reason: str) -> None:
        """Remember that a generation must be rebuilt, and why.

        Best effort: on a full disk the error that was met must not be replaced by another.
        """
        with suppress(OSError):
            self._write("damaged", f"{name} {' '.join(reason.split())}")

    def damage(self, name: str) -> str:
        """Return why the generation must be rebuilt; "" when it need not."""
        marked, _space, reason = self._read("damaged").partition(" ")
        return (reason or "it is damaged") if marked == name else ""

    def note_version(self, name: str, version: int) -> None:
        """Remember a version that is about to be written to the generation. Needs the write turn."""
        if version > self.newest_version(name):
            _replace(self.path(name) / "version", str(version))

    def newest_version(self, name: str) -> int:
        """Return the highest version that was noted for the generation, or 0."""
        try:
            return int((self.path(name) / "version").read_text())
        except (FileNotFoundError, ValueError):  # ValueError: cut by a power failure
            return 0

    @contextmanager
    def write_turn(self, seconds: float = TURN_SECONDS) -> Iterator[None]:
        """Hold the exclusive right to write. Raises ``EngineUnavailable`` when it does not come in time.

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
    def rebuild_lock(self) -> Iterator[None]:
        """Hold the exclusive right to rebuild, or raise ``RebuildRunning`` at once."""
        with self._lock("rebuild.lock") as lock:
            if not _try(lock):
                raise RebuildRunning("the embedded index is being rebuilt already")
            yield

    def begin(self) -> str:
        """Remove what earlier rebuilds left and create a generation; return its name. Needs both locks."""
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
        """Make the finished generation the live one. Needs both locks."""
        about = json.dumps({"signature": signature()})
        _write_durably(self.path(name) / "about.json", about)
        self._write("CURRENT", name)
        self.abandon()

    def abandon(self) -> None:
        """Stop recording for a rebuild that ended, successful or not."""
        for name in ("BUILDING", "journal"):
            (self.root / name).unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Remove every generation; none is live afterwards. Needs the write turn."""
        (self.root / "CURRENT").unlink(missing_ok=True)
        for path in self.root.glob(f"{_PREFIX}*"):
            shutil.rmtree(path)

    def record(self, groups: Iterable[str]) -> None:
        """Record groups for a rebuild, if one runs; before they are committed. Needs the write turn."""
        if not groups or not self._is_building():
            return
        with (self.root / "journal").open("a", encoding="utf-8") as journal:
            journal.writelines(f"{group}\n" for group in groups)
            journal.flush()
            os.fsync(journal.fileno())

    def recorded(self, offset: int) -> tuple[list[str], int]:
        """Return the groups recorded after ``offset`` bytes of the journal, each once, and the next offset."""
        with (self.root / "journal").open("rb") as journal:
            journal.seek(offset)
            lines = journal.read()
        complete = lines[: lines.rfind(b"\n") + 1]
        groups = dict.fromkeys(filter(None, complete.decode("utf-8").split("\n")))
        return list(groups), offset + len(complete)

    def _is_building(self) -> bool:
        """Return whether a living process rebuilds; a killed one leaves the file but not the lock."""
        if not (self.root / "BUILDING").exists():
            return False
        with self._lock("rebuild.lock") as lock:
            return not _try(lock)

    @contextmanager
    def _lock(self, name: str) -> Iterator[int]:
        with disk_faults():
            self.root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.root / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _read(self, name: str) -> str:
        try:
            return (self.root / name).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return ""

    def _write(self, name: str, text: str) -> None:
        _write_durably(self.root / name, text)


def _try(descriptor: int) -> bool:
    with disk_faults():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _write_durably(path: Path, text: str) -> None:
    """Replace a small file so that a power failure leaves either the old text or the new one."""
    _replace(path, text, durably=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _replace(path: Path, text: str, *, durably: bool = False) -> None:
    """Replace a small file in one step for all who read it."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            if durably:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
