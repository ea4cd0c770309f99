"""Marks in titles and passages: pieces of the original text, found by the analysis of the index.

The text is never changed and never becomes HTML; a template escapes the pieces.
"""

from collections.abc import Iterator

from search.engines import folding
from search.engines.embedded import analysis
from search.engines.marking import PASSAGE, Mark, best_passage, segments
from search.results import Segment


def find_marks(text: str, code: str, terms: frozenset[str]) -> list[Mark]:
    """Where ``text`` holds one of ``terms``."""
    marks = [Mark(*word) for word in analysis.matching_words(text, code, terms)]
    for term in terms:
        if folding.is_han(term):
            marks += _occurrences(text, term)
    return sorted(marks)


def _occurrences(text: str, term: str) -> Iterator[Mark]:
    """All places of a Han term, overlapping ones too: within a run every pair is a term."""
    place = text.find(term)
    while place >= 0:
        yield Mark(place, place + len(term), term)
        place = text.find(term, place + 1)


def passage(summary: str, body: str, code: str, terms: frozenset[str]) -> tuple[Segment, ...]:
    """The summary, or the part of the body that answers more different words than it does."""
    in_summary = find_marks(summary, code, terms)
    answered_by_summary = len({mark.term for mark in in_summary})
    if summary and answered_by_summary == len(terms):
        return segments(summary, in_summary)
    found, answered = best_passage(body, find_marks(body, code, terms), PASSAGE // 2 if code == "zh" else PASSAGE)
    if body and (answered > answered_by_summary or not summary):
        return found
    return segments(summary, in_summary)
