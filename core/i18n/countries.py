"""Countries: codes by ISO 3166-1, names by CLDR, regions by UNESCO."""

import csv
from functools import lru_cache
from pathlib import Path

from babel import Locale
from django.utils.translation import get_language

from core.i18n.languages import SOURCE_LANGUAGE, babel_code

# Derived from UNESCO's lists of Member States; an operator may correct a city's region.
REGIONS_FILE = Path(__file__).parents[1] / "data" / "unesco_regions.csv"
# CLDR's codes that are no countries: outlying groups, pseudo-locales and the unknown.
NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@lru_cache
def country_names(language: str) -> dict[str, str]:
    """Alpha-2 code → name, in `language`."""
    territories = Locale.parse(babel_code(language)).territories
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country in `language` (the active one when left out); "" for no code."""
    if not code:
        return ""
    return country_names(language or get_language() or SOURCE_LANGUAGE).get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Choices for a field, sorted by their names in the active language."""
    names = country_names(get_language() or SOURCE_LANGUAGE)
    return sorted(names.items(), key=lambda item: item[1])


@lru_cache
def regions() -> dict[str, str]:
    """Alpha-2 code → UNESCO region code."""
    with REGIONS_FILE.open(newline="") as file:
        return {row["alpha2"]: row["region"] for row in csv.DictReader(file)}
