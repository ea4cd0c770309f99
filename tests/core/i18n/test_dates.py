"""Dates and numbers have the format of the active language."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES
from core.vocabularies import DatePrecision

LAST_OF_JUNE = date(2026, 6, 30)


def in_language(language, function, *arguments):
    with translation.override(language):
        return function(*arguments)


@pytest.mark.parametrize(
    ("language", "formatted"),
    [
        ("en", "30 June 2026"),
        ("fr", "30 juin 2026"),
        ("es", "30 de junio de 2026"),
        ("pt", "30 de junho de 2026"),
        ("ar", "30 يونيو 2026"),
        ("ru", "30 июня 2026 г."),
        ("zh-hans", "2026年6月30日"),
    ],
)
def test_a_day_has_its_month_in_words_and_western_digits(language, formatted):
    assert in_language(language, dates.day, LAST_OF_JUNE).replace("\u202f", " ").replace("\xa0", " ") == formatted


@pytest.mark.parametrize(
    ("language", "with_year", "without_year"),
    [
        ("en", "Tuesday 30 June 2026", "Tuesday 30 June"),
        ("fr", "mardi 30 juin 2026", "mardi 30 juin"),
        ("pt", "terça-feira, 30 de junho de 2026", "terça-feira, 30 de junho"),
        ("ar", "الثلاثاء، 30 يونيو 2026", "الثلاثاء، 30 يونيو"),
        ("ru", "вторник, 30 июня 2026 г.", "вторник, 30 июня"),
        ("zh-hans", "2026年6月30日星期二", "6月30日星期二"),
    ],
)
def test_a_day_is_shown_with_its_weekday(language, with_year, without_year):
    assert in_language(language, dates.weekday_date, LAST_OF_JUNE).replace("\u202f", " ") == with_year
    assert in_language(language, dates.weekday_in_full, LAST_OF_JUNE) == without_year


@pytest.mark.parametrize(
    ("zone", "formatted"),
    [("Europe/Berlin", "UTC+2"), ("America/St_Johns", "UTC−2:30"), ("Asia/Kathmandu", "UTC+5:45"), ("UTC", "UTC")],
)
def test_the_utc_offset_of_a_time(zone, formatted):
    assert dates.utc_offset(datetime(2026, 6, 30, 12, tzinfo=ZoneInfo(zone))) == formatted


def test_only_french_has_an_ordinal_on_the_first_of_a_month():
    assert in_language("fr", dates.day, date(2026, 7, 1)) == "1er juillet 2026"
    assert in_language("fr", dates.day, date(2026, 7, 11)) == "11 juillet 2026"
    assert in_language("es", dates.day, date(2026, 7, 1)) == "1 de julio de 2026"


@pytest.mark.parametrize(
    ("first", "last", "formatted"),
    [
        (date(2026, 9, 9), date(2026, 9, 9), "9 September 2026"),
        (date(2026, 9, 9), date(2026, 9, 11), "9–11 September 2026"),
        (date(2026, 9, 30), date(2026, 10, 2), "30 September – 2 October 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "30 December 2026 – 2 January 2027"),
    ],
)
def test_a_range_of_days_repeats_only_what_differs(first, last, formatted):
    assert dates.day_range(first, last).replace("\u2009", " ") == formatted


def test_ranges_of_days_follow_each_language():
    first, last = date(2026, 9, 9), date(2026, 9, 11)
    assert in_language("zh-hans", dates.day_range, first, last) == "2026年9月9日至11日"
    assert in_language("ru", dates.day_range, first, last).startswith("9–11 сентября 2026")
    assert in_language("es", dates.day_range, first, last) == "9–11 de septiembre de 2026"


def test_a_range_of_years_and_a_single_year():
    assert dates.year_range(2019, 2021) == "2019–2021"
    assert in_language("zh-hans", dates.year_range, 2019, 2021) == "2019–2021年"
    assert dates.year_range(2019, 2019) == "2019"


def test_a_month_alone_has_its_stand_alone_form():
    assert in_language("ru", dates.month, LAST_OF_JUNE).startswith("июнь 2026")
    assert in_language("ru", dates.day, LAST_OF_JUNE).startswith("30 июня")
    assert in_language("es", dates.month, LAST_OF_JUNE) == "junio de 2026"


@pytest.mark.parametrize(
    ("precision", "formatted"),
    [
        (DatePrecision.YEAR, "2026"),
        (DatePrecision.MONTH, "June 2026"),
        (DatePrecision.DAY, "30 June 2026"),
    ],
)
def test_a_partial_date_shows_only_what_is_known(precision, formatted):
    assert dates.partial_date(LAST_OF_JUNE, precision) == formatted


def test_a_moment_names_the_place_of_its_time():
    last_minute = datetime(2026, 6, 30, 23, 59)
    assert dates.moment(last_minute, "Hamburg") == "30 June 2026, 23:59 (Hamburg)"
    assert dates.weekday_moment(last_minute) == "Tue 30 June, 23:59"


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_times_have_24_hours_and_western_digits(language):
    formatted = in_language(language, dates.moment, datetime(2026, 6, 30, 9, 5))
    assert "09:05" in formatted
    assert all(character in "0123456789" for character in formatted if character.isdigit())


def test_a_duration_is_in_whole_hours_and_minutes():
    assert dates.duration(timedelta(hours=5, minutes=20, seconds=59)) == "5 hours 20 minutes"
    assert dates.duration(timedelta(hours=1)) == "1 hour"
    assert dates.duration(timedelta(minutes=1)) == "1 minute"
    assert dates.duration(timedelta(seconds=59)) == "less than a minute"


def test_numbers_are_grouped_by_language():
    assert in_language("en", dates.number, 27766) == "27,766"
    assert in_language("fr", dates.number, 27766) == "27\u202f766"
    assert in_language("pt", dates.number, Decimal("27766.50")) == "27\N{NO-BREAK SPACE}766,5"
    assert in_language("ar", dates.number, 27766) == "27,766"
    assert dates.number(Decimal("1200.00")) == "1,200"
    assert dates.number(Decimal("0.12345")) == "0.12345"


def test_a_percentage_has_the_sign_of_the_language():
    assert dates.percent(Decimal("12.50")) == "12.5%"
    assert in_language("fr", dates.percent, 40) == "40\xa0%"


def test_an_amount_has_its_currency_and_the_year_of_its_prices():
    assert dates.money(25000, "EUR", 2015) == "€25,000 (2015)"
    assert dates.money(Decimal("19.90"), "EUR") == "€19.90"
    assert in_language("fr", dates.money, 25000, "EUR") == "25\u202f000\xa0€"
    # A bidi isolate, without which "R$" is shown as "$R".
    assert "\u2068R$\u2069" in in_language("ar", dates.money, 240_000, "BRL")


def test_the_size_of_a_file_is_rounded():
    assert dates.file_size(184_321) == "184 kB"
    assert dates.file_size(12) == "1 kB"
    assert dates.file_size(1_234_567) == "1.2 MB"


def test_a_time_zone_is_named_by_its_city():
    assert in_language("es", dates.zone_place, "America/Bogota") == "Bogotá"
    assert in_language("ru", dates.zone_place, "Europe/Berlin") == "Берлин"
    assert in_language("ru", dates.zone_place, "Asia/Kathmandu") == "Катманду"
    assert dates.zone_place("America/Argentina/Buenos_Aires") == "Buenos Aires"
    assert dates.zone_place("UTC") == "UTC"


def test_an_admin_language_that_the_site_does_not_have_falls_back_to_english():
    assert in_language("de", dates.day, LAST_OF_JUNE) == "30 June 2026"


def test_the_template_tags_give_the_same():
    template = Template(
        "{% load portal_dates %}{{ date|day }}; {{ date|partial_date:'month' }}; {{ nothing|day }}; "
        "{% day_range date later %}; {% money 25000 'EUR' 2015 %}; {{ 27766|number }}"
    )
    formatted = template.render(Context({"date": LAST_OF_JUNE, "later": date(2026, 7, 2), "nothing": None}))
    assert formatted.replace("\u2009", " ") == (
        "30 June 2026; June 2026; ; 30 June – 2 July 2026; €25,000 (2015); 27,766"
    )
