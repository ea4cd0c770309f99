"""The secret of an installation on one's own machine."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def local_secret(directory: Path) -> str:
    """Return the secret kept in `directory`, making it at the first call.

    Readable by its owner only. Two processes that start together agree: the first file that
    exists wins.
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
        secret = get_random_secret_key()
        file.write(secret)
    return secret
