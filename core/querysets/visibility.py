"""The one rule that says which pages the public may see.

A page is public when it is live, its expiry has not passed, it is no alias, and neither it nor a
page above it is restricted in any language version. Every list, map, feed, sitemap, calendar,
JSON answer and the search index take `public()` and nothing else.
"""

from datetime import datetime
from functools import cache
from typing import TypeVar

from django.db.models import Exists, Expression, F, OuterRef, Q, QuerySet
from django.db.models.lookups import StartsWith
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from core.querysets.prepared import Parameter

Pages = TypeVar("Pages", bound=QuerySet)


@cache
def _page_and_ancestors_are_unrestricted(page: str) -> Expression:
    """For rows whose page has the prefix `page`: neither it nor a page above it is restricted in any language.

    Made once: it is the same for all queries, and every page that is served takes it several times.
    """
    # Pages by their keys, because SQLite would rather read all of them than begin with the few restrictions.
    pages = Page.objects.order_by()
    restricted = pages.filter(pk__in=PageViewRestriction.objects.values("page")).values("translation_key")
    above = pages.filter(StartsWith(OuterRef(f"{page}path"), F("path")), translation_key__in=restricted)
    return ~Exists(above)


@cache
def _collection_is_public(collection: str) -> Expression:
    """For rows whose file's collection is at the path `collection`: neither it nor one above it is private."""
    private = Collection.objects.order_by().filter(pk__in=CollectionViewRestriction.objects.values("collection"))
    return ~Exists(private.filter(StartsWith(OuterRef(f"{collection}__path"), F("path"))))


def public(pages: Pages, at: datetime | Parameter | None = None) -> Pages:
    """Filter `pages` (of any page class) to those the public may see.

    at: the instant asked about; now when left out. Scheduled publication is Wagtail's worker's
    part (`live`), expiry counts by the clock so that nobody waits for the scheduler.
    """
    return pages.filter(public_condition(at))


def public_condition(at: datetime | Parameter | None = None, page: str = "") -> Q:
    """The rule of `public` as a condition.

    page: the path from a row to its page, for example "practices" on cities; "" for pages themselves.
    Where that path leads to many pages, put everything that must hold for one and the same page into
    the same call of `filter()`.
    """
    prefix = f"{page}__" if page else ""
    return Q(
        Q((f"{prefix}expire_at__isnull", True)) | Q((f"{prefix}expire_at__gt", at or timezone.now())),
        _page_and_ancestors_are_unrestricted(prefix),
        **{f"{prefix}live": True, f"{prefix}alias_of__isnull": True},
    )


def is_public(page: Page, at: datetime | None = None) -> bool:
    """Whether the public may see `page` (an instance of any page class)."""
    return public(Page.objects.filter(pk=page.pk), at).exists()


def in_public_collections(rows: QuerySet, collection: str = "collection") -> QuerySet:
    """Filter `rows` to those whose file lies in no private collection, nor in one below a private one.

    collection: the path from a row to its file's collection, "collection" for files themselves.
    """
    return rows.filter(_collection_is_public(collection))
