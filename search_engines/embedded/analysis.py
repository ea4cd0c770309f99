"""Text analysis for the embedded engine: from text to terms, for Tantivy's pre-tokenised fields.

Documents and searches go through the same functions. The rules, in order:

* A piece is a run of Han characters, or a run of letters, digits and combining marks of any other
  script. All other characters separate pieces, apostrophes included. French elision needs no rule,
  because ``l``, ``d`` and ``qu`` are stop words.
* Han runs become overlapping pairs; a single character stays as it is.
* Words are normalised to NFKC and case folded. Arabic vowel signs and tatweel are dropped, forms of
  alef and ى unified, ё becomes е, native digits become ASCII.
* Latin accents are folded *before* stemming, so that a word without its accents has the same stem.
  Suffixes that Snowball lists only with accents get them back first (``educacao`` is stemmed as
  ``educação``); an evaluation found no loss against stemming the word as typed. Arabic hamza
  carriers and ة are folded *after* stemming, because the stemmer needs them.
* Regular plurals that Snowball gives another stem than the singular become singular first:
  ``instituições``, ``ciudades``.
* Snowball stemmers and stop words come with Tantivy; the Arabic stop words are listed here. A word in
  another script than its text is stemmed as English, Russian or Arabic.
* Every other language is the fallback: words are normalised and folded, but not stemmed, and there
  are no stop words. So words are found in the form in which they are written. Languages that put no
  spaces between words, other than Chinese and Japanese, are found by whole runs of letters only.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from search_engines.folding import LATE, PIECE, WORD, fold_latin, is_han, script_of, simplify

VERSION = 3
"""Increase it with every change that makes other terms of the same text: indexes are then rebuilt."""

CACHED_WORDS = 200_000
NEUTRAL = "names"
"""Analysis without a language, for names: words are folded, not stemmed, and none is a stop word."""

_SNOWBALL = {
    "en": "english",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "ar": "arabic",
    "ru": "russian",
}
# The script of each language with rules, and the language whose rules a word in another script gets.
_OWN_SCRIPT = dict.fromkeys(_SNOWBALL, "latin") | {"ar": "arabic", "ru": "cyrillic", "zh": "han"}
_SCRIPT_LANGUAGE = {"latin": "en", "cyrillic": "ru", "arabic": "ar"}
# Regular plurals to which Snowball gives another stem than to the singular: in Portuguese those that change
# more than an s, in Spanish those whose singular it takes for a verb form (ciudad, mujer, joven).
_PLURALS = {
    "pt": {"oes": "ao", "ais": "al", "aveis": "avel", "iveis": "ivel", "eis": "el", "ns": "m"},
    "es": {"dades": "dad", "ares": "ar", "eres": "er", "enes": "en"},
}
_SHORTEST_PLURAL = 6
# Suffixes of nouns and adjectives that Snowball lists with accents only.
_ACCENTED = {
    "pt": {"cao": "ção", "avel": "ável", "ivel": "ível", "ancia": "ância", "encia": "ência"}
    | {"ancias": "âncias", "encias": "ências"},
    "es": {"cion": "ción", "logia": "logía", "logias": "logías"},
}
# The prefix "and" before an article or a preposition with article, which Snowball does not remove; walad
# (child) only looks like it.
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
    """One term at one position of a text; ``start`` and ``end`` are offsets into the original."""

    term: str
    position: int
    start: int
    end: int
    stop: bool


def analysis_code(language: str) -> str:
    """The code of the analysis for a language: its main code, ``zh`` for ``zh-hans``."""
    return language.partition("-")[0].lower()


def prefixed(code: str, term: str) -> str:
    """The term as the shared fields of the index hold it: after the code of its analysis."""
    return f"{code}:{term}"


class Piece(NamedTuple):
    """The result for one word or one Han run."""

    terms: tuple[str, ...]
    """The terms that find it: one stem, or overlapping pairs."""
    forms: tuple[str, ...]
    """Terms that only add to the score: the folded word as it is written, or single Han characters.

    The form that was typed scores higher than other forms with the same stem; in Chinese, single
    characters score where the pairs are others.
    """
    stop: bool = False


def pieces(text: str, code: str) -> Iterator[Piece]:
    """The pieces of ``text`` (NFC) by the analysis ``code``, stop words included."""
    for piece in PIECE.findall(text):
        yield _han_run(piece) if is_han(piece) else _word(piece, code)


def tokens(text: str, code: str) -> list[Token]:
    """The terms of :func:`pieces` with their positions and offsets."""
    found: list[Token] = []
    for match in PIECE.finditer(text):
        written, start = match[0], match.start()
        if is_han(written):
            for offset, pair in enumerate(_han_run(written).terms, start):
                found.append(Token(pair, len(found), offset, offset + len(pair), False))
        else:
            word = _word(written, code)
            found.append(Token(word.terms[0], len(found), start, match.end(), word.stop))
    return found


def _han_run(run: str) -> Piece:
    """Overlapping pairs of a run of Han characters; a single character stays as it is."""
    pairs = tuple(run[i : i + 2] for i in range(len(run) - 1))
    return Piece(pairs or (run,), tuple(run))


def words_by_term(texts: Iterable[str], code: str) -> dict[str, list[str]]:
    """Term → the different words of ``texts`` with that term, as they are written; without Han runs."""
    found: dict[str, list[str]] = {}
    for word in dict.fromkeys(word for text in texts for word in WORD.findall(text)):
        found.setdefault(_word(word, code).terms[0], []).append(word)
    return found


@lru_cache(maxsize=CACHED_WORDS)
def _word(word: str, code: str) -> Piece:
    simple = simplify(word)
    script = script_of(simple)
    if code in _OWN_SCRIPT and script != _OWN_SCRIPT[code]:
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
    """Tantivy's stemmer or stop word filter of a language, as an analyzer of one word."""
    chosen = getattr(Filter, kind)(_SNOWBALL[code])
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(chosen).build()
