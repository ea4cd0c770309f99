"""The search page, the finder on the list of practices, and suggestions while somebody types."""

from collections.abc import Mapping
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.models import Cluster
from core.i18n.addresses import absolute, in_languages
from core.pagination import page_links
from core.search_document import clean_text
from home.navigation import top_pages
from search import filters, reading, result_messages, search_analytics
from search.criteria import MAX_ROWS, MAX_VALUES, SORTS, Criteria
from search.forms import address_of, criteria_from, fields_of, looked_for
from search.hits import hit_rows, known_cities, public_suggestions
from search.no_results import ways_on
from search.promotions import promoted
from search.results import Results

SUGGESTIONS = 8
# Longer than a title's beginning is a question, which is for the results.
MOST_TYPED = 100
# What is typed again within minutes is answered by the reader's own browser.
SUGGESTIONS_KEPT = 300


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """`/xx/search/`: everything that is public, in the reader's language first."""
    top_pages(request, get_language())  # read once, for the menus and for the links to lists
    path = request.path
    context = finder(request, path)
    context |= {
        "page_language": get_language(),
        "canonical_url": absolute(path),
        "alternates": [{"code": code, "url": absolute(url)} for code, url in in_languages(request).items()],
    }
    return render(request, "search/search_page.html", context)


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """`/xx/search/suggest/?q=`: titles that contain the beginning of every typed word.

    `said` is what a screen reader hears; titles come as pieces of text and whether they were typed.
    """
    reader = get_language()
    typed = clean_text(request.GET.get("q", ""), MOST_TYPED)
    items = public_suggestions(reading.suggestions(typed, reader, SUGGESTIONS), reader) if typed else []
    words = ngettext("%(count)s suggestion", "%(count)s suggestions", len(items)) % {"count": len(items)}
    answer = {"said": words if items else _("No suggestions"), "items": items}
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    patch_cache_control(response, private=True, max_age=SUGGESTIONS_KEPT)
    return response


def finder(request: HttpRequest, path: str, fixed: Mapping[str, str] | None = None) -> dict:
    """What templates/search/finder.html shows: field, filters, results, what leads on."""
    fixed = fixed or {}
    reader = get_language()
    clusters = Cluster.objects.links(reader)
    names = filters.value_names(
        {
            "cluster": {cluster["code"]: cluster["name"] for cluster in clusters.values()},
            "city": dict.fromkeys(request.GET.getlist("city")[:MAX_VALUES], ""),
        }
    )
    criteria = criteria_from(request.GET, reader, timezone.now(), names, fixed)
    results, cities = _answer(criteria)
    if unknown := [code for code in criteria.selections.get("city", ()) if code not in cities]:
        # Cities are told apart from other words only now, in the query that names them.
        criteria = replace(criteria.without("city", *unknown), page=criteria.page)
        results, cities = _answer(criteria)
    if request.method == "GET":
        search_analytics.note(criteria, results, fixed)
    names = {**names, "city": {code: city["display_name"] for code, city in cities.items()}}
    rows = hit_rows(results.hits, reader, clusters, cities)
    chips = [
        {"label": name, "url": address_of(criteria.without(facet.code, value), path, fixed)}
        for facet in filters.chosen_facets(criteria, fixed)
        for value, name in filters.chosen_values(facet, criteria, names).items()
    ]
    fields = fields_of(criteria, fixed)
    return {
        "search": {
            "path": path,
            "query": looked_for(request.GET),
            "suggest": reverse("search-suggestions"),
            "kept": [(name, value) for name, value in fields if name not in {"q", "page"}],
        },
        "results": results,
        "summary": result_messages.summary(results, fixed.get("type", "")),
        "others": result_messages.other_languages(results),
        "degraded": result_messages.degraded(results),
        "promoted": [] if fixed or chips or results.page > 1 else promoted(criteria.text, reader),
        "own_hits": [row for row in rows if not row["language"]],
        "other_hits": [row for row in rows if row["language"]],
        "chips": chips,
        "filters": {
            "action": path,
            "kept": [(name, value) for name, value in fields if name in {"q", "sort"}],
            "facets": filters.panel(criteria, results, names, fixed),
            "chosen": len(chips),
        },
        "sorts": _sorts(criteria, path, fixed),
        "pages": pagination(criteria, results, path, fixed),
        "spelling": _spelling(criteria, results, path, fixed),
        "empty_links": []
        if results.total or results.degraded
        else ways_on(criteria, names, path, fixed, in_languages(request)),
    }


def _answer(criteria: Criteria) -> tuple[Results, dict[str, dict]]:
    """What was found, and the cities that it names."""
    results = reading.answer(criteria)
    named = [*filters.most_frequent(results.facets.get("city", {})), *criteria.selections.get("city", ())]
    return results, known_cities(named, results.hits)


def _sorts(criteria: Criteria, path: str, fixed: Mapping[str, str]) -> list[dict]:
    labels = {"relevance": _("Best match"), "newest": _("Newest first"), "title": _("By title")}
    return [
        {
            "label": labels[sort],
            "url": address_of(criteria, path, fixed, sort=sort, page=1),
            "current": sort == criteria.sort,
        }
        for sort in SORTS
    ]


def _spelling(criteria: Criteria, results: Results, path: str, fixed: Mapping[str, str]) -> dict | None:
    if not results.spelling:
        return None
    return {
        "text": results.spelling,
        "url": address_of(criteria, path, fixed, words=results.spelling, phrases=(), page=1),
    }


def pagination(criteria: Criteria, results: Results, path: str, fixed: Mapping[str, str]) -> dict:
    """The links to the pages of the results as templates/components/pagination.html takes them."""
    page = Paginator(range(min(results.total, MAX_ROWS)), criteria.per_page).get_page(results.page)
    return page_links(page, lambda number: address_of(replace(criteria, page=number), path, fixed))
