"""The manifest of a backup: what is in it, so that a damaged or incomplete backup is noticed before it is used."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from operations.refused import Refused, size

FORMAT = 1
MANIFEST = "manifest.json"
CHECKSUM = "manifest.json.sha256"
PIECE = 1024 * 1024


@dataclass(frozen=True)
class StoredFile:
    """A file of a backup."""

    size: int
    """Bytes."""
    sha256: str


@dataclass
class Manifest:
    """What a backup holds."""

    vendor: str
    """Django's name of the database: "sqlite" or "postgresql"."""
    database: str
    """The file that holds it."""
    versions: dict[str, str] = field(default_factory=dict)
    """What made it: the database server, Python, Django, Wagtail."""
    languages: list[str] = field(default_factory=list)
    migrations: dict[str, list[str]] = field(default_factory=dict)
    """The migrations that the database has had, by app."""
    tables: dict[str, int] = field(default_factory=dict)
    """All tables, with the number of their rows in the backup."""
    left_out: list[str] = field(default_factory=list)
    """The tables whose rows are not in the backup."""
    missing: list[str] = field(default_factory=list)
    """Files that the database names and that were not there."""
    files: dict[str, StoredFile] = field(default_factory=dict)
    """By their path in the backup."""
    made_at: str = ""
    """The moment of the database, in ISO 8601 with the time zone."""

    @property
    def moment(self) -> datetime:
        """The moment of the database."""
        return datetime.fromisoformat(self.made_at).astimezone(UTC)

    def write(self, folder: Path) -> None:
        """Write the manifest and its checksum, which `sha256sum --check` reads."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
        for name, content in ((MANIFEST, text), (CHECKSUM, f"{digest}  {MANIFEST}\n")):
            with new_file(folder / name) as file:
                file.write(content.encode())


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Refused when there is none, or it is damaged or of a newer version."""
    try:
        content = (folder / MANIFEST).read_bytes()
        expected = (folder / CHECKSUM).read_text(encoding="utf-8").split()[0]
    except FileNotFoundError as error:
        raise Refused(f"{folder} is no complete backup: {Path(error.filename).name} is missing.") from error
    except (IndexError, UnicodeDecodeError) as error:
        raise Refused(f"{folder / CHECKSUM} is damaged.") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise Refused(f"{folder / MANIFEST} is damaged: it does not have the checksum in {CHECKSUM}.")
    try:
        told = json.loads(content)
        if told.pop("format") > FORMAT:
            raise Refused(f"{folder} was made by a newer version of Lyceum: restore it with that version.")
        told["files"] = {name: StoredFile(**file) for name, file in told["files"].items()}
        found = Manifest(**told)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(f"{folder / MANIFEST} is no manifest of a backup.") from error
    if outside := [name for name in found.files if not _is_inside(name)]:
        raise Refused(f"{folder / MANIFEST} names files outside of the backup: {outside[0]}.")
    return found


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise Refused, with the names of the files, unless each has the size and checksum of the manifest."""
    damaged = [name for name, file in manifest.files.items() if _state(folder / name) != file]
    if damaged:
        others = f" and {len(damaged) - 5} others" if len(damaged) > 5 else ""
        raise Refused(f"The backup {folder} is damaged: {', '.join(damaged[:5])}{others} missing or changed.")


def stored(path: Path) -> StoredFile:
    """The size and checksum of a file."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        for piece in pieces(file):
            digest.update(piece)
            length += len(piece)
    return StoredFile(length, digest.hexdigest())


def copy(source: Path, target: Path) -> StoredFile:
    """Copy a file with its time, and return the size and checksum of what was copied. Only the owner can read it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, length = hashlib.sha256(), 0
    with source.open("rb") as old, new_file(target) as new:
        for piece in pieces(old):
            digest.update(piece)
            length += len(piece)
            new.write(piece)
        state = os.fstat(old.fileno())
    os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
    return StoredFile(length, digest.hexdigest())


def new_file(path: Path) -> BinaryIO:
    """An empty file to write, which only the owner can read at any moment."""
    return open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb")


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The content of an open file, in pieces."""
    while piece := file.read(PIECE):
        yield piece


def need_space(folder: Path, needed: int) -> None:
    """Raise Refused unless the disk of an existing folder has room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refused(f"{folder} has room for {size(free)}, but {size(needed)} are needed.")


def _state(path: Path) -> StoredFile | None:
    try:
        return stored(path)
    except FileNotFoundError:
        return None


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
