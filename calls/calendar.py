"""A call's deadlines as a calendar file. The format is documented in docs/calls.md."""

from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from calls.deadlines import DATE_NAMES, clock_label, deadline_text, last_minute
from calls.states import Move, history
from calls.timeline import why_moved
from calls.vocabularies import Clock, Precision
from core.calendars import add_text, new_calendar, new_event
from core.i18n.addresses import absolute


def call_calendar(call, page) -> Calendar | None:
    """Return the calendar of a call's deadlines in the language of `page`.

    call: from `Call.objects.with_history(at)`. page: a public version of its page.
    Returns None when no deadline is or ever was on record.
    """
    with translation.override(page.language):
        calendar = new_calendar(page.title, page.language)
        moves = history(call)
        for clock in (Clock.CITY, Clock.COMMISSION):
            event = _deadline_event(call, page, clock, [move for move in moves if move.clock == clock])
            if event:
                calendar.add_component(event)
    return calendar if calendar.subcomponents else None


def _deadline_event(call, page, clock: str, moves: list[Move]) -> Event | None:
    deadline = getattr(call, DATE_NAMES[clock])
    # A date that is no longer on record stays as CANCELLED: calendar programs may have imported it.
    shown = deadline or (moves[-1].old if moves else None)
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


def _summary(clock: str, title: str) -> str:
    text = _("%(title)s: your city hands in") if clock == Clock.CITY else _("%(title)s: your commission forwards")
    return text % {"title": title}


def _description(call, clock: str, deadline, moves: list[Move]) -> list[str]:
    lines = []
    if call.is_example:
        lines.append(_("An example: this call does not take place."))
    date_text = deadline_text(call, deadline) if deadline else _("Date not on record")
    # Translators: who acts, and until when, as in “Your city hands in by: 30 June 2026, 23:59 (Hamburg)”.
    lines.append(_("%(label)s: %(date)s") % {"label": clock_label(clock, is_closed=False), "date": date_text})
    for move in moves:
        old = deadline_text(call, move.old) if move.old else _("Date not on record")
        lines.append(_("Earlier date, no longer valid: %(date)s.") % {"date": old})
        lines.append(why_moved(call, move))
    return lines
