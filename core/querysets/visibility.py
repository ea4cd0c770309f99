"""The visibility rule: which pages the public may see.

A page is public if it is live, has not expired, is no alias, neither the page nor an ancestor is restricted in any
language version, and the home page of its language is live: without it no address of the language answers. All lists,
maps, feeds, sitemaps, calendars, JSON responses and the search index use `public()`.
"""

from datetime import datetime
from functools import cache
from typing import TypeVar

from django.db.models import Exists, Expression, F, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.db.models.lookups import StartsWith
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from core.querysets.prepared import Parameter

# The depth of the home pages in the page tree, where the root has 1.
HOME_DEPTH = 2

Pages = TypeVar("Pages", bound=QuerySet)


@cache
def _page_and_ancestors_are_unrestricted(page: str) -> Expression:
    """Return the condition that a page and its ancestors are unrestricted in every language.

    page: the lookup prefix of the page, "" for rows that are pages. Cached: it is the same in all queries, and every
    request uses it several times.
    """
    # Subqueries by primary key: with a join SQLite reads all pages instead of the few restrictions.
    pages = Page.objects.order_by()
    restricted = pages.filter(pk__in=PageViewRestriction.objects.values("page")).values("translation_key")
    above = pages.filter(StartsWith(OuterRef(f"{page}path"), F("path")), translation_key__in=restricted)
    return ~Exists(above)


@cache
def _home_is_live(page: str) -> Exists:
    """Return the condition that the home page above a page is live; a home page is its own."""
    beginning = Substr(OuterRef(f"{page}path"), 1, HOME_DEPTH * Page.steplen)
    return Exists(Page.objects.order_by().filter(path=beginning, live=True))


@cache
def _collection_is_public(collection: str) -> Expression:
    """Return the condition that the collection at the lookup path `collection` and its ancestors are not private."""
    private = Collection.objects.order_by().filter(pk__in=CollectionViewRestriction.objects.values("collection"))
    return ~Exists(private.filter(StartsWith(OuterRef(f"{collection}__path"), F("path"))))


def public(pages: Pages, at: datetime | Parameter | None = None) -> Pages:
    """Filter `pages` (of any page class) to those that the public may see.

    at: an aware datetime or a parameter, by default now. The scheduler publishes scheduled pages (`live`). Expiry is
    compared with `at`, so a page disappears at its time even if the scheduler has not run.
    """
    return pages.filter(public_condition(at))


def public_condition(at: datetime | Parameter | None = None, page: str = "") -> Q:
    """Return the rule of `public` as a condition.

    page: the lookup path from a row to its page, for example "practices" on cities; "" for pages themselves.
    If the path leads to many pages, put all conditions on one page into the same call of `filter()`.
    """
    prefix = f"{page}__" if page else ""
    return Q(
        Q((f"{prefix}expire_at__isnull", True)) | Q((f"{prefix}expire_at__gt", at or timezone.now())),
        _page_and_ancestors_are_unrestricted(prefix),
        _home_is_live(prefix),
        **{f"{prefix}live": True, f"{prefix}alias_of__isnull": True},
    )


def restricted_condition(page: str = "") -> Expression:
    """Return one part of the rule as a condition: the page or an ancestor is restricted in any language version.

    page: the lookup path from a row to its page; "" for pages themselves.
    """
    return ~_page_and_ancestors_are_unrestricted(f"{page}__" if page else "")


def is_public(page: Page, at: datetime | None = None) -> bool:
    """Whether the public may see `page` (an instance of any page class)."""
    return public(Page.objects.filter(pk=page.pk), at).exists()


def is_restricted(page: Page) -> bool:
    """Whether `page` or a page above it is restricted, in any language version."""
    return Page.objects.filter(restricted_condition(), pk=page.pk).exists()


def in_public_collections(rows: QuerySet, collection: str = "collection") -> QuerySet:
    """Filter `rows` to those whose file is public: not withheld, in no private collection, nor in a descendant of one.

    collection: the lookup path from a row to the collection of its file, "collection" for files themselves.
    """
    return rows.filter(_collection_is_public(collection), **{f"{collection.removesuffix('collection')}withheld": False})
