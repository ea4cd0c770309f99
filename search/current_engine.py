"""The engine that the settings choose."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings

from search_engines import SearchEngine, get_engine

# The timeouts of readers do not matter to a temporary index.
_TEMPORARY_TIMEOUTS = {"timeout": 60.0, "deadline": 120.0}


@cache
def _engine(name: str, options: tuple) -> SearchEngine:
    return get_engine(name, **dict(options))


def current_engine() -> SearchEngine:
    """Return the engine that the settings choose: one object per process, to share connections and caches."""
    return _engine(settings.SEARCH_ENGINE, tuple(sorted(_options().items())))


@contextmanager
def temporary_engine() -> Iterator[SearchEngine]:
    """Yield an engine of the same kind with an empty index of its own, and remove that index at the end."""
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        changes: dict[str, dict] = {
            "embedded": {"path": folder},
            "elasticsearch": {
                "prefix": f"{settings.SEARCH_INDEX_PREFIX}-{secrets.token_hex(6)}",
                **_TEMPORARY_TIMEOUTS,
            },
        }
        engine = get_engine(settings.SEARCH_ENGINE, **_options(**changes[settings.SEARCH_ENGINE]))
        try:
            yield engine
        finally:
            engine.destroy()


def _options(**changes) -> dict:
    if settings.SEARCH_ENGINE == "embedded":
        return {"path": settings.SEARCH_DIRECTORY} | changes
    return (
        {"urls": settings.ELASTICSEARCH_URLS, "prefix": settings.SEARCH_INDEX_PREFIX} | settings.ELASTICSEARCH | changes
    )
