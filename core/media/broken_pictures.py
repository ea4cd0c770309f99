"""Pictures that cannot be shown: the log says once what is wrong, and a file that failed is not decoded each time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.core.cache import cache

logger = logging.getLogger(__name__)

# Seconds until a file that has not changed is decoded again.
RETRY_AFTER = 300
# Seconds until the log repeats what is wrong with a file that has not changed.
LOG_AGAIN_AFTER = 86_400


class BrokenPicture(Exception):
    """The file of a picture has failed a moment ago, and is still the same."""


def is_lost(file) -> bool:
    """Whether the file of a rendition is missing or empty. Only on a local disk, where it costs nothing to look."""
    try:
        return not Path(file.path).stat().st_size
    except NotImplementedError:
        return False
    except (OSError, ValueError):
        return True


@contextmanager
def remembered(image, spec: str) -> Iterator[None]:
    """Around making a rendition: remember that it failed, for as long as the file stays the same.

    Raises BrokenPicture if that is so already.
    """
    key = _key("failed", image, spec)
    if cache.get(key) == _state(image):
        raise BrokenPicture(f"{image.file.name} failed a moment ago")
    try:
        yield
    except Exception:
        cache.set(key, _state(image), RETRY_AFTER)
        raise


def report(image, error: Exception) -> None:
    """Log why a picture is not shown, once for each state of its file."""
    if isinstance(error, BrokenPicture):
        return
    if cache.add(_key("logged", image, _state(image)), True, LOG_AGAIN_AFTER):
        logger.error("Picture %s (%s) cannot be shown: %r", image.pk, image.file.name, error)


def _state(image) -> str:
    """What changes when the original is put back, replaced or made readable; only its name in a remote storage."""
    try:
        found = Path(image.file.path).stat()
    except NotImplementedError:
        return image.file.name
    except (OSError, ValueError) as error:
        return type(error).__name__
    return f"{image.file.name} {found.st_size} {found.st_mtime_ns} {found.st_mode}"


def _key(purpose: str, image, detail: str) -> str:
    return f"picture-{purpose}-{image.pk}-{sha256(detail.encode()).hexdigest()[:16]}"
