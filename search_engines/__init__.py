"""Engines of the public search, by the names that the setting ``SEARCH_ENGINE`` knows."""

from importlib import import_module

from search_engines.base import Conflict, EngineUnavailable, RebuildRunning, Rebuilt, Refusal, SearchEngine

__all__ = [
    "ENGINES",
    "Conflict",
    "EngineUnavailable",
    "RebuildRunning",
    "Rebuilt",
    "Refusal",
    "SearchEngine",
    "get_engine",
]

ENGINES = {
    "embedded": "search_engines.embedded.EmbeddedEngine",
    "elasticsearch": "search_engines.elasticsearch.ElasticsearchEngine",
}


def get_engine(name: str, **options) -> SearchEngine:
    """Return a new engine; ``options`` go to its class. Raises ``ValueError`` for an unknown name.

    An engine's module is imported only when it is wanted, so that nobody needs the client libraries of
    the others.
    """
    try:
        module, _dot, class_name = ENGINES[name].rpartition(".")
    except KeyError:
        raise ValueError(f"unknown search engine {name!r}; there are: {', '.join(ENGINES)}") from None
    return getattr(import_module(module), class_name)(**options)
