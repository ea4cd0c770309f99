"""Dates, times and numbers in the format of the active language.

Patterns come from Unicode CLDR through Babel, for every language that CLDR knows. Digits are Western
and times have 24 hours in every language; months are written in words. An aware datetime is shown in
its own time zone: convert it with `astimezone` before.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from django.utils.translation import gettext, ngettext, pgettext

from core.i18n.languages import active_language, cldr_locale
from core.vocabularies import DatePrecision

# CLDR has no pattern for the ordinal that French writes on the first of a month.
FRENCH_DAY = re.compile(r"\bd\b")
# The day of the month in CLDR's patterns, outside of quoted words.
DAY_IN_PATTERN = re.compile(r"d+(?=(?:[^']*'[^']*')*[^']*$)")
# The letters for a weekday, long or short, in CLDR's patterns.
WEEKDAY_NAME = re.compile(r"E+|c+")
# What stands in them between the weekday and the day of the month.
AFTER_WEEKDAY = re.compile(r"(?<=E)[^E]+?(?=d)")


def locale() -> Locale:
    """The CLDR locale of the active language; English where none of the portal's languages is active."""
    return cldr_locale(active_language())


def _format(value: date, pattern: str) -> str:
    if locale().language == "fr" and value.day == 1:
        pattern = FRENCH_DAY.sub("d'er'", pattern)
    return format_date(value, pattern, locale=locale())


def _pattern(*skeletons: str) -> str:
    """The pattern of the first skeleton that the locale has, with the whole name of the month.

    Every locale of CLDR has the last one of the skeletons used here, if only from CLDR's root.
    """
    return _pattern_of(locale(), skeletons)


@cache
def _pattern_of(cldr: Locale, skeletons: tuple[str, ...]) -> str:
    known = cldr.datetime_skeletons
    pattern = next(known[skeleton].pattern for skeleton in skeletons if skeleton in known)
    return _with_whole_month(pattern)


def _with_whole_month(pattern: str) -> str:
    """The pattern with the month's whole name where it has the short one: MMM → MMMM."""
    return re.sub(r"(?<![ML])([ML])\1{2}(?![ML])", r"\1\1\1\1", pattern)


def day(value: date) -> str:
    """A day with its year: "30 June 2026"."""
    return _format(value, locale().date_formats["long"].pattern)


def day_month(value: date) -> str:
    """A day without its year: "30 June"."""
    return _format(value, _pattern("MMMMd"))


def month(value: date) -> str:
    """A month with its year: "June 2026"."""
    return _format(value, _pattern("yMMMM"))


def year(value: date) -> str:
    """A year on its own: "2026", in Chinese "2026年"."""
    return _year(value.year, locale())


@cache
def _year(number: int, cldr: Locale) -> str:
    return format_date(date(number, 1, 1), _pattern_of(cldr, ("y",)), locale=cldr)


def weekday(value: date) -> str:
    """The name of the day: "Tuesday"."""
    return _format(value, "EEEE")


def weekday_short(value: date) -> str:
    """The short name of the day: "Tue"."""
    return _format(value, "ccc")


def weekday_day(value: date) -> str:
    """A day with its weekday, without its year: "Tue 30 June"."""
    return _format(value, _pattern("MMMMEd", "MMMEd"))


def weekday_in_full(value: date) -> str:
    """A day with the whole name of its weekday and without its year: "Tuesday 30 June"."""
    return _format(value, _weekday_in_full())


def weekday_date(value: date) -> str:
    """A day with the whole name of its weekday and with its year: "Tuesday 30 June 2026".

    After the weekday stands what stands there without a year: British English has a comma only with one in CLDR, and
    both forms are on one page.
    """
    pattern = WEEKDAY_NAME.sub("EEEE", _pattern("yMMMMEEEEd", "yMMMMEd", "yMMMEd"))
    without_year = AFTER_WEEKDAY.search(_weekday_in_full())
    return _format(value, AFTER_WEEKDAY.sub(without_year[0], pattern, count=1) if without_year else pattern)


def _weekday_in_full() -> str:
    return WEEKDAY_NAME.sub("EEEE", _pattern("MMMMEEEEd", "MMMMEd", "MMMEd"))


def day_range(first: date, last: date) -> str:
    """Days from first to last, by CLDR's patterns for intervals: "9–11 September 2026"."""
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(first)
    intervals = locale().interval_formats
    patterns = intervals["yMMMMd"] if "yMMMMd" in intervals else intervals["yMMMd"]
    if first.year != last.year:
        start, end = patterns["y"]
    elif first.month != last.month:
        start, end = patterns["M"]
    else:
        start, end = patterns["d"]
    return _format(first, _with_whole_month(start)) + _format(last, _with_whole_month(end))


@dataclass(frozen=True)
class DayParts:
    """A date in two parts, for a large number of the day with the rest of the date beside it.

    Read one after the other, they are the date in its language: "8" and "décembre 2026"; in Chinese, where the
    month comes first, "2026年12月" and "8日".
    """

    number: str
    rest: str
    rest_first: bool


def day_parts(first: date, last: date) -> DayParts:
    """The parts of a day, or of days from `first` to `last` within one month: "9–11" and "September 2026"."""
    pattern = locale().date_formats["long"].pattern
    at = DAY_IN_PATTERN.search(pattern)
    before, after = (pattern[: at.start()], pattern[at.end() :]) if at else (pattern, "")
    days = "d" if first == last else f"{_format(first, 'd')}–{_format(last, 'd')}"
    number = _format(first, days) if first == last else days
    if before.strip():
        return DayParts(number + _format(first, after or "''").strip(), _format(first, before).strip(), True)
    return DayParts(number, _format(date(first.year, first.month, 2), after).strip(), False)


def year_range(first: int, last: int) -> str:
    """Years from first to last: "2019–2021", in Chinese "2019–2021年"."""
    if first == last:
        return year(date(first, 1, 1))
    start, end = locale().interval_formats["y"]["y"]
    return _format(date(first, 1, 1), start) + _format(date(last, 1, 1), end)


def partial_date(value: date, precision: str) -> str:
    """A date with its `DatePrecision`: "2026", "June 2026", "30 June 2026". Raises KeyError for another precision."""
    formats: dict[str, Callable[[date], str]] = {
        DatePrecision.YEAR: year,
        DatePrecision.MONTH: month,
        DatePrecision.DAY: day,
    }
    return formats[precision](value)


def clock_time(value: datetime) -> str:
    """The time of day: "23:59"."""
    return f"{value:%H:%M}"


def time_range(start: datetime, end: datetime) -> str:
    """Times of one day: "14:00–15:30"."""
    return f"{start:%H:%M}–{end:%H:%M}"


def comma() -> str:
    """The separator between a date and a time."""
    return pgettext("between a date and a time", ", ")


def moment(value: datetime, place: str = "") -> str:
    """A day with its time, and the place whose time it is: "30 June 2026, 23:59 (Hamburg)"."""
    text = f"{day(value)}{comma()}{clock_time(value)}"
    return with_place(text, place) if place else text


def moment_in_utc(value: datetime) -> str:
    """A day with its time in UTC, whose name is in words: "30 June 2026, 23:59 (Coordinated Universal Time)"."""
    return moment(value.astimezone(UTC), _name_of_utc(locale()))


@cache
def _name_of_utc(cldr: Locale) -> str:
    """The name of Coordinated Universal Time; "UTC" in a language for which CLDR has none."""
    return cldr.time_zones.get("Etc/UTC", {}).get("long", {}).get("standard") or "UTC"


def with_place(text: str, place: str) -> str:
    """A date or time, and the place whose time it is."""
    # Translators: a time and whose time it is, as in “30 June 2026, 23:59 (Hamburg)”.
    return gettext("%(moment)s (%(place)s)") % {"moment": text, "place": place}


def moment_range(start: str, end: str) -> str:
    """Two moments on different days, from the first to the last: "Tue 30 June, 23:00 – Wed 1 July, 01:00"."""
    # Translators: from one date and time to another, as in “Tue 30 June, 23:00 – Wed 1 July, 01:00”.
    return pgettext("two moments", "{start} – {end}").replace("{start}", start).replace("{end}", end)


def time_span(start: datetime, end: datetime, place: str) -> str:
    """From one moment to another with the place whose time it is: "30 June 2026, 14:00–15:30 (Hamburg)"."""
    if start.date() == (end - timedelta(microseconds=1)).date():
        return with_place(f"{day(start)}{comma()}{time_range(start, end)}", place)
    return with_place(moment_range(moment(start), moment(end)), place)


def weekday_range(first: date, last: date) -> str:
    """The short names of two weekdays: "Mon–Wed"; one name for the same day."""
    start, end = weekday_short(first), weekday_short(last)
    if first == last:
        return start
    # Translators: from one weekday to another, as in “Mon–Wed”.
    return pgettext("two weekdays", "%(start)s–%(end)s") % {"start": start, "end": end}


def weekday_moment(value: datetime) -> str:
    """A day with weekday and time, without its year: "Tue 30 June, 23:59"."""
    return f"{weekday_day(value)}{comma()}{clock_time(value)}"


def duration(span: timedelta) -> str:
    """A time span in hours and whole minutes: "5 hours 20 minutes"; below one, "less than a minute"."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if minutes:
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes})
    if len(parts) == 2:
        # Translators: the parts of a time span, as in “5 hours 20 minutes”.
        return gettext("%(hours)s %(minutes)s") % {"hours": parts[0], "minutes": parts[1]}
    return parts[0] if parts else gettext("less than a minute")


def utc_offset(value: datetime) -> str:
    """The UTC offset of an aware datetime, to the minute: "UTC+2", "UTC−3:30", "UTC"."""
    offset = value.utcoffset()
    if offset is None:
        raise ValueError("A time without a zone has no offset.")
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\u2212"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


def zone_place(zone: str) -> str:
    """The city after which a time zone is named: "America/Bogota" → "Bogotá"; "UTC" stays "UTC"."""
    # CLDR has some cities under former names of the time zone database only.
    names = [zone, *(old for old, current in get_global("zone_aliases").items() if current == zone)]
    cities = (locale().time_zones.get(name, {}).get("city") for name in names)
    return next(filter(None, cities), zone.rpartition("/")[2].replace("_", " "))


def number(value: int | float | Decimal) -> str:
    """A number with the language's grouping and decimal sign, and with all its decimals."""
    return format_decimal(_plain(value), locale=locale(), decimal_quantization=False)


def percent(value: int | float | Decimal) -> str:
    """A percentage: 12.5 → "12.5%", in French "12,5 %"."""
    return format_percent(_plain(value) / 100, locale=locale(), decimal_quantization=False)


def money(amount: int | float | Decimal, currency: str, in_year: int | None = None) -> str:
    """An amount with its currency (ISO 4217) and the year of its prices: "€25,000 (2015)"."""
    amount = _plain(amount)
    pattern = locale().currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    text = format_currency(amount, currency, pattern, locale=locale(), currency_digits=False)
    symbol = get_currency_symbol(currency, locale())
    if locale().text_direction == "rtl" and re.match("[A-Za-z]", symbol):
        # Without it, Arabic text shows "R$" as "$R".
        text = text.replace(symbol, f"\u2068{symbol}\u2069")
    if in_year is None:
        return text
    # Translators: a sum of money and the year of its prices, as in “€25,000 (2015)”.
    return gettext("%(money)s (%(year)s)") % {"money": text, "year": in_year}


def plural_sample(value: int | float | Decimal) -> int:
    """A whole number with the plural form of `value`: gettext chooses plural forms of whole numbers only.

    The rules are CLDR's: 0.5 has the form of 0 in French, and that of 2 in English.
    """
    value = _plain(value)
    if value == value.to_integral_value():
        return int(value)
    form = locale().plural_form
    return next((sample for sample in (2, 0, 1, 3, 5, 11, 100) if form(sample) == form(value)), 2)


def file_size(size: int) -> str:
    """The size of a file in bytes as "184 kB" or "1.2 MB"; a kilobyte has 1,000 bytes."""
    if size < 999_500:
        return pgettext("size of a file", "%(number)s kB") % {"number": number(max(1, round(size / 1000)))}
    return pgettext("size of a file", "%(number)s MB") % {"number": number(round(Decimal(size) / 1_000_000, 1))}


def _plain(value: int | float | Decimal) -> Decimal:
    """The value as a decimal number without trailing zeros, which columns of a fixed scale add."""
    value = Decimal(str(value))
    return value.quantize(1) if value == value.to_integral_value() else value.normalize()
