"""The words of documents for suggestions and for corrections."""

import re
from collections.abc import Iterator

from core.search_document import SearchDocument
from search_engines import folding
from search_engines.analysis import lexicon, terms

SHORTEST_SPELLED = 4
"""Letters of the shortest word that is corrected, or offered as a correction."""
_TWO_TYPOS_FROM = {"arabic": 8}
_TWO_TYPOS_FROM_ELSEWHERE = 7
_MOST_STARTS = 12
_BETWEEN_WORDS = re.compile(r"[\s\-\u2010\u2011'’]+")
_LEXICONS = {"latin": ("en", "fr", "es", "pt"), "cyrillic": ("ru",), "arabic": ("ar",)}


def beginnings(title: str) -> set[str]:
    """Return what suggestions match: the folded words of a title, Chinese ones from every character on.

    Names with an apostrophe and compounds also as one word, words with an umlaut also with it written out.
    """
    found: set[str] = set()
    for _start, _end, spelling in spellings(title):
        starts = range(min(len(spelling), _MOST_STARTS)) if folding.is_han(spelling) else (0,)
        found.update(spelling[start:] for start in starts)
    return found


def spellings(title: str) -> Iterator[tuple[int, int, str]]:
    """The words of a title, folded, with the places from and to which they stand; each in all its spellings."""
    for word in folding.words(title):
        yield word.start, word.end, word.folded
    for chain in terms.CHAINED.finditer(title):
        for piece in terms.pieces(chain[0], terms.NEUTRAL):
            for other in piece.others:
                yield *chain.span(), other


def words_for_correction(document: SearchDocument) -> set[tuple[str, str]]:
    """Return the words that may be offered as corrections: (folded, as it is to be written).

    Names keep their capitals; the capital of a word at the beginning of a sentence or title says nothing.
    """
    found = set(_names(document))
    named = {folded for folded, _written in found}
    for text in (document.title, document.summary):
        before = ""
        for word in folding.words(text):
            if is_spelled(word.folded) and word.folded not in named:
                keeps = _is_name(word.written, before) or word.written[1:].lower() != word.written[1:]
                found.add((word.folded, word.written if keeps else word.written.lower()))
            rest = text[word.end : word.end + 1]
            before = word.written if not rest or _BETWEEN_WORDS.match(rest) else ""
    return found


def _names(document: SearchDocument) -> Iterator[tuple[str, str]]:
    texts = [name for name in document.names if name in f"{document.title}\n{document.summary}"]
    if document.type == "city":
        texts.append(document.title)
    for text in texts:
        for word in folding.words(text):
            if is_spelled(word.folded):
                yield word.folded, word.written


def _is_name(written: str, before: str) -> bool:
    """Whether a word is written as a name: with a capital after a word without one."""
    return written[:1].isupper() and before[:1].islower()


def is_spelled(word: str) -> bool:
    """Whether a folded word is corrected, or offered as a correction."""
    return len(word) >= SHORTEST_SPELLED and word.isalpha() and not folding.is_han(word)


def most_typos(word: str) -> int:
    """How many letters may be wrong in a folded word that is corrected."""
    return 2 if len(word) >= _TWO_TYPOS_FROM.get(folding.script_of(word), _TWO_TYPOS_FROM_ELSEWHERE) else 1


def is_in_use(word: str) -> bool:
    """Whether people use a folded word in any language of its script: then it is no slip, whatever the index has."""
    return any(word in lexicon.known(code) for code in _LEXICONS.get(folding.script_of(word), ()))


def may_be_unfinished(words: str) -> bool:
    """Whether one of ``words`` may be the beginning of a word: it is not one that people use."""
    return any(not is_in_use(word.folded) for word in folding.words(words))
