"""Facts of the history of an event in words, as they were: in the time of the place of then."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from cities.models import City
from core.i18n import dates
from core.i18n.places import place_name, zone_of
from core.i18n.text import detail_list
from events.calendar_facts import PLACE_FIELDS, TIME_FIELDS
from events.vocabularies import EventMode

Stored = Mapping[str, str]


def cities_of(changes: Iterable) -> dict[str, City]:
    """Return the host cities that changes (`EventChange`) name, by their codes; no query if they name none."""
    codes = {facts["host_city"] for change in changes for facts in (change.before, change.after)} - {""}
    if not codes:
        return {}
    return {city.code: city for city in City.objects.filter(code__in=codes).prefetch_related("names")}


def dates_text(facts: Stored) -> str:
    """Return when an event was to take place: "9–11 September 2026", "24 June 2026, 14:00–15:00 (Hamburg)"."""
    if facts["starts_at"] and facts["ends_at"]:
        zone = zone_of(facts["time_zone"])
        start, end = (datetime.fromisoformat(facts[name]).astimezone(zone) for name in ("starts_at", "ends_at"))
        return dates.time_span(start, end, place_name(facts["time_zone"]))
    if facts["first_day"] and facts["last_day"]:
        return dates.day_range(date.fromisoformat(facts["first_day"]), date.fromisoformat(facts["last_day"]))
    return ""


def place_text(facts: Stored, cities: Mapping[str, City]) -> str:
    """Return where an event was to take place: "City Hall, Cork"; how one takes part without a place."""
    city = cities.get(facts["host_city"])
    parts = [facts["venue"], city.name if city else facts["host_city"]]
    mode = str(EventMode(facts["mode"]).label) if facts["mode"] in EventMode.values else ""
    if facts["mode"] != EventMode.PLACE:
        parts.append(mode)
    return detail_list([part for part in parts if part]) or mode


def has_other_dates(change) -> bool:
    """Whether a change is one of the dates."""
    return any(change.before[name] != change.after[name] for name in TIME_FIELDS)


def has_other_place(change) -> bool:
    """Whether a change is one of the place or of how one takes part."""
    return any(
        change.before[name] != change.after[name] for name in (name.removesuffix("_id") for name in PLACE_FIELDS)
    )


def earlier_facts(change) -> str:
    """Return what a change (`EventChange`) replaced, in words: the dates, the place or both; "" for another status."""
    parts = [dates_text(change.before)] if has_other_dates(change) else []
    parts += [place_text(change.before, cities_of([change]))] if has_other_place(change) else []
    return detail_list([part for part in parts if part])
