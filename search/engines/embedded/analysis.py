"""From text to terms, in every language of the portal, for Tantivy's pre-tokenised fields.

The index and the reader's words go through the same functions, so that they meet. Rules, in order:

* A piece is a run of Han characters, or a run of letters, digits and combining marks of any other
  script; everything else, apostrophes included, separates. French elision falls out of that, because
  the left-over ``l``, ``d``, ``qu`` are stop words.
* Han runs become overlapping pairs (no dictionary to go stale); a lone character stays itself.
* Words: NFKC, case folded, Arabic vowels and tatweel dropped, alef forms and ى unified, ё as е,
  native digits as ASCII.
* Latin accents are folded *before* stemming, so that a word typed without them meets the same stem.
  Suffixes that a stemmer only knows with their accents get these back first (``educacao`` is stemmed
  as ``educação``); measured, nothing is lost against stemming what was typed. Arabic hamza carriers
  and ة are folded *after*, because the stemmer needs them.
* Regular plurals that Snowball leaves apart become singular first: ``instituições``, ``ciudades``.
* Snowball stemmers and stop words come with Tantivy (Arabic stop words below are ours). A word in
  another script than its text is stemmed as English, Russian or Arabic.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from search.engines.folding import LATE, PIECE, WORD, fold_latin, is_han, script_of, simplify

VERSION = 2
"""To be raised with every change that makes other terms of the same text: old indexes are rebuilt."""

KEPT_WORDS = 200_000
NEUTRAL = "names"
"""Analysis without a language, for names: folded, neither stemmed nor stopped."""

_SNOWBALL = {
    "en": "english",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "ar": "arabic",
    "ru": "russian",
}
_SCRIPT_LANGUAGE = {"latin": "en", "cyrillic": "ru", "arabic": "ar"}
_OWN_SCRIPT = {"ar": "arabic", "ru": "cyrillic", "zh": "han"}
# Regular plurals whose stem Snowball makes another than the singular's: in Portuguese those that change
# more than an s, in Spanish those whose singular it takes for a form of a verb (ciudad, mujer, joven).
_PLURALS = {
    "pt": {"oes": "ao", "ais": "al", "aveis": "avel", "iveis": "ivel", "eis": "el", "ns": "m"},
    "es": {"dades": "dad", "ares": "ar", "eres": "er", "enes": "en"},
}
_SHORTEST_PLURAL = 6
# The suffixes of nouns and adjectives that Snowball's algorithms list with accents.
_ACCENTED = {
    "pt": {"cao": "ção", "avel": "ável", "ivel": "ível", "ancia": "ância", "encia": "ência"}
    | {"ancias": "âncias", "encias": "ências"},
    "es": {"cion": "ción", "logia": "logía", "logias": "logías"},
}
# "And" before an article or preposition with article, which Snowball leaves on; walad (child) is no such word.
_ARABIC_AND = re.compile("و(?=ال|لل|بال)(?!الد).{5}")
_EXTRA_STOPS = {
    "en": "s t d m ll re ve",
    "fr": "l d j qu n s t c m",
    "ar": "من في على الى عن ان أن إن ما لا هذا هذه ذلك تلك التي الذي الذين هو هي هم مع او ثم كما كل بعض "
    "بين بعد قبل عند حتى لم لن قد كان كانت يكون تكون اي كيف ماذا لماذا متى اين هل اذا لكن بل غير منذ "
    "خلال حول دون انه انها وهو وهي ومن وفي وعلى فيها فيه منها منه لها له بها به عليها عليه هناك هنا نحن "
    "انت انا",
}


class Token(NamedTuple):
    """One term at one place of a text; ``start`` and ``end`` are offsets into the original."""

    term: str
    position: int
    start: int
    end: int
    stop: bool


def analysis_code(language: str) -> str:
    """The analysis for a language of the settings: its main code, ``zh`` for ``zh-hans``."""
    return language.partition("-")[0].lower()


def prefixed(code: str, term: str) -> str:
    """The term as the shared fields of the index hold it: with the language it belongs to."""
    return f"{code}:{term}"


class Piece(NamedTuple):
    """What one word or one Han run becomes."""

    terms: tuple[str, ...]
    """What it is found by: a stem, or overlapping pairs."""
    forms: tuple[str, ...]
    """What only helps to rank: the folded word as it was written, or single characters.

    The very form that was typed counts more than another with the same stem; in Chinese, characters
    count where pairs were cut otherwise.
    """
    stop: bool = False


def pieces(text: str, code: str) -> Iterator[Piece]:
    """Cut ``text`` (NFC) by the analysis ``code``, stop words included and marked."""
    for piece in PIECE.findall(text):
        yield _run(piece) if is_han(piece) else _word(piece, code)


def tokens(text: str, code: str) -> list[Token]:
    """The terms of :func:`pieces` one after the other, with the places where they stand."""
    found: list[Token] = []
    for match in PIECE.finditer(text):
        written, start = match[0], match.start()
        if is_han(written):
            for place, pair in enumerate(_run(written).terms, start):
                found.append(Token(pair, len(found), place, place + len(pair), False))
        else:
            word = _word(written, code)
            found.append(Token(word.terms[0], len(found), start, match.end(), word.stop))
    return found


def _run(run: str) -> Piece:
    """Overlapping pairs of a run of Han characters; a lone character is itself."""
    pairs = tuple(run[i : i + 2] for i in range(len(run) - 1))
    return Piece(pairs or (run,), tuple(run))


def words_by_term(texts: Iterable[str], code: str) -> dict[str, list[str]]:
    """The different words of ``texts``, Han runs aside, as they are written, by the terms that they become."""
    found: dict[str, list[str]] = {}
    for word in dict.fromkeys(word for text in texts for word in WORD.findall(text)):
        found.setdefault(_word(word, code).terms[0], []).append(word)
    return found


@lru_cache(maxsize=KEPT_WORDS)
def _word(word: str, code: str) -> Piece:
    simple = simplify(word)
    script = script_of(simple)
    if code != NEUTRAL and script != _OWN_SCRIPT.get(code, "latin"):
        code = _SCRIPT_LANGUAGE.get(script, code)
    folded = fold_latin(simple)
    stem = fold_latin(_stem(code, folded)) if code in _SNOWBALL else folded
    term, form = (text.translate(LATE) or word for text in (stem, folded))
    return Piece((term,), (form,), _is_stop(code, simple))


def _stem(code: str, word: str) -> str:
    if len(word) >= _SHORTEST_PLURAL:
        word = _exchange_suffix(word, _PLURALS.get(code, {}))
    word = _exchange_suffix(word, _ACCENTED.get(code, {}))
    if code == "ar" and _ARABIC_AND.match(word):
        word = word[1:]
    stems = _chain(code, "stemmer").analyze(word)
    return stems[0] if stems else word


def _exchange_suffix(word: str, suffixes: dict[str, str]) -> str:
    for old, new in suffixes.items():
        if word.endswith(old):
            return word.removesuffix(old) + new
    return word


def _is_stop(code: str, word: str) -> bool:
    if word in _extra_stops(code):
        return True
    return code in _SNOWBALL and code != "ar" and not _chain(code, "stopword").analyze(word)


@lru_cache
def _extra_stops(code: str) -> frozenset[str]:
    return frozenset(simplify(word) for word in _EXTRA_STOPS.get(code, "").split())


@lru_cache
def _chain(code: str, kind: str):
    """Tantivy's stemmer or stop-word filter for one language, callable on one word."""
    chosen = getattr(Filter, kind)(_SNOWBALL[code])
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(chosen).build()
