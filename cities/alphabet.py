"""Names in alphabetical order for readers of a language.

A database sorts by code points, or by the one collation that it was created with. The folding of the search
engines is another thing: it must treat a word as their analysis does, and keeps for example Greek accents.
"""

import unicodedata
from functools import cache

from anyascii import anyascii

from core.i18n.chinese import pinyin
from core.i18n.languages import main_code

BREVE = "\u0306"  # turns и into й, which is another letter


def sort_key(name: str, language: str) -> str:
    """The key by which `name` is sorted for readers of `language`.

    Latin letters count without their marks (Łódź under L, Århus under A), Arabic ones without
    hamza and vowels, ё as е. For Chinese readers all names are sorted by their spelling in Latin
    letters, Han characters by pinyin, syllable by syllable.
    """
    if main_code(language) == "zh":
        return pinyin(name)
    return "".join(_plain(letter) for letter in unicodedata.normalize("NFC", name.casefold()))


@cache
def _plain(letter: str) -> str:
    if letter.isascii():
        return letter
    if unicodedata.name(letter, "").startswith("LATIN"):
        return anyascii(letter)
    parts = unicodedata.normalize("NFKD", letter)
    if BREVE in parts:
        return letter
    return "".join(part for part in parts if not unicodedata.combining(part))
