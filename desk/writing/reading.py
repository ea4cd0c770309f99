"""Reads an answer as it was typed: what it means, or in words why it cannot be published as it is.

Nothing here refuses an answer: a working copy keeps every text. What cannot be read stands in the way at submission.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import DecimalField, Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.i18n import dates
from core.i18n.languages import (
    LANGUAGE_CODES,
    SOURCE_LANGUAGE,
    active_language,
    cldr_locale,
    language_name,
    main_code,
    spoken_languages,
)
from core.i18n.typed_dates import read_date
from core.i18n.typed_numbers import group_sign, read_number
from core.querysets.visibility import public
from core.validators import YEARS
from desk.writing.questions import Kind, Question, Rows
from desk.writing.sections import longest
from practices.models import PracticePage

_CODE = re.compile(r"[0-9a-f]{10}")
_CURRENCY_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "₽": "RUB",
    "R$": "BRL",
    "₹": "INR",
    "₩": "KRW",
    "元": "CNY",
    "人民币": "CNY",
}
# What people write before or after a sum; its currency is an answer of its own.
_AROUND_SUMS = re.compile(r"^(?:[^\W\d_]{1,3}|[^\W\d_]{0,2}[$€£¥₽₹₩])\s*(?=[\d٠-٩-])|\s*(?:[^\W\d_]{3}|[$€£¥₽₹₩元])$")
_UNIT = re.compile(r"\s*([%٪％])\s*$")
_LINK = URLValidator(schemes=["http", "https"])
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Reading:
    """What an answer means.

    value: as the field of the model takes it, None for nothing. also: values of the question's other fields.
    """

    value: object = None
    problem: str = ""
    """Why it cannot be published as it is, in the active language; "" if it can."""
    said: str = ""
    """How the portal reads it, if that is not what was typed: "We read 1,250"."""
    choices: tuple[tuple[str, str], ...] = ()
    """What it may mean, as (answer, label): the person chooses."""
    also: tuple[tuple[str, object], ...] = ()


def read(question: Question, answer, language: str, rows: Rows | None = None) -> Reading:
    """Read an answer that was typed in a practice of `language`. An empty answer means nothing."""
    if question.kind in {Kind.CODES, Kind.CLUSTERS}:
        codes = answer if isinstance(answer, list) else []
        known = question.vocabulary.values if question.vocabulary else codes
        return Reading([code for code in codes if code in known])
    text = answer.strip() if isinstance(answer, str) else ""
    if question.kind == Kind.TICK:
        return Reading(text == "yes")
    if not text:
        return Reading()
    limit = longest(question, rows)
    if question.kind in {Kind.LINE, Kind.TEXT}:
        return Reading(_clean(text, question.kind), _too_long(text, limit))
    return _READERS[question.kind](text, language, question, rows)


def _clean(text: str, kind: Kind) -> str:
    text = _CONTROL.sub("", text)
    return " ".join(text.split()) if kind == Kind.LINE else text


def _too_long(text: str, limit: int) -> str:
    over = len(text) - limit
    if not limit or over <= 0:
        return ""
    words = ngettext(
        "This is %(over)s character too long: at most %(limit)s fit.",
        "This is %(over)s characters too long: at most %(limit)s fit.",
        over,
    )
    return words % {"over": dates.number(over), "limit": dates.number(limit)}


def _number(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    unit = ""
    if "unit" in question.also:
        unit, text = ("%", _UNIT.sub("", text)) if _UNIT.search(text) else ("", text)
    if question.name == "cost_amount":
        text = _AROUND_SUMS.sub("", text).strip()
    readings = read_number(text, language)
    if len(readings) > 1:
        return Reading(problem=_ambiguous(), choices=_choices(readings, unit, language))
    if not readings:
        return Reading(problem=_("Write a number without letters, for example %(number)s.") % {"number": "413"})
    value = readings[0]
    if problem := _does_not_fit(value, question, rows):
        return Reading(problem=problem)
    shown = _label(value, unit)
    also = (("unit", unit),) if "unit" in question.also else ()
    return Reading(value, said=shown if shown != text else "", also=also)


def _choices(readings: tuple[Decimal, ...], unit: str, language: str) -> tuple[tuple[str, str], ...]:
    """What an ambiguous text may mean, each so that it is read in one way: without a sign between thousands."""
    sign = "." if group_sign(language) == "," else ","
    choices = []
    for value in readings:
        text = f"{value.normalize():f}"
        text = f"{text}0" if re.search(r"\.\d{3}$", text) else text
        choices.append((text.replace(".", sign) + unit, _label(value, unit)))
    return tuple(choices)


def _label(value: Decimal, unit: str = "") -> str:
    return dates.percent(value) if unit == "%" else dates.number(value)


def _ambiguous() -> str:
    return _("This can be read in two ways. Which one do you mean?")


def _does_not_fit(value: Decimal, question: Question, rows: Rows | None) -> str:
    model: type[Model] = rows.model if rows and rows.model else PracticePage
    field = question.field(model)
    if not isinstance(field, DecimalField):
        return ""
    try:
        field.run_validators(round(value, field.decimal_places))
    except ValidationError as error:
        return " ".join(error.messages)
    if value != round(value, field.decimal_places):
        places = field.decimal_places
        words = ngettext(
            "At most %(count)s digit after the decimal sign.",
            "At most %(count)s digits after the decimal sign.",
            places,
        )
        return words % {"count": places}
    return ""


def _count(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    readings = [value for value in read_number(text, language) if value == value.to_integral_value() and value >= 0]
    if not readings or readings[0] > 32_767:
        return Reading(problem=_("Write a whole number without letters, for example %(number)s.") % {"number": "8"})
    shown = dates.number(readings[0])
    return Reading(int(readings[0]), said=shown if shown != text else "")


def _percent(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    readings = read_number(_UNIT.sub("", text), language)
    value = readings[0] if len(readings) == 1 else None
    if value is None or not 0 <= value <= 100 or value != value.to_integral_value():
        return Reading(problem=_("Write a whole number from 0 to 100."))
    shown = dates.percent(value)
    return Reading(int(value), said=shown if dates.number(value) != text and shown != text else "")


def _year(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    typed = read_date(text)
    if typed is None or typed.precision != "year":
        return Reading(problem=_("Write one year with four digits, for example 2024."))
    if typed.day.year not in YEARS:
        return Reading(problem=_years())
    shown = str(typed.day.year)
    return Reading(typed.day.year, said=dates.year(typed.day) if shown != text else "")


def _date(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    typed = read_date(text)
    if typed is None:
        words = _("Write a year, a month or a day, and no other words: %(year)s, %(month)s, %(day)s.")
        sample = date(2019, 3, 12)
        forms = {"year": dates.year(sample), "month": dates.month(sample), "day": dates.day(sample)}
        return Reading(problem=words % forms)
    if typed.day.year not in YEARS:
        return Reading(problem=_years())
    shown = dates.partial_date(typed.day, typed.precision)
    also = tuple((name, typed.precision.value) for name in question.also)
    return Reading(typed.day, said=shown if shown != text else "", also=also)


def _years() -> str:
    return _("Enter a year from %(first)s to %(last)s.") % {"first": YEARS.start, "last": YEARS.stop - 1}


def _address(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    address = text if "://" in text else f"https://{text}"
    problem = _too_long(address, longest(question, rows))
    try:
        _LINK(address)
    except ValidationError:
        problem = problem or _("Write the address of a web page, for example https://example.org/report.")
    return Reading(address, problem, said="" if problem or address == text else address)


def _currency(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    code = _CURRENCY_SIGNS.get(text.upper(), text.upper())
    currencies = cldr_locale(SOURCE_LANGUAGE).currencies
    if code not in currencies or len(code) != 3:
        return Reading(problem=_("Write the three letters of the currency, for example EUR, BRL or CNY."))
    return Reading(code, said=code if code != text else "")


def _choice(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    known = question.vocabulary.values if question.vocabulary else []
    return Reading(text if text in known else None)


def _language(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    return Reading(text if text in LANGUAGE_CODES else None)


def _any_language(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    """A code, or the name of a language: in the active language, in that of the text, or in the language itself."""
    code = find_language(text, language)
    if code is None:
        return Reading(problem=_("Choose the language from the list."))
    return Reading(code, _too_long(code, longest(question, rows)), said="" if code == text else language_name(code))


def find_language(text: str, language: str) -> str | None:
    """The code of the language that somebody has typed or chosen in a text of `language`; None for no language."""
    code = text.lower().replace("_", "-")
    if code in LANGUAGE_CODES or main_code(code) in cldr_locale(SOURCE_LANGUAGE).languages:
        return code
    typed = text.casefold()
    for known in sorted(spoken_languages()):
        if typed in {language_name(known, reader).casefold() for reader in (active_language(), language, known)}:
            return known
    return None


def _practice(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    found = find_practice(text)
    if found is None:
        return Reading(problem=_("There is no practice with this address or code on this portal."))
    return Reading(found.pk, said=found.title)


def find_practice(text: str) -> PracticePage | None:
    """The public practice with this address or code; None if there is none."""
    text = text.strip()
    if _CODE.fullmatch(text.lower()):
        return public(PracticePage.objects.with_code(text.lower())).first()
    slugs = [slug for slug in urlsplit(text).path.split("/") if slug]
    if not slugs or not _is_plain(slugs[-1]):
        return None
    found = public(PracticePage.objects.filter(slug=slugs[-1]))
    in_language = found.filter(locale__language_code=slugs[0]).first()
    return in_language or found.first()


def _is_plain(slug: str) -> bool:
    return bool(re.fullmatch(r"[-\w]{1,255}", slug))


def _file(text: str, language: str, question: Question, rows: Rows | None) -> Reading:
    return Reading(text)


_READERS = {
    Kind.NUMBER: _number,
    Kind.COUNT: _count,
    Kind.PERCENT: _percent,
    Kind.YEAR: _year,
    Kind.DATE: _date,
    Kind.ADDRESS: _address,
    Kind.CURRENCY: _currency,
    Kind.CHOICE: _choice,
    Kind.PRACTICE: _practice,
    Kind.LANGUAGE: _language,
    Kind.ANY_LANGUAGE: _any_language,
    Kind.FILE: _file,
}


def is_empty(answer) -> bool:
    """Whether nothing was typed or chosen."""
    return not (answer.strip() if isinstance(answer, str) else answer)


def same_meaning(question: Question, one, other, language: str, rows: Rows | None = None) -> bool:
    """Whether two answers say the same, for example "1 250" and "1.250" in Portuguese."""
    if one == other or (is_empty(one) and is_empty(other)):
        return True
    first, second = (read(question, answer, language, rows) for answer in (one, other))
    if first.problem or second.problem:
        return False
    return (first.value, first.also) == (second.value, second.also)
