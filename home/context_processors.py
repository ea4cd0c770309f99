"""What every public template knows."""

from typing import cast

from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from home import navigation
from home.navigation import Network


def network(request) -> dict:
    """The head and foot of the page, worked out when the template asks for them."""
    language = get_language()
    if language not in LANGUAGE_CODES:
        language = SOURCE_LANGUAGE
    # A lazy object acts as what it will hold; its type does not say so.
    words = cast(Network, SimpleLazyObject(lambda: navigation.network_words(request, language)))
    pages = cast(list[Page], SimpleLazyObject(lambda: navigation.top_pages(request, language)))
    return {
        "network": words,
        "navigation": SimpleLazyObject(lambda: navigation.main_navigation(pages, language, request.path)),
        "languages": SimpleLazyObject(lambda: navigation.languages(request.path, language, request.GET)),
        "footer": SimpleLazyObject(lambda: navigation.footer(pages, language, words)),
        "banner": SimpleLazyObject(lambda: {"kind": "info", "text": words.banner} if words.banner else {}),
    }
