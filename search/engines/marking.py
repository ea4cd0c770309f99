"""Marks in texts: pieces of the original that answer a word. The text is never changed and never HTML."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from search.engines import folding
from search.results import Segment

PASSAGE = 240
"""Characters of a passage. Chinese says more with fewer, and gets half of it."""
LEAD = 60
"""Characters shown before the first mark of a passage."""
ELLIPSIS = Segment("…")


class Mark(NamedTuple):
    """One piece of a text that answers a term of the search."""

    start: int
    end: int
    term: str


def segments(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> tuple[Segment, ...]:
    """Cut ``text`` from ``start`` to ``end`` at its marks; those that touch become one piece."""
    end = len(text) if end is None else end
    pieces: list[Segment] = []
    place = start
    for first, last in _merged(marks):
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


def _merged(marks: Iterable[Mark]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for mark in sorted(marks):
        if merged and mark.start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], mark.end)
        else:
            merged.append((mark.start, mark.end))
    return merged


def best_passage(text: str, marks: list[Mark], size: int) -> tuple[tuple[Segment, ...], int]:
    """The stretch of about ``size`` characters that answers most different words, and their number."""
    first, answered = _best_window(marks, size)
    return _window(text, marks, first, size), answered


def _best_window(marks: list[Mark], size: int) -> tuple[int, int]:
    """The start of the stretch of ``size`` characters with most different terms, and their number."""
    inside: dict[str, int] = {}
    best = most = after = 0
    for mark in marks:
        while after < len(marks) and marks[after].start < mark.start + size - LEAD:
            term = marks[after].term
            inside[term] = inside.get(term, 0) + 1
            after += 1
        if len(inside) > most:
            best, most = mark.start, len(inside)
        inside[mark.term] -= 1
        if not inside[mark.term]:
            del inside[mark.term]
    return best, most


def _window(text: str, marks: list[Mark], first_mark: int, size: int) -> tuple[Segment, ...]:
    """A stretch around ``first_mark``, begun and ended between words where there are any."""
    start = max(first_mark - LEAD, 0)
    if start:
        space = text.find(" ", start, first_mark)
        start = start if space < 0 else space + 1
    end = min(start + size, len(text))
    if end < len(text):
        space = text.rfind(" ", start + size // 2, end)
        end = end if space < 0 else space
    found = segments(text, marks, start, end)
    return (ELLIPSIS,) * (start > 0) + found + (ELLIPSIS,) * (end < len(text))


def begins(title: str, typed: Sequence[str]) -> bool:
    """Whether a title's first word begins with the first of the folded beginnings ``typed``."""
    first = next(folding.words(title), None)
    return bool(first and first.folded.startswith(typed[0]))


def mark_beginnings(title: str, typed: Sequence[str]) -> tuple[Segment, ...]:
    """The title with the words marked that begin with one of the folded beginnings ``typed``."""
    return segments(title, [mark for word in folding.words(title) for mark in _beginnings(word, typed)])


def _beginnings(word: folding.Word, typed: Sequence[str]) -> Iterator[Mark]:
    for beginning in typed:
        if folding.is_han(beginning):
            place = word.written.find(beginning)
            if place >= 0:
                yield Mark(word.start + place, word.start + place + len(beginning), beginning)
        elif word.folded.startswith(beginning):
            yield Mark(word.start, word.end, beginning)
