""" "Did you mean": the search with its unknown words replaced by known ones."""

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search_engines import folding
from search_engines.analysis.vocabulary import is_in_use, is_spelled, most_typos
from search_engines.criteria import Criteria
from search_engines.embedded.queries import Queries, shown_in
from search_engines.embedded.reader import Snapshot

MAX_CORRECTED = 3
"""Words corrected in one search; a text with more is in another language, not badly typed."""


def did_you_mean(snapshot: Snapshot, criteria: Criteria) -> str | None:
    """Return the corrected search, if a word is unknown and the corrected search has hits."""
    queries = Queries(snapshot, criteria)
    unknown = [word for word in folding.words(criteria.words) if is_spelled(word.folded)]
    unknown = [word for word in unknown if not (is_in_use(word.folded) or queries.knows(word.written))]
    if not unknown or len(unknown) > MAX_CORRECTED:
        return None
    text = criteria.words
    for word in reversed(unknown):
        if correction := _nearest(word.folded, _candidates(snapshot, queries.code, criteria.language, word)):
            text = text[: word.start] + correction + text[word.end :]
    corrected = replace(criteria, words=text, page=1)
    if text == criteria.words or not _has_hits(snapshot, corrected):
        return None
    return corrected.text


def _candidates(snapshot: Snapshot, code: str, language: str, word: folding.Word) -> list[tuple[str, str, int]]:
    """Folded word, word as written and number of documents, for words with the same first letter.

    The filter counts living documents only: a word of a deleted page is never offered.
    """
    prefix = f"{code}:{word.folded[0]}"
    found = snapshot.searcher.terms_with_prefix("vocabulary", prefix, shown_in(language))
    split = [(term[len(code) + 1 :].partition(" "), count) for term, count in found if count]
    return [(folded, written, count) for (folded, _space, written), count in split]


def _nearest(word: str, candidates: Iterable[tuple[str, str, int]]) -> str | None:
    """The candidate with the fewest typos (a letter more, less, other, or two swapped), then the usual one."""
    candidates = list(candidates)
    folded = [candidate[0] for candidate in candidates]
    near = process.extract(word, folded, scorer=OSA.distance, score_cutoff=most_typos(word), limit=None)
    ranked = [(distance, -candidates[index][2], candidates[index][1]) for _word, distance, index in near]
    return min(ranked)[2] if ranked else None


def _has_hits(snapshot: Snapshot, criteria: Criteria) -> bool:
    query = Queries(snapshot, criteria).narrowed()
    return bool(snapshot.number_of_hits(query))
