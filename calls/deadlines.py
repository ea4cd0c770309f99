"""Formats a call's dates, and builds the deadline block.

A deadline is stored as the first instant that is too late. It is shown as its last full minute
("30 June 2026, 23:59") or as its last day. Texts refer to the instant `call.as_of` and are in the
active language. Calls come from `Call.objects.with_dates(at)`; functions that show the history need
`with_history(at)`. Where only the place and the precision count, `call` can be a `calls.states.ClockFace`:
that of an earlier date.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.states import Move, history, state_of
from calls.vocabularies import DATED_CLOCKS, CallState, Clock, Precision
from core.i18n import dates
from core.i18n.places import DEFAULT_PLACE
from core.local_times.conversion import local_instant
from core.page_cache.keeping import keep_until
from core.validators import validate_year

A_MINUTE = timedelta(minutes=1)
DATE_NAMES: dict[str, str] = {Clock.OPENING: "opening", Clock.CITY: "deadline", Clock.COMMISSION: "commission_deadline"}


@dataclass(frozen=True)
class EarlierDate:
    """A date that is no longer valid. `date` is empty when it is not on record."""

    date: str = ""


@dataclass(frozen=True)
class ZoneTime:
    """A deadline's last minute in one time zone: "Tue 30 June, 21:59"."""

    kind: str
    place: str
    text: str
    iso: str


@dataclass(frozen=True)
class FormattedDeadline:
    """One formatted date of a call for templates/components/clock.html. `missing` says why there is no date."""

    kind: str
    date: str
    time: str
    iso: str
    local: datetime | None
    is_closed: bool
    days_left: int | None
    closes_in: str
    earlier: EarlierDate | None = None
    why_url: str = ""
    zones: tuple[ZoneTime, ...] = ()
    label: str = ""
    missing: str = ""


# --- Parsing and formatting dates ---------------------------------------------------------


def deadline_from(day: date, at: time | None, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) that is too late for a deadline.

    day: the last day. at: the last minute on that day, or None for the end of the day. zone: the
    time zone of both. When the minute occurs twice because clocks go back, the second one counts.
    Raises ValidationError for a time that does not exist because clocks go forward, and for a year
    outside `core.validators.YEARS`.
    """
    if at is None:
        validate_year(day)
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return instant_from(day, at.replace(fold=1), zone) + A_MINUTE


def instant_from(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) of a local time. Raises ValidationError like `deadline_from`."""
    return local_instant(datetime.combine(day, at), zone)


def last_minute(call, deadline: datetime) -> datetime:
    """Return the last full minute before a deadline, in the call's time zone."""
    return (deadline - A_MINUTE).astimezone(call.zone)


def is_formatted_exactly(call, clock: str, instant: datetime) -> bool:
    """Return whether the call's precision can show an instant exactly."""
    if instant.second or instant.microsecond:
        return False
    if call.precision == Precision.MINUTE:
        return True
    local = instant.astimezone(call.zone)
    day = local.date() if clock == Clock.OPENING else last_minute(call, instant).date() + timedelta(days=1)
    return instant == datetime.combine(day, time(), call.zone)


def deadline_text(call, deadline: datetime) -> str:
    """Format a deadline for use in a sentence: "30 June 2026, 23:59 (Hamburg)", "until the end of 30 June 2026"."""
    local = last_minute(call, deadline)
    if call.precision == Precision.DAY:
        return _("until the end of %(day)s") % {"day": dates.day(local)}
    return dates.moment(local, call.time_zone_place)


def opening_text(call, opening: datetime) -> str:
    """Format an opening for use in a sentence: "1 April 2026", "1 April 2026, 09:00 (Hamburg)"."""
    local = opening.astimezone(call.zone)
    return dates.moment(local, call.time_zone_place) if _opening_time(call, local) else dates.day(local)


def _opening_time(call, local: datetime) -> str:
    """Return the time of an opening, or "" for a call that opens at the start of the day."""
    return "" if call.precision == Precision.DAY or local.time() == time() else dates.clock_time(local)


# --- The deadline block -------------------------------------------------------------------


def formatted_deadlines(call, *, reader_zone: str = "", why_url: str = "") -> list[FormattedDeadline]:
    """Return the dates of the deadline block: the deadline for cities and that for commissions.

    An upcoming call has its opening instead of the deadline for commissions.
    call: from `with_history(at)`. reader_zone: a name from the time zone database, or "".
    why_url: the URL of the history of the dates.
    """
    if not (call.opening or call.deadline or call.commission_deadline):
        return []
    state = state_of(call)
    moves = last_moves(call)
    clocks = [Clock.CITY]
    has_commission = has_commission_deadline(call) or Clock.COMMISSION in moves
    if state == CallState.UPCOMING:
        clocks.insert(0, Clock.OPENING)
    elif has_commission:
        clocks.append(Clock.COMMISSION)
    if state == CallState.RESULTS:
        # With results before its deadline, nobody can submit by it.
        clocks = [clock for clock in clocks if (getattr(call, DATE_NAMES[clock]) or call.as_of) <= call.as_of]
    return [
        _formatted_deadline(call, clock, moves.get(clock), state, reader_zone, why_url, has_commission)
        for clock in clocks
    ]


def _formatted_deadline(call, clock, move, state, reader_zone, why_url, has_commission) -> FormattedDeadline:
    instant = getattr(call, DATE_NAMES[clock])
    formatted = formatted_date(call, clock, instant)
    is_upcoming = state == CallState.UPCOMING
    if clock == Clock.OPENING:
        is_closed = False
    elif instant:
        is_closed = instant <= call.as_of
    else:
        is_closed = not is_upcoming and not state.is_open and state != CallState.UNDATED
    counts = instant and not is_closed and not is_upcoming
    has_zones = formatted.time or (clock != Clock.OPENING and formatted.local and not is_closed)
    return FormattedDeadline(
        kind=clock.value,
        date=formatted.date,
        time=formatted.time,
        iso=formatted.iso,
        local=formatted.local,
        is_closed=is_closed,
        days_left=days_left(call, instant) if counts and not _is_near(call, instant) else None,
        closes_in=_closes_in(instant, call.as_of) if counts and _is_near(call, instant) else "",
        earlier=_earlier(move) if move else None,
        why_url=why_url if move else "",
        zones=_zones(call, formatted.local, reader_zone) if formatted.local and has_zones else (),
        label=clock_label(clock, is_closed=is_closed, has_date=bool(instant), has_commission=has_commission),
        missing="" if instant else no_date(call),
    )


@dataclass(frozen=True)
class FormattedDate:
    """A formatted date of a call. `time` is empty when only the day is shown."""

    date: str
    time: str
    iso: str
    local: datetime | None

    @property
    def text(self) -> str:
        """The date, followed by the time if there is one."""
        return f"{self.date}{dates.comma()}{self.time}" if self.time else self.date

    def with_place(self, face) -> str:
        """The date with the place whose time counts: "30 June 2026, 23:59 (Hamburg)"."""
        return dates.with_place(self.text, face.time_zone_place)


def formatted_date(call, clock: str, instant: datetime | None) -> FormattedDate:
    """Format a date with the call's precision. All fields are empty when it is not on record."""
    if instant is None:
        return FormattedDate("", "", "", None)
    if clock == Clock.OPENING:
        local = instant.astimezone(call.zone)
        time_text = _opening_time(call, local)
    else:
        local = last_minute(call, instant)
        time_text = "" if call.precision == Precision.DAY else dates.clock_time(local)
    iso = local.isoformat(timespec="minutes") if time_text else local.date().isoformat()
    return FormattedDate(dates.day(local), time_text, iso, local)


def no_date(call) -> str:
    """Return what stands instead of a date that is missing: it is still to come, or it is not known any more."""
    is_to_come = state_of(call) in (CallState.UNDATED, CallState.UPCOMING)
    return str(CallState.UNDATED.label) if is_to_come else _("Date not on record")


def last_moves(call) -> dict[str, Move]:
    """Return the last change of each date. A change of the place alone changes every date that is on record."""
    moves: dict[str, Move] = {}
    for move in history(call):
        if move.is_first:
            continue
        if move.clock != Clock.PLACE:
            moves[move.clock] = move
            continue
        for clock in DATED_CLOCKS:
            instant = getattr(call, DATE_NAMES[clock])
            if instant:
                moves[clock] = replace(move, clock=clock, old=instant, new=instant)
    return moves


def has_commission_deadline(call) -> bool:
    """Return whether applications to a call go through National Commissions, which have a deadline of their own."""
    return bool(call.commission_deadline or call.first_commission_deadline)


def clock_label(clock: str, *, is_closed: bool = False, has_date: bool = True, has_commission: bool = True) -> str:
    """Return the label of a date: who acts, and until when, as in "Submit by", which a date follows.

    has_date: without a date, the label is its name alone. has_commission: see `has_commission_deadline`.
    """
    if not has_date:
        return str(Clock(clock).label)
    if clock == Clock.OPENING:
        return _("The call opens on")
    if clock == Clock.COMMISSION:
        return _("Closed for National Commissions on") if is_closed else _("Your National Commission submits by")
    if is_closed:
        return _("Closed for cities on")
    return _("Submit to your National Commission by") if has_commission else _("Submit by")


def _earlier(move: Move) -> EarlierDate:
    if move.old is None:
        return EarlierDate()
    formatted = formatted_date(move.old_face, move.clock, move.old)
    if move.old_face.place != move.new_face.place:
        return EarlierDate(formatted.with_place(move.old_face))
    new = formatted_date(move.new_face, move.clock, move.new)
    # After a move within one day, only the times differ.
    return EarlierDate(formatted.text if formatted.date == new.date else formatted.date)


def _zones(call, local: datetime, reader_zone: str) -> tuple[ZoneTime, ...]:
    kind = "secretariat" if call.place_of_times == DEFAULT_PLACE else "place"
    zones = [("utc", "UTC", UTC), (kind, call.time_zone_place, call.zone)]
    if reader_zone:
        zones.insert(0, ("yours", dates.zone_place(reader_zone), ZoneInfo(reader_zone)))
    return tuple(
        ZoneTime(kind, place, dates.weekday_moment(local_time), local_time.isoformat(timespec="minutes"))
        for kind, place, zone in zones
        for local_time in [local.astimezone(zone)]
    )


def days_left(call, deadline: datetime) -> int:
    """Return the number of calendar days from today to the last day, in the call's time zone."""
    return (last_minute(call, deadline).date() - call.as_of.astimezone(call.zone).date()).days


def _closes_in(deadline: datetime, now: datetime) -> str:
    """The time left, which is right until its minute is over."""
    left = deadline - now
    keep_until(now + (left % A_MINUTE or A_MINUTE))
    return dates.duration(left)


def _is_near(call, deadline: datetime) -> bool:
    """Return whether the time left is shown in hours and minutes: in the last 24 hours and on the last day."""
    return deadline - call.as_of < timedelta(days=1) or days_left(call, deadline) == 0


def time_left(call, deadline: datetime) -> str:
    """Return the time left, for lists: "12 days left", "Closes today at 23:59", "Closed on 30 June 2026"."""
    local = last_minute(call, deadline)
    if deadline <= call.as_of:
        return _("Closed on %(day)s") % {"day": dates.day(local)}
    days = days_left(call, deadline)
    if days == 0:
        return _("Closes today at %(time)s") % {"time": dates.clock_time(local)}
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
