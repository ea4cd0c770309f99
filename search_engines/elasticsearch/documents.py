"""From a document of the portal to the fields of the index, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime

from core.search_document import SearchDocument
from search_engines.base import check_fields
from search_engines.elasticsearch.definition import LANGUAGES, LONGEST_KEYWORD, TEXTS
from search_engines.facets import CODE_FACETS, INSTANTS, RANGES
from search_engines.folding import sort_key

FRESH = ("published", "updated", "confirmed_on")
EDGE = 240
"""Characters of the beginning and end of the body that are stored, to know whether a snippet is cut there."""


def key(group: str, language: str) -> str:
    """Return the ``_id`` of a document: a group has one version in each language."""
    return f"{group}:{language}"


def to_source(document: SearchDocument) -> dict:
    """Return the fields of a document. Raises ``ValueError`` for a language or field that the index does not have."""
    check_fields(document)
    if document.language not in LANGUAGES:
        raise ValueError(f"unknown language: {document.language}")
    ending = LANGUAGES[document.language]
    source = {
        "id": document.id,
        "group": document.group,
        "language": document.language,
        "shown_in": list(document.shown_in),
        "url": document.url,
        "origin": document.origin,
        "names": list(document.names),
        f"keywords_{ending}": list(document.keywords),
        "own_names": list(document.own_names),
        "sort_title": sort_key(document.title)[:LONGEST_KEYWORD],
        "whole_names": [sort_key(name)[:LONGEST_KEYWORD] for name in (document.title, *document.own_names)],
        "edges": [document.body[:EDGE], document.body[-EDGE:]],
        **{f"{name}_{ending}": getattr(document, name) for name in TEXTS},
        **{name: list(codes) for name, codes in document.indexed_facets.items()},
        **{name: written(value) for name, value in document.instants.items()},
        **{name: _span(years) for name, years in document.ranges.items()},
    }
    if document.newest:
        source["newest"] = written(document.newest)
    if fresh := [value for name in FRESH if (value := document.instants.get(name))]:
        source["fresh"] = written(max(fresh))
    if document.place:
        source["place"] = {"lat": document.place[0], "lon": document.place[1]}
    return source


def from_source(source: Mapping) -> SearchDocument:
    """Return the document of these fields. Raises ``ValueError`` or ``KeyError`` for fields of anything else."""
    ending = LANGUAGES[source["language"]]
    facets = {name: tuple(source[name]) for name in CODE_FACETS if name in source}
    (document_type,) = facets.pop("type")
    place = source.get("place")
    return SearchDocument(
        id=source["id"],
        group=source["group"],
        language=source["language"],
        shown_in=tuple(source["shown_in"]),
        type=document_type,
        url=source["url"],
        origin=source["origin"],
        names=tuple(source["names"]),
        own_names=tuple(source["own_names"]),
        keywords=tuple(source[f"keywords_{ending}"]),
        facets=facets,
        instants={name: datetime.fromisoformat(source[name]) for name in INSTANTS if name in source},
        ranges={name: (source[name]["gte"], source[name].get("lte")) for name in RANGES if name in source},
        place=(place["lat"], place["lon"]) if place else None,
        **{name: source[f"{name}_{ending}"] for name in TEXTS},
    )


def written(instant: datetime) -> str:
    """Return an instant as ISO 8601 in UTC.

    Elasticsearch computes in milliseconds but returns the text, so nothing is lost.
    """
    return instant.astimezone(UTC).isoformat()


def _span(years: tuple[int, int | None]) -> dict:
    first, last = years
    return {"gte": first} if last is None else {"gte": first, "lte": last}
