"""A folder in memory for small files."""

import tempfile
from pathlib import Path


def memory_folder(folder: Path = Path("/dev/shm")) -> str | None:  # noqa: S108
    """Return `folder` if a file can be written there; None otherwise, as in some containers."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b" ")
    except OSError:
        return None
    return str(folder)
