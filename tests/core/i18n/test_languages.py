"""Languages get their names, directions and CLDR data, also those that nobody has thought of."""

from datetime import date

import pytest
from babel.dates import format_date
from django.utils import translation

from core.i18n import dates, languages
from core.i18n.countries import country_name
from core.i18n.scripts import possible_languages


@pytest.mark.parametrize(
    ("code", "html", "babel"),
    [
        ("de", "de", "de"),
        ("zh-hans", "zh-Hans", "zh_Hans"),
        ("pt-br", "pt-BR", "pt_BR"),
        ("es-419", "es-419", "es_419"),
        ("sr-latn-rs", "sr-Latn-RS", "sr_Latn_RS"),
    ],
)
def test_a_code_is_written_as_html_and_as_babel_expect_it(code, html, babel):
    assert languages.html_code(code) == html
    assert languages.babel_code(code) == babel


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "English"),
        ("fr", "Français"),
        ("ar", "العربيّة"),
        # There is one kind of Chinese here, so its script is not named.
        ("zh-hans", "中文"),
        ("zh-hant", "繁體中文"),
        ("pt-br", "Português Brasileiro"),
        # Django knows none of these three.
        ("am", "አማርኛ"),
        ("ps", "پښتو"),
        ("wo", "Wolof"),
        # A language that CLDR only has a name of, and a code that it does not know.
        ("ain", "Ainu"),
        ("xx", "Xx"),
    ],
)
def test_a_language_has_a_name_of_its_own(code, name):
    assert languages.own_name(code) == name


@pytest.mark.parametrize(
    ("reader", "names"),
    [
        ("en", ["French", "Chinese", "Traditional Chinese", "German", "Amharic", "Serbian (Latin)", "xx"]),
        ("fr", ["français", "chinois", "chinois traditionnel", "allemand", "amharique", "serbe (latin)", "xx"]),
        ("ar", ["الفرنسية", "الصينية", "الصينية التقليدية", "الألمانية", "الأمهرية", "الصربية (اللاتينية)", "xx"]),
    ],
)
def test_names_of_languages_are_in_the_readers(reader, names):
    codes = ["fr", "zh-hans", "zh-hant", "de", "am", "sr-latn", "xx"]
    with translation.override(reader):
        assert [languages.language_name(code) for code in codes] == names
        assert languages.language_names(codes) == names


def test_without_a_catalogue_a_name_in_a_sentence_is_english_like_the_sentence():
    assert languages.interface_language("fr") == "fr"
    assert languages.interface_language("pt-br") == "pt"
    assert languages.interface_language("de") == "en"
    assert languages.language_name("fr", languages.interface_language("de")) == "French"
    assert languages.language_name("fr", "de") == "Französisch"


@pytest.mark.parametrize(
    ("codes", "direction"),
    [(["ar", "fa", "he", "ur", "ps", "ckb", "ar-dz", "uz-arab"], "rtl"), (["en", "de", "am", "wo", "uz", "xx"], "ltr")],
)
def test_a_language_has_its_direction(codes, direction):
    assert {code: languages.direction(code) for code in codes} == dict.fromkeys(codes, direction)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("bibliothèque", ["en", "fr", "es", "pt"]),
        ("مكتبة", ["ar"]),
        ("школа library", ["ru"]),
        ("图书馆", ["zh-hans"]),
        ("βιβλιοθήκη", ["en", "fr", "es", "pt"]),
        ("2026", ["en", "fr", "es", "pt"]),
    ],
)
def test_the_letters_of_a_text_tell_in_which_languages_it_can_be(text, codes):
    assert possible_languages(text) == codes


def test_no_language_shows_the_names_of_another_that_was_used_before():
    # Babel's locales share what they inherit, and Urdu has no stand-alone names of days.
    german = languages.cldr_locale("de")
    for code in ("ur", "he", "wo"):
        format_date(date(2026, 6, 30), "cccc LLLL", locale=languages.cldr_locale(code))
    assert format_date(date(2026, 6, 30), "cccc LLLL", locale=german) == "Dienstag Juni"
    assert format_date(date(2026, 6, 30), "cccc LLLL", locale=languages.cldr_locale("sw")) == "Jumanne Juni"


def test_a_country_that_has_no_name_in_a_language_has_its_english_name():
    assert country_name("SN", "wo") == "Senegaal"
    assert country_name("KR", "cu") == "Republic of Korea"


@pytest.mark.parametrize(
    ("language", "samples"),
    [("en", {0.5: 2, 1: 1, 1.5: 2}), ("fr", {0.5: 0, 1.5: 0, 2.5: 2}), ("ru", {0.5: 2}), ("ar", {0.5: 100, 2: 2})],
)
def test_a_fraction_has_the_plural_form_that_cldr_names(language, samples):
    with translation.override(language):
        assert {value: dates.plural_sample(value) for value in samples} == samples
