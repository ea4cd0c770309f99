"""A call's deadlines as a calendar file. The format is documented in docs/calls.md."""

from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Journal

from calls.deadlines import DATE_NAMES, deadline_text, last_minute
from calls.states import Move, history, state_of
from calls.timeline import place_changed, why_moved
from calls.vocabularies import CallState, Clock, Precision
from core.calendars import add_text, new_calendar, new_event, stamp
from core.i18n.addresses import absolute


def call_calendar(call, page) -> Calendar | None:
    """Return the calendar of a call's deadlines in the language of `page`.

    call: from `Call.objects.with_history(at)`. page: a public version of its page. An undated call has one journal
    entry without a date, so that people can subscribe before a date is set. Returns None when no deadline is or ever
    was on record, and none is expected.
    """
    with translation.override(page.language):
        calendar = new_calendar(page.title, page.language)
        moves = history(call)
        for clock in (Clock.CITY, Clock.COMMISSION):
            event = _deadline_event(call, page, clock, [move for move in moves if move.moves(clock)])
            if event:
                calendar.add_component(event)
        if not calendar.subcomponents and state_of(call) == CallState.UNDATED:
            calendar.add_component(_undated(call, page))
    return calendar if calendar.subcomponents else None


def _deadline_event(call, page, clock: str, moves: list[Move]) -> Event | None:
    deadline = getattr(call, DATE_NAMES[clock])
    # A date that is no longer on record stays as CANCELLED: calendar programs may have imported it.
    shown = deadline or next((move.old for move in reversed(moves) if move.clock == clock), None)
    if shown is None:
        return None
    local = last_minute(call, shown)
    instants = [page.last_published_at, *(move.announced_at for move in moves)]
    event = new_event(f"{call.code}-{clock}@calls", len(moves), max(filter(None, instants), default=None))
    event.add("dtstart", local.date() if call.precision == Precision.DAY else local.astimezone(UTC))
    event.add("status", "CONFIRMED" if deadline else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    add_text(event, "summary", _summary(clock, page.title), page.language)
    add_text(event, "description", "\n".join(_description(call, clock, deadline, moves)), page.language)
    event.add("url", absolute(page.url))
    return event


def _undated(call, page) -> Journal:
    journal = Journal()
    stamp(journal, f"{call.code}-undated@calls", 0, page.last_published_at)
    text = _("%(title)s: %(state)s") % {"title": page.title, "state": CallState.UNDATED.label}
    add_text(journal, "summary", text, page.language)
    journal.add("url", absolute(page.url))
    return journal


def _summary(clock: str, title: str) -> str:
    if clock == Clock.CITY:
        return _("%(title)s: deadline for cities") % {"title": title}
    return _("%(title)s: deadline for National Commissions") % {"title": title}


def _description(call, clock: str, deadline, moves: list[Move]) -> list[str]:
    lines = []
    if call.is_example:
        lines.append(_("An example: this is not a real call."))
    date_text = deadline_text(call, deadline) if deadline else _("Date not on record")
    # Translators: as in “Deadline for cities: until the end of 30 June 2026”.
    lines.append(_("%(label)s: %(date)s") % {"label": Clock(clock).label, "date": date_text})
    for move in moves:
        if move.is_first:
            continue
        if move.clock == Clock.PLACE:
            lines += [place_changed(move), why_moved(call, move)]
            continue
        old = deadline_text(move.old_face, move.old) if move.old else _("Date not on record")
        lines.append(_("Earlier date, no longer valid: %(date)s.") % {"date": old})
        lines.append(why_moved(call, move))
    return lines
