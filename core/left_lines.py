"""What web processes count without writing to the database: they leave lines in a file, which the worker adds up.

A crash loses nothing, and counts the lines of at most one round twice.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

# So that nobody can fill the disk. What exceeds it is not counted.
LARGEST_FILE = 5 * 1024 * 1024


@dataclass(frozen=True)
class LeftLines:
    """The lines of one kind, in a folder of DATA_DIR."""

    folder_name: str
    file_name: str

    @property
    def folder(self) -> Path:
        """Where the processes leave them."""
        return settings.DATA_DIR / self.folder_name

    def append(self, lines: str) -> None:
        """Append with a single write, so that lines of several processes are not mixed. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self.folder / self.file_name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < LARGEST_FILE:
                os.write(file, lines.encode())
        finally:
            os.close(file)

    def take(self, add: Callable[[list[str]], None]) -> None:
        """Add up the lines of each file that was taken away in the round before, and take the current one away.

        A file is renamed in one round and read in the next, when no process can still be writing to it.
        """
        for batch in sorted(self.folder.glob("*.batch")):
            add(batch.read_text(encoding="utf-8", errors="replace").splitlines())
            batch.unlink()
        current = self.folder / self.file_name
        if current.exists():
            current.rename(self.folder / f"{timezone.now():%Y%m%dT%H%M%S%f}.batch")
