"""From a cell to a plain value, by the type of its column and the language of the person who imports.

Values are those of `core.imports`: whole numbers are int, decimal numbers and dates are text.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from core.i18n.languages import LANGUAGE_CODES
from core.i18n.typed_dates import read_date
from core.i18n.typed_numbers import read_number
from core.vocabularies import DatePrecision
from editorial.imports.reading import Cell, decimal_text
from open_data.columns import Column, Type

LIST_SIGNS = str.maketrans("،；，、\n", ";;;;;")
# What Excel and LibreOffice write into CSV files in the languages of the portal.
TRUE = {"true", "1", "x", "vrai", "verdadero", "verdadeiro", "истина", "да"}
FALSE = {"false", "0", "faux", "falso", "ложь", "нет"}
MOST_RECORDS = 200

Words = Mapping[str, str]
"""Word in lower case → code."""


class Wrong(Exception):
    """A cell does not hold what its column needs. The message says so in the active language."""


def canonical(column: Column, value: Any) -> Any:
    """Return a value of a dataset as a plain value of an import."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if column.type == Type.RECORDS:
        return [{part.code: canonical(part, record[part.code]) for part in column.parts} for record in value]
    if column.type == Type.TEXTS:
        return [clean_text(text) for text in value]
    if isinstance(value, list | tuple):
        return list(value)
    return clean_text(value) if isinstance(value, str) else value


def clean_text(text: str) -> str:
    """The text with the line ends of Unix and without spaces around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def as_text(cell: Cell) -> str:
    """The text of a cell of any type; "" for an empty one. Raises Wrong for a formula, error or control character."""
    if cell is None:
        return ""
    if isinstance(cell, dict):
        ((kind, value),) = cell.items()
        if kind == "formula":
            raise Wrong(_("The cell holds a formula. Put its value there."))
        if kind == "error":
            raise Wrong(_("The cell holds an error of the spreadsheet program."))
        if kind == "character":
            raise _bad_character(str(value))
        return str(value).lower() if kind == "bool" else str(value)
    text = clean_text(cell)
    if bad := [sign for sign in text if _is_control(sign)]:
        raise _bad_character(f"U+{ord(bad[0]):04X}")
    return text


def _bad_character(code: str) -> Wrong:
    return Wrong(_("The cell has a character that no text can have (%(code)s).") % {"code": code})


def _is_control(sign: str) -> bool:
    return (unicodedata.category(sign) == "Cc" and sign not in "\n\t") or sign in "\ufffe\uffff"


def read(column: Column, cell: Cell, language: str, words: Words | None) -> Any:
    """Return the value of a cell; None if it is empty. Raises Wrong.

    language: of the person, for numbers. words: those for codes of the column; None for codes of no list.
    """
    text = as_text(cell)
    if not text:
        return None
    match column.type:
        case Type.CODE:
            return _code(text, words)
        case Type.CODES:
            parts = [part.strip() for part in text.translate(LIST_SIGNS).replace(",", ";").split(";")]
            codes = [_code(part, words) for part in parts if part]
            return _ordered(column, list(dict.fromkeys(codes))) or None
        case Type.TEXTS:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case Type.RECORDS:
            return _records(column, text, language)
        case Type.BOOLEAN:
            return _truth(text)
        case Type.INTEGER:
            return _whole(text, cell, language)
        case Type.NUMBER:
            return _number(column, text, cell, language)
        case Type.DATE:
            return _day(text)
        case Type.PARTIAL_DATE:
            return _partial(text)
    return text


def _code(text: str, words: Words | None) -> str:
    if words is None:
        return text
    code = words.get(text.casefold())
    if code is None:
        raise Wrong(_("“%(text)s” is not in the list.") % {"text": text[:60]})
    return code


def _ordered(column: Column, codes: list[str]) -> list[str]:
    """Codes of a vocabulary in its order, as they are stored."""
    return [code for code in column.vocabulary if code in codes] if column.vocabulary else codes


@cache
def _yes_and_no() -> tuple[frozenset[str], frozenset[str]]:
    yes, no = set(TRUE), set(FALSE)
    for language in LANGUAGE_CODES:
        with override(language):
            yes.add(_("Yes").casefold())
            no.add(_("No").casefold())
    return frozenset(yes), frozenset(no)


def _truth(text: str) -> bool:
    yes, no = _yes_and_no()
    if text.casefold() in yes:
        return True
    if text.casefold() in no:
        return False
    raise Wrong(_("Write true or false."))


def _numbers(text: str, cell: Cell, language: str) -> tuple[Decimal, ...]:
    if isinstance(cell, dict):
        try:
            return (Decimal(text),)
        except InvalidOperation:
            return ()
    return read_number(text, language) if len(text) <= 40 else ()


def _whole(text: str, cell: Cell, language: str) -> int:
    whole = [number for number in _numbers(text, cell, language) if number == number.to_integral_value()]
    if not whole or abs(whole[0]) >= 10**15:
        raise Wrong(_("Write a whole number, for example 27766."))
    return int(whole[0])


def _number(column: Column, text: str, cell: Cell, language: str) -> str:
    found = _numbers(text, cell, language)
    if len(found) > 1 and column.code in {"latitude", "longitude"}:
        found = tuple(number for number in found if abs(number) <= 180)
    if len(found) > 1:
        raise Wrong(
            _("“%(text)s” can mean two numbers. Write %(first)s or %(second)s.")
            % {"text": text, "first": decimal_text(found[0]), "second": decimal_text(found[1])}
        )
    if not found or abs(found[0]) >= 10**15:
        raise Wrong(_("Write a number, for example 1250.5."))
    return decimal_text(found[0])


def _day(text: str) -> str:
    typed = read_date(text) if len(text) <= 60 else None
    if typed is None or typed.precision != DatePrecision.DAY:
        raise Wrong(_("Write a day as year, month and day, for example 2026-04-03."))
    return typed.day.isoformat()


def _partial(text: str) -> str:
    typed = read_date(text) if len(text) <= 60 else None
    if typed is None:
        raise Wrong(
            _(
                "Write a year, a month or a day, for example 2026-04-03. Leave out the day or the month if it is not "
                "known."
            )
        )
    return typed.day.isoformat()[: {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(typed.precision, 10)]


def _records(column: Column, text: str, language: str) -> list[dict[str, Any]]:
    parts = {part.code: part for part in column.parts}
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise Wrong(_("Write a list of records as JSON, as in an exported file."))
    if len(found) > MOST_RECORDS:
        raise Wrong(_("The list has more than %(most)s records.") % {"most": MOST_RECORDS})
    if unknown := [name for record in found for name in record if name not in parts]:
        raise Wrong(_("A record has no part “%(name)s”.") % {"name": str(unknown[0])[:40]})
    records = []
    for place, record in enumerate(found, 1):
        values = {}
        for code, part in parts.items():
            try:
                values[code] = read(part, _json_cell(record.get(code)), language, vocabulary_words(part))
            except Wrong as wrong:
                raise Wrong(
                    _("Record %(number)s, “%(part)s”: %(problem)s")
                    % {"number": place, "part": part.code, "problem": wrong}
                ) from wrong
        records.append(values)
    return records


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _json_cell(value: Any) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, int | Decimal):
        return {"number": decimal_text(Decimal(value))}
    raise Wrong(_("The value must be a text or a number."))


_known_words: dict[tuple[str, ...], dict[str, str]] = {}


def vocabulary_words(column: Column) -> Words | None:
    """Return the words for the codes of a vocabulary: codes, and labels in all languages; None without one."""
    if not column.vocabulary:
        return None
    codes = tuple(column.vocabulary)
    if codes not in _known_words:
        _known_words[codes] = _words_of(column.vocabulary)
    return _known_words[codes]


def _words_of(vocabulary: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for language in LANGUAGE_CODES:
        with override(language):
            for code, label in vocabulary.items():
                found.setdefault(str(label).casefold(), set()).add(code)
    words = {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}
    return words | {str(code).casefold(): str(code) for code in vocabulary if code}
