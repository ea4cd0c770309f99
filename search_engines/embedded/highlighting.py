"""Highlights in titles and snippets, found by the analysis of the index."""

from collections.abc import Iterable, Iterator

from search_engines import folding
from search_engines.embedded import analysis
from search_engines.highlights import SNIPPET, Highlight, best_snippet, segments
from search_engines.results import Segment


def words_to_highlight(texts: Iterable[str], code: str) -> str:
    """Return the words of ``texts`` by their terms: ``|educ Education educational|citi cities|``.

    Stored with a document, because a page of results contains a hundred thousand characters: to analyse
    them while the reader waits takes too long.
    """
    by_term = analysis.words_by_term(texts, code).items()
    return "|" + "".join(f"{term} {' '.join(words)}|" for term, words in by_term)


def wanted_words(words: str, terms: Iterable[str]) -> list[tuple[str, str]]:
    """Return the words with one of ``terms``, as (word, term), from a result of :func:`words_to_highlight`.

    A Han term is itself the word in the text.
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


def find_highlights(text: str, wanted: Iterable[tuple[str, str]]) -> list[Highlight]:
    """Return where ``text`` has one of the ``wanted`` words."""
    highlights = []
    for word, term in wanted:
        if word in text:
            places = _occurrences(text, word) if folding.is_han(word) else _whole_words(text, word)
            highlights += [Highlight(place, place + len(word), term) for place in places]
    return sorted(highlights)


def _whole_words(text: str, word: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (start and _is_in_word(text, start - 1)) and not _is_in_word(text, end):
            yield start
        start = text.find(word, end)


def _is_in_word(text: str, place: int) -> bool:
    """Whether this place belongs to a word. Spaces are the most frequent case and need no regular expression."""
    return text[place : place + 1] != " " and bool(folding.INSIDE.match(text, place))


def _occurrences(text: str, term: str) -> Iterator[int]:
    """All places of a Han term, also overlapping ones: within Chinese text every pair is a term."""
    place = text.find(term)
    while place >= 0:
        yield place
        place = text.find(term, place + 1)


def snippet(summary: str, body: str, code: str, wanted: list[tuple[str, str]], terms: int) -> tuple[Segment, ...]:
    """Return the summary, or the part of the body that has more of the ``terms`` (their number) than the summary."""
    in_summary = find_highlights(summary, wanted)
    answered_by_summary = len({highlight.term for highlight in in_summary})
    if summary and answered_by_summary == terms:
        return segments(summary, in_summary)
    found, answered = best_snippet(body, find_highlights(body, wanted), SNIPPET // 2 if code == "zh" else SNIPPET)
    if body and (answered > answered_by_summary or not summary):
        return found
    return segments(summary, in_summary)
