"""Documents as they are found in the index: ours, altered, or somebody else's.

Whoever may write to the cluster may have put anything there.
"""

from collections.abc import Iterable, Mapping

from search_engines.base import StoredDocument
from search_engines.elasticsearch.definition import LANGUAGES, OPENING, WORDS
from search_engines.elasticsearch.documents import from_source, key

_STRINGS = ("id", "group", "language", "url", "origin", "title", "summary", OPENING, WORDS)
NEWEST_VERSION = "newest-version"
"""Id of the one entry of a live index that is no document: it has the version of the last write."""


def is_hit(source: object) -> bool:
    """Return whether the fields are those that a hit is made of, each of the right type."""
    if not isinstance(source, Mapping) or source.get("language") not in LANGUAGES:
        return False
    kinds = source.get("type")
    return (
        all(isinstance(source.get(name), str) for name in _STRINGS)
        and isinstance(kinds, list)
        and len(kinds) == 1
        and isinstance(kinds[0], str)
    )


def hits(rows: Iterable[Mapping]) -> tuple[list[Mapping], list[str]]:
    """Return the rows of an answer that can be shown, and the names of the others."""
    rows = list(rows)
    shown = [row for row in rows if is_hit(row.get("_source"))]
    return shown, [row["_id"] for row in rows if not is_hit(row.get("_source"))]


def identified(row: Mapping) -> tuple[str, StoredDocument] | None:
    """Return the id of the portal's document in a row of the index and what is stored; None for a foreign one.

    A document that was altered keeps its place, with a content hash that no document has.
    """
    source = row["_source"]
    document_id, group, language = (source.get(name) for name in ("id", "group", "language"))
    if not all(isinstance(value, str) for value in (document_id, group, language)):
        return None
    if not document_id or row["_id"] != key(group, language):
        return None
    return document_id, StoredDocument(group, _hash(source))


def _hash(source: Mapping) -> str:
    try:
        return from_source(source).content_hash
    except (KeyError, ValueError, TypeError, AttributeError):
        return ""
