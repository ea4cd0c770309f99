"""Where a call stands at an instant, by rule, and the history that is public by then.

Every function takes a call out of `Call.objects.with_dates(at)` and speaks of that instant,
`call.as_of`: of what is announced later it says nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings

from calls.vocabularies import CallState, Clock
from core.vocabularies import DatePrecision


@dataclass(frozen=True)
class Move:
    """One change of a date, as the public knows it. A date that is None is not on record."""

    clock: str
    old: datetime | None
    new: datetime | None
    reason: str
    decided_by: str
    announced_at: datetime
    announcement_on_record: bool


def state_of(call) -> CallState:
    """The one state of a call.

    A call is open until the cities' deadline, or until the commissions' where that of the cities
    is not on record. From the last deadline on it is under review while results are expected.
    """
    at = call.as_of
    if call.results_published_at and call.results_published_at <= at:
        return CallState.RESULTS
    if call.opening and at < call.opening:
        return CallState.UPCOMING
    if call.closes_at and at < call.closes_at:
        if is_extended(call):
            return CallState.EXTENDED
        if at >= call.closes_at - timedelta(days=settings.CALL_CLOSING_SOON_DAYS):
            return CallState.CLOSING_SOON
        return CallState.OPEN
    last = call.commission_deadline or call.deadline
    if last and last <= at and call.results_on and at < end_of_results(call):
        return CallState.UNDER_REVIEW
    return CallState.CLOSED


def is_extended(call) -> bool:
    """Whether cities have more time than at first, or than a date that is not on record."""
    return call.deadline is not None and (call.first_deadline is None or call.deadline > call.first_deadline)


def end_of_results(call) -> datetime:
    """The first instant after the day, month or year for which results are expected."""
    first = call.results_on
    if call.results_precision == DatePrecision.YEAR:
        after = date(first.year + 1, 1, 1)
    elif call.results_precision == DatePrecision.MONTH:
        after = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        after = first + timedelta(days=1)
    return datetime.combine(after, time(), call.zone)


def history(call) -> list[Move]:
    """How the dates of a call out of `with_history(at)` moved, in the order of the announcements."""
    known = {
        Clock.OPENING: call.opens_at,
        Clock.CITY: call.first_deadline,
        Clock.COMMISSION: call.first_commission_deadline,
    }
    moves = []
    for change in call.valid_changes:
        if change.announce_at > call.as_of:
            break
        old = known[change.clock] or change.old
        known[change.clock] = change.new
        moves.append(
            Move(
                clock=change.clock,
                old=old,
                new=change.new,
                reason=change.reason,
                decided_by=change.decided_by,
                announced_at=change.announce_at,
                announcement_on_record=change.announcement_on_record,
            )
        )
    return moves


def next_change(call) -> datetime | None:
    """The next instant at which what is said of a call out of `with_history(at)` changes, if any."""
    instants = [change.announce_at for change in call.valid_changes]
    instants += [call.opening, call.deadline, call.commission_deadline, call.results_published_at]
    if call.closes_at:
        instants.append(call.closes_at - timedelta(days=settings.CALL_CLOSING_SOON_DAYS))
    if call.results_on:
        instants.append(end_of_results(call))
    return min((instant for instant in instants if instant and instant > call.as_of), default=None)


def last_day(call) -> date | None:
    """The last day on which cities can hand in, where the call's time is."""
    return (call.deadline - timedelta(minutes=1)).astimezone(call.zone).date() if call.deadline else None


def shows_old_date(document, call) -> bool:
    """Whether a flyer shows another deadline than the one that counts."""
    if document.shows_deadline is None:
        return False
    if call.deadline is None:
        # Moved to a date that is not on record; without a date from the beginning nothing is wrong.
        return call.first_deadline is not None
    return document.shows_deadline != last_day(call)
