"""The deadlines of one call, or of all, as a calendar file. The format is documented in docs/calls.md."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Journal

from calls.deadlines import DATE_NAMES, deadline_text, last_minute
from calls.states import Move, history, state_of
from calls.timeline import place_changed, why_moved
from calls.vocabularies import CallState, Clock, Precision
from core.calendars import add_reminders, add_text, new_calendar, new_event, stamp
from core.i18n.addresses import absolute
from core.identity import network_id


def call_calendar(call, page) -> Calendar | None:
    """Return the calendar of a call's deadlines in the language of `page`.

    call: from `Call.objects.with_history(at)`. page: a public version of its page. An undated call has one journal
    entry without a date, so that people can subscribe before a date is set. Returns None when no deadline is or ever
    was on record, and none is expected.
    """
    network = network_id()
    with translation.override(page.language):
        calendar = new_calendar(page.title, page.language)
        for event in _deadline_events(call, page, network):
            calendar.add_component(event)
        if not calendar.subcomponents and state_of(call) == CallState.UNDATED:
            calendar.add_component(_undated(call, page, network))
    return calendar if calendar.subcomponents else None


def deadlines_calendar(name: str, calls: Iterable[tuple], language: str, since: datetime) -> Calendar:
    """Return a calendar of the deadlines of many calls that are, or were to be, at `since` or later.

    name: the title of the calendar, in `language`. calls: pairs of a call from `with_history(at)` and the version of
    its page for readers of the language; a fallback version is in its own language.
    """
    network = network_id()
    calendar = new_calendar(name, language)
    for call, page in calls:
        with translation.override(page.language):
            for event in _deadline_events(call, page, network, since):
                calendar.add_component(event)
    return calendar


def _deadline_events(call, page, network: UUID, since: datetime | None = None) -> list[Event]:
    moves = history(call)
    events = []
    for clock in (Clock.CITY, Clock.COMMISSION):
        own = [move for move in moves if move.moves(clock)]
        deadline = getattr(call, DATE_NAMES[clock])
        # A date that is no longer on record stays as CANCELLED: calendar programs may have imported it.
        shown = deadline or next((move.old for move in reversed(own) if move.clock == clock), None)
        if shown is not None and (since is None or shown >= since):
            events.append(_deadline_event(call, page, clock, shown, own, network))
    return events


def _deadline_event(call, page, clock: str, shown: datetime, moves: list[Move], network: UUID) -> Event:
    deadline = getattr(call, DATE_NAMES[clock])
    local = last_minute(call, shown)
    instants = [page.last_published_at, *(move.announced_at for move in moves)]
    event = new_event(f"{call.code}-{clock}@{network}", len(moves), max(filter(None, instants), default=None))
    event.add("dtstart", local.date() if call.precision == Precision.DAY else local.astimezone(UTC))
    event.add("status", "CONFIRMED" if deadline else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    summary = _summary(clock, page.title)
    add_text(event, "summary", summary, page.language)
    add_text(event, "description", "\n".join(_description(call, clock, deadline, moves)), page.language)
    event.add("url", absolute(page.url))
    if deadline:
        add_reminders(event, summary)
    return event


def _undated(call, page, network: UUID) -> Journal:
    journal = Journal()
    stamp(journal, f"{call.code}-undated@{network}", 0, page.last_published_at)
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
