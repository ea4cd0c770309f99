"""The fallback while the search engine does not answer: titles from the database.

Without counts, other languages and stemming; the results are flagged as degraded.
"""

from django.db.models import Q
from wagtail.models import Page

from calls.models import CallPage
from cities.models import City
from cities.presentation import city_url
from clusters.models import ClusterPage
from core.pages import NotIndexed, PortalPage
from core.querysets.visibility import public
from events.models import EventPage
from home.models import NewsPage, StandardPage
from practices.models import PracticePage
from search_engines.criteria import Criteria
from search_engines.results import Hit, Results, Segment

PAGE_TYPES: dict[str, type[PortalPage]] = {
    "practice": PracticePage,
    "cluster": ClusterPage,
    "event": EventPage,
    "call": CallPage,
    "news": NewsPage,
    "page": StandardPage,
}
MAX_WORDS = 8
MAX_ROWS = 20


def titles(criteria: Criteria) -> Results:
    """Return public titles in the reader's language with all words; without words the newest.

    The only filter is the kind. The number of queries is fixed.
    """
    words = [*criteria.words.split(), *criteria.phrases][:MAX_WORDS]
    wanted = criteria.selections.get("type", ())
    hits = _pages(criteria.language, words, wanted)
    if words and (not wanted or "city" in wanted):
        hits += _cities(criteria.language, words)
    return Results(
        hits=tuple(hits[:MAX_ROWS]),
        total=len(hits[:MAX_ROWS]),
        own_language_total=len(hits[:MAX_ROWS]),
        facets={code: dict.fromkeys(values, 0) for code, values in criteria.selections.items()},
        degraded=True,
    )


def _pages(language: str, words: list[str], wanted: tuple[str, ...]) -> list[Hit]:
    models = {model: code for code, model in PAGE_TYPES.items() if not wanted or code in wanted}
    if not models:
        return []
    pages = public(Page.objects.type(*models).filter(locale__language_code=language))
    for word in words:
        pages = pages.filter(title__icontains=word)
    rows = pages.order_by("-first_published_at").select_related("content_type")[:MAX_ROWS]
    return [
        Hit(
            id=f"page:{page.pk}",
            group=f"page:{page.translation_key}",
            language=language,
            type=models[page.specific_class],
            url=page.url or "",
            title=(Segment(page.title),),
            snippet=(),
        )
        for page in rows
        if page.specific_class in models and not issubclass(page.specific_class, NotIndexed)
    ]


def _cities(language: str, words: list[str]) -> list[Hit]:
    named = Q()
    for word in words:
        named &= Q(own_name__icontains=word) | Q(names__name__icontains=word)
    cities = City.objects.public().filter(named).prefetch_related("names").distinct().order_by("code")[:MAX_ROWS]
    return [
        Hit(
            id=f"city:{city.code}:{language}",
            group=f"city:{city.code}",
            language=language,
            type="city",
            url=url,
            title=(Segment(city.name_in(language)),),
            snippet=(),
        )
        for city in cities
        if (url := city_url(city.code, language))
    ]
