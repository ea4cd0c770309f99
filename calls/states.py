"""The state of a call at an instant, and its history that is public by then.

Every function takes a call from `Call.objects.with_dates(at)` and refers to that instant,
`call.as_of`. Later announcements have no effect.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calls.periods import closing_soon
from calls.vocabularies import CallState, Clock, DateReason
from core.i18n.places import place_name, zone_of
from core.vocabularies import DatePrecision

# Before every date of the portal: a call without a known opening has been open since then.
BEGINNING = datetime(1900, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class ClockFace:
    """How dates are shown: in the time of which place (a code of `core.i18n.places`), and how exactly."""

    place: str
    precision: str

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.place)

    @property
    def time_zone_place(self) -> str:
        """The name of the place in the active language."""
        return place_name(self.place)


@dataclass(frozen=True)
class Move:
    """One public change of a date, or of the place whose time counts. A date that is None is not on record.

    old_face, new_face: how the old and the new date were shown.
    """

    clock: str
    old: datetime | None
    new: datetime | None
    old_face: ClockFace
    new_face: ClockFace
    reason: str
    decided_by: str
    announced_at: datetime
    announcement_on_record: bool

    @property
    def is_first(self) -> bool:
        """Whether the date was set for the first time: nothing moved."""
        return self.reason == DateReason.FIRST_DATE

    def moves(self, clock: str) -> bool:
        """Whether readers see another date of this clock than before."""
        return self.clock in (clock, Clock.PLACE)


def state_of(call) -> CallState:
    """Return the state of a call.

    A call is open in its `open_period`, and closed from `over_at` on. From the last deadline on it is under review
    while results are expected. A call that has no closing date, and is not over by another date, is undated.
    """
    at = call.as_of
    if call.results_published_at and call.results_published_at <= at:
        return CallState.RESULTS
    over = over_at(call)
    if over and over <= at:
        last = call.commission_deadline or call.deadline
        is_reviewed = last and last <= at and call.results_on and at < end_of_results(call)
        return CallState.UNDER_REVIEW if is_reviewed else CallState.CLOSED
    opens, closes = open_period(call)
    if opens and at < opens:
        return CallState.UPCOMING
    if closes is None:
        return CallState.UNDATED
    if is_extended(call):
        return CallState.EXTENDED
    if at >= call.closes_at - closing_soon():
        return CallState.CLOSING_SOON
    return CallState.OPEN


def open_period(call) -> tuple[datetime | None, datetime | None]:
    """Return the instant from which a call accepts applications, and the first one from which it does not.

    This is the one rule that says whether a call is open: `CallQuerySet.open` has it as SQL, and `calls.indexing`
    stores it in the search index. A call is open until the deadline for cities, or until that for commissions when
    the former is not on record, and never after its results are published. Without a known opening it has been open
    since `BEGINNING`. Without a closing date it is not open: the second instant is None, the first one its opening.
    """
    over, opening = over_at(call), call.opening
    if over is None or call.closes_at is None:
        return (min(opening, over) if opening and over else opening), None
    return min(opening or BEGINNING, over), over


def over_at(call) -> datetime | None:
    """Return the first instant from which a call is closed, under review or has results; None if no date says it.

    A call without a closing date is over when its results were expected, or when the last date that it had passed.
    """
    instants = [call.results_published_at, call.closes_at]
    if call.closes_at is None:
        known = [instant for instant in (call.first_deadline, call.first_commission_deadline) if instant]
        instants += [max(known, default=None), end_of_results(call) if call.results_on else None]
    return min((instant for instant in instants if instant), default=None)


def is_extended(call) -> bool:
    """Return whether the deadline for cities is later than the first one, or the first one is not on record."""
    first = call.first_known_deadline
    return call.deadline is not None and (first is None or call.deadline > first)


def end_of_results(call) -> datetime:
    """Return the first instant after the day, month or year in which results are expected, in the call's time zone."""
    first = call.results_on
    if call.results_precision == DatePrecision.YEAR:
        after = date(first.year + 1, 1, 1)
    elif call.results_precision == DatePrecision.MONTH:
        after = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        after = first + timedelta(days=1)
    return datetime.combine(after, time(), call.zone)


def history(call) -> list[Move]:
    """Return the announced changes of a call from `with_history(at)`, in the order of their announcements."""
    known = {
        Clock.OPENING: call.opens_at,
        Clock.CITY: call.first_deadline,
        Clock.COMMISSION: call.first_commission_deadline,
    }
    moves = []
    for change in call.valid_changes:
        if change.announce_at > call.as_of:
            break
        old = known.get(change.clock) or change.old
        known[change.clock] = change.new
        moves.append(
            Move(
                clock=change.clock,
                old=old,
                new=change.new,
                old_face=ClockFace(change.old_place, change.precision),
                new_face=ClockFace(change.place, change.precision),
                reason=change.reason,
                decided_by=change.decided_by,
                announced_at=change.announce_at,
                announcement_on_record=change.announcement_on_record,
            )
        )
    return moves


def next_change(call) -> datetime | None:
    """Return the next instant at which the public data of a call from `with_history(at)` change, if any."""
    instants = [change.announce_at for change in call.valid_changes]
    instants += [call.opening, call.deadline, call.commission_deadline, call.results_published_at, over_at(call)]
    if call.closes_at:
        instants.append(call.closes_at - closing_soon())
    if call.results_on:
        instants.append(end_of_results(call))
    return min((instant for instant in instants if instant and instant > call.as_of), default=None)


def last_day(call) -> date | None:
    """Return the last day on which cities can submit, in the call's time zone."""
    return (call.deadline - timedelta(minutes=1)).astimezone(call.zone).date() if call.deadline else None


def shows_old_date(document, call) -> bool:
    """Return whether a flyer shows another deadline than the one in effect."""
    if document.shows_deadline is None:
        return False
    if call.deadline is None:
        # The deadline moved to a date that is not on record. If there was no first deadline, nothing is outdated.
        return call.first_deadline is not None
    return document.shows_deadline != last_day(call)
