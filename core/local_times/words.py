"""How the admin tells times: in the editor's time, in UTC and in the time of the place, and how far away they are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.i18n import dates
from core.i18n.places import place_name, zone_name, zone_of


@dataclass(frozen=True)
class TimeInZones:
    """One instant in the time of the editor, in UTC, and in the own time of a place if it is neither of them."""

    iso: str
    own: str
    utc: str
    place: str


def in_zones(instant: datetime, place: str) -> TimeInZones:
    """Return an instant in words, by the zones that an editor needs.

    place: the code of the place whose time counts.
    """
    editor = timezone.get_current_timezone_name()
    local = instant.astimezone(timezone.get_current_timezone())
    utc = dates.moment(instant.astimezone(UTC), "UTC")
    there = dates.moment(instant.astimezone(zone_of(place)), place_name(place))
    own = utc if editor == "UTC" else dates.moment(local, dates.zone_place(editor))
    # The editor's own time has the name of that place if both are in one zone.
    if editor == zone_name(place):
        own = there
    return TimeInZones(
        iso=instant.astimezone(UTC).isoformat(timespec="minutes"),
        own=own,
        utc="" if editor == "UTC" else utc,
        place="" if there == own or zone_name(place) == "UTC" else there,
    )


def days_until(day: date, today: date) -> str:
    """Return how far away a day is: "today", "tomorrow", "in 12 days"."""
    days = (day - today).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


def how_far(instant: datetime, now: datetime) -> str:
    """Return how far away an instant is, in days of the editor's time zone."""
    zone = timezone.get_current_timezone()
    return days_until(instant.astimezone(zone).date(), now.astimezone(zone).date())


def moment_of_preview(at: datetime, place: str) -> dict:
    """Return the instant of a preview as `at`, and in words in the time of a place; "" where that is UTC."""
    there = dates.moment(at.astimezone(zone_of(place)), place_name(place))
    return {"at": at.astimezone(UTC), "there": "" if zone_name(place) == "UTC" else there}
