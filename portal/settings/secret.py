"""The SECRET_KEY of an installation on a developer's own machine."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def local_secret(directory: Path) -> str:
    """Return the secret that is kept in `directory`; the first call makes it.

    Only the owner can read the file. Two processes that start together use the same secret: that of the
    file that is created first. Raises ImproperlyConfigured when the directory cannot be written.
    """
    path = directory / "secret"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR must be a folder that can be written: {directory} ({error.strerror})."
        ) from error
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(50)
        file.write(secret)
    return secret
