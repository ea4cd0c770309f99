"""Scripts: in which of the portal's languages a text can be, by its letters."""

import unicodedata
from functools import cache

from core.i18n.languages import LANGUAGE_CODES, own_name

LATIN = "LATIN"


def possible_languages(text: str) -> list[str]:
    """The portal's languages that are written with the letters of `text`, in the order of the settings.

    Letters of another script than Latin decide, because Latin words occur in texts of every language.
    Languages in Latin letters where none of the portal's languages has the script of the text.
    """
    scripts = {_script(letter) for letter in text if letter.isalpha()}
    found = [code for code in LANGUAGE_CODES if _script_of_language(code) in scripts - {LATIN}]
    return found or [code for code in LANGUAGE_CODES if _script_of_language(code) == LATIN]


def _script(letter: str) -> str:
    """The script of a letter, as the first word of its Unicode name: "ARABIC", "CJK"."""
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def _script_of_language(code: str) -> str:
    """The script of a language: that of the first letter of its own name."""
    return _script(next(letter for letter in own_name(code) if letter.isalpha()))
