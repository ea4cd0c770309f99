"""A document of the portal as the index keeps it, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime

from core.search_document import SearchDocument
from search.criteria import INSTANTS, RANGES
from search.engines.elasticsearch.definition import FACET_FIELDS, LANGUAGES, LONGEST_KEYWORD, TEXTS
from search.engines.folding import sort_key

FRESH = ("published", "updated", "confirmed_on")
EDGE = 240
"""Characters of the body's beginning and end that are kept beside it, to know where a passage stands."""


def key(group: str, language: str) -> str:
    """The index's own id of a document: a group has one version in each language."""
    return f"{group}:{language}"


def to_source(document: SearchDocument) -> dict:
    """The document's fields. Raises ``ValueError`` for what no field is made for."""
    facets = {**document.facets, "type": (document.type,)}
    _refuse_unknown("language", [document.language], LANGUAGES)
    _refuse_unknown("facet", facets, FACET_FIELDS)
    _refuse_unknown("instant", document.instants, INSTANTS)
    _refuse_unknown("range", document.ranges, RANGES)
    ending = LANGUAGES[document.language]
    source = {
        "id": document.id,
        "group": document.group,
        "language": document.language,
        "shown_in": list(document.shown_in),
        "url": document.url,
        "origin": document.origin,
        "names": list(document.names),
        "sort_title": sort_key(document.title)[:LONGEST_KEYWORD],
        "edges": [document.body[:EDGE], document.body[-EDGE:]],
        **{f"{name}_{ending}": getattr(document, name) for name in TEXTS},
        **{name: list(codes) for name, codes in facets.items()},
        **{name: written(value) for name, value in document.instants.items()},
        **{name: _span(years) for name, years in document.ranges.items()},
    }
    if newest := document.instants.get("published") or document.instants.get("updated"):
        source["newest"] = written(newest)
    if fresh := [value for name in FRESH if (value := document.instants.get(name))]:
        source["fresh"] = written(max(fresh))
    if document.place:
        source["place"] = {"lat": document.place[0], "lon": document.place[1]}
    return source


def from_source(source: Mapping) -> SearchDocument:
    """The document that the fields stand for. Raises ``ValueError`` or ``KeyError`` for others."""
    ending = LANGUAGES[source["language"]]
    facets = {name: tuple(source[name]) for name in FACET_FIELDS if name in source}
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
        facets=facets,
        instants={name: datetime.fromisoformat(source[name]) for name in INSTANTS if name in source},
        ranges={name: (source[name]["gte"], source[name].get("lte")) for name in RANGES if name in source},
        place=(place["lat"], place["lon"]) if place else None,
        **{name: source[f"{name}_{ending}"] for name in TEXTS},
    )


def written(instant: datetime) -> str:
    """An instant as the index reads it, in UTC.

    Elasticsearch computes in milliseconds; what it gives back is the text, so nothing is lost.
    """
    return instant.astimezone(UTC).isoformat()


def _span(years: tuple[int, int | None]) -> dict:
    first, last = years
    return {"gte": first} if last is None else {"gte": first, "lte": last}


def _refuse_unknown(kind, given, known):
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"unknown {kind}: {', '.join(unknown)}")
