"""The state of a call at an instant, and its history that is public by then.

Every function takes a call from `Call.objects.with_dates(at)` and refers to that instant,
`call.as_of`. Later announcements have no effect.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings

from calls.vocabularies import CallState, Clock
from core.vocabularies import DatePrecision


@dataclass(frozen=True)
class Move:
    """One public change of a date. A date that is None is not on record."""

    clock: str
    old: datetime | None
    new: datetime | None
    reason: str
    decided_by: str
    announced_at: datetime
    announcement_on_record: bool


def state_of(call) -> CallState:
    """Return the state of a call.

    A call is open until the deadline for cities, or until the deadline for commissions when the
    former is not on record. From the last deadline on it is under review while results are expected.
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
    """Return whether the deadline for cities is later than the first one, or the first one is not on record."""
    return call.deadline is not None and (call.first_deadline is None or call.deadline > call.first_deadline)


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
    """Return the next instant at which the public data of a call from `with_history(at)` change, if any."""
    instants = [change.announce_at for change in call.valid_changes]
    instants += [call.opening, call.deadline, call.commission_deadline, call.results_published_at]
    if call.closes_at:
        instants.append(call.closes_at - timedelta(days=settings.CALL_CLOSING_SOON_DAYS))
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
