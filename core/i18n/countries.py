"""Countries: codes of ISO 3166-1, names of Unicode CLDR, regions of UNESCO."""

import csv
from functools import lru_cache
from pathlib import Path

from core.i18n.languages import SOURCE_LANGUAGE, active_language, cldr_locale

# Derived from UNESCO's lists of Member States; an operator may correct a city's region.
REGIONS_FILE = Path(__file__).parents[1] / "data" / "unesco_regions.csv"
# Codes of CLDR that are not countries: groups of states, pseudo-locales and the unknown region.
NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@lru_cache
def country_names(language: str) -> dict[str, str]:
    """Alpha-2 code → name in `language`; the English name where CLDR has none in `language`.

    Raises babel.UnknownLocaleError for a language that CLDR does not know.
    """
    territories = dict(cldr_locale(SOURCE_LANGUAGE).territories) | dict(cldr_locale(language).territories)
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country in `language`, by default the active one; "" for no code, the code where it is unknown."""
    if not code:
        return ""
    return country_names(language or active_language()).get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Choices for a model field, sorted by their names in the active language."""
    names = country_names(active_language())
    return sorted(names.items(), key=lambda item: item[1])


@lru_cache
def regions() -> dict[str, str]:
    """Alpha-2 code → UNESCO region code."""
    with REGIONS_FILE.open(newline="") as file:
        return {row["alpha2"]: row["region"] for row in csv.DictReader(file)}
