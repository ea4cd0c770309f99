"""Views that are not pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.drawing.cover_files import cover_response
from core.drawing.covers import Size
from core.i18n.addresses import absolute
from core.offered_languages import in_languages
from core.querysets.visibility import public
from practices.evidence_page import evidence_levels_context, evidence_levels_data
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
    return cover_of(request, practice, size)


def cover_of(request: HttpRequest, practice: PracticePage, size: Size) -> HttpResponse:
    """The drawn cover of a practice, whoever may see it: the caller has asked."""
    first = next(iter(practice.practice_clusters.all()), None)
    seed = f"{practice.city.code} {practice.code}"
    if first is None:
        return cover_response(request, seed, size)
    return cover_response(request, seed, size, first.cluster.colour, first.cluster.sign)


@require_safe
def evidence_levels(request: HttpRequest) -> HttpResponse:
    """`/xx/help/evidence/`: what each evidence level means, what it rests on, and the scales that it adapts."""
    url, levels = absolute(request.path), evidence_levels_context()
    context = levels | {
        "description": levels["lede"],
        "structured_data": evidence_levels_data(levels["levels"], url),
        "page_language": get_language(),
        "canonical_url": url,
        "alternates": [{"code": code, "url": absolute(url)} for code, url in in_languages(request).items()],
    }
    return render(request, "practices/evidence_levels.html", context)
