"""Numbers and dates as people type them."""

from datetime import date
from decimal import Decimal

import pytest

from core.i18n.typed_dates import TypedDate, read_date
from core.i18n.typed_numbers import read_number

LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh-hans")
SAME_EVERYWHERE = {
    "413": "413",
    "413,5": "413.5",
    "413.5": "413.5",
    " 1 250 ": "1250",
    "1\u00a0250,75": "1250.75",
    "1\u202f250\u202f000": "1250000",
    "1’250": "1250",
    "1,250,000": "1250000",
    "1.250.000": "1250000",
    "1.250,75": "1250.75",
    "1,250.75": "1250.75",
    "0,125": "0.125",
    "1250.125": "1250.125",
    "12,50,000": "1250000",
    "-31": "-31",
    "− 31,5": "-31.5",
    "\u200e-31": "-31",
    "٤١٣٫٥": "413.5",
    "١٬٢٥٠": "1250",
    "۱۲۵۰": "1250",
    "１，２５０，０００": "1250000",
    "四百一十三": "413",
    "一千二百五十": "1250",
    "两万": "20000",
    "1.2万": "12000",
    "3亿": "300000000",
    "二〇二四": "2024",
    "十二": "12",
    "+7": "7",
    "12,": "12",
}
NOT_NUMBERS = (
    "",
    "about 400",
    "400 people",
    "10-15",
    "1 25",
    "1,25,3",
    "vers 2019",
    "1.2.3,4",
    "١،٢،٣٤",
    "½",
    "NaN",
    "1e5",
    "--5",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_numbers_are_read_the_same_in_every_language(language):
    read = {text: read_number(text, language) for text in SAME_EVERYWHERE}
    assert read == {text: (Decimal(number),) for text, number in SAME_EVERYWHERE.items()}
    assert [text for text in NOT_NUMBERS if read_number(text, language)] == []


@pytest.mark.parametrize(
    ("text", "clear_in", "ambiguous_in"),
    [
        ("1,250", ("en", "ar", "zh-hans"), ("fr", "es", "pt", "ru")),
        ("1.250", ("es", "pt"), ("en", "ar", "zh-hans", "fr", "ru")),
    ],
)
def test_a_sign_before_three_digits_is_read_by_the_language_or_asked_about(text, clear_in, ambiguous_in):
    assert {language: read_number(text, language) for language in clear_in} == dict.fromkeys(clear_in, (Decimal(1250),))
    both = (Decimal(1250), Decimal("1.250"))
    assert {language: read_number(text, language) for language in ambiguous_in} == dict.fromkeys(ambiguous_in, both)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2019", date(2019, 1, 1), "year"),
        ("٢٠١٩", date(2019, 1, 1), "year"),
        ("2019年", date(2019, 1, 1), "year"),
        ("2019 г.", date(2019, 1, 1), "year"),
        ("03/2019", date(2019, 3, 1), "month"),
        ("2019-03", date(2019, 3, 1), "month"),
        ("March 2019", date(2019, 3, 1), "month"),
        ("mars 2019", date(2019, 3, 1), "month"),
        ("marzo de 2019", date(2019, 3, 1), "month"),
        ("Março de 2019", date(2019, 3, 1), "month"),
        ("marco 2019", date(2019, 3, 1), "month"),
        ("مارس 2019", date(2019, 3, 1), "month"),
        ("آذار ٢٠١٩", date(2019, 3, 1), "month"),
        ("март 2019 года", date(2019, 3, 1), "month"),
        ("2019年3月", date(2019, 3, 1), "month"),
        ("12 March 2019", date(2019, 3, 12), "day"),
        ("1er mars 2019", date(2019, 3, 1), "day"),
        ("12 de março de 2019", date(2019, 3, 12), "day"),
        ("12 марта 2019 г.", date(2019, 3, 12), "day"),
        ("2019年3月12日", date(2019, 3, 12), "day"),
        ("12/03/2019", date(2019, 3, 12), "day"),
        ("12.3.2019", date(2019, 3, 12), "day"),
        ("2019-03-12", date(2019, 3, 12), "day"),
        ("March 12, 2019", date(2019, 3, 12), "day"),
    ],
)
def test_dates_are_read_with_the_precision_in_which_they_are_typed(text, day, precision):
    assert read_date(text) == TypedDate(day, precision)


@pytest.mark.parametrize(
    "text", ["", "vers 2019", "2019-2021", "31/02/2019", "13/13/2019", "spring 2019", "19", "0000", "x" * 99]
)
def test_other_words_are_no_date(text):
    assert read_date(text) is None
