"""What the context of every public template has."""

from typing import cast

from django.utils.functional import SimpleLazyObject
from wagtail.models import Page

from core.i18n.languages import active_language
from home import navigation
from home.navigation import Network


def network(request) -> dict:
    """The header and footer of the page, computed when the template first uses them."""
    language = active_language()
    # A lazy object behaves like the object it will hold; its type does not show that.
    texts = cast(Network, SimpleLazyObject(lambda: navigation.network_words(request, language)))
    pages = cast(list[Page], SimpleLazyObject(lambda: navigation.top_pages(request, language)))
    return {
        "network": texts,
        "navigation": SimpleLazyObject(lambda: navigation.main_navigation(pages, language, request.path)),
        "languages": SimpleLazyObject(lambda: navigation.languages(request, language)),
        "footer": SimpleLazyObject(lambda: navigation.footer(pages, language, texts)),
        "banner": SimpleLazyObject(lambda: {"kind": "info", "text": texts.banner} if texts.banner else {}),
    }
