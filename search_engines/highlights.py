"""Highlights: the pieces of a text that match a word. The text is never changed and never HTML."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from search_engines import folding
from search_engines.analysis.vocabulary import spellings
from search_engines.results import Segment

SNIPPET = 240
"""Characters of a snippet; half of it in Chinese, which needs fewer."""
CONTEXT = 60
"""Characters shown before the first highlight of a snippet."""
ELLIPSIS = Segment("…")


class Highlight(NamedTuple):
    """One piece of a text that matches a term of the search."""

    start: int
    end: int
    term: str


def segments(text: str, highlights: Iterable[Highlight], start: int = 0, end: int | None = None) -> tuple[Segment, ...]:
    """Cut ``text`` from ``start`` to ``end`` at its highlights; adjacent ones become one piece."""
    end = len(text) if end is None else end
    pieces: list[Segment] = []
    place = start
    for first, last in _merged(highlights):
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)
        if first > place:
            pieces.append(Segment(text[place:first]))
        pieces.append(Segment(text[first:last], matched=True))
        place = last
    if place < end:
        pieces.append(Segment(text[place:end]))
    return tuple(pieces)


def _merged(highlights: Iterable[Highlight]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for highlight in sorted(highlights):
        if merged and highlight.start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], highlight.end)
        else:
            merged.append((highlight.start, highlight.end))
    return merged


def best_snippet(text: str, highlights: list[Highlight], size: int) -> tuple[tuple[Segment, ...], int]:
    """Return the part of about ``size`` characters with most different terms, and their number."""
    first, answered = _best_window(highlights, size)
    return _window(text, highlights, first, size), answered


def _best_window(highlights: list[Highlight], size: int) -> tuple[int, int]:
    """The start of the part of ``size`` characters with most different terms, and their number."""
    inside: dict[str, int] = {}
    best = most = after = 0
    for highlight in highlights:
        while after < len(highlights) and highlights[after].start < highlight.start + size - CONTEXT:
            term = highlights[after].term
            inside[term] = inside.get(term, 0) + 1
            after += 1
        if len(inside) > most:
            best, most = highlight.start, len(inside)
        inside[highlight.term] -= 1
        if not inside[highlight.term]:
            del inside[highlight.term]
    return best, most


def _window(text: str, highlights: list[Highlight], first_highlight: int, size: int) -> tuple[Segment, ...]:
    """The part of the text around ``first_highlight``, cut between words if possible."""
    start = max(first_highlight - CONTEXT, 0)
    if start:
        space = text.find(" ", start, first_highlight)
        start = start if space < 0 else space + 1
    end = min(start + size, len(text))
    if end < len(text):
        space = text.rfind(" ", start + size // 2, end)
        end = end if space < 0 else space
    found = segments(text, highlights, start, end)
    return (ELLIPSIS,) * (start > 0) + found + (ELLIPSIS,) * (end < len(text))


def begins(title: str, typed: Sequence[str]) -> bool:
    """Whether a title's first word begins with the first of the folded beginnings ``typed``."""
    first = next(folding.words(title), None)
    return bool(first and first.folded.startswith(typed[0]))


def highlight_beginnings(title: str, typed: Sequence[str]) -> tuple[Segment, ...]:
    """Highlight the words of a title that begin with one of the folded beginnings ``typed``."""
    return segments(title, [highlight for place in spellings(title) for highlight in _beginnings(*place, typed)])


def _beginnings(start: int, end: int, spelling: str, typed: Sequence[str]) -> Iterator[Highlight]:
    for beginning in typed:
        if folding.is_han(beginning):
            place = spelling.find(beginning)
            if place >= 0:
                yield Highlight(start + place, start + place + len(beginning), beginning)
        elif spelling.startswith(beginning):
            yield Highlight(start, end, beginning)
