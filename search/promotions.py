"""What editors show above the results of a search: `wagtail.contrib.search_promotions`.

The package's template tag writes a row for every search. A page that is only read must not write, so
this module only reads the promotions.
"""

import unicodedata

from django.db.models import QuerySet
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page

from core.i18n.languages import best_language
from core.querysets.prepared import PreparedQuery
from core.querysets.visibility import public
from practices.models import PracticePage
from practices.provenance import provenance_of


def promoted(text: str, reader: str) -> list[dict]:
    """Return the promotions for the words of a search, as templates/search/promoted.html takes them.

    A public page is shown in the version that a reader of the language `reader` gets. The editor's
    description is in the language of the page that the editor chose, and is shown only with that version. A
    practice says who wrote it, as in every result.
    """
    wanted = _folded(text)
    if not wanted:
        return []
    chosen = [row for row in _every_promotion() if _folded(row.query.query_string) == wanted]
    versions = _versions({row.page.translation_key for row in chosen if row.page})
    rows = [row for row in (_row(row, versions, reader) for row in chosen) if row]
    practices = PracticePage.objects.filter(pk__in=[row["pk"] for row in rows if row["pk"]]).for_rows().in_bulk()
    for row in rows:
        if practice := practices.get(row["pk"]):
            row["provenance"] = provenance_of(practice).items(reader)
    return rows


@PreparedQuery
def _every_promotion() -> QuerySet:
    """All promotions, because databases cannot compare folded text. There are tens of them."""
    return SearchPromotion.objects.select_related("query", "page__locale").order_by("sort_order", "pk")


def _folded(text: str) -> str:
    """The words without case, accents, vowel signs and punctuation, as they are compared."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(character for character in letters if not unicodedata.category(character).startswith("M"))
    return " ".join("".join(character if character.isalnum() else " " for character in kept).split())


def _versions(keys: set) -> dict:
    """Translation key → language → public version of a promoted page."""
    groups: dict = {}
    if keys:
        for page in public(Page.objects.filter(translation_key__in=keys)).select_related("locale"):
            groups.setdefault(page.translation_key, {})[page.locale.language_code] = page
    return groups


def _row(promotion: SearchPromotion, versions: dict, reader: str) -> dict | None:
    if promotion.page is None:
        return {
            "title": promotion.external_link_text or promotion.external_link_url,
            "url": promotion.external_link_url,
            "description": promotion.description,
            "language": "",
            "provenance": [],
            "pk": None,
        }
    written_in = promotion.page.locale.language_code
    group = versions.get(promotion.page.translation_key, {})
    language = best_language(group, reader, written_in)
    if language is None:
        return None
    return {
        "title": group[language].title,
        "url": group[language].url,
        "description": promotion.description if language == written_in else "",
        "language": language if language != reader else "",
        "provenance": [],
        "pk": group[language].pk,
    }
