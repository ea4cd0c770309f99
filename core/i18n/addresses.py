"""Addresses: those of pages, the same path in another language, and absolute ones."""

from django.conf import settings
from django.http import HttpRequest

from core.i18n.languages import LANGUAGE_CODES

# Attribute of a request for a page: what `PortalPage.addresses` returns for its path.
PAGE_ADDRESSES = "page_addresses"

# Attribute of a request for a page: where to go in the languages in which another page has the same path.
NEAREST_ADDRESSES = "nearest_addresses"


def page_address(url_path: str, language: str) -> str:
    """The address of a page: "/fr/villes/" for the `url_path` "/accueil/villes/" in the French tree.

    The same as Wagtail's `Page.url`, without its look-ups: a `url_path` begins with the slug of the home page,
    an address with the code of the language.
    """
    _empty, _home, rest = url_path.split("/", 2)
    return f"/{language}/{rest}"


def in_language(path: str, language: str) -> str:
    """The same path in the tree of another language: "/en/search/" → "/fr/search/".

    Right for addresses that are not pages. A page can have another slug in each language: use
    `core.pages.PortalPage.addresses`. A path outside the language trees gives the language's home page.
    """
    first, _slash, rest = path.lstrip("/").partition("/")
    if first not in LANGUAGE_CODES:
        return f"/{language}/"
    return f"/{language}/{rest}"


def address_without_version(request: HttpRequest, language: str) -> str:
    """The address that the language strip has for a language without a version of the page.

    The same path, where the 404 page names the versions. If that is the path of another page, the nearest page above.
    """
    nearest = getattr(request, NEAREST_ADDRESSES, {}).get(language)
    return nearest or in_language(request.path, language)


def absolute(path: str) -> str:
    """The absolute address for feeds, calendars and mails, on the base that the settings name.

    Never from the Host header, which a client can forge.
    """
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"
