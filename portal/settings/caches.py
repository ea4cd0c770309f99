"""The cache, shared by processes: docs/decisions/cache.md and docs/caching.md."""

from pathlib import Path

# So many pages are kept on the disk: about 30 MB.
MOST_PAGES = 3_000


def file_cache(folder: Path, most: int = 1_000) -> dict:
    """A cache that the processes of one machine share."""
    return {
        "BACKEND": "portal.cache.TolerantFileCache",
        "LOCATION": folder,
        # Writing lists the folder, which takes about 4 ms with a thousand files.
        "OPTIONS": {"MAX_ENTRIES": most},
    }


def redis_cache(url: str, prefix: str = "lyceum") -> dict:
    """A cache that the processes of several machines share."""
    return {
        "BACKEND": "portal.cache.TolerantRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": prefix,
        # Seconds. No retries: to compute a value again costs less than to wait.
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3, "retry": None},
    }


def caches(folder: Path, redis_url: str = "") -> dict:
    """The setting CACHES: one cache for values and one for pages, on a server or, without one, in a folder."""
    if redis_url:
        return {"default": redis_cache(redis_url), "pages": redis_cache(redis_url, "lyceum-pages")}
    return {"default": file_cache(folder), "pages": file_cache(folder / "pages", MOST_PAGES)}
