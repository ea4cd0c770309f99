"""The time zone that a reader chooses. With JavaScript the browser adds its own zone instead (static/js/portal.js)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.i18n import dates

PARAMETER = "tz"
# One city for each inhabited UTC offset.
READER_ZONES = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Mexico_City",
    "America/Chicago",
    "America/Bogota",
    "America/New_York",
    "America/Santiago",
    "America/Caracas",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Atlantic/Cape_Verde",
    "Africa/Dakar",
    "Europe/London",
    "Africa/Lagos",
    "Europe/Berlin",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Europe/Athens",
    "Africa/Nairobi",
    "Asia/Riyadh",
    "Europe/Moscow",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Kabul",
    "Asia/Tashkent",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Dhaka",
    "Asia/Yangon",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Manila",
    "Asia/Seoul",
    "Australia/Darwin",
    "Australia/Sydney",
    "Pacific/Auckland",
)


def valid_zone(name: str) -> str:
    """Return `name` if it is UTC or a zone of a place in the time zone database, else ""."""
    return name if name in available_timezones() and ("/" in name or name == "UTC") else ""


def chosen_zone(request: HttpRequest) -> str:
    """Return the zone that the reader of a page has chosen in the menu, else ""."""
    return valid_zone(request.GET.get(PARAMETER, ""))


def zone_menu(reader_zone: str, action: str, at: datetime) -> dict:
    """Return the menu of time zones for templates/components/zone_menu.html, from west to east.

    at: the instant at which the UTC offsets apply.
    """
    names = {*READER_ZONES, *([reader_zone] if reader_zone else [])}
    times = {name: at.astimezone(ZoneInfo(name)) for name in names}
    return {
        "action": action,
        "name": PARAMETER,
        "chosen": reader_zone,
        "zones": [
            {
                "value": name,
                "label": _("%(place)s (%(offset)s)")
                % {"place": dates.zone_place(name), "offset": dates.utc_offset(times[name])},
                "selected": name == reader_zone,
            }
            for name in sorted(names, key=lambda name: (times[name].utcoffset(), name))
        ],
    }


def own_time(start: datetime, end: datetime | None, reader_zone: str = "") -> dict:
    """Return a time for templates/components/your_time.html.

    start, end: in the zone in which the time stands beside it. reader_zone: the zone that the reader has chosen, for
    which `text` is the time, and `place` its name; "": the browser adds its own.
    """
    shown = {
        "starts": start.isoformat(timespec="minutes"),
        "ends": end.isoformat(timespec="minutes") if end else "",
        "on_day": start.date().isoformat(),
        "text": "",
        "sentence": "",
        "place": "",
    }
    if reader_zone:
        shown["text"] = _span(start, end, ZoneInfo(reader_zone))
        shown["sentence"] = _("your time {time}").replace("{time}", shown["text"])
        shown["place"] = dates.zone_place(reader_zone)
    return shown


def _span(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """Return the time in another zone; with the day where it is another one."""
    first = start.astimezone(zone)
    if end is None:
        return dates.clock_time(first) if first.date() == start.date() else dates.weekday_moment(first)
    last = end.astimezone(zone)
    if (last - timedelta(microseconds=1)).date() != first.date():
        return dates.moment_range(dates.weekday_moment(first), dates.weekday_moment(last))
    times = dates.time_range(first, last)
    return times if first.date() == start.date() else f"{dates.weekday_day(first)}{dates.comma()}{times}"
