"""Places whose time counts: the cities of the time zone database, and more cities from `core/data/places.csv`.

A place has a code. A city of the time zone database has the name of its zone ("America/Bogota"); another city
has the zone and a name of its own ("Europe/Berlin:hamburg"). So the zone follows from the place, and the name
that readers see can be no other city's. CLDR and the file give the name in each language.
"""

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from anyascii import anyascii
from babel.core import get_global
from django.utils import timezone
from django.utils.translation import gettext as _

from core.i18n import dates
from core.i18n.chinese import pinyin
from core.i18n.countries import country_name
from core.i18n.languages import SOURCE_LANGUAGE, active_language, main_code

FILE = Path(__file__).parents[1] / "data" / "places.csv"
UTC_PLACE = "UTC"
# The secretariat's place.
DEFAULT_PLACE = "Europe/Berlin:hamburg"
# Area of the time zone database → continent (UN M49), by which the list is grouped.
CONTINENTS = {"Africa": "002", "America": "019", "Asia": "142", "Europe": "150", "Pacific": "009", "Australia": "009"}
# The areas that are oceans have places of several continents.
CONTINENT_OF_COUNTRY = {
    **dict.fromkeys(("BM", "FK", "GS"), "019"),
    **dict.fromkeys(("CV", "SH", "KM", "MG", "MU", "RE", "SC", "YT"), "002"),
    **dict.fromkeys(("ES", "FO", "IS", "PT", "SJ"), "150"),
    **dict.fromkeys(("IO", "MV"), "142"),
    **dict.fromkeys(("CC", "CX", "TF"), "009"),
}


@dataclass(frozen=True)
class Place:
    """A city with its time zone. `names` is empty for a city of the time zone database, whose names CLDR has."""

    code: str
    zone: str
    country: str
    names: dict[str, str]


@cache
def places() -> dict[str, Place]:
    """All places of the list by code."""
    zones = available_timezones()
    countries = get_global("zone_territories")
    found = {
        zone: Place(zone, zone, country, {})
        for zone, country in countries.items()
        if zone in zones and country.isalpha() and zone.partition("/")[0] not in ("Etc", "Antarctica")
    }
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            zone, country = row.pop("zone"), row.pop("country")
            code = f"{zone}:{row.pop('code')}"
            found[code] = Place(code, zone, country, row)
    return found


def is_place(code: str) -> bool:
    """Whether a code is in the list, or is a name of the time zone database that is not offered ("UTC")."""
    return code in places() or code in available_timezones()


def zone_name(code: str) -> str:
    """The name of a place's zone in the time zone database: "Europe/Berlin:hamburg" → "Europe/Berlin"."""
    return code.partition(":")[0]


def zone_of(code: str) -> ZoneInfo:
    """The time zone of a place. Raises zoneinfo.ZoneInfoNotFoundError or ValueError for an unknown code."""
    return ZoneInfo(zone_name(code))


def place_name(code: str, language: str = "") -> str:
    """The name of a place in `language`, by default the active one: "Hamburg", "Bogotá", "UTC"."""
    place = places().get(code)
    if place and place.names:
        return place.names.get(language or active_language()) or place.names[SOURCE_LANGUAGE]
    return dates.zone_place(zone_name(code))


def place_from(zone: str, name: str) -> str:
    """The code of the place in `zone` that is called `name` in any language; that of the zone where there is none.

    zone: a name of the time zone database, a former one too.
    """
    zone = get_global("zone_aliases").get(zone, zone) if zone not in places() else zone
    wanted = name.strip().casefold()
    for code, place in places().items():
        if place.zone == zone and wanted in {text.casefold() for text in place.names.values()}:
            return code
    return UTC_PLACE if zone == "Etc/UTC" else zone


def offset_text(code: str, year: int) -> str:
    """The UTC offsets of a place in a year: "UTC+5:30"; "UTC+1 / UTC+2" where clocks change."""
    zone = zone_of(code)
    offsets = (dates.utc_offset(datetime(year, month, 1, tzinfo=zone)) for month in (1, 7))
    return " / ".join(dict.fromkeys(offsets))


def place_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All places in the active language, grouped by continent: "Bogotá – Colombia (UTC−5)"."""
    return _place_choices(active_language(), timezone.now().astimezone(UTC).year)


@lru_cache(maxsize=32)
def _place_choices(language: str, year: int) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str, str]]] = {}
    continents = dates.locale().territories
    for place in places().values():
        name = place_name(place.code)
        # Translators: a city, its country and its UTC offsets, as in “Bogotá – Colombia (UTC−5)”.
        label = _("%(city)s – %(country)s (%(offset)s)") % {
            "city": name,
            "country": country_name(place.country),
            "offset": offset_text(place.code, year),
        }
        groups.setdefault(continents[_continent(place)], []).append((_sort_key(name, language), place.code, label))
    listed = [
        (group, [(code, label) for _key, code, label in sorted(rows)])
        for group, rows in sorted(groups.items(), key=lambda item: _sort_key(item[0], language))
    ]
    return [*listed, ("UTC", [(UTC_PLACE, "UTC")])]


def _continent(place: Place) -> str:
    return CONTINENTS.get(place.zone.partition("/")[0]) or CONTINENT_OF_COUNTRY[place.country]


def _sort_key(name: str, language: str) -> str:
    if main_code(language) == "zh":
        return pinyin(name)
    return anyascii(name).casefold() if name[:1] < "\u0250" else name.casefold()
