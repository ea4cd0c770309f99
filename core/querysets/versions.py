"""Which language version of a page a reader gets, as one query for any number of pages."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Concat, Greatest, StrIndex
from wagtail.models import Page

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from core.querysets.prepared import Parameter
from core.querysets.visibility import Pages, public

SEPARATOR = ","


def _separated(codes: Iterable[str]) -> str:
    """The codes with a separator before and after each of them: ",pt,en,"."""
    return f"{SEPARATOR}{SEPARATOR.join(codes)}{SEPARATOR}"


def _language_preference(reader: str) -> Case:
    """Return the rank of a version for a reader of the language `reader`; the best version has the highest rank.

    This is the rule of `core.i18n.languages.best_language`: the position in the list of languages in reverse order.
    The original ranks at least directly after the reader's language and the source language. A version in a
    language that is not in the settings has the rank 0.
    """
    first = dict.fromkeys([reader, SOURCE_LANGUAGE])
    others = [code for code in LANGUAGE_CODES if code not in first]
    # Between separators, because one code can be the beginning of another: pt and pt-br.
    place = StrIndex(
        Value(_separated(reversed([*first, *others]))),
        Concat(Value(SEPARATOR), "locale__language_code", Value(SEPARATOR)),
    )
    original = Value(len(_separated(others)) - 1)
    is_original = When(
        locale__language_code=F("original_language"),
        locale__language_code__in=LANGUAGE_CODES,
        then=Greatest(place, original),
    )
    return Case(is_original, default=place)


def best_versions(pages: Pages, reader: str, at: datetime | Parameter | None = None) -> Pages:
    """Filter `pages` (of one page class) to the public version of each group for a reader of `reader`.

    If the best version of a group is not in `pages`, the group is left out. So filter by synchronised fields (which
    are the same in every version) before this call, and by translatable text after it.
    """
    better = (
        public(pages.model._default_manager.all(), at)
        .filter(translation_key=OuterRef("translation_key"))
        .annotate(preference=_language_preference(reader))
        .filter(preference__gt=OuterRef("preference"))
    )
    return (
        public(pages, at)
        .annotate(preference=_language_preference(reader))
        .filter(~Exists(better), preference__gt=0)
        .select_related("locale")
    )


def order_by_language_preference(pages: QuerySet, reader: str, at: datetime | Parameter | None = None) -> QuerySet:
    """Return the public versions among the versions of one page, the best for a reader of `reader` first.

    It is `best_versions` for subqueries on a single page: `order_by_language_preference(…)[:1]`.
    """
    return public(pages, at).order_by(_language_preference(reader).desc())


def public_versions(page: Page, at: datetime | None = None) -> dict[str, Page]:
    """Return the public versions of a page by language, in the order of `LANGUAGES`: one query."""
    versions = {
        version.locale.language_code: version
        for version in public(Page.objects.filter(translation_key=page.translation_key).select_related("locale"), at)
    }
    return {code: versions[code] for code in LANGUAGE_CODES if code in versions}
