"""The health checks for monitors: whether the process answers, and whether what it needs works."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from editorial.schedules import late_schedules
from portal.parts import NEEDED, file_scanner, works
from search.models import IndexTask


class HealthMiddleware:
    """Answers both health checks for whatever host a monitor asks by, such as the address of the machine.

    Neither has a link or a redirect, so that a wrong host harms nobody.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = CHECKS.get(request.path_info)
        return view(request) if view else self.get_response(request)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without using the database or anything else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether each part works, by name, with status 503 when one does not. Contains nothing secret."""
    parts = {name: works(check) for name, check in NEEDED.items()}
    answer = {"ready": all(parts.values()), "search_engine": settings.SEARCH_ENGINE, **parts}
    # The portal works, but somebody has to look: pages that cannot be published, changes that cannot be indexed. They
    # hold up no others.
    answer["late_schedules"] = _number(lambda: len(late_schedules()))
    answer["search_parked"] = _number(IndexTask.objects.parked().count)
    # Without a scanner only the structure of uploaded files is checked; one that does not answer lets them wait.
    answer["file_scanner"] = file_scanner()
    to_look_at = answer["late_schedules"] + answer["search_parked"]
    answer["degraded"] = to_look_at > 0 or answer["file_scanner"] == "no answer"
    return JsonResponse(answer, status=200 if answer["ready"] else 503)


CHECKS = {"/healthz": healthz, "/readyz": readyz}


def _number(count) -> int:
    try:
        return count()
    except Exception:  # the database does not answer, which `database` tells
        return 0
