"""What a program can see in the texts of each language: punctuation, digits, spaces, and dates by hand."""

import html
import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from babel import Locale
from django.conf import settings
from django.utils import translation

from core.i18n import dates
from core.i18n.languages import cldr_locale
from core.templatetags.portal_components import labelled
from tests.texts import LANGUAGES, catalogue, demonstration

CJK = r"\u3400-\u9fff"
NO_BREAK = "\u00a0\u202f"
# Pattern → what is wrong. The patterns are looked for in text without markup, links and placeholders.
EVERYWHERE = {
    r"(?<=\S)[ \u00a0\u202f]{2,}(?=\S)": "two spaces",
    r"\.\.\.": "three full stops instead of …",
    r"\d\s?-\s?\d{4}\b|\b(?:1[89]|20)\d\d-(?:1[89]|20)?\d\d\b(?!-)": "a hyphen instead of – between numbers",
    r"(?<=\w)\s-\s(?=\w)": "a hyphen instead of a dash",
    r"[\u200b\u00ad\ufeff\ufffd]": "an invisible character",
}
WESTERN = {
    r"['\"]": "a straight quotation mark or apostrophe",
    r" [,.](?=\s|$)": "a space before a comma or full stop",
    r"(?<=[a-zà-ÿа-яё]),(?=[a-zà-ÿа-яё])": "no space after a comma",
}
RULES = {
    "en": WESTERN | {r"\s[:;!?]": "a space before a mark"},
    "fr": WESTERN
    | {
        rf"(?<=[\w)»”%])[;!?](?=\s|$)|(?<=[\w)»”%]):(?=\s|$)|[^{NO_BREAK}\s][»]|«[^{NO_BREAK}]": "no space at a mark",
        r" [;:!?»]|« ": "a space that breaks at a mark",
        r"[“”](?![^«]*»)": "English quotation marks",
    },
    "es": WESTERN | {r"\s[:;!?]": "a space before a mark", r"^[^¿]*\?": "no ¿", r"^[^¡]*!": "no ¡"},
    "pt": WESTERN | {r"\s[:;!?]": "a space before a mark", r"[“”](?!.*»)": "English quotation marks"},
    "ru": WESTERN
    | {
        r"\s[:;!?]": "a space before a mark",
        r"[“”](?!.*»)": "English quotation marks",
        r"(?<=\w)—|—(?=\w)": "no space at a dash",
    },
    "ar": {
        r"(?<=[\u0600-\u06ff])\s?[,;?]": "a Latin mark after Arabic",
        r"\s[،؛؟:!.](?=\s|$)": "a space before a mark",
        r"[\u0660-\u0669\u06f0-\u06f9]": "digits that are not 0–9",
        r"\u0640(?=[\u0621-\u064a])": "a tatweel inside a word",
        r"[\u064b-\u064d]": "a tanwin: the network writes none, as the United Nations do",
        r"كانون|شباط|آذار|نيسان|\bأيار|حزيران|تموز|\bآب\b|أيلول|تشرين": "a Levantine month, where CLDR has another",
        r"['\"]": "a straight quotation mark",
    },
    "zh-hans": {
        rf"(?<=[{CJK}]) ?[,;:?!](?!\d)|[,;:?!] ?(?=[{CJK}])": "a half-width mark",
        rf"(?<=[{CJK}])\.|\((?=[{CJK}])|(?<=[{CJK}])\)": "a half-width full stop or bracket",
        rf"(?<=[{CJK}]) (?=[{CJK}])": "a space between Chinese characters",
        rf"(?<=[{CJK}]) +(?=[\dA-Za-z\u2060])|(?<=[\dA-Za-z%\u2060]) +(?=[{CJK}])": "a space beside Chinese",
        r" [，。；：？！、（）]|[，。；：？！、（）] ": "a space at a full-width mark",
        r"['\"]": "a straight quotation mark",
        r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]": "a full-width digit or letter",
    },
}
MARKUP = re.compile(
    r"<[^>]*>|https?://\S+|[\w.+-]+@[\w.-]+\w|%\(\w+\)[sd]|\{\w*\}|%[sd]|\b[\w-]+\.(?:py|po|toml|org|md)\b"
)
# A number of four digits or more that is grouped in some way; and one with decimals.
GROUPED = re.compile(r"(?<![\d.,/:–-])\d{1,3}(?:([.,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?![\d/:])(?![.,]\d)")
LONG = re.compile(r"(?<![\d.,/:–\u00a0\u202f#-])[1-9]\d{4,}(?![\d/:A-F])")


TYPED = {"27766"}
"""Numbers as an editor types them into a field."""


def faults(language: str, text: str) -> Iterator[str]:
    """Yield what is wrong in a text, with the place."""
    text = html.unescape(MARKUP.sub("\u2060", text))
    for pattern, fault in (EVERYWHERE | RULES[language]).items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield f"{fault}: …{text[max(0, match.start() - 25) : match.end() + 15]}…"
    with translation.override(language):
        for match in GROUPED.finditer(text):
            right = dates.number(int(re.sub(r"\D", "", match[0])))
            if match[0] != right:
                yield f"{match[0]!r} instead of {right!r}"
        for match in LONG.finditer(text):
            if match[0] in TYPED:
                continue
            yield f"{match[0]!r} without its groups"


def months(locale: Locale) -> set[str]:
    """The whole names of the months of a locale, as they are within a date and alone."""
    return {name for kind in ("format", "stand-alone") for name in locale.months[kind]["wide"].values()}


def dates_by_hand(language: str, text: str) -> list[str]:
    """Return the dates that a text contains as words."""
    names = "|".join(map(re.escape, months(cldr_locale(language))))
    before, after = r"(?:%\(\w+\)[sd]|\d+)", r"(?:\d{1,4}|%\(\w+\)[sd])"
    pattern = rf"{before}(?:\.|er|-?е)?\s*(?:de |d’)?(?:{names})(?!\w)|(?<!\w)(?:{names})\s*(?:de |г\. )?,?\s?{after}"
    return [match[0] for match in re.finditer(rf"{pattern}|\d月\d", text, re.IGNORECASE)]


def capital_months(language: str, text: str) -> list[str]:
    """Return the months with a capital letter inside a date, in a language that writes them small."""
    names = [name.capitalize() for name in months(cldr_locale(language)) if name.islower()]
    pattern = rf"\d\S{{0,3}}\s(?:de\s)?(?:{'|'.join(names)})(?!\w)"
    return re.findall(pattern, text) if names else []


def weekdays(locale: Locale, width: str) -> set[str]:
    """The names of the weekdays of a locale, as they are within a date and alone."""
    return {name for kind in ("format", "stand-alone") for name in locale.days[kind][width].values()}


def after_weekdays(language: str, text: str) -> set[tuple[str, str]]:
    """Return what stands between a weekday and the day of the month: ("wide", ", ") in "Sunday, 20 December"."""
    found = set()
    for width in ("wide", "abbreviated"):
        names = "|".join(sorted(map(re.escape, weekdays(cldr_locale(language), width)), key=len, reverse=True))
        pattern = rf"(?<!\w)(?:{names})([^\w\d]{{1,3}})\d{{1,2}}(?!\d|:)"
        found |= {(width, match[1]) for match in re.finditer(pattern, text, re.IGNORECASE)}
    return found


def after_weekdays_in_dates(language: str) -> set[tuple[str, str]]:
    """The same in all forms of a date that pages, mails and cards show."""
    day = date(2026, 12, 20)
    with translation.override(language):
        shown = [form(day) for form in (dates.weekday_date, dates.weekday_in_full, dates.weekday_day)]
        shown += [dates.weekday_moment(datetime(2026, 12, 20, 9))]
    return after_weekdays(language, "\n".join(shown))


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_mark_follows_the_weekday_of_a_date_in_all_lengths_and_texts(language):
    forms = after_weekdays_in_dates(language)
    assert len({mark for _width, mark in forms}) == (0 if language == "zh-hans" else 1), forms
    found = [
        f"{place[:70]}: {text}"
        for place, text in [*catalogue(language), *demonstration(language)]
        if after_weekdays(language, text) - forms
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_breaks_a_rule_of_its_language(language):
    places = [*catalogue(language), *demonstration(language)]
    assert len(places) > 1000
    found = [f"{place[:70]}: {fault}" for place, text in places for fault in faults(language, text)]
    assert not found, "\n".join([f"{len(found)} faults", *found])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_interface_string_writes_a_date_itself(language):
    """Dates come from CLDR, in the form of the reader's language."""
    found = [f"{place[:70]}: {date}" for place, text in catalogue(language) for date in dates_by_hand(language, text)]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_inside_a_date_is_written_as_the_language_writes_it(language):
    places = [*catalogue(language), *demonstration(language)]
    assert [(place[:70], date) for place, text in places for date in capital_months(language, text)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Two  spaces"),
        ("en", "from 2019-2021"),
        ("en", "1 800 people"),
        ("en", "12345 people"),
        ("fr", "Attention : un espace"),
        ("fr", "Attention!"),
        ("es", "Cuántas personas?"),
        ("pt", "2.500 pessoas"),
        ("ru", "слово—слово"),
        ("ru", "“слово”"),
        ("pt", "“palavra”"),
        ("ar", "نعم, لا"),
        ("ar", "١٢ مدينة"),
        ("ar", "شكراً"),
        ("ar", "شكرًا"),
        ("ar", "في تموز/يوليو"),
        ("zh-hans", "城市,学习"),
        ("zh-hans", "城市 学习"),
        ("zh-hans", "有 %(count)s 座城市"),
        ("zh-hans", "有（3） 座"),
    ],
)
def test_the_rules_see_a_fault(language, text):
    assert list(faults(language, text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In 2019–2021, 1,800 people: “yes”, they’re here – at 14:00!"),
        ("fr", "Attention\u00a0: «\u00a0l’atelier\u00a0», 1\u202f800 personnes à 14:00, https://example.org/a?b=c"),
        ("es", "¿Cuántas? 1.800 personas: ¡sí!"),
        ("pt", "2\u00a0500 pessoas"),
        ("ru", "«слово» — слово, 2019–2021"),
        ("ar", "نعم، 12 مدينة بـ43 في المئة؟"),
        ("zh-hans", "有%(count)s座城市，共1,800人。PDF文件"),
    ],
)
def test_the_rules_accept_what_is_right(language, text):
    assert list(faults(language, text)) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "by 8 December 2026", ["8 December"]),
        ("fr", "le 1er décembre", ["1er décembre"]),
        ("zh-hans", "12月8日", ["2月8"]),
        ("en", "on %(date)s; you may apply", []),
    ],
)
def test_a_date_by_hand_is_seen(language, text, expected):
    assert dates_by_hand(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "8 Décembre 2026", ["8 Décembre"]),
        ("es", "8 de Diciembre de 2026", ["8 de Diciembre"]),
        ("ru", "8 Декабря 2026", ["8 Декабря"]),
        ("ru", "8 декабря 2026", []),
        ("en", "8 December 2026", []),
    ],
)
def test_a_capital_month_is_seen(language, text, expected):
    assert capital_months(language, text) == expected


SEPARATOR = re.compile(r"([^{}]+)\{([^{}]*content: \"[/·|–—]\"[^{}]*)\}")


def test_a_line_never_begins_with_the_separator_of_a_list():
    """It is at the end of an item, or it is placed before the item, where a list that starts a line cuts it off."""
    rules = [
        (selector.strip(), body)
        for path in sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
        for selector, body in SEPARATOR.findall(path.read_text(encoding="utf-8"))
    ]

    assert len(rules) >= 2
    assert [
        selector for selector, body in rules if "::after" not in selector and "position: absolute" not in body
    ] == []


LEFT = "%(days)s day left"


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_days_left_begin_a_line_like_a_sentence(language):
    """The English sentence begins with a number, so that comparing its first letter says nothing."""
    sentences = [text for message, text in catalogue(language) if message == LEFT]

    assert len(sentences) >= 1
    assert [text for text in sentences if text[0].islower()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_colon_follows_a_question_mark(language):
    with translation.override(language):
        assert not re.search("[:：]", labelled(translation.gettext("How did it end?"), "x"))
        assert re.search("[:：]", labelled("Title", "x"))
