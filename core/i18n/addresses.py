"""Addresses: the same path in another language, and absolute ones.

Slugs are the same in every language, so the address of a page in another language differs in its
first segment only.
"""

from django.conf import settings

from core.i18n.languages import LANGUAGE_CODES


def in_language(path: str, language: str) -> str:
    """The path of the same thing in `language`: "/en/calls/" → "/fr/calls/".

    A path outside the language trees leads to the language's home page.
    """
    first, _slash, rest = path.lstrip("/").partition("/")
    if first not in LANGUAGE_CODES:
        return f"/{language}/"
    return f"/{language}/{rest}"


def absolute(path: str) -> str:
    """The address as it stands in feeds, calendars and mails: on the base that settings name.

    Never from the Host header, which anybody can write.
    """
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"
