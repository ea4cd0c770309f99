"""The health checks for monitors: whether the process answers, and whether what it needs works."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.parts import NEEDED, file_scanner, works
from search.models import IndexTask


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
    # The portal works, but an administrator has to look: these changes cannot be indexed. They block no others.
    answer["search_parked"] = _number(IndexTask.objects.parked().count)
    # Without a scanner only the structure of uploaded files is checked; one that does not answer lets them wait.
    answer["file_scanner"] = file_scanner()
    answer["degraded"] = answer["search_parked"] > 0 or answer["file_scanner"] == "no answer"
    return JsonResponse(answer, status=200 if answer["ready"] else 503)


def _number(count) -> int:
    try:
        return count()
    except Exception:  # the database does not answer, which `database` tells
        return 0
