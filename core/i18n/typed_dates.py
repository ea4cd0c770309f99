"""Dates as people type them: "2019", "mars 2019", "03/2019", "12 de março de 2019", "2019年3月12日"."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache

from core.i18n.languages import LANGUAGE_CODES, cldr_locale
from core.vocabularies import DatePrecision

# Arabic has other names of months in the Levant and in the Maghreb.
ARABIC = ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_TN")
# Words and signs between the parts of a date that mean nothing.
_FILLERS = frozenset({"de", "del", "do", "of", "the", "le", "el", "г", "год", "года", "году", "م", "سنة", "عام"})
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|ere|º|ª|°|o|-?го|-?е)\b")
_HAN = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?")
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
_YEAR_LAST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class TypedDate:
    """A date with its precision. The day of a month or year is its first."""

    day: date
    precision: DatePrecision


def read_date(text: str) -> TypedDate | None:
    """The date that a text means; None for any other text. The day stands before the month, or after the year.

    Names of months may be in any of the portal's languages.
    """
    plain = _plain(text)
    for pattern, order in ((_HAN, (0, 1, 2)), (_YEAR_FIRST, (0, 1, 2)), (_YEAR_LAST, (2, 1, 0))):
        if match := pattern.fullmatch(plain):
            parts = match.groups()
            year, month, day = (parts[place] for place in order)
            return _date(year, month, day)
    return _in_words(plain)


def _plain(text: str) -> str:
    """The text with Western digits, in lower case and without accents."""
    digits = "".join(
        str(unicodedata.decimal(character)) if unicodedata.decimal(character, None) is not None else character
        for character in text.strip().casefold()
    )
    decomposed = unicodedata.normalize("NFD", digits)
    return unicodedata.normalize("NFC", "".join(mark for mark in decomposed if not unicodedata.combining(mark)))


def _in_words(plain: str) -> TypedDate | None:
    """A date in words: one year, at most one month with its name, and at most one day."""
    words = [word for word in _PARTS.findall(_ORDINAL.sub("", plain)) if word not in _FILLERS]
    months = [month_names()[word] for word in words if word in month_names()]
    years = [word for word in words if _YEAR.fullmatch(word)]
    days = [word for word in words if word.isdigit() and len(word) <= 2]
    is_whole = len(words) == len(months) + len(years) + len(days)
    if len(years) != 1 or len(months) > 1 or len(days) > len(months) or not is_whole:
        return None
    return _date(years[0], str(months[0]) if months else None, days[0] if days else None)


def _date(year: str, month: str | None, day: str | None) -> TypedDate | None:
    try:
        found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return TypedDate(found, DatePrecision.DAY)
    return TypedDate(found, DatePrecision.MONTH if month else DatePrecision.YEAR)


@cache
def month_names() -> dict[str, int]:
    """The names of months in the portal's languages, long and short, as `_plain` writes them: name → number.

    A name that means different months in different languages is left out.
    """
    names: dict[str, set[int]] = {}
    for code in (*LANGUAGE_CODES, *ARABIC):
        months = cldr_locale(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(_plain(name).strip("."), set()).add(number)
    return {name: numbers.pop() for name, numbers in names.items() if len(numbers) == 1 and not name[:1].isdigit()}
