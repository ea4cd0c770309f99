"""From a date and time of a place to an instant, and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.i18n import dates
from core.i18n.places import place_name, zone_of
from core.i18n.text import detail_list
from core.validators import validate_year


def local_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) of a local time without a zone.

    local: `fold` says which one is meant of two equal times when clocks go back. Raises ValidationError for a
    time that clocks leave out when they go forward, and for a year outside `core.validators.YEARS`.
    """
    validate_year(local)
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) != local.replace(fold=0):
        raise ValidationError(
            _("The clocks go forward on %(day)s, so %(time)s does not exist. Choose another time.")
            % {"day": dates.day(local), "time": f"{local:%H:%M}"},
            code="left_out",
        )
    return instant


def repeated_offsets(local: datetime, zone: ZoneInfo) -> list[timedelta]:
    """Return the two UTC offsets of a local time that occurs twice, the first one first; else an empty list."""
    instants = [local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    offsets = [instant.utcoffset() or timedelta() for instant in instants]
    return offsets if offsets[0] > offsets[1] else []


def offset_code(offset: timedelta) -> str:
    """Return a UTC offset as ISO 8601 writes it: "+02:00"."""
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def moment_at(value: datetime | None, place: str) -> str:
    """Format an instant in the time of a place: "30 June 2026, 23:59 (Hamburg)"; "" for None.

    place: a code of `core.i18n.places`. An hour that occurs twice gets its UTC offset.
    """
    if value is None:
        return ""
    local = value.astimezone(zone_of(place))
    name = place_name(place)
    if repeated_offsets(local.replace(tzinfo=None, fold=0), zone_of(place)):
        name = detail_list([name, dates.utc_offset(local)])
    return dates.moment(local, name)
