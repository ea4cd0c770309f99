"""News and text pages as their templates take them."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.db.models import QuerySet
from wagtail.models import Page

from cities.models import City
from cities.presentation import city_item, city_node
from core.i18n import dates
from core.i18n.addresses import page_address
from core.media.pictures import TEXT_SIZES, TEXT_WIDTHS, picture_context
from core.querysets.children import prefetch_children
from core.querysets.versions import public_versions
from core.querysets.visibility import public
from core.structured_data import ORGANIZATION, Node, collection, reference, sources, work


def news_item(page, language: str) -> dict:
    """A piece of news as templates/components/news_item.html takes it, for a reader of `language`."""
    return {
        "title": page.title,
        "url": page.url,
        "language": page.language if page.language != language else "",
        "date": dates.day(page.date),
        "iso": page.date.isoformat(),
        "lede": page.lede,
    }


def by_year(news: Iterable, language: str) -> list[dict]:
    """News grouped by year. news: sorted by date, the newest first."""
    return [
        {"name": dates.year(date(year, 1, 1)), "news": [news_item(page, language) for page in group]}
        for year, group in groupby(news, key=lambda page: page.date.year)
    ]


def news_context(page) -> dict:
    """The context of templates/home/news_page.html, without the fields of the page."""
    prefetch_children([page], "news_cities", "sources")
    cities = _cities(page)
    return {
        "structured_data": {"mainEntity": article_node(page, cities)},
        "picture": picture_context(page.picture, page.picture_alternative_text, *TEXT_WIDTHS, sizes=TEXT_SIZES),
        "cities": [city_item(city, page.language) for city in cities],
        "sources": page.sources.all(),
    }


def article_node(page, cities: Iterable[City]) -> Node:
    """A piece of news in the structured data of its page. cities: the public ones that it is about."""
    return work(
        page,
        "NewsArticle",
        description=page.lede,
        datePublished=page.date.isoformat(),
        author=reference(ORGANIZATION),
        about=[city_node(city, page.language) for city in cities],
        citation=sources(page.sources.all()),
    )


def news_list_data(years: Iterable[dict], number: int) -> Node:
    """What the list of news adds to its node in the structured data. number: the news on all of its pages."""
    return collection((item for year in years for item in year["news"]), number)


def _cities(page) -> list[City]:
    """The public cities of a piece of news, in the order that the editor gave them."""
    codes = [row.city_id for row in page.news_cities.all()]
    cities = City.objects.public().filter(pk__in=codes).prefetch_related("names").in_bulk() if codes else {}
    return [cities[code] for code in codes if code in cities]


def next_step(target: Page, reader: str) -> dict | None:
    """A link to the public version of a page that a reader gets, the version in the reader's language first."""
    versions = public_versions(target)
    version = versions.get(reader) or next(iter(versions.values()), None)
    if version is None:
        return None
    language = version.locale.language_code
    return {
        "title": version.title,
        "url": page_address(version.url_path, language),
        "language": language if language != reader else "",
    }


def neighbours(page, pages: QuerySet) -> list[dict]:
    """The public ones of `pages` in the order of the tree, as templates/components/contents.html takes them.

    pages: the siblings of `page`, with itself, and its children. Empty if only one of them is public.
    """
    links = [
        {"label": other.title, "url": other.url, "current": other.pk == page.pk}
        for other in public(pages).select_related("locale").order_by("path")
    ]
    return links if len(links) > 1 else []
