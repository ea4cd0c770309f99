"""Numbers as people write them: "413,5", "1 250", "1.250", "١٬٢٥٠", "一千二百五十".

`read_number` returns one reading, two for a text that means different numbers in different countries, or none.
"""

import re
import unicodedata
from decimal import Decimal

from babel.numbers import get_group_symbol

from core.i18n.languages import cldr_locale, main_code

# The sign between groups of three digits that a language uses with three digits behind it; others ask CLDR.
# CLDR has a space for the Portuguese of Portugal, where most people write a full stop as in Brazil.
GROUP_SIGNS = {"en": ",", "zh": ",", "ar": ",", "es": ".", "pt": ".", "fr": "", "ru": ""}

# Spaces and apostrophes are between groups only.
SPACES = " \u00a0\u2007\u2009\u202f'’_"
_GROUPED = re.compile(rf"(?<=\d)[{SPACES}](?=\d{{3}}(?!\d))")
_SIGNS = {
    "٫": ".",
    "٬": "\u202f",
    "،": ",",
    "，": ",",
    "．": ".",
    "。": ".",
    "−": "-",
    "–": "-",
    "‒": "-",
    "﹣": "-",
    "－": "-",
}
_BIDI_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"(?P<sign>[-+]?)(?P<body>\d[\d.,]*)")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}")
_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

CHINESE_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
CHINESE_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
CHINESE_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_CHINESE = re.compile(f"[{''.join((*CHINESE_DIGITS, *CHINESE_UNITS, *CHINESE_MYRIADS))}]+")
_WITH_MYRIAD = re.compile(rf"(?P<number>[-+]?[\d.,]+)(?P<unit>[{''.join(CHINESE_MYRIADS)}])")


def read_number(text: str, language: str) -> tuple[Decimal, ...]:
    """The numbers that a text can mean to people who write `language`: one, two if ambiguous, none for other texts.

    One comma or full stop with three digits behind it is ambiguous, unless the language separates thousands with it.
    """
    text = _plain(text)
    if with_myriad := _WITH_MYRIAD.fullmatch(text):
        factor = CHINESE_MYRIADS[with_myriad["unit"]]
        return tuple(number * factor for number in read_number(with_myriad["number"], language))
    if _CHINESE.fullmatch(text):
        return _chinese(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return ()
    sign = -1 if match["sign"] == "-" else 1
    return tuple(sign * number for number in _western(match["body"].rstrip(".,"), language))


def _plain(text: str) -> str:
    """The text with Western digits and signs, and without the spaces between groups of digits."""
    characters = []
    for character in _BIDI_MARKS.sub("", text).strip():
        digit = unicodedata.decimal(character, None)
        characters.append(str(digit) if digit is not None else _SIGNS.get(character, character))
    joined = "".join(characters)
    joined = re.sub(r"^([-+])\s+", r"\1", joined)
    return _GROUPED.sub("", joined)


def _western(body: str, language: str) -> tuple[Decimal, ...]:
    signs = [character for character in body if character in ".,"]
    if not signs:
        return (Decimal(body),)
    if len(set(signs)) == 2:  # the last one is the decimal sign
        last = signs[-1]
        whole, _sign, rest = body.rpartition(last)
        if signs.count(last) > 1 or not (_GROUPS.fullmatch(whole) or _INDIAN.fullmatch(whole)):
            return ()
        return (Decimal(f"{re.sub('[.,]', '', whole)}.{rest}"),)
    if len(signs) > 1:  # thousands and millions
        is_grouped = _GROUPS.fullmatch(body) or (signs[0] == "," and _INDIAN.fullmatch(body))
        return (Decimal(re.sub("[.,]", "", body)),) if is_grouped else ()
    whole, _sign, rest = body.partition(signs[0])
    decimal = Decimal(f"{whole}.{rest}")
    if len(rest) != 3 or len(whole) > 3 or whole.startswith("0"):
        return (decimal,)
    thousands = Decimal(whole + rest)
    return (thousands,) if signs[0] == group_sign(language) else (thousands, decimal)


def group_sign(language: str) -> str:
    """The comma or full stop with which people who write `language` separate thousands; "" if they use a space."""
    main = main_code(language)
    if main in GROUP_SIGNS:
        return GROUP_SIGNS[main]
    try:
        sign = get_group_symbol(cldr_locale(language))
    except ValueError:
        return ","
    return sign if sign in {".", ","} else ""


def _chinese(text: str) -> tuple[Decimal, ...]:
    """A number in Chinese characters: by digits ("二〇二四"), or with units ("一千二百五十", "三万")."""
    if all(character in CHINESE_DIGITS for character in text):
        return (Decimal("".join(str(CHINESE_DIGITS[character]) for character in text)),)
    total = section = digit = 0
    for character in text:
        if character in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[character]
        elif character in CHINESE_UNITS:
            section += (digit or 1) * CHINESE_UNITS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * CHINESE_MYRIADS[character]
            section = digit = 0
    return (Decimal(total + section + digit),)
