"""The base of all page types."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from http import HTTPMethod

from anyascii import anyascii
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.coreutils import find_available_slug
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from core.i18n.addresses import PAGE_ADDRESSES, absolute, in_language, page_address
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, language_choices
from core.permissions import Action, VersionPermissionTester
from core.querysets.versions import public_versions
from core.querysets.visibility import HOME_DEPTH
from core.search_document import DocumentKind, SearchDocument
from core.translations.deletion import complete_deletion, deleted_together
from core.translations.forms import CopyPageForm, PortalPageForm
from core.translations.model import VERSION_FIELDS, OriginalOrTranslation
from core.translations.strings import is_machine_translated

# Depths in the page tree: 1 for the root, 2 for the home page of a language, 3 for its children.
TOP_DEPTH = HOME_DEPTH + 1
# Only treebeard and Wagtail's own moves and renames write these.
TREE_FIELDS = ("path", "depth", "numchild", "url_path")
# First segments of addresses below a language that belong to views, not to pages.
RESERVED_SLUGS = {"search", "desk", "help", "data", "feedback"}
HAN = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff])")


def readable_slug(title: str) -> str:
    """A readable ASCII slug of a title in any script: "学习型城市" → "xue-xi-xing-cheng-shi"."""
    return slugify(anyascii(HAN.sub(r" \1 ", title)))[:80].strip("-")


def synchronised_fields(*names: str) -> list[SynchronizedField]:
    """Rules for wagtail-localize: fields with the same value in every language, which no translation overrides."""
    return [SynchronizedField(name, overridable=False) for name in names]


def code_of(translation_key: uuid.UUID) -> str:
    """Return the code that cites all versions of a page: ten hexadecimal digits, the beginning of their key."""
    return translation_key.hex[:10]


def keys_of_code(code: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the first and the last translation key with a code; upper and lower case are the same."""
    return uuid.UUID(hex=code.ljust(32, "0")), uuid.UUID(hex=code.ljust(32, "f"))


class PortalPageQuerySet(PageQuerySet):
    """Wagtail's queryset with a look-up by the code that cites a page."""

    def with_code(self, code: str):
        """All versions of the page that is cited by `code` (ten hexadecimal digits).

        The code is the beginning of the translation key, so this is a range of keys: one index look-up on every
        database, without a second column.
        """
        return self.filter(translation_key__range=keys_of_code(code))

    def delete(self, *args, **kwargs):
        """Delete pages with all that belongs to them (`core.translations.deletion`); returns what Django returns."""
        pages = [page.pk for page in deleted_together(self.only("path"))]
        with complete_deletion():
            return Page.objects.filter(pk__in=pages).delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined]  # for templates
    delete.queryset_only = True  # type: ignore[attr-defined]  # not a method of the manager


PortalPageManager = PageManager.from_queryset(PortalPageQuerySet)


class KeepsTreePosition:
    """Mixin before `Page`: saving a page never changes where it is in the tree.

    Wagtail writes every column. A page that was read before a child was added below it, or before a
    page above it was moved or renamed, would write back its old `numchild`, `path` or `url_path`.
    """

    def save(self, *args, **kwargs):
        if self.pk is None or kwargs.get("update_fields") is not None:
            return super().save(*args, **kwargs)
        with transaction.atomic():
            self._read_tree_position()
            return super().save(*args, **kwargs)

    def _read_tree_position(self: Page) -> None:
        """Take the tree fields from the row, which stays locked until the end of the transaction.

        Wagtail derives `url_path` from it when the slug changes; treebeard moves pages by SQL.
        Locked are the rows of all of the page's tables, in one query, as treebeard locks the parent of a
        new page: locked one after the other, the two would wait for each other.
        """
        rows = type(self)._default_manager.select_for_update().filter(pk=self.pk)
        row = rows.values(*TREE_FIELDS).first()
        if row is None:
            return
        for name, value in row.items():
            setattr(self, name, value)
        self.get_parent(update=True)  # forget the parent that was read before: its address may be an old one


class PortalPage(OriginalOrTranslation, KeepsTreePosition, Page):
    """Base of all page types.

    `original_language` is the language in which the page was first written. The page in that language is the
    original; its synchronised fields are copied to the translations.
    """

    original_language = models.CharField(_("original language"), max_length=10, choices=language_choices, blank=True)
    text_outdated_since = models.DateTimeField(
        _("translation out of date since"), null=True, blank=True, editable=False
    )

    objects = PortalPageManager()

    # The relations that a page of this class shows, for select_related.
    served_with: tuple[str, ...] = ()
    # Its kind in the search index, and which fields its documents fill: `core.search_document.page_kind`.
    document_kind: DocumentKind | None = None
    # The rows that its search document needs, for prefetch_related: a rebuild reads many pages at once.
    indexed_with: tuple[str, ...] = ()
    # The pages between the home page and this one, set by a view that has read them.
    known_ancestors: list[Page] | None = None
    # When the first version was published in any language, set by what reads all versions for the search.
    group_published_at: datetime | None = None

    # What only an administrator may do with such a page.
    reserved_actions: frozenset[Action] = frozenset()

    # The fields of which the first that is filled describes a page to search engines and in shared links.
    described_by: tuple[str, ...] = ("lede",)

    # Forms are sent to views, never to a page.
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
    # A copy is a new original; a translation gets these fields from its original.
    exclude_fields_in_copy = [*VERSION_FIELDS]
    copy_form_class = CopyPageForm
    base_form_class = PortalPageForm
    override_translatable_fields = synchronised_fields("slug", "original_language", "show_in_menus")

    search_fields = [*Page.search_fields, index.FilterField("original_language")]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel("seo_title"),
                FieldPanel("search_description"),
            ],
            heading=_("For search engines"),
        ),
    ]
    settings_panels = [PublishingPanel(), CommentPanel()]

    class Meta:
        abstract = True

    @property
    def code(self) -> str:
        """The short code that cites the page. It is the same in every language and never changes."""
        return code_of(self.translation_key)

    def full_clean(self, *args, **kwargs):
        self._complete()
        super().full_clean(*args, **kwargs)

    def save(self, *args, **kwargs):
        self._complete()
        if self._state.adding and self.path:
            # The form has checked that the slug is free, but another request may have taken it since.
            self.slug = find_available_slug(self.get_parent(), self.slug)
        return super().save(*args, **kwargs)

    def _complete(self):
        if not self.locale_id:
            self.locale = self.get_default_locale()
        if not self.original_language:
            self.original_language = self.default_original_language()
        if not self.slug and self.title:
            self.slug = self._get_autogenerated_slug(readable_slug(self.title) or "page")

    def permissions_for_user(self, user) -> VersionPermissionTester:
        """Return what `user` may do with this version."""
        return VersionPermissionTester(user, self)

    @cached_property
    def versions(self) -> dict[str, Page]:
        """The public versions of this page by language, in the order of the settings."""
        return public_versions(self)

    @property
    def is_public(self) -> bool:
        """Whether the public may see this version."""
        return any(version.pk == self.pk for version in self.versions.values())

    def get_view_restrictions(self):
        """The same as Wagtail's, in one query instead of two; without a query for a page known to be public."""
        if "versions" in self.__dict__ and self.is_public:
            return PageViewRestriction.objects.none()
        above = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return PageViewRestriction.objects.filter(page__path__in=above)

    def check_may_be_served(self, request):
        """Raise Http404 if this version must not be served; called before every page is served.

        An address in the tree of one language never serves a page of another (Wagtail falls back to the source tree
        if a home page is not live). An expired page is gone at `expire_at`, even if the scheduler has not run yet.
        The visibility rule (`core.querysets.visibility`) applies.
        """
        own_address = request.path_info.split("/", 2)[1] == self.language
        if not own_address or not (self.is_public or self._is_restricted_and_current() or self._is_open_to(request)):
            raise Http404

    def _is_restricted_and_current(self) -> bool:
        """Whether the page has a view restriction, which Wagtail checks, and has not expired."""
        expired = self.expire_at and self.expire_at <= timezone.now()
        return not expired and self.get_view_restrictions().exists()

    def _is_open_to(self, request) -> bool:
        """Whether this person may read a version that is hidden by the restriction of another one.

        That is who fulfils the restriction, and staff who edit this version.
        """
        expired = self.expire_at and self.expire_at <= timezone.now()
        if expired or self.alias_of_id or not request.session.session_key:
            return False  # nobody has signed in or given a password
        above = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        keys = Page.objects.filter(path__in=above).values("translation_key")
        restrictions = PageViewRestriction.objects.filter(page__translation_key__in=keys)
        fulfilled = all(restriction.accept_request(request) for restriction in restrictions)
        return fulfilled or self.permissions_for_user(request.user).can_edit()

    @property
    def description(self) -> str:
        """What describes this version in its language: the words for search engines, else its own; "" without both."""
        return self.search_description or next(filter(None, (getattr(self, name) for name in self.described_by)), "")

    @property
    def address(self) -> str:
        """The address of this version; "" before it is saved for the first time."""
        return page_address(self.url_path, self.language) if self.url_path else ""

    def addresses(self, path: str = "") -> dict[str, str]:
        """The addresses of the public versions by language, in the order of the settings.

        path: the address that is asked for. What follows the page's own address in it, such as the code of a
        city, is added to the addresses of all versions.
        """
        own = self.address
        rest = path.removeprefix(own) if own and path.startswith(own) else ""
        return {code: page_address(version.url_path, code) + rest for code, version in self.versions.items()}

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        pages, here = self.addresses(), self.addresses(request.path)
        if not hasattr(request, PAGE_ADDRESSES):  # in a preview, which `home.views` does not serve
            setattr(request, PAGE_ADDRESSES, here)
        context |= {
            "page_language": self.language,
            "description": self.description,
            "crumbs": self.crumbs(),
            "versions": [{"code": code, "url": url} for code, url in pages.items() if code != self.language],
            "canonical_url": absolute(request.path),
            "alternates": [{"code": code, "url": absolute(url)} for code, url in here.items()],
        }
        if SOURCE_LANGUAGE in here:
            context["x_default_url"] = absolute(here[SOURCE_LANGUAGE])
        if self.text_outdated_since and not self.is_original:
            context["outdated"] = {
                "since": self.text_outdated_since,
                "original_code": self.original_language,
                "original_url": pages.get(self.original_language, ""),
            }
        return context

    def missing_to_show(self) -> list[str]:
        """What a draft lacks so much that its page cannot be shown, as sentences for its editor; empty for most."""
        return []

    def serve_preview(self, request, mode_name):
        """Wagtail's preview; a page with the missing things for a draft that cannot be shown."""
        if missing := self.missing_to_show():
            context = PortalPage.get_context(self, request) | {"page": self, "missing": missing}
            return TemplateResponse(request, "core/incomplete_preview.html", context)
        return super().serve_preview(request, mode_name)

    def serve_password_required_response(self, request, form, action_url):
        """The form for the password, with nothing of the page: what is behind it is not public, not even the title.

        The form that comes back after a wrong password has another address: its links to other languages lead to
        the page, too.
        """
        setattr(request, PAGE_ADDRESSES, {code: in_language(self.address, code) for code in LANGUAGE_CODES})
        context = {"form": form, "action_url": action_url, "return_url": self.address}
        return TemplateResponse(request, settings.WAGTAIL_PASSWORD_REQUIRED_TEMPLATE, context)

    def crumbs(self) -> list[dict[str, str]]:
        """The breadcrumb: the published pages between the home page and this one, as {label, url}.

        Also those with a view restriction: it holds for this page, too, so its reader may open them.
        """
        if (self.depth or 0) <= TOP_DEPTH:
            return []
        ancestors, now = self.known_ancestors, timezone.now()
        if ancestors is None:
            ancestors = list(Page.objects.ancestor_of(self).filter(depth__gte=TOP_DEPTH).order_by("depth"))
        return [
            {"label": page.title, "url": page_address(page.url_path, self.language)}
            for page in ancestors
            if page.live and not page.alias_of_id and not (page.expire_at and page.expire_at <= now)
        ]

    def search_document(self, shown_in: tuple[str, ...], available: tuple[str, ...]) -> SearchDocument | None:
        """Return the search document of this version; None for a page that the search does not find.

        shown_in: languages of the readers who get this version; available: the languages of all
        public versions. A system check requires it of every concrete page class.
        """
        raise NotImplementedError

    def common_document(
        self, shown_in: tuple[str, ...], available: tuple[str, ...], facets: dict | None = None, **own
    ) -> SearchDocument:
        """Return a document of the page's `document_kind` with the fields of all pages; `own` adds to them.

        The code that cites the page is one of the names under which it is found.
        Raises ValueError for facets, instants and ranges that the kind does not declare.
        """
        if self.document_kind is None:
            raise TypeError(f"{type(self).__name__} has no document_kind")
        return self.document_kind.document(
            id=f"page:{self.pk}",
            group=f"page:{self.translation_key}",
            language=self.language,
            shown_in=shown_in,
            url=self.url,
            title=self.title,
            names=(*own.pop("names", ()), self.code),
            facets={
                "original_language": (self.original_language,),
                "available_language": available,
                **(facets or {}),
            },
            instants={
                "published": self.first_published_at,
                "updated": self.last_published_at,
                "dated": self.group_published_at,
                **{name: instant for name, instant in own.pop("instants", {}).items() if instant},
            },
            origin=self.origin(),
            **own,
        )

    @classmethod
    def fetch_for_documents(cls, pages: Sequence["PortalPage"]) -> None:
        """Read what the search documents of `pages`, all of this class, need from other tables."""
        prefetch_related_objects(pages, "locale", *cls.indexed_with)

    def origin(self) -> str:
        """How this version's text was written: "original", "human" or "machine" (one string is enough)."""
        if self.is_original:
            return "original"
        return "machine" if is_machine_translated(self) else "human"


def validate_slug_is_free(page: Page) -> None:
    """Raise ValidationError when the slug of a page, which can be a child of the home page, is reserved."""
    if page.slug in RESERVED_SLUGS:
        raise ValidationError({"slug": _("The portal itself uses this address. Choose another one.")})


class NotIndexed:
    """For a page class that the search does not find; `not_indexed_because` gives the reason."""

    not_indexed_because: str

    def search_document(self, shown_in: tuple[str, ...], available: tuple[str, ...]) -> None:
        return None


def validate_one_page_per_language(page: PortalPage, field: str) -> None:
    """Raise ValidationError when another page already shows the same row.

    A row (a call, a cluster) has one page per language; those are translations of one another.
    A database constraint cannot say so, because a page's language lies in its parent table.
    """
    row_id = getattr(page, f"{field}_id")
    others = (
        type(page)
        ._default_manager.filter(**{field: row_id})
        .exclude(pk=page.pk)
        .exclude(translation_key=page.translation_key)
    )
    if row_id and (other := others.first()):
        raise ValidationError(
            {
                field: _("There is already a page for this: “%(title)s”. Edit or translate that page.")
                % {"title": other.title}
            }
        )
