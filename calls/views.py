"""Calendar and JSON files of a call, `/calls/CODE.ics` and `/calls/CODE.json`, and its generated cover.

The files contain what is announced at the time of the request. Their cache lifetime ends at the next
instant at which the content changes.
"""

from datetime import timedelta

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from calls.calendar import call_calendar
from calls.data import call_data
from calls.models import Call, CallPage
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
    return calendar_response(calendar, call.code, page.language, _max_age(call))


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
    return set_max_age(response, _max_age(call))


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


def _max_age(call: Call) -> timedelta:
    changes_at = next_change(call)
    return min(MAX_AGE, changes_at - call.as_of) if changes_at else MAX_AGE
