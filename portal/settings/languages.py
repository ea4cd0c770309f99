"""The languages of the portal: `LANGUAGES=en,fr,de`.

The order is that of the language links, and of the versions that are the fallback for a missing one.
Nothing else in the code lists languages: names, directions, dates and plural forms come from Unicode
CLDR through Babel, interface strings from `locale/` (docs/translations.md).
"""

import gettext
import os
from collections.abc import Sequence
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import locale as django_locale
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import lazy
from django.utils.translation import to_locale

from .environment import BASE_DIR, DATA_DIR, env

__all__ = [
    "LANGUAGES",
    "LANGUAGE_CODE",
    "LOCALE_PATHS",
    "WAGTAILADMIN_PERMITTED_LANGUAGES",
    "WAGTAIL_CONTENT_LANGUAGES",
]

DEFAULT = ("en", "fr", "es", "pt", "ar", "ru", "zh-hans")
# The columns that hold a language are this wide.
LONGEST_CODE = 10


def language_codes(written: Sequence[str], source: str) -> tuple[str, ...]:
    """The codes as Django writes them: `pt_BR` → "pt-br".

    Raises ImproperlyConfigured, in one sentence, for a code that CLDR does not know, a code that is
    named twice, and a list without the source language.
    """
    codes = tuple(code.strip().lower().replace("_", "-") for code in written)
    for place, code in enumerate(codes):
        if not _is_known(code):
            raise ImproperlyConfigured(
                f"LANGUAGES names “{code}”, which Unicode CLDR does not know: write codes such as de, pt-br or sr-latn."
            )
        if code in codes[:place]:
            raise ImproperlyConfigured(f"LANGUAGES names {code} twice.")
    if source not in codes:
        raise ImproperlyConfigured(
            f"LANGUAGES has to contain {source}, the language of the interface strings and the fallback of all others."
        )
    return codes


def _is_known(code: str) -> bool:
    try:
        return bool(Locale.parse(code, sep="-")) and len(code) <= LONGEST_CODE
    except (UnknownLocaleError, ValueError):
        return False


def _name(code: str) -> str:
    # It reads these settings.
    from core.i18n.languages import language_name

    return language_name(code)


def ensure_catalogues(codes: Sequence[str], folder: Path) -> None:
    """Write an empty catalogue to `folder` for each language that neither Django nor the portal has one of.

    Django answers 404 to the addresses of a language that has no catalogue anywhere. With an empty
    one its strings are English.
    """
    known = (Path(django_locale.__file__).parent, BASE_DIR / "locale", folder)
    for code in codes:
        if any(gettext.find("django", str(path), [to_locale(code)]) for path in known):
            continue
        path = folder / to_locale(code) / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            write_mo(file, Catalog(locale=to_locale(code), fuzzy=False))
        unfinished.replace(path)


LANGUAGE_CODE = "en"
_codes = language_codes(env.list("LANGUAGES", default=DEFAULT), LANGUAGE_CODE)
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = [
    (code, lazy(_name, str)(code)) for code in _codes
]
# The second folder holds no strings.
LOCALE_PATHS = [BASE_DIR / "locale", DATA_DIR / "locale"]
ensure_catalogues(_codes, DATA_DIR / "locale")
