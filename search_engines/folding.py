"""Folding: words without case, accents and variants of letters, in every script; not stemmed.

Suggestions, spelling corrections and sorting by title use it with both engines.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from anyascii import anyascii

MAX_WORD = 60
"""Longer words are cut, because engines limit the length of terms."""
MOST_CODED_WORDS = 40
LONGEST_NUMBER = 4
CODE = re.compile(rf"([^\W\d_]{{2,}})(\d{{1,{LONGEST_NUMBER}}})")
"""A folded word and a number written as one: "sdg4"."""
CODE_SEPARATORS = {" ", "-", "\u2010", "\u2011", "\u2013", "\u00a0"}

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Arabic vowel signs, invisible joiners and variation selectors, which are dropped, and accents.
_VOWELS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_JOINERS = "\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"
_ACCENTS = f"\u0300-\u036f\u0483-\u0489\u0591-\u05bd{_VOWELS}"


def _combining_marks() -> str:
    """The combining marks of the BMP as ranges of a character class; `\\w` matches none of them.

    Without them a word in Hindi or Thai would end at each vowel sign.
    """
    marks = [code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc")]
    starts = [code for place, code in enumerate(marks) if not place or marks[place - 1] != code - 1]
    ends = [code for place, code in enumerate(marks) if place + 1 == len(marks) or marks[place + 1] != code + 1]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))


_MARKS = f"{_combining_marks()}{_JOINERS}"
_LETTER = f"[^\\W_{HAN}\u02bc]"
# Possessive, because a word is followed by more in other patterns: it must not be tried in shorter pieces.
WORD = re.compile(f"{_LETTER}++(?:[{_MARKS}]++{_LETTER}*+)*+")
INSIDE = re.compile(f"{_LETTER}|[{_MARKS}]")
PIECE = re.compile(f"{WORD.pattern}|[{HAN}]+")
_HAN = re.compile(f"[{HAN}]")
# Marks of transliteration that are letters for Unicode: ʿAmmān, Oʻzbekiston.
_HALF_RINGS = "\u02b9-\u02bf"
_DROPPED = re.compile(f"[\\s\u0640{_VOWELS}{_JOINERS}{_HALF_RINGS}]")

_EARLY = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ё": "е"})
_EARLY.update(
    {
        code: str(unicodedata.digit(chr(code)))
        for code in range(0x100, 0x10000)
        if unicodedata.category(chr(code)) == "Nd"
    }
)
_LATE = str.maketrans({"ؤ": "و", "ئ": "ي", "ة": "ه"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# Latin letters that Unicode does not decompose into a base letter and an accent.
_WHOLE_LATIN = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
_LAST_LATIN = "\u024f"
_LATIN_ADDITIONAL = ("\u1e00", "\u1eff")
_ACCENTED_LATIN = (chr(place) for place in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
_BARE_LATIN = {letter: unicodedata.normalize("NFD", letter)[0] for letter in _ACCENTED_LATIN}
_LATIN = str.maketrans({letter: _WHOLE_LATIN.get(bare, bare) for letter, bare in _BARE_LATIN.items()})
_LATER_ACCENTS = re.compile(f"(?<=[\0-{_LAST_LATIN}{'-'.join(_LATIN_ADDITIONAL)}])[{_ACCENTS}]+")


class Word(NamedTuple):
    """One word as it is written, and folded; ``start`` and ``end`` are offsets into the text."""

    written: str
    folded: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """The words of ``text``, not stemmed; a Han run is one word."""
    for piece in PIECE.finditer(text):
        if folded := fold(piece[0]):
            yield Word(piece[0], folded, *piece.span())


def joined_codes(text: str) -> tuple[str, ...]:
    """The codes that are written as a word and a number, as one word each: "SDG 4", "ЦУР-4" → "sdg4", "цур4"."""
    found = list(islice(words(text), MOST_CODED_WORDS))
    return tuple(
        dict.fromkeys(
            left.folded + right.folded
            for left, right in pairwise(found)
            if left.folded.isalpha()
            and not is_han(left.folded)
            and right.folded.isdecimal()
            and len(right.folded) <= LONGEST_NUMBER
            and text[left.end : right.start] in CODE_SEPARATORS
        )
    )


def is_han(text: str) -> bool:
    """Whether ``text`` begins with a Han character."""
    return text[:1] >= "\u3005" and bool(_HAN.match(text))


def sort_key(title: str) -> str:
    """The key by which titles are sorted, byte by byte.

    Folded words; Han characters by their most frequent reading in Latin letters, as in Chinese lists.
    """
    folded = (word.folded for word in words(title))
    return " ".join(anyascii(word).lower() if is_han(word) else word for word in folded)[:200]


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """One word without case, accents, vowel signs and variants of letters; not stemmed."""
    return fold_simple(simplify(word))


def fold_simple(word: str) -> str:
    """The rest of `fold`, for a word that `simplify` returned."""
    return fold_latin(word).translate(_LATE)


def written_out(word: str) -> str:
    """A word that `simplify` returned, with its umlauts written as two letters: ``muenster``."""
    return word if word.isascii() else word.translate(_UMLAUTS)


def simplify(word: str) -> str:
    """One word in NFC without case, Arabic vowel signs, joiners and variants of letters, digits and characters."""
    if word.isascii():
        return word[:MAX_WORD].lower()
    word = unicodedata.normalize("NFKC", word[:MAX_WORD]).casefold()
    return unicodedata.normalize("NFC", _DROPPED.sub("", word)).translate(_EARLY)[:MAX_WORD]


def _simplified_han() -> dict[int, str]:
    """Traditional and Japanese characters and their simplified forms; ``scripts/lexicon.py`` makes the file."""
    path = Path(__file__).parent / "analysis" / "words" / "han.txt"
    return {ord(pair[0]): pair[1] for pair in path.read_text(encoding="utf-8").split()}


_SIMPLIFIED_HAN = _simplified_han()
_EARLY.update(_SIMPLIFIED_HAN)


def simplified_han(run: str) -> str:
    """A run of Han characters in their simplified forms; as many characters."""
    return run.translate(_SIMPLIFIED_HAN)


def fold_latin(word: str) -> str:
    """The word without accents of Latin letters: the breve of й makes another letter. Takes and returns NFC."""
    return word if word.isascii() else _LATER_ACCENTS.sub("", word.translate(_LATIN))


def script_of(word: str) -> str:
    """The script of the first letter: "latin", "cyrillic", "arabic" or "other"."""
    first = word[:1]
    if first <= _LAST_LATIN or _LATIN_ADDITIONAL[0] <= first <= _LATIN_ADDITIONAL[1]:
        return "latin"
    if "\u0400" <= first <= "\u052f":
        return "cyrillic"
    if "\u0600" <= first <= "\u06ff":
        return "arabic"
    return "other"
