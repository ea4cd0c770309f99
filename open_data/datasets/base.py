"""What all datasets have in common: which rows are public, and how they are read in a constant number of queries."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar, TypeVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clusters.models import Cluster
from core.i18n.addresses import absolute
from core.i18n.languages import settings_order
from core.pages import PortalPage, code_of
from core.querysets.versions import best_versions
from core.querysets.visibility import public
from core.translations.strings import machine_translated
from core.vocabularies import Licence
from open_data.columns import Column, Row, Source, Text, Type, model_column

Key = tuple[int, str]
"""What identifies a row: the primary key of its object, and its language."""

# Rows that are read together while a file is written.
CHUNK = 200
_PAGE_CODE = re.compile("[0-9a-f]{10}")
Item = TypeVar("Item")


class Dataset(ABC):
    """One dataset: its columns, its public rows, and how rows are read."""

    code: ClassVar[str]
    """Its name in addresses and file names; it never changes."""
    kind: ClassVar[str]
    """The kind of its search documents (`search_engines.kinds`)."""
    label: ClassVar[Text]
    description: ClassVar[Text]
    columns: ClassVar[tuple[Column, ...]]

    @abstractmethod
    def keys(self, language: str) -> QuerySet:
        """Return the keys of the public rows for a reader of `language`, each in its best version, by code."""

    @abstractmethod
    def all_keys(self) -> Iterable[Key]:
        """Return the keys of all public rows in all languages, by code and language."""

    @abstractmethod
    def keys_with_code(self, code: str, language: str) -> list[Key]:
        """Return the key of the public row with a code for a reader of `language`, in a list; empty without one."""

    @abstractmethod
    def keys_of_hits(self, identities: Sequence[str], language: str) -> list[Key]:
        """Return the keys of what a search found, in its order, without what is not public any more.

        identities: the second parts of the ids of search documents.
        """

    @abstractmethod
    def rows(self, keys: Sequence[Key], *, is_for_staff: bool = False) -> list[Row]:
        """Read the rows of these keys in the order of the keys; a constant number of queries.

        Rows that are not public are left out, and nothing of a row names what is not public. For staff, whose lists in
        the admin have drafts too, rows and the clusters that they name need not be public.
        """

    @cached_property
    def by_code(self) -> dict[str, Column]:
        """The columns by their codes."""
        return {column.code: column for column in self.columns}

    def values(self, row: Row, *, is_for_staff: bool = False) -> dict[str, Any]:
        """Return the values of a row by the codes of the columns; for the public without texts of reserved rights."""
        kept_back = getattr(row.item, "licence", "") == Licence.ALL_RIGHTS and not is_for_staff
        return {column.code: None if kept_back and column.is_licensed else column.value(row) for column in self.columns}

    def public_values(self, language: str = "") -> Iterator[dict[str, Any]]:
        """Yield the values of all public rows: for a reader of `language`, or in all languages.

        The visibility rule is asked again for each chunk, so that a page that is taken down meanwhile is left out.
        """
        for chunk in chunks(self.keys(language) if language else self.all_keys()):
            yield from map(self.values, self.rows(chunk))


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """Yield the items in lists of `size`, the last one perhaps shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def in_order(keys: Sequence[Key], found: dict[Key, Row]) -> list[Row]:
    """Return the rows that were found, in the order of the keys."""
    return [found[key] for key in keys if key in found]


def cluster_codes(*, is_for_staff: bool) -> dict[int, str]:
    """Return the codes of the clusters that a row may name, by primary key."""
    clusters = Cluster.objects.all() if is_for_staff else Cluster.objects.public()
    return dict(clusters.order_by("order", "code").values_list("pk", "code"))


class PageDataset(Dataset):
    """A dataset whose rows are the language versions of pages; the translation group is the identity."""

    model: ClassVar[type[PortalPage]]

    def keys(self, language: str) -> QuerySet:
        return best_versions(self.model._default_manager.all(), language).order_by("translation_key").values_list(*KEY)

    def all_keys(self) -> Iterable[Key]:
        pages = public(self.model._default_manager.all())
        rows = pages.order_by("translation_key").values_list("translation_key", *KEY)
        return [tuple(key) for _group, *key in sorted(rows, key=lambda row: (row[0], settings_order(row[2])))]

    def keys_with_code(self, code: str, language: str) -> list[Key]:
        if not _PAGE_CODE.fullmatch(code):
            return []
        return list(best_versions(self.model.objects.with_code(code), language).values_list(*KEY))

    def keys_of_hits(self, identities: Sequence[str], language: str) -> list[Key]:
        found = dict(public(self.model._default_manager.filter(pk__in=identities)).values_list(*KEY))
        return [(int(pk), found[int(pk)]) for pk in identities if int(pk) in found]

    def pages(self, keys: Sequence[Key], *, is_for_staff: bool) -> QuerySet:
        """Return the pages of these keys, those that are not public only for staff."""
        pages = self.model._default_manager.filter(pk__in=[pk for pk, _language in keys]).select_related("locale")
        return pages if is_for_staff else public(pages)


KEY = ("pk", "locale__language_code")


def public_languages(model: type[PortalPage], pages: Sequence[PortalPage]) -> dict[Any, list[str]]:
    """Return the languages in which the groups of these pages are public, by translation key, in order: one query."""
    versions = public(model._default_manager.filter(translation_key__in={page.translation_key for page in pages}))
    found: dict[Any, list[str]] = {}
    for group, language in versions.values_list("translation_key", "locale__language_code"):
        found.setdefault(group, []).append(language)
    return {group: sorted(languages, key=settings_order) for group, languages in found.items()}


def public_codes(pages: QuerySet) -> dict[int, str]:
    """Return the codes by which pages are cited, by primary key, for those with a public version: one query."""
    groups = public(pages.model._default_manager.all()).values("translation_key")
    rows = pages.filter(translation_key__in=groups).annotate(group=F("translation_key")).values_list("pk", "group")
    return {pk: code_of(group) for pk, group in rows}


PAGE_CODE = Column(
    "code",
    _("code"),
    Type.CODE,
    lambda row: row.item.code,
    _("The same in every language. It never changes."),
)
CLUSTERS = Column(
    "clusters",
    _("clusters"),
    Type.CODES,
    lambda row: row.more["clusters"],
    _("The codes of the clusters to which it belongs."),
)


def version_columns(model: type[PortalPage], path: str = "item") -> tuple[Column, ...]:
    """Return the columns that say which version of a page a row is. path: where the page is in a row."""
    page = page_reader(path)
    return (
        Column(
            "language",
            _("language"),
            Type.CODE,
            lambda row: row.language,
            _("The language in which the texts of this row are written."),
            Source.COMPUTED,
        ),
        model_column(
            model,
            "original_language",
            read=lambda row: getattr(page(row), "original_language", None),
            type=Type.CODE,
            source=Source.FACT,
            description=_("The language in which the texts were written first."),
        ),
        Column(
            "available_languages",
            _("available languages"),
            Type.CODES,
            lambda row: row.more["available"],
            _("The languages in which the page is public."),
            Source.COMPUTED,
        ),
        Column(
            "translation",
            _("translation"),
            Type.CODE,
            lambda row: row.more["origin"],
            _("How the texts in this language were made."),
            Source.COMPUTED,
            vocabulary={
                "original": _("Original text"),
                "human": pgettext_lazy("how a translation was made", "Translation"),
                "machine": _("Machine translation"),
            },
        ),
        Column(
            "url",
            _("web address"),
            Type.URL,
            lambda row: absolute(found.address) if (found := page(row)) else None,
            _("The page in this language."),
            Source.COMPUTED,
        ),
        model_column(model, "title", read=lambda row: getattr(page(row), "title", None), source=Source.TEXT),
    )


def publication_columns(path: str = "item") -> tuple[Column, ...]:
    """Return the columns with the publication times of a version. path: where the page is in a row."""
    page = page_reader(path)
    return (
        Column(
            "first_published_at",
            _("first published"),
            Type.INSTANT,
            lambda row: getattr(page(row), "first_published_at", None),
            _("When the page was first published in this language."),
            Source.COMPUTED,
        ),
        Column(
            "last_published_at",
            _("last published"),
            Type.INSTANT,
            lambda row: getattr(page(row), "last_published_at", None),
            _("When the page was last published in this language."),
            Source.COMPUTED,
        ),
    )


def page_reader(path: str) -> Callable[[Row], PortalPage | None]:
    """Return a function from a row to its page: `path` is "item", or the name of something else that was read."""
    return (lambda row: row.item) if path == "item" else (lambda row: row.more[path])


def place_columns(read: Callable[[Row], Any], description: Text) -> tuple[Column, ...]:
    """Return the columns of a position. read: from a row to what has `latitude` and `longitude`, or None."""
    labels = {"latitude": _("latitude"), "longitude": _("longitude")}

    def column(name: str) -> Column:
        return Column(name, labels[name], Type.NUMBER, lambda row: getattr(read(row), name, None), description)

    return column("latitude"), column("longitude")


def origins(pages: Sequence[PortalPage]) -> dict[int, str]:
    """Return how the texts of pages were made, by primary key, as `PortalPage.origin` does: one query."""
    by_machine = machine_translated(pages)
    found: dict[Any, str] = {}
    for page in pages:
        found[page.pk] = "original" if page.is_original else "machine" if page.pk in by_machine else "human"
    return found
