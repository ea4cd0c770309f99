"""`/xx/help/`: what help there is, and a page for each topic."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.i18n.addresses import absolute
from core.offered_languages import in_languages
from home.help_topics import FOR_CITIES, FOR_READERS, TOPICS


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """`/xx/help/`: the topics."""
    lede = _("Short guides: what to do, step by step.")
    context = {"lede": lede, "description": lede, "for_readers": FOR_READERS, "for_cities": FOR_CITIES}
    return render(request, "home/help.html", _page(request) | context)


@require_safe
def help_topic(request: HttpRequest, topic: str) -> HttpResponse:
    """`/xx/help/practice/`: one guide."""
    guide = TOPICS.get(topic)
    if guide is None:
        raise Http404
    crumbs = [{"label": _("Help"), "url": reverse("help")}]
    context = {"guide": guide, "description": guide.lede, "crumbs": crumbs}
    return render(request, "home/help_topic.html", _page(request) | context)


def _page(request: HttpRequest) -> dict:
    return {
        "page_language": get_language(),
        "canonical_url": absolute(request.path),
        "alternates": [{"code": code, "url": absolute(url)} for code, url in in_languages(request).items()],
        "structured_data": {},
    }
