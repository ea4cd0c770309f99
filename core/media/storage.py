"""Where the portal stores files on a disk."""

import errno
import os
import shutil
from pathlib import Path

from django.core.files.storage import FileSystemStorage

# Bytes that stay free for the database, which needs room to record that a file is not stored.
RESERVE = 16_000_000


class RoomyFileStorage(FileSystemStorage):
    """Django's storage, which would leave half a file on a full disk: this one refuses before it begins."""

    def save(self, name, content, max_length=None):
        """Store a file and return its name. Raises OSError (ENOSPC) when the disk has no room for it."""
        folder = Path(self.location)
        nearest = next(place for place in (folder, *folder.parents) if place.is_dir())
        if shutil.disk_usage(nearest).free < content.size + RESERVE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        return super().save(name, content, max_length)
