"""Marks in titles and passages: pieces of the original text, found by the analysis of the index.

The text is never changed and never becomes HTML; a template escapes the pieces.
"""

from collections.abc import Iterable, Iterator

from search.engines import folding
from search.engines.embedded import analysis
from search.engines.marking import PASSAGE, Mark, best_passage, segments
from search.results import Segment


def words_to_mark(texts: Iterable[str], code: str) -> str:
    """The words of ``texts`` by their terms: ``|educ Education educational|citi cities|``.

    Kept with a document, because a page of results looks through a hundred thousand characters: too many
    to cut them into words then.
    """
    by_term = analysis.words_by_term(texts, code).items()
    return "|" + "".join(f"{term} {' '.join(words)}|" for term, words in by_term)


def wanted_words(words: str, terms: Iterable[str]) -> list[tuple[str, str]]:
    """The words with one of ``terms``, each with that term, out of what :func:`words_to_mark` gave.

    A Han term is itself what stands in the text.
    """
    wanted = []
    for term in terms:
        place = words.find(f"|{term} ")
        if folding.is_han(term):
            wanted.append((term, term))
        elif place >= 0:
            first = place + len(term) + 2
            wanted += [(word, term) for word in words[first : words.index("|", first)].split(" ")]
    return wanted


def find_marks(text: str, wanted: Iterable[tuple[str, str]]) -> list[Mark]:
    """Where ``text`` holds one of the ``wanted`` words."""
    marks = []
    for word, term in wanted:
        if word in text:
            places = _occurrences(text, word) if folding.is_han(word) else _whole_words(text, word)
            marks += [Mark(place, place + len(word), term) for place in places]
    return sorted(marks)


def _whole_words(text: str, word: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (start and _goes_on(text, start - 1)) and not _goes_on(text, end):
            yield start
        start = text.find(word, end)


def _goes_on(text: str, place: int) -> bool:
    """Whether a word goes on at this place. Mostly there is a space, for which nothing need be matched."""
    return text[place : place + 1] != " " and bool(folding.INSIDE.match(text, place))


def _occurrences(text: str, term: str) -> Iterator[int]:
    """All places of a Han term, overlapping ones too: within a run every pair is a term."""
    place = text.find(term)
    while place >= 0:
        yield place
        place = text.find(term, place + 1)


def passage(summary: str, body: str, code: str, wanted: list[tuple[str, str]], terms: int) -> tuple[Segment, ...]:
    """The summary, or the part of the body that answers more of so many different ``terms`` than it does."""
    in_summary = find_marks(summary, wanted)
    answered_by_summary = len({mark.term for mark in in_summary})
    if summary and answered_by_summary == terms:
        return segments(summary, in_summary)
    found, answered = best_passage(body, find_marks(body, wanted), PASSAGE // 2 if code == "zh" else PASSAGE)
    if body and (answered > answered_by_summary or not summary):
        return found
    return segments(summary, in_summary)
