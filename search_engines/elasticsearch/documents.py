"""From a document of the portal to the fields of the index, and back."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from core.search_document import SearchDocument
from search_engines.analysis import terms
from search_engines.analysis.vocabulary import beginnings, words_for_correction
from search_engines.base import check_fields
from search_engines.elasticsearch.definition import (
    AT_ONE_POSITION,
    LANGUAGES,
    LONGEST_KEYWORD,
    OPENING,
    STOPPED,
    TEXTS,
    WORDS,
)
from search_engines.facets import CODE_FACETS, INSTANTS, RANGES
from search_engines.folding import sort_key
from search_engines.highlighting import STORED_BODY, words_to_highlight

FRESH = ("published", "updated", "confirmed_on")
_GAP = f" {' '.join([STOPPED] * 20)} "
"""Between texts of one field, so that no phrase matches across them."""


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
        "named": list(document.names),
        "own_names": list(document.own_names),
        "keywords": list(document.keywords),
        "sort_title": sort_key(document.title)[:LONGEST_KEYWORD],
        "whole_names": [sort_key(name)[:LONGEST_KEYWORD] for name in (document.title, *document.own_names)],
        **_texts(document, ending),
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


def _texts(document: SearchDocument, ending: str) -> dict:
    """What is kept of the texts, and what is searched in them: their terms."""
    texts = {name: getattr(document, name) for name in TEXTS}
    opening = document.body[:STORED_BODY]
    code = terms.analysis_code(document.language)
    analysed = {name: list(terms.pieces(text, code)) for name, text in texts.items()}
    named = [list(terms.pieces(name, terms.NEUTRAL)) for name in document.names]
    keywords = [list(terms.pieces(keyword, code)) for keyword in document.keywords]
    content = (piece for found in (*analysed.values(), *named, *keywords) for piece in found if not piece.stop)
    forms = [form for piece in content for form in piece.forms]
    vocabulary = words_for_correction(document)
    return {
        **texts,
        OPENING: opening,
        WORDS: words_to_highlight((document.title, document.summary, opening), code),
        **{f"{name}_{ending}": _joined(found) for name, found in analysed.items()},
        "titles": _joined(analysed["title"], with_stops=True),
        "names": _GAP.join(_joined(name, with_stops=True) for name in named),
        f"keywords_{ending}": _GAP.join(map(_joined, keywords)),
        "forms": " ".join(forms),
        "beginnings": " ".join(sorted(beginnings(document.title))),
        f"spelling_{ending}": " ".join(sorted({folded for folded, _written in vocabulary})),
        "vocabulary": sorted(f"{folded} {written}" for folded, written in vocabulary),
    }


def _joined(pieces: Iterable[terms.Piece], *, with_stops: bool = False) -> str:
    """The terms of a text as its field takes them."""
    found = []
    for piece in pieces:
        if piece.stop and not with_stops:
            found.append(STOPPED)
        else:
            first, *others = piece.terms
            found += [AT_ONE_POSITION.join((first, *piece.others)), *others]
    return " ".join(found)


def from_source(source: Mapping) -> SearchDocument:
    """Return the document of these fields. Raises ``ValueError`` or ``KeyError`` for fields of anything else."""
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
        names=tuple(source["named"]),
        own_names=tuple(source["own_names"]),
        keywords=tuple(source["keywords"]),
        facets=facets,
        instants={name: datetime.fromisoformat(source[name]) for name in INSTANTS if name in source},
        ranges={name: (source[name]["gte"], source[name].get("lte")) for name in RANGES if name in source},
        place=(place["lat"], place["lon"]) if place else None,
        **{name: source[name] for name in TEXTS},
    )


def written(instant: datetime) -> str:
    """Return an instant as ISO 8601 in UTC.

    Elasticsearch computes in milliseconds but returns the text, so nothing is lost.
    """
    return instant.astimezone(UTC).isoformat()


def _span(years: tuple[int, int | None]) -> dict:
    first, last = years
    return {"gte": first} if last is None else {"gte": first, "lte": last}
