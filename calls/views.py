"""Calendar and JSON files of a call, `/calls/CODE.ics` and `/calls/CODE.json`, and its generated cover.

All deadlines are in `/LANGUAGE/calls/calendar.ics`.

The files contain what is announced at the time of the request. Their cache lifetime ends at the next
instant at which the content changes.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calls.calendar import call_calendar, deadlines_calendar
from calls.data import call_data
from calls.models import Call, CallPage
from calls.periods import CALENDAR_KEEPS
from calls.states import next_change
from clusters.models import Cluster
from core.calendars import MAX_AGE, calendar_response, requested_language, set_max_age
from core.drawing.cover_files import cover_response
from core.drawing.covers import Size
from core.i18n.languages import settings_order
from core.querysets.versions import best_versions
from core.querysets.visibility import public


@require_safe
def calendar_file(request: HttpRequest, code: str) -> HttpResponse:
    """Return the calendar file in the language of `?lang=`, or in its fallback language."""
    call = _public_call(code)
    if call is None:
        raise Http404
    page = best_versions(CallPage.objects.filter(call=call), requested_language(request)).first()
    calendar = call_calendar(call, page) if page else None
    if page is None or calendar is None:
        raise Http404
    return calendar_response(calendar.to_ical(), call.code, page.language, _max_age([call]))


@require_safe
def calendar_of_all(request: HttpRequest, language: str) -> HttpResponse:
    """Return the deadlines of all calls, future ones and those of the last year, for readers of `language`."""
    now = timezone.now()
    pages = Call.objects.with_history(now).order_by("pk").with_pages(language)
    with translation.override(language):
        name = _("Deadlines of calls")
    calendar = deadlines_calendar(name, pages, language, now - CALENDAR_KEEPS)
    return calendar_response(calendar.to_ical(), "calls", language, _max_age(call for call, _page in pages))


@require_safe
def data_file(request: HttpRequest, code: str) -> HttpResponse:
    """Return the call as JSON."""
    call = _public_call(code)
    if call is None:
        return JsonResponse({"error": "There is no public call with this code."}, status=404)
    versions = public(CallPage.objects.filter(call=call)).select_related("locale")
    pages = sorted(versions, key=lambda page: settings_order(page.language))
    response = JsonResponse(call_data(call, pages), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Language"] = "en"
    return set_max_age(response, _max_age([call]))


@require_safe
def cover(request: HttpRequest, code: str, size: Size) -> HttpResponse:
    """Return the generated cover of a public call. Its code is the seed."""
    if not Call.objects.public().filter(code=code).exists():
        raise Http404
    return cover_response(request, code, size)


def _public_call(code: str) -> Call | None:
    clusters = Prefetch("clusters", Cluster.objects.public())
    calls = Call.objects.public().with_history(timezone.now()).prefetch_related("sessions", clusters)
    return calls.filter(code=code).first()


def _max_age(calls: Iterable[Call]) -> timedelta:
    """How long an answer with these calls may be stored: at most until one of them changes."""
    return min([MAX_AGE, *(at - call.as_of for call in calls if (at := next_change(call)))])
