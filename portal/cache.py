"""The cache backends of the portal: shared by processes, and never the reason why a page fails.

A cache that cannot be used costs time, not pages: reading finds nothing, writing does nothing. The
cause is logged, once a minute at most.
"""

import logging
import pickle
import time
import zlib
from collections import defaultdict
from dataclasses import dataclass

from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger("portal.cache")

LOG_EVERY_SECONDS = 60


@dataclass
class Health:
    """What a process knows of one cache. Times are those of `time.monotonic()`."""

    retry_at: float = 0
    log_at: float = 0


class TolerantCache:
    """Mixin of a cache backend: while the cache cannot be used, it behaves like Django's DummyCache.

    `errors` are the exceptions that mean this. `pause_seconds` is how long a process makes do without
    the cache after one of them, so that not every request waits for a server that does not answer.
    """

    errors: tuple[type[Exception], ...] = (OSError,)
    pause_seconds: float = 0
    # Django makes one object of a backend for each thread: what was learnt is kept for the whole process.
    _health: dict[str, Health] = defaultdict(Health)

    def __init__(self, location, params):
        super().__init__(location, params)
        self._known = self._health[f"{type(self).__name__} {location}"]
        self._fallback = DummyCache("", params)

    def _try(self, name: str, *args, always: bool = False, **kwargs):
        """Call the backend's method `name`; the fallback's where the cache cannot be used.

        always: also during the pause after an error.
        """
        if always or time.monotonic() >= self._known.retry_at:
            try:
                return getattr(super(), name)(*args, **kwargs)
            except self.errors as error:
                self._note(error)
        return getattr(self._fallback, name)(*args, **kwargs)

    def _note(self, error: Exception) -> None:
        now = time.monotonic()
        self._known.retry_at = now + self.pause_seconds
        if now >= self._known.log_at:
            self._known.log_at = now + LOG_EVERY_SECONDS
            logger.warning("The cache cannot be used, pages are made without it: %s: %s", type(error).__name__, error)

    def add(self, *args, **kwargs):
        return self._try("add", *args, **kwargs)

    def get(self, *args, **kwargs):
        return self._try("get", *args, **kwargs)

    def set(self, *args, **kwargs):
        return self._try("set", *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._try("touch", *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return self._try("has_key", *args, **kwargs)

    def incr(self, *args, **kwargs):
        return self._try("incr", *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return self._try("get_many", *args, **kwargs)

    def set_many(self, *args, **kwargs):
        return self._try("set_many", *args, **kwargs)

    # A value that is not deleted is wrong until it expires: this is always tried.

    def delete(self, *args, **kwargs):
        return self._try("delete", *args, always=True, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self._try("delete_many", *args, always=True, **kwargs)

    def clear(self):
        return self._try("clear", always=True)


class TolerantFileCache(TolerantCache, FileBasedCache):
    """Django's file cache. A file that cannot be read, or holds what this version cannot read, is a miss."""

    errors = (OSError, EOFError, zlib.error, pickle.UnpicklingError, ImportError, AttributeError)


class TolerantRedisCache(TolerantCache, RedisCache):
    """Django's Redis cache. A server that refuses, hangs or is full is left alone for a while."""

    errors = (OSError, RedisError)
    pause_seconds = 10
