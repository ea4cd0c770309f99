"""Measures the layout of pages: what overlaps, is cut off, leaves the screen, or breaks a word."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from django.apps import apps
from django.utils import translation

from core.i18n import countries, dates, languages
from core.i18n.languages import cldr_locale
from core.pages import PortalPage
from core.templatetags.portal_components import STATUSES
from tests.browser.addresses import FILES, TEMPLATES

SCRIPT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
# Width in pixels, and size of the text in per cent.
SCREENS = tuple((width, size) for size in (100, 200) for width in (320, 360, 768, 1024, 1280, 1920))
SOME_SCREENS = ((320, 100), (768, 100), (1024, 100), (1280, 100), (320, 200), (1280, 200))
# The texts as they are, with all parts open, and with the longest and the shortest that can occur.
STATES = ("as it is", "open", "longest", "shortest")
LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh-hans")


def words_of(database: Path) -> dict[str, dict]:
    """The texts that can stand in for others, by the `lang` of the page: from CLDR, the catalogues and the database.

    dates: lists of names of months and weekdays, of which one can stand for another. number: a large count.
    """
    found = {}
    for code in LANGUAGES:
        with translation.override(code):
            titles = _column(database, TITLES, code)
            cities = sorted({*_column(database, CITIES, code), *_column(database, CITIES, "en")}, key=len)
            states = sorted((countries.country_name(alpha2, code) for alpha2 in countries.regions()), key=len)
            found[languages.html_code(code)] = {
                "dates": _date_names(code),
                "tags": sorted({str(status.label) for status in STATUSES.values() if status.label}),
                "titles": sorted(titles, key=len),
                "places": [f"{cities[-1]}, {states[-1]}", cities[0]],
                "cities": [cities[-1], cities[0]],
                "states": [states[-1], states[0]],
                "number": dates.number(12_888),
            }
    return found


TITLES = """SELECT title FROM wagtailcore_page JOIN wagtailcore_locale AS locale ON locale.id = locale_id
    WHERE live AND depth > 1 AND language_code = ?"""
TITLES_AND_PATHS = TITLES.replace("title", "title, url_path", 1)
CITIES = "SELECT name FROM cities_cityname WHERE language = ?"


def _column(database: Path, query: str, *parameters: str) -> list[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [value for (value,) in connection.execute(query, parameters)]


def _date_names(code: str) -> list[list[str]]:
    """The names of months and of weekdays in each form that CLDR has: "Sep", "September", "Wed" …"""
    locale = cldr_locale(code)
    forms = [
        sorted(set(names.values()))
        for kind in (locale.months, locale.days)
        for widths in kind.values()
        for width, names in widths.items()
        if width != "narrow"
    ]
    return [list(names) for names in {tuple(names) for names in forms} if not names[0][0].isdigit()]


def show(page, state: str, words: dict) -> None:
    """Bring the page into one of STATES."""
    if state == "open":
        page.evaluate("layout.restore(); layout.openAll()")
    elif state in {"longest", "shortest"}:
        page.evaluate("([words, size]) => layout.swap(words, size)", [words, state])
    else:
        page.evaluate("layout.restore()")


def problems(page, words: dict, states: Iterable[str], screens: Iterable[tuple[int, int]]) -> dict[str, list[str]]:
    """Measure a loaded page in every state on every screen; what is wrong, with where it was seen."""
    page.evaluate(SCRIPT)
    found: dict[str, list[str]] = {}
    for state in states:
        show(page, state, words)
        for width, size in screens:
            page.evaluate("(size) => layout.text(size)", size)
            page.set_viewport_size({"width": width, "height": 900})
            for problem in page.evaluate("layout.measure()"):
                found.setdefault(problem, []).append(f"{width} px, {size} %, {state}")
    page.evaluate("layout.restore(); layout.text(100)")
    return found


def address(database: Path, name: str, code: str) -> str:
    """The path of a template in a language. A page that the language lacks gives way to another one of its type."""
    path = TEMPLATES[name]
    model = next((model for model in page_models() if name in FILES.get(model.template, ())), None)
    is_item = path.count("/") == 2 and "?" not in path
    found = _column(database, PAGES, code, str(model._meta.model_name)) if model and is_item else []
    pages = [url_path.split("/", 2)[2] for url_path in found]
    return path if not pages or path in pages else pages[0]


def with_longest_word(database: Path, code: str, number: int) -> list[str]:
    """The paths of the public pages in a language whose titles have the longest words."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(TITLES_AND_PATHS, (code,)).fetchall()
    by_word = sorted(rows, key=lambda row: max(map(len, re.split(r"[^\w’'-]+|-", row[0]))), reverse=True)
    return [f"/{code}/{url_path.split('/', 2)[2]}" for _title, url_path in by_word[:number]]


def page_models() -> list[type[PortalPage]]:
    """The types of pages."""
    return [model for model in apps.get_models() if issubclass(model, PortalPage)]


PAGES = """SELECT url_path FROM wagtailcore_page AS page
    JOIN wagtailcore_locale AS locale ON locale.id = page.locale_id
    JOIN django_content_type AS kind ON kind.id = page.content_type_id
    WHERE live AND language_code = ? AND kind.model = ? ORDER BY length(title) DESC"""
