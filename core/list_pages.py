"""Pages of which a home page has one: the lists (practices, cities, events …) and “How to join”; their addresses.

Such a page can be renamed or unpublished in any language. So no code contains the address of one: it is read from the
page tree, once per request, and kept no longer. Every process is right immediately after a change.
"""

from collections.abc import Iterable
from functools import cache

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from core.i18n.addresses import page_address
from core.i18n.languages import LANGUAGE_CODES
from core.once_per_request import OncePerRequest
from core.pages import NotIndexed, PortalPage, validate_slug_is_free
from core.permissions import RESERVED_OF_LIST
from core.querysets.prepared import NOW, PreparedQuery
from core.querysets.visibility import public

# Language → page type → address.
_of_request: OncePerRequest[dict[str, dict[str, str]]] = OncePerRequest()


class SinglePage(PortalPage):
    """Base of the page types of which a home page has at most one child each."""

    lede = models.TextField(_("summary"), blank=True, max_length=400)

    content_panels = [*PortalPage.content_panels, FieldPanel("lede")]
    max_count_per_parent = 1
    reserved_actions = RESERVED_OF_LIST
    parent_page_types = ["home.HomePage"]

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        validate_slug_is_free(self)


class ListPage(NotIndexed, SinglePage):
    """Base of the page types that are a list."""

    class Meta:
        abstract = True


def remember(language: str, pages: Iterable[Page]) -> None:
    """Take the addresses from pages that a query of this request has returned, instead of reading them again.

    pages: all public children of the home page in `language`, with `content_type` and `url_path`.
    """
    addresses = _no_addresses()
    for page in pages:
        if (label := page.specific_class._meta.label) in addresses:
            addresses[label] = page_address(page.url_path, language)
    _of_request.set((_of_request.get() or {}) | {language: addresses})


def list_url(page_type: str, language: str) -> str:
    """The address of the public page of a type in a language; "" where there is none.

    page_type: its label, for example "cities.CityIndexPage". Raises KeyError for a type that is no `SinglePage`.
    """
    known = _of_request.get() or {}
    return (known if language in known else _read())[language][page_type]


def list_urls(page_type: str) -> dict[str, str]:
    """The addresses of the public pages of a type by language, in the order of the settings.

    page_type: its label. Raises KeyError for a type that is no `SinglePage`.
    """
    addresses = _read()
    return {code: addresses[code][page_type] for code in LANGUAGE_CODES if addresses[code][page_type]}


@cache
def _page_types() -> dict[str, type[SinglePage]]:
    return {model._meta.label: model for model in apps.get_models() if issubclass(model, SinglePage)}


def _no_addresses() -> dict[str, str]:
    return dict.fromkeys(_page_types(), "")


def _read() -> dict[str, dict[str, str]]:
    """The addresses in all languages, in one query."""
    addresses = {code: _no_addresses() for code in LANGUAGE_CODES}
    for page in _public_list_pages(now=timezone.now()):
        language = page.locale.language_code
        if language in addresses:
            addresses[language][page.specific_class._meta.label] = page_address(page.url_path, language)
    _of_request.set(addresses)
    return addresses


@PreparedQuery
def _public_list_pages() -> QuerySet:
    """The public pages of these types, in all languages."""
    first, *others = (model._default_manager.order_by().values("pk") for model in _page_types().values())
    pages = public(Page.objects.filter(pk__in=first.union(*others)), NOW)
    return pages.select_related("locale").only("url_path", "content_type", "locale__language_code").order_by("path")
