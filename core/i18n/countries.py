"""Countries: codes of ISO 3166-1, names as UNESCO writes them, regions of UNESCO.

`core/data/country_names.csv` has the names that differ from those of Unicode CLDR, and the other names
under which the search finds a country. core/data/README.md tells what they rest on.
"""

import csv
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.i18n.chinese import pinyin
from core.i18n.languages import SOURCE_LANGUAGE, active_language, cldr_locale

DATA = Path(__file__).parents[1] / "data"
# Derived from UNESCO's lists of Member States; an operator may correct a city's region.
REGIONS_FILE = DATA / "unesco_regions.csv"
NAMES_FILE = DATA / "country_names.csv"
# Languages whose readers may also write a name as CLDR has it for other regions: Kenya is 肯尼亚 and 肯亞.
OTHER_REGIONS = {"pt": ("pt-br",), "zh-hans": ("zh-hant", "zh-hant-hk")}
# Codes of CLDR that are not countries: groups of states, pseudo-locales and the unknown region.
NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@dataclass(frozen=True)
class TableNames:
    """What the table has for one country in one language."""

    name: str = ""
    """Its name; "" where that of CLDR is right."""
    also: tuple[str, ...] = ()
    """Long forms, common, former and abbreviated names. The search finds them, no page shows them."""


@lru_cache
def _table() -> dict[tuple[str, str], TableNames]:
    """Alpha-2 code and language → names. The language is "" for names in languages of the country itself."""
    with NAMES_FILE.open(newline="", encoding="utf-8") as file:
        return {
            (row["alpha2"], row["language"]): TableNames(row["name"], tuple(filter(None, row["also"].split("; "))))
            for row in csv.DictReader(file)
        }


@lru_cache
def country_names(language: str) -> dict[str, str]:
    """Alpha-2 code → name in `language`; the English name where it has none in `language`.

    Raises babel.UnknownLocaleError for a language that CLDR does not know.
    """
    english = _cldr_names(SOURCE_LANGUAGE) | _overrides(SOURCE_LANGUAGE)
    return english | _cldr_names(language) | _overrides(language)


def _cldr_names(language: str) -> dict[str, str]:
    return {
        code: name
        for code, name in cldr_locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }


def _overrides(language: str) -> dict[str, str]:
    return {code: names.name for (code, of), names in _table().items() if of == language and names.name}


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country in `language`, by default the active one; "" for no code, the code where it is unknown."""
    if not code:
        return ""
    return country_names(language or active_language()).get(code, code)


@lru_cache
def searched_names(code: str, language: str) -> tuple[str, ...]:
    """Every name under which readers of `language` look for a country, the one that pages show first.

    language: "" for the names that the country has in its own languages, as far as the portal has no pages in them.
    """
    also = _table().get((code, language), TableNames()).also
    if not language:
        return also
    regional = (language, *OTHER_REGIONS.get(language, ()))
    names = (country_name(code, language), *(_cldr_names(region).get(code, "") for region in regional), *also)
    return tuple(dict.fromkeys(filter(None, names)))


def country_choices() -> list[tuple[str, str]]:
    """Choices for a model field, in the order of their names in the active language."""
    return sorted(country_names(active_language()).items(), key=lambda item: _order(item[1]))


def _order(name: str) -> str:
    """What a name is sorted by: its letters without accents, Chinese ones by their reading."""
    if "\u4e00" <= name[:1] <= "\u9fff":
        return pinyin(name)
    letters = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


@lru_cache
def regions() -> dict[str, str]:
    """Alpha-2 code → UNESCO region code."""
    with REGIONS_FILE.open(newline="") as file:
        return {row["alpha2"]: row["region"] for row in csv.DictReader(file)}
