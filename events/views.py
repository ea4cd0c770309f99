"""Calendar files of one event (`/events/CODE.ics`) and of all (`/LANGUAGE/events/calendar.ics`), and covers."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.calendars import calendar_response, requested_language
from core.drawing.cover_files import cover_response
from core.drawing.covers import Size
from core.page_cache.kept_values import kept
from core.querysets.versions import best_versions
from core.querysets.visibility import public
from events.calendar import event_calendar
from events.models import EventPage
from events.periods import FEED_KEEPS


@require_safe
def calendar_file(request: HttpRequest, code: str) -> HttpResponse:
    """Return the calendar file of one event in the language of `?lang=`, or in its fallback language."""
    events = EventPage.objects.with_code(code).for_calendars()
    event = best_versions(events, requested_language(request)).first()
    if event is None:
        raise Http404
    calendar = event_calendar(event.title, [event], event.language)
    return calendar_response(calendar.to_ical(), event.slug, event.language)


@require_safe
def calendar_feed(request: HttpRequest, language: str) -> HttpResponse:
    """Return future events and those of the last year, each in the version for readers of `language`."""
    return calendar_response(kept(f"events.ics.{language}", lambda: _feed(language)), "events", language)


def _feed(language: str) -> bytes:
    """The file of `calendar_feed`. It is the same for all readers, and longer in a larger network."""
    since = timezone.now() - FEED_KEEPS
    recent = EventPage.objects.filter(Q(ends_at__gte=since) | Q(last_day__gte=since.date()))
    events = best_versions(recent.for_calendars(), language).order_by("first_day", "starts_at", "pk")
    with translation.override(language):
        name = _("Events of the network")
    return event_calendar(name, events, language).to_ical()


@require_safe
def cover(request: HttpRequest, code: str, size: Size) -> HttpResponse:
    """Return the generated cover of a public event. The codes of host city and event are the seed."""
    event = public(EventPage.objects.with_code(code)).select_related("host_city").first()
    if event is None:
        raise Http404
    seed = f"{event.host_city.code} {event.code}" if event.host_city else event.code
    return cover_response(request, seed, size)
