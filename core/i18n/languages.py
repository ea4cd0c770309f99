"""Languages: their codes, names, directions and CLDR data, and which version of a page a reader gets.

The setting `LANGUAGES` is the only list of languages. Where something is not known of one of them there
is a fallback: interface strings are English without a catalogue, a name that CLDR does not have in a
language is given in English.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global, parse_locale
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, to_locale

LANGUAGE_CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
SOURCE_LANGUAGE: str = settings.LANGUAGE_CODE
# CLDR's default region for these is the United States and Brazil: the network writes the day before
# the month, and European Portuguese.
REGIONS = {"en": "en-gb", "pt": "pt-pt"}


def language_choices() -> Sequence[tuple[str, str | Promise]]:
    """Choices for a field that holds one of the portal's languages.

    A callable, so that migrations name this function and not the languages of one installation.
    """
    return settings.LANGUAGES


def active_language() -> str:
    """The language of the page that is being made; English where none of the portal's is active."""
    language = get_language()
    return language if language in LANGUAGE_CODES else SOURCE_LANGUAGE


def main_code(code: str) -> str:
    """The language without its script and region: `zh-hans` → "zh"."""
    return code.lower().replace("_", "-").partition("-")[0]


def html_code(code: str) -> str:
    """The code as BCP 47 writes it, for `lang` and `hreflang`: `zh-hans` → "zh-Hans", `pt-br` → "pt-BR"."""
    language, *subtags = code.lower().replace("_", "-").split("-")
    return "-".join([language, *(_bcp47_subtag(subtag) for subtag in subtags)])


def _bcp47_subtag(subtag: str) -> str:
    if len(subtag) == 4 and subtag.isalpha():
        return subtag.title()  # a script
    return subtag.upper() if len(subtag) == 2 else subtag


def babel_code(code: str) -> str:
    """The code as CLDR and Babel write it: `zh-hans` → "zh_Hans", `pt-br` → "pt_BR"."""
    return html_code(code).replace("-", "_")


@lru_cache(maxsize=500)
def open_graph_locale(code: str) -> str:
    """The language with a country, as Open Graph names it: `pt` → "pt_PT", `zh-hans` → "zh_CN".

    The country is that of the code or of `REGIONS`, else CLDR's likely one. The readers of Open Graph know Arabic as
    `ar_AR`, whatever the country. A language whose country is unknown stands alone.
    """
    main = main_code(code)
    if main == "ar":
        return "ar_AR"
    known = babel_code(REGIONS.get(code, code))
    for name in (known, get_global("likely_subtags").get(known, main), get_global("likely_subtags").get(main, main)):
        try:
            country = parse_locale(name)[1]
        except ValueError:
            continue
        if country:
            return f"{main}_{country}"
    return main


@lru_cache(maxsize=500)
def likely_script(code: str) -> str | None:
    """The script of a language, by CLDR's likely subtags: `zh-tw` → "Hant", `zh` → "Hans"; None if unknown."""
    for known in (babel_code(code), main_code(code)):
        likely = get_global("likely_subtags").get(known, known)
        try:
            script = parse_locale(likely)[2]
        except ValueError:
            continue
        if script:
            return script
    return None


@cache
def cldr_locale(code: str) -> Locale:
    """Babel's data of a language, in the region of `REGIONS`: the only way to a locale of Babel.

    Raises babel.UnknownLocaleError or ValueError where CLDR has none.

    All of Babel's locales share what they inherit from CLDR's root, and Babel writes into it what an
    alias refers to in one of them; from then on the others show names in that language
    (https://github.com/python-babel/babel/issues/1234). So a locale gets a copy before its first use.
    """
    locale = Locale.parse(babel_code(REGIONS.get(code, code)))
    data = localedata.load(str(locale))
    data.update(deepcopy(data))
    return locale


def _locale_or_english(code: str) -> Locale:
    try:
        return cldr_locale(code)
    except (UnknownLocaleError, ValueError):
        return cldr_locale(SOURCE_LANGUAGE)


@cache
def direction(code: str) -> str:
    """ "rtl" where a language is written from right to left, "ltr" for all others."""
    return _locale_or_english(code).text_direction


@cache
def interface_language(code: str) -> str:
    """The language in which the interface strings of `code` are: its own, else that of its main code, else English.

    Every string that its catalogue does not have is English.
    """
    for known in (code, main_code(code)):
        if Path(settings.LOCALE_PATHS[0], to_locale(known), "LC_MESSAGES", "django.mo").exists():
            return known
    return SOURCE_LANGUAGE


def own_name(code: str) -> str:
    """The name that a language has in itself, capitalised: `fr` → "Français"."""
    shortest = _shortest(code)
    try:
        information = get_language_info(shortest)
    except KeyError:
        name = language_name(code, code)
    else:
        # For `es-bo` Django answers with Spanish, which may be another one of the portal's languages.
        name = information["name_local"] if information["code"] == shortest else language_name(code, code)
    return name[:1].upper() + name[1:]


def language_name(code: str, reader: str = "") -> str:
    """The name of a language in `reader`, as CLDR writes it in running text: `fr` → "French", "français".

    reader: the language of the interface strings when left out, for names within such a string.
    A name that CLDR does not have in `reader` is given in English, a code that it does not know as it is.
    """
    shortest = babel_code(_shortest(code))
    own = _locale_or_english(reader or interface_language(active_language()))
    for locale in (own, cldr_locale(SOURCE_LANGUAGE)):
        if name := locale.languages.get(shortest) or _composed_name(shortest, locale):
            return name
    return code


def language_names(codes: Iterable[str]) -> list[str]:
    """The names of languages in the active language, for a value that is no part of an interface string."""
    return [language_name(code, active_language()) for code in codes]


@cache
def spoken_languages() -> frozenset[str]:
    """The codes of the languages in which texts of today are: those with two letters, and those with data in CLDR."""
    known = map(str, cldr_locale(SOURCE_LANGUAGE).languages)
    with_data = {main_code(name) for name in localedata.locale_identifiers()}
    return frozenset(code for code in known if code.isalpha() and (len(code) == 2 or code in with_data))


def _composed_name(code: str, locale: Locale) -> str | None:
    """A name with its script or region in brackets: "Serbian (Latin)"."""
    try:
        return cldr_locale(code).get_display_name(locale)
    except (UnknownLocaleError, ValueError):
        return None


def _shortest(code: str) -> str:
    """The code without what distinguishes it from no other of the portal's languages: `zh-hans` → "zh"."""
    main = main_code(code)
    return main if [code] == [other for other in LANGUAGE_CODES if main_code(other) == main] else code


def settings_order(code: str) -> int:
    """The place of a language in the order of the settings; one that they do not have comes last."""
    return LANGUAGE_CODES.index(code) if code in LANGUAGE_CODES else len(LANGUAGE_CODES)


def best_language(available: Iterable[str], wanted: str, original: str) -> str | None:
    """The version of a translation group that a reader of `wanted` gets.

    That language itself; else English; else the original; else the first that is available, in the
    order of the settings. None when none is.
    """
    codes = set(available)
    for code in (wanted, SOURCE_LANGUAGE, original, *LANGUAGE_CODES):
        if code in codes:
            return code
    return None


def shown_in(language: str, available: Iterable[str], original: str) -> tuple[str, ...]:
    """The reader languages that see the version in `language`, in the order of the settings.

    Over all versions of a group every reader language occurs exactly once.
    """
    codes = tuple(available)
    return tuple(reader for reader in LANGUAGE_CODES if best_language(codes, reader, original) == language)


def select_best_versions(versions: Sequence, wanted: str) -> list:
    """The version of each group that a reader of `wanted` gets, in the order of the groups' first versions.

    versions: objects with `translation_key`, `locale` and `original_language`. A group without a version in
    one of the portal's languages is left out.
    """
    groups: dict = {}
    for version in versions:
        groups.setdefault(version.translation_key, {})[version.locale.language_code] = version
    chosen = []
    for group in groups.values():
        original = next(iter(group.values())).original_language
        if language := best_language(group, wanted, original):
            chosen.append(group[language])
    return chosen
