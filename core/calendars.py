"""Calendar files (iCalendar: RFC 5545, RFC 7986), as calls and events need them."""

import re
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from icalendar import Alarm, Calendar, Component, Event, vDuration, vText

from core.i18n.addresses import absolute
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, html_code

PRODUCT = "-//Lyceum//Lyceum//EN"
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# How often a subscribed calendar program downloads the file again.
REFRESH = timedelta(hours=6)
MAX_AGE = timedelta(minutes=5)
# How long before a deadline calendar programs remind people of it.
REMINDERS = (timedelta(days=7), timedelta(days=1))


def requested_language(request) -> str:
    """Return the language of `?lang=`; English if it is missing or not a language of the portal."""
    language = request.GET.get("lang", "")
    return language if language in LANGUAGE_CODES else SOURCE_LANGUAGE


def new_calendar(name: str, language: str) -> Calendar:
    """Return an empty calendar with a name in `language`."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    add_text(calendar, "name", name, language)
    # The same for programs older than RFC 7986.
    add_text(calendar, "x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    return calendar


def subscription_url(path: str) -> str:
    """The address of a calendar file with the scheme `webcal:`, by which programs subscribe instead of importing it."""
    return re.sub("^https?:", "webcal:", absolute(path))


def new_event(uid: str, sequence: int, changed_at: datetime | None) -> Event:
    """Return an event whose DTSTAMP and LAST-MODIFIED are the time of its last change, not of the request.

    changed_at: None for a page without a publication date; the stamps are then 1970-01-01.
    """
    event = Event()
    stamp(event, uid, sequence, changed_at)
    return event


def stamp(component: Component, uid: str, sequence: int, changed_at: datetime | None) -> None:
    """Add UID, SEQUENCE and the stamps of `new_event` to a component."""
    component.add("uid", uid)
    component.add("sequence", sequence)
    at = (changed_at or datetime.fromtimestamp(0, UTC)).astimezone(UTC)
    component.add("dtstamp", at)
    component.add("last-modified", at)


def add_reminders(event: Event, text: str) -> None:
    """Let calendar programs remind people of an event at each of `REMINDERS`, with a text."""
    for before in REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -before)
        add_text(alarm, "description", text)
        event.add_component(alarm)


def add_text(component: Component, name: str, text: str, language: str = "") -> None:
    """Add a text property, escaped, and without the control characters that RFC 5545 forbids."""
    parameters = {"LANGUAGE": html_code(language)} if language else {}
    component.add(name, vText(CONTROLS.sub(" ", text)), parameters=parameters)


def calendar_response(calendar: bytes, file_name: str, language: str, max_age: timedelta = MAX_AGE) -> HttpResponse:
    """Return a calendar, from `to_ical()`, as a response that may be cached for `max_age`."""
    response = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name}.ics"'
    response["Content-Language"] = html_code(language)
    return set_max_age(response, max_age)


def set_max_age(response: HttpResponse, max_age: timedelta) -> HttpResponse:
    """Allow every cache to store the response, but not longer than `max_age`; return the response."""
    patch_cache_control(response, public=True, max_age=max(0, int(max_age.total_seconds())))
    return response
