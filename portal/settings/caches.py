"""The cache, shared by processes: docs/decisions/cache.md."""

from pathlib import Path


def file_cache(folder: Path) -> dict:
    """A cache that the processes of one machine share."""
    return {
        "BACKEND": "portal.cache.TolerantFileCache",
        "LOCATION": folder,
        # Writing lists the folder, which takes about 4 ms with so many files.
        "OPTIONS": {"MAX_ENTRIES": 1000},
    }


def redis_cache(url: str) -> dict:
    """A cache that the processes of several machines share."""
    return {
        "BACKEND": "portal.cache.TolerantRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "lyceum",
        # Seconds. No retries: to compute a value again costs less than to wait.
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3, "retry": None},
    }
