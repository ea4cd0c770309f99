"""Which language version of a page a reader gets, as one query for any number of pages."""

from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Greatest, StrIndex
from wagtail.models import Page

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from core.querysets.prepared import Parameter
from core.querysets.visibility import Pages, public


def _language_preference(reader: str) -> Case:
    """How near a version is to what a reader of `reader` wants, the nearest having the highest number.

    The rule of `core.i18n.languages.best_language`, as a place in the list of languages from the last
    to the first; that of the original is moved up to just behind the first two.
    """
    first = dict.fromkeys([reader, SOURCE_LANGUAGE])
    others = [code for code in LANGUAGE_CODES if code not in first]
    place = StrIndex(Value(" ".join(reversed([*first, *others]))), F("locale__language_code"))
    original = Value(len(" ".join(others)) + 1)
    return Case(When(locale__language_code=F("original_language"), then=Greatest(place, original)), default=place)


def best_versions(pages: Pages, reader: str, at: datetime | None = None) -> Pages:
    """Of `pages` (one page class) the public ones, each group once: the version for `reader`.

    A group whose best version is filtered out beforehand is left out, so filter by facts (which
    are the same in every version) before, by words after.
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
        .filter(~Exists(better))
        .select_related("locale")
    )


def order_by_language_preference(pages: QuerySet, reader: str, at: datetime | Parameter | None = None) -> QuerySet:
    """The public ones of the versions of one page, the version for `reader` first.

    What `best_versions` gives, for subqueries that are about one page: `order_by_language_preference(…)[:1]`.
    """
    return public(pages, at).order_by(_language_preference(reader).desc())


def public_versions(page: Page, at: datetime | None = None) -> dict[str, Page]:
    """The public versions of a page by language, in the order of the settings: one query."""
    versions = {
        version.locale.language_code: version
        for version in public(Page.objects.filter(translation_key=page.translation_key).select_related("locale"), at)
    }
    return {code: versions[code] for code in LANGUAGE_CODES if code in versions}
