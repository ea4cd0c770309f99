"""The search page: one object with everything that templates/search/finder.html shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clusters.models import Cluster
from core.offered_languages import in_languages
from core.pagination import page_links
from search import reading, search_analytics
from search.filters import Names, chosen_facets, chosen_values, most_frequent, panel, value_names
from search.forms import Link, SearchUrls, criteria_from, typed_words
from search.hits import hit_rows, known_cities
from search.no_results import no_results_links
from search.promotions import promoted
from search.result_messages import ResultMessages, messages_about
from search_engines.criteria import MAX_ROWS, MAX_VALUES, SORTS, Criteria
from search_engines.results import Results


@dataclass(frozen=True)
class SearchField:
    """The field for words: components/search_field.html."""

    action: str
    """The URL that the form is sent to."""
    query: str
    """The words as the reader typed them."""
    hidden_fields: list[tuple[str, str]]
    """The rest of the search, which the form sends along: (name, value)."""
    suggest: str
    """The URL that returns titles while the reader types."""


@dataclass(frozen=True)
class FilterPanel:
    """The filters: components/filters.html."""

    action: str
    """The URL that the form is sent to."""
    hidden_fields: list[tuple[str, str]]
    """The words and the order, which the form sends along: (name, value)."""
    facets: list[dict]
    """What components/facet.html takes, for each filter."""
    chosen: int
    """How many values are chosen."""


@dataclass(frozen=True)
class SearchPage:
    """One search as a page shows it; ``search`` in the templates: ``{{ search.messages.summary }}``."""

    field: SearchField
    filters: FilterPanel
    chips: list[Link]
    """The chosen values; each link leads to the same search without it."""
    results: Results
    """The answer of the engine: ``total``, ``degraded`` …"""
    messages: ResultMessages
    """What the page tells about the results: summary, heading of the other languages, warning."""
    spelling: Link | None
    """The search with corrected spelling; None when there is nothing to correct."""
    promotions: list[dict]
    """What editors recommend for these words: search/promoted.html."""
    own_hits: list[dict]
    """The hits in the reader's language: components/hit.html."""
    other_hits: list[dict]
    """The hits in other languages, which come after them."""
    no_results: list[Link]
    """Where to go on when nothing was found; empty otherwise."""
    sorts: list[Link]
    """The orders to choose from."""
    pages: dict
    """The links to other pages of results: components/pagination.html."""
    feed: str
    """The URL of the search as a feed."""


@dataclass(frozen=True)
class _Answer:
    """What was searched for, what was found, and the names that the page needs to show both."""

    criteria: Criteria
    results: Results
    cities: dict[str, dict]
    """City code → the city, for the cities that filters and hits name."""
    names: Names
    """Facet code → value → its name in the reader's language."""


def search_page(request: HttpRequest, preset: Mapping[str, str] | None = None) -> SearchPage:
    """Return the search that the URL of a request asks for, in the active language.

    preset: facet code → value that the page itself selects, such as the type on the list of practices.
    The search is counted for the statistics unless the request is a HEAD request.
    """
    reader = get_language()
    urls = SearchUrls(request.path, preset or {})
    clusters = Cluster.objects.links(reader)
    answer = _answer(request.GET, urls, clusters)
    criteria, results, names = answer.criteria, answer.results, answer.names
    if request.method == "GET":
        search_analytics.note(criteria, results, urls.preset)
    hits = hit_rows(results.hits, reader, clusters, answer.cities)
    chips = _chips(criteria, names, urls)
    parameters = urls.parameters(criteria)
    return SearchPage(
        field=SearchField(
            action=urls.path,
            query=typed_words(request.GET),
            hidden_fields=[(name, value) for name, value in parameters if name not in {"q", "page"}],
            suggest=reverse("search-suggestions"),
        ),
        filters=FilterPanel(
            action=urls.path,
            hidden_fields=[(name, value) for name, value in parameters if name in {"q", "sort"}],
            facets=panel(criteria, results, names, urls.preset),
            chosen=len(chips),
        ),
        chips=chips,
        results=results,
        messages=messages_about(results, urls.preset.get("type", "")),
        spelling=_spelling(criteria, results, urls),
        promotions=[] if urls.preset or chips or results.page > 1 else promoted(criteria.text, reader),
        own_hits=[hit for hit in hits if not hit["language"]],
        other_hits=[hit for hit in hits if hit["language"]],
        no_results=[]
        if results.total or results.degraded
        else no_results_links(criteria, names, urls, in_languages(request)),
        sorts=_sorts(criteria, urls),
        pages=_pages(criteria, results, urls),
        feed=SearchUrls(reverse("search-feed")).of(replace(criteria, sort=SORTS[0], page=1)),
    )


def _answer(query: QueryDict, urls: SearchUrls, clusters: dict[int, dict]) -> _Answer:
    names = value_names(
        {
            "cluster": {cluster["code"]: cluster["name"] for cluster in clusters.values()},
            "city": dict.fromkeys(query.getlist("city")[:MAX_VALUES], ""),
        }
    )
    criteria = criteria_from(query, get_language(), timezone.now(), names, urls.preset)
    results, cities = _ask(criteria)
    if unknown := [code for code in criteria.selections.get("city", ()) if code not in cities]:
        # Which cities exist is known only now, from the query that reads their names.
        criteria = replace(criteria.without("city", *unknown), page=criteria.page)
        results, cities = _ask(criteria)
    city_names = {code: city["display_name"] for code, city in cities.items()}
    return _Answer(criteria, results, cities, {**names, "city": city_names})


def _ask(criteria: Criteria) -> tuple[Results, dict[str, dict]]:
    """The results, and the cities that filters and hits name."""
    results = reading.answer(criteria)
    named = [*most_frequent(results.facets.get("city", {})), *criteria.selections.get("city", ())]
    return results, known_cities(named, results.hits)


def _chips(criteria: Criteria, names: Names, urls: SearchUrls) -> list[Link]:
    return [
        Link(name, urls.of(criteria.without(facet.code, value)))
        for facet in chosen_facets(criteria, urls.preset)
        for value, name in chosen_values(facet, criteria, names).items()
    ]


def _spelling(criteria: Criteria, results: Results, urls: SearchUrls) -> Link | None:
    if not results.spelling:
        return None
    return Link(results.spelling, urls.of(criteria, words=results.spelling, phrases=(), page=1))


def _sorts(criteria: Criteria, urls: SearchUrls) -> list[Link]:
    labels = {"relevance": _("Best match"), "newest": _("Newest first"), "title": _("By title")}
    return [Link(labels[sort], urls.of(criteria, sort=sort, page=1), current=sort == criteria.sort) for sort in SORTS]


def _pages(criteria: Criteria, results: Results, urls: SearchUrls) -> dict:
    paginator = Paginator(range(min(results.total, MAX_ROWS)), criteria.per_page)
    return page_links(paginator.get_page(results.page), lambda number: urls.of(criteria, page=number))
