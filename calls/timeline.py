"""The timeline of a call's page: all dates that the call has had."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from calls.deadlines import DATE_NAMES, deadline_text, formatted_date, opening_text
from calls.states import Move, end_of_results, history
from calls.vocabularies import DATED_CLOCKS, Clock, DateReason, Decider
from core.i18n import dates
from core.i18n.text import sentence_list

EARLIER: dict[str, Promise] = {
    Clock.OPENING: gettext_lazy("Earlier opening"),
    Clock.CITY: gettext_lazy("Earlier deadline for cities"),
    Clock.COMMISSION: gettext_lazy("Earlier deadline for National Commissions"),
}
MOVED_FROM_UNKNOWN: dict[str, Promise] = {
    Clock.OPENING: gettext_lazy("Opening moved to %(date)s; the earlier date is not on record."),
    Clock.CITY: gettext_lazy("Deadline for cities moved to %(date)s; the earlier date is not on record."),
    Clock.COMMISSION: gettext_lazy(
        "Deadline for National Commissions moved to %(date)s; the earlier date is not on record."
    ),
}
MOVED_ON: dict[str, Promise] = {
    Decider.SECRETARIAT: gettext_lazy("Moved on %(day)s by the secretariat."),
    Decider.GOVERNING_BODY: gettext_lazy("Moved on %(day)s by the governing body of the network."),
    Decider.HOST: gettext_lazy("Moved on %(day)s by the host city."),
    Decider.NOT_ON_RECORD: gettext_lazy("Moved on %(day)s; who decided it is not on record."),
}
MOVED: dict[str, Promise] = {
    Decider.SECRETARIAT: gettext_lazy("Moved by the secretariat; the day is not on record."),
    Decider.GOVERNING_BODY: gettext_lazy("Moved by the governing body of the network; the day is not on record."),
    Decider.HOST: gettext_lazy("Moved by the host city; the day is not on record."),
    Decider.NOT_ON_RECORD: gettext_lazy("Moved; who decided it and on which day is not on record."),
}


@dataclass(frozen=True)
class TimelinePoint:
    """One date for templates/components/timeline.html. `at` is the sort key."""

    state: str
    date: str
    iso: str
    text: str
    at: datetime
    note: str = ""


def timeline(call) -> list[TimelinePoint]:
    """Return the dates of a call from `with_history(at)` in chronological order.

    Today is included while a date is in the future.
    """
    points = [_moved(call, move) for move in history(call) if not move.is_first]
    points += [_current(call, clock) for clock in DATED_CLOCKS if getattr(call, DATE_NAMES[clock])]
    if results := _results(call):
        points.append(results)
    if any(point.state == "future" for point in points):
        today = call.as_of.astimezone(call.zone)
        today_text = _("Today, %(day)s") % {"day": dates.day_month(today)}
        points.append(TimelinePoint("today", today_text, today.date().isoformat(), "", call.as_of))
    return sorted(points, key=lambda point: point.at)


def why_moved(call, move: Move) -> str:
    """Return sentences in the active language: when a date was moved, by whom and why."""
    if move.announcement_on_record:
        day = dates.day(move.announced_at.astimezone(call.zone))
        sentences = [MOVED_ON[move.decided_by] % {"day": day}]
    else:
        sentences = [str(MOVED[move.decided_by])]
    sentences.append(str(DateReason(move.reason).label))
    if move.new is None and move.clock != Clock.PLACE:
        sentences.append(_("The new date is not on record."))
    return sentence_list(sentences)


def place_changed(move: Move) -> str:
    """Return a sentence in the active language about a change of the place whose time counts."""
    return place_changed_sentence(move.old_face.time_zone_place, move.new_face.time_zone_place)


def place_changed_sentence(old: str, new: str) -> str:
    """Return the same sentence for the names of two places."""
    return _("All times are now in the time zone of %(new)s. Before, they were in the time zone of %(old)s.") % {
        "new": new,
        "old": old,
    }


def _moved(call, move: Move) -> TimelinePoint:
    note = why_moved(call, move)
    if move.old is not None:
        formatted = formatted_date(move.old_face, move.clock, move.old)
        has_other_place = move.old_face.place != call.place_of_times
        date_text = formatted.with_place(move.old_face) if has_other_place else formatted.text
        return TimelinePoint("void", date_text, formatted.iso, str(EARLIER[move.clock]), move.old, note)
    day, iso = _("Date not on record"), ""
    if move.announcement_on_record:
        announced = move.announced_at.astimezone(call.zone)
        day, iso = dates.day(announced), announced.date().isoformat()
    if move.clock == Clock.PLACE:
        return TimelinePoint("past", day, iso, place_changed(move), move.announced_at, note)
    new = formatted_date(move.new_face, move.clock, move.new)
    text = MOVED_FROM_UNKNOWN[move.clock] % {"date": new.text} if move.new else str(EARLIER[move.clock])
    return TimelinePoint("past", day, iso, text, move.announced_at, note)


def _current(call, clock: str) -> TimelinePoint:
    instant = getattr(call, DATE_NAMES[clock])
    is_past = instant <= call.as_of
    formatted = formatted_date(call, clock, instant)
    if clock == Clock.OPENING:
        date, text = opening_text(call, instant), _("Call opened") if is_past else _("Call opens")
    else:
        date = deadline_text(call, instant) if formatted.time else formatted.date
        if clock == Clock.CITY:
            text = _("Closed for cities") if is_past else _("Deadline for cities")
        else:
            text = _("Closed for National Commissions") if is_past else _("Deadline for National Commissions")
    return TimelinePoint("past" if is_past else "future", date, formatted.iso, text, instant)


def _results(call) -> TimelinePoint | None:
    if call.results_published_at and call.results_published_at <= call.as_of:
        published = call.results_published_at.astimezone(call.zone)
        text = pgettext("step on a timeline", "Results published")
        return TimelinePoint("past", dates.day(published), published.date().isoformat(), text, published)
    if not call.results_on:
        return None
    end = end_of_results(call)
    is_past = end <= call.as_of
    expected = dates.partial_date(call.results_on, call.results_precision)
    iso = call.results_on.isoformat()[: {"year": 4, "month": 7, "day": 10}[call.results_precision]]
    return TimelinePoint("past" if is_past else "future", expected, iso, _("Results expected"), end)
