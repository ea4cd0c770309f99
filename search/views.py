"""The search page, and suggestions while the reader types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.i18n.addresses import absolute
from core.offered_languages import in_languages
from core.search_document import clean_text
from home.navigation import top_pages
from search import page, reading
from search.hits import public_suggestions

SUGGESTIONS = 8
# Longer input is a question and not the beginning of a title.
MOST_TYPED = 100
# Seconds for which the reader's browser keeps suggestions.
SUGGESTIONS_KEPT = 300


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/xx/search/`: everything that is public, in the reader's language first."""
    top_pages(request, get_language())  # read once, for the menus and for the links to lists
    context = {
        "search": page.search_page(request),
        "structured_data": {"@type": "SearchResultsPage", "name": pgettext("title of a page", "Search")},
        "page_language": get_language(),
        "canonical_url": absolute(request.path),
        "alternates": [{"code": code, "url": absolute(url)} for code, url in in_languages(request).items()],
    }
    return render(request, "search/search_page.html", context)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """`/xx/search/suggest/?q=`: titles that contain the beginning of every typed word.

    Answers {said, items}: `said` is for screen readers; a title is a list of [text, whether it was typed].
    """
    reader = get_language()
    typed = clean_text(request.GET.get("q", ""), MOST_TYPED)
    items = public_suggestions(reading.suggestions(typed, reader, SUGGESTIONS), reader) if typed else []
    message = ngettext("%(count)s suggestion", "%(count)s suggestions", len(items)) % {"count": len(items)}
    answer = {"said": message if items else _("No suggestions"), "items": items}
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    patch_cache_control(response, private=True, max_age=SUGGESTIONS_KEPT)
    return response
