"""Languages: their names, directions and codes, and which version of a page a reader gets."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info

LANGUAGE_CODES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)
SOURCE_LANGUAGE = settings.LANGUAGE_CODE


def language_choices() -> Sequence[tuple[str, str | Promise]]:
    """Choices for a field that holds one of the portal's languages.

    A callable, so that migrations name this function and not the languages of one installation.
    """
    return settings.LANGUAGES


def own_name(code: str) -> str:
    """The name that a language has in itself, capitalised: `fr` → "Français"."""
    if code == "zh-hans":
        # Readers look for the two characters; Django's name adds the script.
        return "中文"
    name = get_language_info(code)["name_local"]
    return name[:1].upper() + name[1:]


def direction(code: str) -> str:
    """ "rtl" for Arabic, "ltr" for the others."""
    return "rtl" if get_language_info(code)["bidi"] else "ltr"


def html_code(code: str) -> str:
    """The code as BCP 47 writes it, for `lang` and `hreflang`: `zh-hans` → "zh-Hans"."""
    language, _separator, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


def babel_code(code: str) -> str:
    """The code as CLDR and Babel write it: `zh-hans` → "zh_Hans"."""
    return html_code(code).replace("-", "_")


def best_language(available: Iterable[str], wanted: str, original: str) -> str | None:
    """The version of a translation group that stands in for a reader of `wanted`.

    That language itself; else English; else the original; else the first there is, in the order
    of the settings. None when there is none.
    """
    there = set(available)
    for code in (wanted, SOURCE_LANGUAGE, original, *LANGUAGE_CODES):
        if code in there:
            return code
    return None


def shown_in(language: str, available: Iterable[str], original: str) -> tuple[str, ...]:
    """The reader languages that see the version in `language`, in the order of the settings.

    Over all versions of a group every reader language occurs exactly once.
    """
    there = tuple(available)
    return tuple(reader for reader in LANGUAGE_CODES if best_language(there, reader, original) == language)


def select_best_versions(versions: Sequence, wanted: str):
    """Keep of several versions of groups the one that each reader of `wanted` gets.

    `versions` are pages with `translation_key`, `locale` and `original_language`; the order of
    first appearance is kept.
    """
    groups: dict = {}
    for version in versions:
        groups.setdefault(version.translation_key, {})[version.locale.language_code] = version
    chosen = []
    for group in groups.values():
        original = next(iter(group.values())).original_language
        chosen.append(group[best_language(group, wanted, original)])
    return chosen
