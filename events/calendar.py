"""Calendar files of events (RFC 5545). docs/calls.md documents the format."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from icalendar import Calendar, Event

from core.calendars import add_text, new_calendar, new_event
from core.i18n.addresses import absolute
from core.i18n.text import detail_list
from events.notes import note_of, read_notes
from events.vocabularies import WILL_NOT, EventMode, EventState

CHANGES = {
    EventState.MOVED: gettext_lazy("This event has been moved to another date or place."),
    EventState.POSTPONED: gettext_lazy("This event has been postponed. The new date is not set yet."),
    EventState.CANCELLED: gettext_lazy("This event has been cancelled."),
}


def event_calendar(name: str, events: Iterable, language: str) -> Calendar:
    """Return a calendar of public events.

    name: the title of the calendar, in `language`. events: from `EventPage.objects.for_calendars()`.
    """
    calendar = new_calendar(name, language)
    events = list(events)
    read_notes(events)
    for event in events:
        # Each event is in its own language, even when it is the fallback for a missing version.
        with translation.override(event.language):
            calendar.add_component(_component(event))
    return calendar


def _component(event) -> Event:
    # The UID is the same in all languages, so that calendar programs recognise other versions of an event.
    component = new_event(str(event.translation_key), event.sequence, event.group_published_at)
    if event.starts_at:
        component.add("dtstart", event.starts_at.astimezone(UTC))
        component.add("dtend", event.ends_at.astimezone(UTC))
    else:
        component.add("dtstart", event.first_day)
        component.add("dtend", event.last_day + timedelta(days=1))
        component.add("transp", "TRANSPARENT")
    # A postponed event does not take place on its old date. With a new one, the same UID comes back as confirmed.
    component.add("status", "CANCELLED" if event.state in WILL_NOT else "CONFIRMED")
    add_text(component, "summary", event.title, event.language)
    if location := _location(event):
        add_text(component, "location", location, event.language)
    if description := "\n".join(_description(event)):
        add_text(component, "description", description, event.language)
    if note := note_of(event):
        add_text(component, "comment", note.text, note.language)
    component.add("url", absolute(event.url))
    return component


def _location(event) -> str:
    city = event.host_city
    parts = [event.venue, *([city.name, city.country_name] if city else [])]
    if event.mode != EventMode.PLACE:
        parts.append(str(EventMode.ONLINE.label))
    return detail_list(parts)


def _description(event) -> list[str]:
    lines = []
    if event.is_example:
        lines.append(_("An example: this is not a real event."))
    if event.state in CHANGES:
        lines.append(str(CHANGES[EventState(event.state)]))
    if note := note_of(event):
        lines.append(note.in_words(event.language))
    if event.theme:
        lines.append(_("Theme: %(theme)s") % {"theme": event.theme})
    if event.lede:
        lines.append(event.lede)
    if event.registration_url:
        lines.append(_("Register: %(url)s") % {"url": event.registration_url})
    return lines
