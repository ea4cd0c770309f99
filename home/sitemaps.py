"""`/sitemap.xml` over the trees of all languages, every address with its alternates; `/robots.txt`, which names it.

A large network has several files, `/sitemap.xml?p=2` and so on, and robots.txt names them all.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from cities.models import City
from core.i18n.addresses import absolute, in_language
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, html_code
from core.querysets.visibility import public


class Entry(NamedTuple):
    """One address."""

    path: str
    languages: Sequence[str]
    """The languages in which it answers, in the order of the settings."""
    changed: datetime | None = None


class PortalSitemap(Sitemap):
    """Everything public, with absolute addresses on the portal's own base, never on the host that was asked."""

    limit = 10_000
    """Addresses in one file, a few megabytes; sitemaps.org allows 50,000."""

    def items(self) -> list[Entry]:
        return [*_pages(), *_cities()]

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


SITEMAPS = {"all": PortalSitemap}


def robots_txt(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: what crawlers leave alone, and where they find all addresses."""
    address = absolute("/sitemap.xml")
    others = (f"{address}?p={number}" for number in range(2, PortalSitemap().paginator.num_pages + 1))
    return render(request, "robots.txt", {"sitemaps": [address, *others]}, content_type="text/plain; charset=utf-8")


def _pages() -> list[Entry]:
    """The public pages below a home page that is itself public."""
    columns = ("path", "url_path", "locale__language_code", "translation_key", "last_published_at")
    rows = list(public(Page.objects.filter(depth__gt=1)).order_by("path").values_list(*columns))
    homes = {path for path, *_others in rows if len(path) == 2 * Page.steplen}
    rows = [row for row in rows if row[0][: 2 * Page.steplen] in homes]
    languages = defaultdict(set)
    for _path, _url_path, language, key, _changed in rows:
        languages[key].add(language)
    in_order = {key: [code for code in LANGUAGE_CODES if code in found] for key, found in languages.items()}
    return [
        Entry(f"/{language}/{url_path.lstrip('/').partition('/')[2]}", in_order[key], changed)
        for _path, url_path, language, key, changed in rows
    ]


def _cities() -> list[Entry]:
    """The pages of the cities, which every language has."""
    codes = list(City.objects.public().order_by("code").values_list("code", flat=True))
    return [Entry(f"/{language}/cities/{code}/", LANGUAGE_CODES) for language in LANGUAGE_CODES for code in codes]


def _alternates(entry: Entry) -> list[dict]:
    rows = [
        {"lang_code": html_code(code), "location": absolute(in_language(entry.path, code))} for code in entry.languages
    ]
    if SOURCE_LANGUAGE in entry.languages:
        rows.append({"lang_code": "x-default", "location": absolute(in_language(entry.path, SOURCE_LANGUAGE))})
    return rows
