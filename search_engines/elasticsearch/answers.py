"""From the response of Elasticsearch to results: hits with highlights, totals, counts, corrections."""

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA

from search_engines import folding
from search_engines.criteria import Criteria
from search_engines.elasticsearch.definition import LANGUAGES
from search_engines.elasticsearch.documents import EDGE
from search_engines.elasticsearch.queries import HIGHLIGHT_END, HIGHLIGHT_START, SHORTEST_SPELLED
from search_engines.facets import VALUE_FACETS
from search_engines.highlights import ELLIPSIS, SNIPPET, Highlight, begins, best_snippet, highlight_beginnings, segments
from search_engines.results import Hit, Results, Segment, Suggestion, plain

Segments = tuple[Segment, ...]
_IDENTITY = ("id", "group", "language", "url")
_TWO_TYPOS_FROM = 6


def results(answer: Mapping, criteria: Criteria, spelling: str | None) -> Results:
    """Return the results of one search. spelling: its words corrected, if any."""
    return Results(
        hits=tuple(_hit(row, criteria) for row in answer["hits"]["hits"]),
        total=answer["hits"]["total"]["value"],
        own_language_total=_own_language(answer, criteria),
        facets=_facets(answer, criteria),
        spelling=spelling,
        page=criteria.page,
    )


def suggestions(rows: Iterable[Mapping], typed: list[str], limit: int) -> tuple[Suggestion, ...]:
    """Return titles; those in the reader's language come first, and among them those that begin as ``typed``."""
    found = [(row["sort"][0], row["_source"]) for row in rows]
    found.sort(key=lambda row: (-row[0], not begins(_text(row[1], "title"), typed)))
    return tuple(
        Suggestion(
            **{name: source[name] for name in _IDENTITY},
            type=source["type"][0],
            title=highlight_beginnings(_text(source, "title"), typed),
        )
        for _score, source in found[:limit]
    )


def corrections(answer: Mapping) -> list[tuple[int, int, str]]:
    """Return start, end and correction of the words that the index does not have in this form."""
    found = []
    for entry in answer.get("suggest", {}).get("words", []):
        word = entry["text"]
        if not word.isalpha() or folding.is_han(word):
            continue
        typos = 2 if len(word) >= _TWO_TYPOS_FROM else 1
        near = [
            (OSA.distance(folding.fold(word), folding.fold(option["text"])), -option["freq"], option["text"])
            for option in entry["options"]
            if len(option["text"]) >= SHORTEST_SPELLED
        ]
        near = [option for option in near if option[0] <= typos]
        if near:
            found.append((entry["offset"], entry["offset"] + entry["length"], min(near)[2]))
    return found


def corrected(words: str, changes: list[tuple[int, int, str]]) -> str:
    """Return ``words`` with the corrections."""
    for start, end, correction in reversed(changes):
        words = words[:start] + correction + words[end:]
    return words


# Counts


def _own_language(answer: Mapping, criteria: Criteria) -> int:
    languages = _buckets(answer["aggregations"]["free"]["language"])
    return languages.get(criteria.language, 0)


def _facets(answer: Mapping, criteria: Criteria) -> dict[str, dict[str, int]]:
    counted = answer["aggregations"]
    facets = {}
    for code in VALUE_FACETS:
        selected = criteria.selections.get(code, ())
        place = counted[code] if selected else counted["free"]
        facets[code] = {**dict.fromkeys(selected, 0), **_buckets(place[code])}
    return facets


def _buckets(counted: Mapping) -> dict[str, int]:
    buckets = counted["buckets"]
    if isinstance(buckets, Mapping):
        return {value: bucket["doc_count"] for value, bucket in buckets.items() if bucket["doc_count"]}
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


# Hits


def _hit(row: Mapping, criteria: Criteria) -> Hit:
    source, marked = row["_source"], row.get("highlight", {})
    ending = LANGUAGES[source["language"]]
    lone = [word for word in (*criteria.words.split(), *criteria.phrases) if len(word) == 1 and folding.is_han(word)]
    return Hit(
        **{name: source[name] for name in _IDENTITY},
        type=source["type"][0],
        origin=source["origin"],
        title=_lone_highlighted(_highlighted(marked.get(f"title_{ending}"), source[f"title_{ending}"]), lone),
        snippet=_lone_highlighted(_snippet(source, marked, ending), lone),
        score=row["_score"] or 0.0,
    )


def _snippet(source: Mapping, marked: Mapping, ending: str) -> Segments:
    """The summary, or the part of the text that matches more different words than the summary."""
    summary = _highlighted(marked.get(f"summary_{ending}"), source[f"summary_{ending}"])
    beginning, end = source["edges"]
    text, highlights = _highlights(marked.get(f"body_{ending}"), beginning)
    snippet, answered = best_snippet(text, highlights, SNIPPET // 2 if ending == "zh" else SNIPPET)
    if not text or (summary and answered <= len({folding.fold(piece.text) for piece in summary if piece.matched})):
        return summary
    # The text is itself a part of the body.
    starts = snippet[0] != ELLIPSIS and not beginning.startswith(plain(snippet)[:EDGE])
    stops = snippet[-1] != ELLIPSIS and not plain(snippet).endswith(end)
    return (ELLIPSIS,) * starts + snippet + (ELLIPSIS,) * stops


def _highlighted(fragments: list[str] | None, text: str) -> Segments:
    """A text cut at its highlights; ``text`` if nothing matched."""
    return segments(*_highlights(fragments, text))


def _highlights(fragments: list[str] | None, text: str) -> tuple[str, list[Highlight]]:
    """A highlighted text without its tags, and the highlights."""
    if not fragments:
        return text, []
    highlights: list[Highlight] = []
    pieces = fragments[0].split(HIGHLIGHT_START)
    found = pieces[0]
    for piece in pieces[1:]:
        word, _end, after = piece.partition(HIGHLIGHT_END)
        highlights.append(Highlight(len(found), len(found) + len(word), folding.fold(word)))
        found += word + after
    return found, highlights


def _lone_highlighted(snippet: Segments, lone: list[str]) -> Segments:
    """Highlight lone Han characters, which the index has only within pairs."""
    if not lone or any(segment.matched for segment in snippet):
        return snippet
    text = plain(snippet)
    highlights = [Highlight(place, place + 1, text[place]) for place in range(len(text)) if text[place] in lone]
    return segments(text, highlights)


def _text(source: Mapping, part: str) -> str:
    return source[f"{part}_{LANGUAGES[source['language']]}"]
