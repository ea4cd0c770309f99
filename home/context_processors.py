"""What every public template knows."""

from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from home import navigation


def network(request) -> dict:
    """The head and foot of the page, worked out when the template asks for them."""
    language = get_language()
    if language not in LANGUAGE_CODES:
        language = SOURCE_LANGUAGE
    words = SimpleLazyObject(lambda: navigation.network_words(request, language))
    pages = SimpleLazyObject(lambda: navigation.top_pages(request, language))
    return {
        "network": words,
        "navigation": SimpleLazyObject(lambda: navigation.main_navigation(pages, language, request.path)),
        "languages": SimpleLazyObject(lambda: navigation.languages(request.path, language, request.GET)),
        "footer": SimpleLazyObject(lambda: navigation.footer(pages, language, words)),
        "banner": SimpleLazyObject(lambda: {"kind": "info", "text": words.banner} if words.banner else {}),
    }
