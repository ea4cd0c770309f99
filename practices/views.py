"""Views that are not pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.drawing.cover_files import cover_response
from core.drawing.covers import Size
from core.querysets.visibility import public
from practices.models import PracticePage


@require_safe
def cover(request: HttpRequest, code: str, size: Size) -> HttpResponse:
    """The drawn cover of a public practice."""
    practice = (
        public(PracticePage.objects.with_code(code))
        .select_related("city")
        .prefetch_related("practice_clusters__cluster")
        .first()
    )
    if practice is None:
        raise Http404
    first = next(iter(practice.practice_clusters.all()), None)
    seed = f"{practice.city.code} {practice.code}"
    if first is None:
        return cover_response(request, seed, size)
    return cover_response(request, seed, size, first.cluster.colour, first.cluster.sign)
