"""The fallback while the search engine does not answer: titles from the database.

Without counts, other languages and stemming; the results are flagged as degraded. Titles are compared
here and not by the database: SQLite knows capitals of ASCII only, and neither database folds accents.
"""

import unicodedata
from itertools import islice

from django.db.models import QuerySet
from wagtail.models import Page

from calls.models import CallPage
from cities.indexing import city_names
from cities.models import City
from cities.presentation import city_url
from clusters.models import ClusterPage
from core.pages import NotIndexed, PortalPage
from core.querysets.visibility import public
from events.models import EventPage
from home.models import NewsPage, StandardPage
from practices.models import PracticePage
from search_engines import folding
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
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
"""Of Latin, Greek and Cyrillic letters."""
MAX_ROWS = 20
MAX_READ = 20_000
"""Titles compared in one search, the newest first."""


def titles(criteria: Criteria) -> Results:
    """Return public titles in the reader's language with all words; without words the newest.

    The only filter is the kind. The number of queries is fixed.
    """
    words = list(filter(None, map(_folded, [*criteria.words.split(), *criteria.phrases])))[:MAX_WORDS]
    wanted = criteria.selections.get("type", ())
    is_only_signs = not words and bool(criteria.words or criteria.phrases)
    hits = [] if is_only_signs else _pages(criteria.language, words, wanted)
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
    pages = public(Page.objects.type(*models).filter(locale__language_code=language)).order_by("-first_published_at")
    if words:
        pages = pages.filter(pk__in=_with_words(pages, words))
    rows = pages.select_related("content_type")[:MAX_ROWS]
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
    public_cities = City.objects.public().prefetch_related("names").order_by("code")
    named = (city for city in public_cities if _has_all(" ".join(map(_folded, city_names(city))), words))
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
        for city in islice(named, MAX_ROWS)
        if (url := city_url(city.code, language))
    ]


def _with_words(pages: QuerySet[Page], words: list[str]) -> list[int]:
    """The keys of the first pages whose titles have all words."""
    titles = pages.values_list("pk", "title")[:MAX_READ].iterator()
    return list(islice((pk for pk, title in titles if _has_all(_folded(title), words)), MAX_ROWS))


def _has_all(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _folded(text: str) -> str:
    """The words of a text without case, accents and variants of letters, in every script."""
    words = " ".join(word.folded for word in folding.words(text))
    return words if words.isascii() else unicodedata.normalize("NFD", words).translate(_ACCENTS)
