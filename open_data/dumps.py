"""The dump of each night: all datasets in all formats and languages as files, with their checksums.

A dump is a folder that is complete before the file `current.json` names it. So a reader gets the files of one dump, and
a worker that is killed leaves the dump before.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from core.page_cache.content_version import note_change
from open_data.datasets import DATASETS
from open_data.formats import FORMATS, Format
from open_data.licence import about

CHECKSUMS = "SHA256SUMS"
_CURRENT = "current.json"
_LOCK = "open-data.lock"


@dataclass(frozen=True)
class DumpFile:
    """One file of a dump."""

    name: str
    dataset: str
    format: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True)
class Dump:
    """The files that were made in one night."""

    folder: str
    made_at: datetime
    files: tuple[DumpFile, ...]

    def path(self, name: str) -> Path:
        """The path of one of its files."""
        return _base() / self.folder / name


def make_dump() -> Dump:
    """Write all files again, make them the current dump, and delete what is older than the dump before.

    While another process makes one, this one waits for it.
    """
    with (Path(settings.DATA_DIR) / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _make_dump()


def _make_dump() -> Dump:
    made_at = timezone.now()
    folder = f"{made_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    target = _base() / folder
    target.mkdir(parents=True)
    files = [
        _write(target / f"{code}.{file_format.code}", code, file_format)
        for code in DATASETS
        for file_format in FORMATS.values()
    ]
    lines = [f"{file.sha256}  {file.name}\n" for file in files]
    files.append(_save(target / CHECKSUMS, "", "", (line.encode() for line in lines)))
    dump = Dump(folder, made_at, tuple(files))
    before = current_dump()
    _name_as_current(dump)
    # Kept pages name the dump before.
    note_change()
    # A reader may just have opened the page that names the files of the dump before.
    _delete_others(folder, before.folder if before else "")
    return dump


def current_dump() -> Dump | None:
    """Return the newest complete dump; None before the first one."""
    try:
        saved = json.loads((_base() / _CURRENT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    files = tuple(DumpFile(**file) for file in saved["files"])
    return Dump(saved["folder"], datetime.fromisoformat(saved["made_at"]), files)


def _base() -> Path:
    return Path(settings.DATA_DIR) / "open-data"


def _write(path: Path, code: str, file_format: Format) -> DumpFile:
    dataset = DATASETS[code]
    content = file_format.write(dataset.columns, dataset.public_values(), about(dataset, ""))
    return _save(path, code, file_format.code, content)


def _save(path: Path, dataset: str, file_format: str, content: Iterable[bytes]) -> DumpFile:
    """Write a file to the disk and return its size and checksum."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in _gathered(content):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return DumpFile(path.name, dataset, file_format, size, digest.hexdigest())


def _gathered(pieces: Iterable[bytes], least: int = 64 * 1024) -> Iterator[bytes]:
    """Yield the bytes in larger pieces."""
    waiting: list[bytes] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= least:
            yield b"".join(waiting)
            waiting, length = [], 0
    yield b"".join(waiting)


def _name_as_current(dump: Dump) -> None:
    new = _base() / f"{_CURRENT}.{secrets.token_hex(4)}"
    saved = asdict(dump) | {"made_at": dump.made_at.astimezone(UTC).isoformat()}
    new.write_text(json.dumps(saved), encoding="utf-8")
    os.replace(new, _base() / _CURRENT)


def _delete_others(*kept: str) -> None:
    """Delete all folders but these, and what a killed worker has left."""
    for path in _base().iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
    for path in _base().glob(f"{_CURRENT}.*"):
        path.unlink(missing_ok=True)
