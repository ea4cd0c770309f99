"""Lasting addresses: `/c/CODE` leads to a page in the reader's language, `/c/CODE.bib`, `.ris` and `.json` cite it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe
from wagtail.models import Page

from core.calendars import MAX_AGE, set_max_age
from core.i18n.languages import LANGUAGE_CODES, html_code
from core.offered_languages import wanted_language
from core.pages import keys_of_code
from core.querysets.visibility import public
from home.citations import FORMATS, citation_of
from home.navigation import network_words


@require_safe
def lasting_address(request: HttpRequest, code: str) -> HttpResponse:
    """302 to the version that the reader's browser asks for, else to the original. 404 for what is not public."""
    page = _version(request, code, wanted_language)
    response = HttpResponseRedirect(page.address)
    # The cookie is that of a reader who has chosen a language.
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    patch_cache_control(response, private=True, max_age=0)
    return response


@require_safe
def citation_file(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """The citation of the version in the language of `?lang=`, else of the original."""
    page = _version(request, code, _named_language)
    with translation.override(page.language):
        citation = citation_of(page, network_words(request, page.language).name)
        text = FORMATS[ending].write(citation)
    response = HttpResponse(text, content_type=f"{FORMATS[ending].content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{page.code}.{ending}"'
    response["Content-Language"] = html_code(page.language)
    return set_max_age(response, MAX_AGE)


def _named_language(request: HttpRequest, available) -> str | None:
    language = request.GET.get("lang", "")
    return language if language in available else None


def _version(request: HttpRequest, code: str, choose):
    """The public version in the language that `choose` names, else the original, else the first. Raises Http404."""
    pages = public(Page.objects.filter(translation_key__range=keys_of_code(code)))
    versions = {page.locale.language_code: page for page in pages.select_related("locale").order_by("pk")}
    available = [language for language in LANGUAGE_CODES if language in versions]
    if not available:
        raise Http404
    found = versions[available[0]].specific
    original = found.original_language if found.original_language in versions else available[0]
    language = choose(request, available) or original
    return found if language == available[0] else versions[language].specific
