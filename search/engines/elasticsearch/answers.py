"""From what Elasticsearch answers to results: hits with marks, totals, counts, corrections."""

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA

from search.criteria import Criteria
from search.engines import folding
from search.engines.elasticsearch.definition import LANGUAGES
from search.engines.elasticsearch.documents import EDGE
from search.engines.elasticsearch.queries import MARK_END, MARK_START, SHORTEST_SPELLED
from search.engines.marking import ELLIPSIS, PASSAGE, Mark, begins, best_passage, mark_beginnings, segments
from search.facets import VALUE_FACETS
from search.results import Hit, Results, Segment, Suggestion, plain

Segments = tuple[Segment, ...]
_IDENTITY = ("id", "group", "language", "url")
_TWO_SLIPS_FROM = 6


def results(answer: Mapping, criteria: Criteria, spelling: str | None) -> Results:
    """The page that was asked for."""
    return Results(
        hits=tuple(_hit(row, criteria) for row in answer["hits"]["hits"]),
        total=answer["hits"]["total"]["value"],
        own_language_total=_own_language(answer, criteria),
        facets=_facets(answer, criteria),
        spelling=spelling,
        page=criteria.page,
    )


def suggestions(rows: Iterable[Mapping], typed: list[str], limit: int) -> tuple[Suggestion, ...]:
    """Titles, those of the reader's language first, and among them those that begin as typed."""
    found = [(row["sort"][0], row["_source"]) for row in rows]
    found.sort(key=lambda row: (-row[0], not begins(_text(row[1], "title"), typed)))
    return tuple(
        Suggestion(
            **{name: source[name] for name in _IDENTITY},
            type=source["type"][0],
            title=mark_beginnings(_text(source, "title"), typed),
        )
        for _score, source in found[:limit]
    )


def corrections(answer: Mapping) -> list[tuple[int, int, str]]:
    """Start, end and correction of the words that the language does not have in this very form."""
    found = []
    for entry in answer.get("suggest", {}).get("words", []):
        word = entry["text"]
        if not word.isalpha() or folding.is_han(word):
            continue
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        near = [
            (OSA.distance(folding.fold(word), folding.fold(option["text"])), -option["freq"], option["text"])
            for option in entry["options"]
            if len(option["text"]) >= SHORTEST_SPELLED
        ]
        near = [option for option in near if option[0] <= slips]
        if near:
            found.append((entry["offset"], entry["offset"] + entry["length"], min(near)[2]))
    return found


def corrected(words: str, changes: list[tuple[int, int, str]]) -> str:
    """``words`` with the corrections made."""
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
        title=_lone_marked(_marked(marked.get(f"title_{ending}"), source[f"title_{ending}"]), lone),
        passage=_lone_marked(_passage(source, marked, ending), lone),
        score=row["_score"] or 0.0,
    )


def _passage(source: Mapping, marked: Mapping, ending: str) -> Segments:
    """The summary, or the part of the text that answers more different words than it does."""
    summary = _marked(marked.get(f"summary_{ending}"), source[f"summary_{ending}"])
    beginning, end = source["edges"]
    text, marks = _marks(marked.get(f"body_{ending}"), beginning)
    passage, answered = best_passage(text, marks, PASSAGE // 2 if ending == "zh" else PASSAGE)
    if not text or (summary and answered <= len({folding.fold(piece.text) for piece in summary if piece.matched})):
        return summary
    # The text is itself a part of the whole one.
    starts = passage[0] != ELLIPSIS and not beginning.startswith(plain(passage)[:EDGE])
    stops = passage[-1] != ELLIPSIS and not plain(passage).endswith(end)
    return (ELLIPSIS,) * starts + passage + (ELLIPSIS,) * stops


def _marked(fragments: list[str] | None, text: str) -> Segments:
    """A text cut at the marks of what matched; ``text`` where nothing did."""
    return segments(*_marks(fragments, text))


def _marks(fragments: list[str] | None, text: str) -> tuple[str, list[Mark]]:
    """A highlighted text without the signs around its marks, and the marks."""
    if not fragments:
        return text, []
    marks: list[Mark] = []
    pieces = fragments[0].split(MARK_START)
    found = pieces[0]
    for piece in pieces[1:]:
        word, _end, after = piece.partition(MARK_END)
        marks.append(Mark(len(found), len(found) + len(word), folding.fold(word)))
        found += word + after
    return found, marks


def _lone_marked(passage: Segments, lone: list[str]) -> Segments:
    """Mark lone Han characters, which the index only knows within pairs."""
    if not lone or any(segment.matched for segment in passage):
        return passage
    text = plain(passage)
    marks = [Mark(place, place + 1, text[place]) for place in range(len(text)) if text[place] in lone]
    return segments(text, marks)


def _text(source: Mapping, part: str) -> str:
    return source[f"{part}_{LANGUAGES[source['language']]}"]
