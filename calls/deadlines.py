"""How a call's dates are said, and the clocks of the deadline block.

A deadline is kept as the first instant that is too late and said as its last full minute
("30 June 2026, 23:59"), or as its last day. Everything speaks of the instant `call.as_of` and the
active language; calls come out of `Call.objects.with_dates(at)`, where the history shows out of
`with_history(at)`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.states import history, state_of
from calls.vocabularies import CallState, Clock, Precision
from core.i18n import dates
from core.validators import validate_year

A_MINUTE = timedelta(minutes=1)
DATE_NAMES: dict[str, str] = {Clock.OPENING: "opening", Clock.CITY: "deadline", Clock.COMMISSION: "commission_deadline"}
# One city for each offset that people live in: what a reader without script chooses from.
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


@dataclass(frozen=True)
class Earlier:
    """The date that counts no more; without words where it is not on record."""

    date: str = ""


@dataclass(frozen=True)
class ZoneTime:
    """A deadline's last minute on the clocks of one zone: "Tue 30 June, 21:59"."""

    kind: str
    place: str
    text: str
    iso: str


@dataclass(frozen=True)
class FormattedDeadline:
    """One date of a call in words, as templates/components/clock.html takes it."""

    kind: str
    date: str
    time: str
    iso: str
    hand: datetime | None
    is_closed: bool
    days_left: int | None
    closes_in: str
    earlier: Earlier | None = None
    why_url: str = ""
    zones: tuple[ZoneTime, ...] = ()


# --- From words to instants and back ------------------------------------------------------


def deadline_from(day: date, at: time | None, zone: ZoneInfo) -> datetime:
    """The first instant that is too late for a deadline said as a last day or a last minute.

    Where the clocks go back over the last minute, the later one is meant. Raises ValidationError
    for a time that the clocks leave out on that day, and for a year that nobody means.
    """
    if at is None:
        validate_year(day)
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return instant_from(day, at.replace(fold=1), zone) + A_MINUTE


def instant_from(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time. Raises ValidationError as `deadline_from`."""
    validate_year(day)
    instant = datetime.combine(day, at, zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) != datetime.combine(day, at.replace(fold=0)):
        raise ValidationError(
            _("The clocks go forward on %(day)s and leave out %(time)s. Choose another time.")
            % {"day": dates.day(day), "time": f"{at:%H:%M}"}
        )
    return instant


def last_minute(call, deadline: datetime) -> datetime:
    """The last full minute before a deadline, where the call's time is."""
    return (deadline - A_MINUTE).astimezone(call.zone)


def is_formatted_exactly(call, clock: str, instant: datetime) -> bool:
    """Whether an instant can be said as exactly as the call says its dates."""
    if instant.second or instant.microsecond:
        return False
    if call.precision == Precision.MINUTE:
        return True
    local = instant.astimezone(call.zone)
    day = local.date() if clock == Clock.OPENING else last_minute(call, instant).date() + timedelta(days=1)
    return instant == datetime.combine(day, time(), call.zone)


def deadline_text(call, deadline: datetime) -> str:
    """A deadline in a sentence: "30 June 2026, 23:59 (Hamburg)", "until the end of 30 June 2026"."""
    local = last_minute(call, deadline)
    if call.precision == Precision.DAY:
        return _("until the end of %(day)s") % {"day": dates.day(local)}
    return dates.moment(local, call.time_zone_place)


def opening_text(call, opening: datetime) -> str:
    """An opening in a sentence: "1 April 2026", "1 April 2026, 09:00 (Hamburg)"."""
    local = opening.astimezone(call.zone)
    return dates.moment(local, call.time_zone_place) if _opening_time(call, local) else dates.day(local)


def _opening_time(call, local: datetime) -> str:
    """The time of an opening; none for a call that simply opens with the day."""
    return "" if call.precision == Precision.DAY or local.time() == time() else dates.clock_time(local)


# --- The deadline block -------------------------------------------------------------------


def formatted_deadlines(call, *, reader_zone: str = "", why_url: str = "") -> list[FormattedDeadline]:
    """The clocks of a call out of `with_history(at)`: the cities' and the commissions'.

    An upcoming call shows when it opens instead of the commissions' deadline. `reader_zone` is a
    name out of the time zone database, or "" ; `why_url` leads to the history.
    """
    if not (call.opening or call.deadline or call.commission_deadline):
        return []
    state = state_of(call)
    moves = {move.clock: move for move in history(call)}
    clocks = [Clock.CITY]
    if state == CallState.UPCOMING:
        clocks.insert(0, Clock.OPENING)
    elif call.first_commission_deadline or Clock.COMMISSION in moves:
        clocks.append(Clock.COMMISSION)
    return [_formatted_deadline(call, clock, moves.get(clock), state, reader_zone, why_url) for clock in clocks]


def _formatted_deadline(call, clock, move, state, reader_zone, why_url) -> FormattedDeadline:
    instant = getattr(call, DATE_NAMES[clock])
    said = formatted_date(call, clock, instant)
    is_upcoming = state == CallState.UPCOMING
    if clock == Clock.OPENING:
        is_closed = False
    elif instant:
        is_closed = instant <= call.as_of
    else:
        is_closed = not is_upcoming and not state.is_open
    counts = instant and not is_closed and not is_upcoming
    has_zones = said.time or (clock != Clock.OPENING and said.local and not is_closed)
    return FormattedDeadline(
        kind=clock.value,
        date=said.date,
        time=said.time,
        iso=said.iso,
        hand=said.local,
        is_closed=is_closed,
        days_left=days_left(call, instant) if counts and not _is_near(call, instant) else None,
        closes_in=dates.duration(instant - call.as_of) if counts and _is_near(call, instant) else "",
        earlier=_earlier(call, move) if move else None,
        why_url=why_url if move else "",
        zones=_zones(call, said.local, reader_zone) if said.local and has_zones else (),
    )


@dataclass(frozen=True)
class FormattedDate:
    """A date of a call in words: `time` is empty where only the day is said."""

    date: str
    time: str
    iso: str
    local: datetime | None


def formatted_date(call, clock: str, instant: datetime | None) -> FormattedDate:
    """A date as the call says it; all empty where it is not on record."""
    if instant is None:
        return FormattedDate("", "", "", None)
    if clock == Clock.OPENING:
        local = instant.astimezone(call.zone)
        said_time = _opening_time(call, local)
    else:
        local = last_minute(call, instant)
        said_time = "" if call.precision == Precision.DAY else dates.clock_time(local)
    iso = local.isoformat(timespec="minutes") if said_time else local.date().isoformat()
    return FormattedDate(dates.day(local), said_time, iso, local)


def clock_label(clock: str, is_closed: bool) -> str:
    """Who acts by a date."""
    if clock == Clock.OPENING:
        return _("The call opens on")
    if clock == Clock.COMMISSION:
        return _("Closed for commissions on") if is_closed else _("Your commission forwards by")
    return _("Closed for cities on") if is_closed else _("Your city hands in by")


def _earlier(call, move) -> Earlier:
    if move.old is None:
        return Earlier()
    said = formatted_date(call, move.clock, move.old)
    new = formatted_date(call, move.clock, move.new)
    # A move within one day shows only in the times.
    return Earlier(f"{said.date}{dates.comma()}{said.time}" if said.time and said.date == new.date else said.date)


def _zones(call, local: datetime, reader_zone: str) -> tuple[ZoneTime, ...]:
    zones = [("utc", "UTC", UTC), ("secretariat", call.time_zone_place, call.zone)]
    if reader_zone:
        zones.insert(0, ("yours", dates.zone_place(reader_zone), ZoneInfo(reader_zone)))
    return tuple(
        ZoneTime(kind, place, dates.weekday_moment(there), there.isoformat(timespec="minutes"))
        for kind, place, zone in zones
        for there in [local.astimezone(zone)]
    )


def days_left(call, deadline: datetime) -> int:
    """Days of the calendar from today to the last day, where the call's time is."""
    return (last_minute(call, deadline).date() - call.as_of.astimezone(call.zone).date()).days


def _is_near(call, deadline: datetime) -> bool:
    """Whether hours and minutes are counted: in the last 24 hours, and all through the last day."""
    return deadline - call.as_of < timedelta(days=1) or days_left(call, deadline) == 0


def time_left(call, deadline: datetime) -> str:
    """How much time is left, for lists: "12 days left", "Closes today at 23:59", "Closed on 30 June 2026"."""
    local = last_minute(call, deadline)
    if deadline <= call.as_of:
        return _("Closed on %(day)s") % {"day": dates.day(local)}
    days = days_left(call, deadline)
    if days == 0:
        return _("Closes today at %(time)s") % {"time": dates.clock_time(local)}
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


# --- A reader's zone ----------------------------------------------------------------------


def valid_zone(name: str) -> str:
    """The name if it is a zone of a place (or UTC) in the time zone database, else ""."""
    return name if name in available_timezones() and ("/" in name or name == "UTC") else ""


def zone_menu(reader_zone: str, action: str, at: datetime) -> dict:
    """The choice of a zone, as templates/components/deadlines.html takes it, from west to east."""
    names = {*READER_ZONES, *([reader_zone] if reader_zone else [])}
    times = {name: at.astimezone(ZoneInfo(name)) for name in names}
    return {
        "action": action,
        "name": "tz",
        "zones": [
            {
                "value": name,
                "label": f"{dates.zone_place(name)} ({dates.utc_offset(times[name])})",
                "selected": name == reader_zone,
            }
            for name in sorted(names, key=lambda name: (times[name].utcoffset(), name))
        ],
    }
