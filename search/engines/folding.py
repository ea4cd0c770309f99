"""Words without case, accents and variants of letters, in every script of the portal; unstemmed.

What suggestions, corrections and sorting by title need on every engine.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

MAX_WORD = 60
"""Longer words are cut: no engine takes terms of any length."""

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Combining marks of the portal's scripts and invisible joiners, which `\w` leaves out.
_VOWELS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_JOINERS = "\u00ad\u200b-\u200d\u2060\ufeff"
_ACCENTS = f"\u0300-\u036f\u0483-\u0489\u0591-\u05bd{_VOWELS}"
_MARKS = f"{_ACCENTS}{_JOINERS}"
_LETTER = f"[^\\W_{HAN}\u02bc]"
WORD = re.compile(f"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*")
INSIDE = re.compile(f"{_LETTER}|[{_MARKS}]")
PIECE = re.compile(f"{WORD.pattern}|[{HAN}]+")
_HAN = re.compile(f"[{HAN}]")
_DROPPED = re.compile(f"[\\s\u0640{_VOWELS}{_JOINERS}]")

_EARLY = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ё": "е"})
_EARLY.update({ord(digit): str(i % 10) for i, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")})
LATE = str.maketrans({"ؤ": "و", "ئ": "ي", "ة": "ه"})
# Latin letters that have no decomposition into a base letter and an accent.
_WHOLE_LATIN = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
_LAST_LATIN = "\u024f"
_LATIN_ADDITIONAL = ("\u1e00", "\u1eff")
_ACCENTED_LATIN = (chr(place) for place in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
_BARE_LATIN = {letter: unicodedata.normalize("NFD", letter)[0] for letter in _ACCENTED_LATIN}
_LATIN = str.maketrans({letter: _WHOLE_LATIN.get(bare, bare) for letter, bare in _BARE_LATIN.items()})
_LATER_ACCENTS = re.compile(f"(?<=[\0-{_LAST_LATIN}{'-'.join(_LATIN_ADDITIONAL)}])[{_ACCENTS}]+")


class Word(NamedTuple):
    """One whole word as it was written, and folded; ``start`` and ``end`` are offsets into the text."""

    written: str
    folded: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The unstemmed words of ``text``, Han runs as one: for suggestions, spelling and sorting."""
    for piece in PIECE.finditer(text):
        if folded := fold(piece[0]):
            yield Word(piece[0], folded, *piece.span())


def is_han(text: str) -> bool:
    """Whether ``text`` begins with a Han character."""
    return text[:1] >= "\u3005" and bool(_HAN.match(text))


def sort_key(title: str) -> str:
    """A key whose byte order is the order in which readers look for a title.

    Folded words; Han characters by their most usual reading in Latin letters, as Chinese lists are.
    """
    folded = (word.folded for word in words(title))
    return " ".join(anyascii(word).lower() if is_han(word) else word for word in folded)[:200]


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """One word without case, accents, vowel signs and variants of letters; unstemmed."""
    return fold_latin(simplify(word)).translate(LATE)


def simplify(word: str) -> str:
    word = unicodedata.normalize("NFKC", word[:MAX_WORD]).casefold()
    return unicodedata.normalize("NFC", _DROPPED.sub("", word)).translate(_EARLY)[:MAX_WORD]


def fold_latin(word: str) -> str:
    """Drop the accents of Latin letters only: the breve of й makes another letter. Takes and gives NFC."""
    return word if word.isascii() else _LATER_ACCENTS.sub("", word.translate(_LATIN))


def script_of(word: str) -> str:
    first = word[:1]
    if first <= _LAST_LATIN or _LATIN_ADDITIONAL[0] <= first <= _LATIN_ADDITIONAL[1]:
        return "latin"
    if "\u0400" <= first <= "\u052f":
        return "cyrillic"
    if "\u0600" <= first <= "\u06ff":
        return "arabic"
    return "other"
