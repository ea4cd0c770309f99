"""The engine that the settings choose."""

from functools import cache

from django.conf import settings

from search_engines import SearchEngine, get_engine


@cache
def _engine(name: str, options: tuple) -> SearchEngine:
    return get_engine(name, **dict(options))


def current_engine() -> SearchEngine:
    """Return the engine that the settings choose: one object per process, to share connections and caches."""
    return _engine(settings.SEARCH_ENGINE, tuple(sorted(engine_options().items())))


def engine_options(**changes) -> dict:
    """The arguments of `get_engine` for the engine that the settings choose, some of them changed."""
    if settings.SEARCH_ENGINE == "embedded":
        return {"path": settings.SEARCH_DIRECTORY} | changes
    return (
        {"urls": settings.ELASTICSEARCH_URLS, "prefix": settings.SEARCH_INDEX_PREFIX} | settings.ELASTICSEARCH | changes
    )
