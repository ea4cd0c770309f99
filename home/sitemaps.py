"""`/sitemap.xml` over the trees of all languages, every address with its alternates."""

from collections import defaultdict

from django.contrib.sitemaps import Sitemap
from wagtail.models import Page

from cities.models import City
from core.addresses import absolute, in_language
from core.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, html_code
from core.visibility import public


class PortalSitemap(Sitemap):
    """Base: absolute addresses on the portal's own base, never on the host that was asked."""

    def location_of(self, item) -> str:
        """The path of an item."""
        raise NotImplementedError

    def languages_of(self, item) -> list[str]:
        """The languages in which it answers."""
        raise NotImplementedError

    def _urls(self, page, protocol, domain):
        return [
            {
                "item": item,
                "location": absolute(self.location_of(item)),
                "lastmod": self.lastmod_of(item),
                "changefreq": None,
                "priority": "",
                "alternates": self._alternates(item),
            }
            for item in self.paginator.page(page).object_list
        ]

    def _alternates(self, item) -> list[dict]:
        path = self.location_of(item)
        languages = self.languages_of(item)
        rows = [{"lang_code": html_code(code), "location": absolute(in_language(path, code))} for code in languages]
        if SOURCE_LANGUAGE in languages:
            rows.append({"lang_code": "x-default", "location": absolute(in_language(path, SOURCE_LANGUAGE))})
        return rows

    def lastmod_of(self, item):
        """When it changed last, or None."""
        return

    def get_latest_lastmod(self):
        return None


class PageSitemap(PortalSitemap):
    """The public pages."""

    def items(self):
        pages = list(public(Page.objects.filter(depth__gt=1)).select_related("locale").order_by("path"))
        self._homes = {page.path: page.locale.language_code for page in pages if page.depth == 2}
        pages = [page for page in pages if page.path[:8] in self._homes]
        self._languages = defaultdict(list)
        for code in LANGUAGE_CODES:
            for page in pages:
                if page.locale.language_code == code:
                    self._languages[page.translation_key].append(code)
        return pages

    def location_of(self, page) -> str:
        language = page.locale.language_code
        return f"/{language}/{page.url_path.lstrip('/').partition('/')[2]}"

    def languages_of(self, page) -> list[str]:
        return self._languages[page.translation_key]

    def lastmod_of(self, page):
        return page.last_published_at


class CitySitemap(PortalSitemap):
    """The pages of the cities, which every language has."""

    def items(self):
        codes = list(City.objects.public().order_by("code").values_list("code", flat=True))
        return [(language, code) for language in LANGUAGE_CODES for code in codes]

    def location_of(self, item) -> str:
        language, code = item
        return f"/{language}/cities/{code}/"

    def languages_of(self, item) -> list[str]:
        return list(LANGUAGE_CODES)


SITEMAPS = {"pages": PageSitemap, "cities": CitySitemap}
