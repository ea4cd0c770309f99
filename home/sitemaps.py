"""`/sitemap.xml`: all public addresses in all languages, each with its alternates; `/robots.txt`, which names it.

A large network has several files, `/sitemap.xml?p=2` and so on. robots.txt names them all. `LEFT_OUT` has the public
addresses that are not listed, each with the reason.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from cities.models import City
from cities.presentation import CITY_INDEX, city_route
from core.i18n.addresses import absolute, page_address
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, html_code
from core.list_pages import list_urls
from core.page_cache.kept_values import kept
from core.querysets.visibility import HOME_DEPTH, public
from events.models import PAST, EventIndexPage
from home.help_topics import TOPICS

EVENT_INDEX = EventIndexPage._meta.label


# Regular expression → reason. The first group is a language where there is one.
LEFT_OUT = {
    r"/([a-z-]+)/search/": "A search has endless addresses; robots.txt closes it.",
    r"/([a-z-]+)/search/feed\.atom": "A feed for programs; its entries are listed.",
    r"/([a-z-]+)/feedback/.*": "A form.",
    r".*\?.*": "Other pages, filters and orders of a list: all that they lead to is listed itself.",
    r"/([a-z-]+)/(?:calls|events)/calendar\.ics": "A calendar for programs; its calls and events are listed.",
    r"/(?:calls|events)/[^/]+\.(?:ics|json)": "Data of a page for programs; the page is listed.",
    r"/c/.*": "A lasting address leads to a page that is listed; a citation is a file about it.",
    r"/documents/.*": "A file; the pages that offer it are listed, and the search of the portal finds its text.",
    r"/(?:covers|media|static)/.*|/brand\.css": "A part of pages.",
    r"/": "It leads each reader to the home page of a language.",
    r"/data/.*": "Files for programs; the page that offers them is listed.",
    r"/api/.*": "Data for programs; the page that describes them is listed.",
    r"/(?:admin|healthz|readyz|robots\.txt|sitemap\.xml).*": "Not for readers.",
}


# Views below a language that are read like a page: the name of the URL and its parameters. Other apps add theirs.
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("evidence-levels", {}),
    ("help", {}),
    *(("help-topic", {"topic": code}) for code in TOPICS),
]


class Entry(NamedTuple):
    """One address."""

    path: str
    versions: Mapping[str, str]
    """The addresses of the same thing by language, this one included, in the order of the settings."""
    changed: datetime | None = None


class Entries:
    """All public addresses: the pages in the order of the tree, the cities language by language, the other views.

    A slice reads the rows of the slice only, in a constant number of queries for each language; the length is
    counted by the database.
    """

    def __len__(self) -> int:
        return self._number_of_pages + self._number_of_cities * len(self._city_lists) + len(self._views)

    def __getitem__(self, wanted: slice) -> list[Entry]:
        start, stop, _step = wanted.indices(len(self))
        entries = self._pages_between(start, stop)
        first = self._number_of_pages
        for language in self._city_lists:
            entries += self._cities_between(language, max(start - first, 0), min(stop - first, self._number_of_cities))
            first += self._number_of_cities
        return entries + self._views[max(start - first, 0) : max(stop - first, 0)]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self[:])

    @cached_property
    def _homes(self) -> dict[str, str]:
        """The tree paths of the public home pages by language."""
        homes = public(Page.objects.filter(depth=HOME_DEPTH, locale__language_code__in=LANGUAGE_CODES))
        return dict(homes.order_by("path").values_list("locale__language_code", "path"))

    @cached_property
    def _pages(self) -> QuerySet:
        """The public pages below the public home pages, these included."""
        if not self._homes:
            return Page.objects.none()
        below = reduce(or_, (Q(path__startswith=path) for path in self._homes.values()))
        return public(Page.objects.filter(below, locale__language_code__in=LANGUAGE_CODES)).order_by("path")

    @cached_property
    def _number_of_pages(self) -> int:
        return self._pages.count()

    @cached_property
    def _city_lists(self) -> dict[str, str]:
        """The addresses of the public lists of cities by language."""
        return {language: url for language, url in list_urls(CITY_INDEX).items() if language in self._homes}

    @cached_property
    def _views(self) -> list[Entry]:
        """The other views in each language with a public home page, and the lists of past events."""
        views = [
            {language: _view_url(view, language) for language in LANGUAGE_CODES if language in self._homes}
            for view in VIEWS
        ]
        past = {
            language: f"{url}{PAST}/" for language, url in list_urls(EVENT_INDEX).items() if language in self._homes
        }
        return [Entry(path, versions) for versions in (*views, past) for path in versions.values()]

    @cached_property
    def _number_of_cities(self) -> int:
        return City.objects.public().count()

    def _pages_between(self, start: int, stop: int) -> list[Entry]:
        chosen = self._pages[start:stop]
        columns = ("translation_key", "locale__language_code", "url_path")
        rows = list(chosen.values_list(*columns, "last_published_at"))
        group = self._pages.filter(translation_key__in=chosen.values("translation_key"))
        addresses: dict = defaultdict(dict)
        for key, language, url_path in [*group.values_list(*columns), *(row[:3] for row in rows)]:
            addresses[key][language] = page_address(url_path, language)
        versions = {key: _in_order(found) for key, found in addresses.items()}
        return [Entry(versions[key][language], versions[key], changed) for key, language, _url_path, changed in rows]

    def _cities_between(self, language: str, start: int, stop: int) -> list[Entry]:
        if start >= stop:
            return []
        codes = City.objects.public().order_by("code").values_list("code", flat=True)[start:stop]
        versions = ({other: url + city_route(code) for other, url in self._city_lists.items()} for code in codes)
        return [Entry(found[language], found) for found in versions]


class PortalSitemap(Sitemap):
    """All public addresses, absolute and on the portal's own base, never on the host of the request."""

    limit = 10_000
    """Addresses per file: a few megabytes. sitemaps.org allows 50,000."""

    def items(self) -> Entries:
        return Entries()

    def _urls(self, page, protocol, domain):
        return [
            {
                "item": entry,
                "location": absolute(entry.path),
                "lastmod": entry.changed,
                "changefreq": None,
                "priority": "",
                "alternates": _alternates(entry),
            }
            for entry in self.paginator.page(page).object_list
        ]

    def get_latest_lastmod(self):
        return None


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {"all": PortalSitemap}


def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml?p=NUMBER`: one file of the sitemap, the first without a number; 404 for one that does not exist."""
    number = request.GET.get("p", "1")
    if not re.fullmatch("[1-9][0-9]{0,5}", number):
        raise Http404
    return kept(f"sitemap.{number}", lambda: sitemap(request, SITEMAPS).render())


def robots_txt(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: what crawlers must leave alone, and all files of the sitemap."""
    address = absolute("/sitemap.xml")
    files = kept("sitemap.files", lambda: PortalSitemap().paginator.num_pages)
    others = (f"{address}?p={number}" for number in range(2, files + 1))
    return render(request, "robots.txt", {"sitemaps": [address, *others]}, content_type="text/plain; charset=utf-8")


def _view_url(view: tuple[str, dict[str, str]], language: str) -> str:
    name, parameters = view
    with override(language):
        return reverse(name, kwargs=parameters)


def _in_order(addresses: Mapping[str, str]) -> dict[str, str]:
    return {code: addresses[code] for code in LANGUAGE_CODES if code in addresses}


def _alternates(entry: Entry) -> list[dict]:
    rows = [{"lang_code": html_code(code), "location": absolute(path)} for code, path in entry.versions.items()]
    if SOURCE_LANGUAGE in entry.versions:
        rows.append({"lang_code": "x-default", "location": absolute(entry.versions[SOURCE_LANGUAGE])})
    return rows
