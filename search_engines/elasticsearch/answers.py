"""From the response of Elasticsearch to results: hits, totals, counts, corrections."""

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA

from search_engines.analysis.vocabulary import SHORTEST_SPELLED, is_in_use, most_typos
from search_engines.criteria import Criteria
from search_engines.elasticsearch.definition import OPENING
from search_engines.facets import VALUE_FACETS
from search_engines.highlighting import Highlighting
from search_engines.highlights import begins, highlight_beginnings
from search_engines.results import Hit, Results, Suggestion

_IDENTITY = ("id", "group", "language", "url")


def results(answer: Mapping, criteria: Criteria, spelling: str | None, *, by_beginnings: bool = False) -> Results:
    """Return the results of one search. spelling: its words corrected, if any."""
    highlighting = Highlighting(criteria, by_beginnings=by_beginnings)
    return Results(
        hits=tuple(_hit(row, highlighting) for row in answer["hits"]["hits"]),
        total=answer["hits"]["total"]["value"],
        own_language_total=_own_language(answer, criteria),
        facets=_facets(answer, criteria),
        spelling=spelling,
        page=criteria.page,
    )


def suggestions(rows: Iterable[Mapping], typed: list[str], limit: int) -> tuple[Suggestion, ...]:
    """Return titles; those in the reader's language come first, and among them those that begin as ``typed``."""
    found = [(row["sort"][0], row["_source"]) for row in rows]
    found.sort(key=lambda row: (-row[0], not begins(row[1]["title"], typed)))
    return tuple(
        Suggestion(
            **{name: source[name] for name in _IDENTITY},
            type=source["type"][0],
            title=highlight_beginnings(source["title"], typed),
        )
        for _score, source in found[:limit]
    )


def corrections(answer: Mapping) -> dict[str, list[str]]:
    """Return the folded words that the index does not have in this form, and the nearest that it has, best first."""
    found = {}
    for entry in answer.get("suggest", {}).get("words", []):
        word = entry["text"]
        if is_in_use(word):
            continue
        near = [(OSA.distance(word, option["text"]), -option["freq"], option["text"]) for option in entry["options"]]
        near = [option for option in near if option[0] <= most_typos(word) and len(option[2]) >= SHORTEST_SPELLED]
        if near:
            found[word] = [text for _distance, _frequency, text in sorted(near)]
    return found


def spellings(answer: Mapping) -> dict[str, str]:
    """Return folded words as most documents write them."""
    found: dict[str, str] = {}
    for bucket in answer["aggregations"]["written"]["buckets"]:  # the most frequent first
        folded, _space, written = bucket["key"].partition(" ")
        found.setdefault(folded, written)
    return found


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


def _hit(row: Mapping, highlighting: Highlighting) -> Hit:
    source = row["_source"]
    return highlighting.hit(source | {"body": source[OPENING]}, source["type"][0], row["_score"] or 0.0)
