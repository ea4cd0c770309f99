"""Names in the order of the reader's alphabet.

Databases sort by code points, or by the one language that they were set up for.
"""

import unicodedata
from functools import cache

from anyascii import anyascii

BREVE = "\u0306"  # makes й of и, a letter of its own


def sort_key(name: str, language: str) -> str:
    """The key by which `name` takes its place in a list for readers of `language`.

    Latin letters count without their marks (Łódź under L, Århus under A), Arabic ones without
    hamza and vowels, ё as е. Chinese readers get everything by its spelling in Latin letters,
    Han characters by pinyin.
    """
    if language == "zh-hans":
        return anyascii(name).casefold()
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
