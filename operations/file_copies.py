"""Copies of the stored files while people upload and delete some."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage

from operations.manifest import StoredFile, copy
from operations.refused import Refused


class Version(NamedTuple):
    """What changes when a file is written again."""

    size: int
    modified: int
    number: int


@dataclass(frozen=True)
class Copied:
    """A file of the backup, and the version that was copied."""

    version: Version
    stored: StoredFile


def media_folder() -> Path:
    """The folder of the stored files. Raises Refused for a storage elsewhere."""
    if not isinstance(default_storage, FileSystemStorage):
        raise Refused("The files are in a storage of another server: save and restore them with its own tools.")
    return Path(settings.MEDIA_ROOT)


class FilesCopy:
    """The copy of a folder of stored files.

    `take_all` comes before the snapshot of the database, so that no file is lost that is deleted later. `agree`
    comes after it, and brings what was added in between.
    """

    def __init__(self, source: Path, target: Path):
        self.source, self.target = source, target
        self.files: dict[str, Copied] = {}
        target.mkdir(mode=0o700)

    def take_all(self) -> None:
        """Copy every file that is new or has changed."""
        for name in _names(self.source):
            self._take(name)

    def agree(self, named: Collection[str]) -> set[str]:
        """Make the copy agree with a snapshot that names these files, and return which of them are not there.

        A file that no row names stays if it has not changed since `take_all`: it may be one in the making, or one
        that is being deleted.
        """
        for name in sorted(named):
            self._take(name)
        for name in set(self.files) - set(named):
            if _version(self.source / name) != self.files[name].version:
                self._drop(name)
        return set(named) - set(self.files)

    def _take(self, name: str) -> None:
        """Copy a file unless the copy has the same version. A file that is deleted meanwhile keeps the older copy."""
        for _attempt in range(3):
            version = _version(self.source / name)
            if version is None or (name in self.files and self.files[name].version == version):
                return
            try:
                self.files[name] = Copied(version, copy(self.source / name, self.target / name))
            except FileNotFoundError:
                return

    def _drop(self, name: str) -> None:
        self.files.pop(name, None)
        (self.target / name).unlink(missing_ok=True)


def folder_size(folder: Path) -> int:
    """The bytes of all files in a folder."""
    versions = (_version(folder / name) for name in _names(folder))
    return sum(version.size for version in versions if version)


def _names(folder: Path) -> Iterator[str]:
    """The files below a folder, relative to it."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            yield str((Path(place) / name).relative_to(folder))


def _version(path: Path) -> Version | None:
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Version(state.st_size, state.st_mtime_ns, state.st_ino)
