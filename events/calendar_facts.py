"""What people plan by: the dates, the place and the status of an event, and whether a change of them is news.

Facts are a mapping of the names in `CALENDAR_FIELDS` to their values, as `facts_of` returns them.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from core.i18n.places import zone_name, zone_of

TIME_FIELDS = ("starts_at", "ends_at", "first_day", "last_day", "time_zone")
PLACE_FIELDS = ("mode", "host_city_id", "venue")
# Fields that a calendar file contains. A change of them increments the sequence.
CALENDAR_FIELDS = (*TIME_FIELDS, "state", *PLACE_FIELDS)

Facts = Mapping[str, Any]


def facts_of(event) -> dict[str, Any]:
    """Return the facts of an event as it is in memory."""
    return {name: getattr(event, name) for name in CALENDAR_FIELDS}


def is_news(before: Facts, after: Facts, now: datetime) -> bool:
    """Return whether people who planned by the facts `before` must be told of `after`.

    What was not known before (a venue, the hours of a day) is no news, nor is the correction of an event that was over
    before and is over after it.
    """
    if before["state"] != after["state"]:
        return True
    if end_of(before) <= now and end_of(after) <= now:
        return False
    if before["mode"] != after["mode"]:
        return True
    if any(before[name] and before[name] != after[name] for name in ("host_city_id", "venue")):
        return True
    return zone_name(before["time_zone"]) != zone_name(after["time_zone"]) or _has_other_dates(before, after)


def _has_other_dates(before: Facts, after: Facts) -> bool:
    if before["first_day"] and after["starts_at"] and after["ends_at"]:
        return days_of(before) != days_of(after)
    return any(before[name] != after[name] for name in ("starts_at", "ends_at", "first_day", "last_day"))


def days_of(facts: Facts) -> tuple[date, date]:
    """Return the first and the last day of an event with complete dates, as its place counts them."""
    if facts["starts_at"]:
        zone = zone_of(facts["time_zone"])
        last = facts["ends_at"].astimezone(zone) - timedelta(microseconds=1)
        return facts["starts_at"].astimezone(zone).date(), last.date()
    return facts["first_day"], facts["last_day"]


def local_start(facts: Facts) -> datetime:
    """Return when an event with complete dates starts on the clocks of its place (naive); whole days at midnight."""
    if facts["starts_at"]:
        return facts["starts_at"].astimezone(zone_of(facts["time_zone"])).replace(tzinfo=None)
    return datetime.combine(facts["first_day"], time())


def end_of(facts: Facts) -> datetime:
    """Return the first instant after an event; the latest possible instant if no end is known."""
    if facts["ends_at"]:
        return facts["ends_at"]
    zone = zone_of(facts["time_zone"])
    if facts["last_day"]:
        return datetime.combine(facts["last_day"] + timedelta(days=1), time(), zone)
    return datetime.max.replace(tzinfo=zone_of("UTC"))


def stored(facts: Facts, city_code: str) -> dict[str, str]:
    """Return facts as the history stores them: instants and days in ISO 8601, places and cities as codes.

    city_code: the code of the host city; "" without one.
    """
    values = {name: facts[name] for name in CALENDAR_FIELDS if name != "host_city_id"}
    texts = {name: value.isoformat() if isinstance(value, date) else str(value or "") for name, value in values.items()}
    return texts | {"host_city": city_code}
