"""Serve pages: one query finds the page and what its header and footer show, where Wagtail takes eight."""

from functools import cache

from django.db.models import CharField, Exists, IntegerField, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from core import offered_languages
from core.i18n.addresses import NEAREST_ADDRESSES, PAGE_ADDRESSES, in_language, page_address
from core.i18n.languages import LANGUAGE_CODES
from core.pages import TOP_DEPTH, PortalPage
from core.querysets.prepared import LANGUAGE, NOW, SITE, Parameter, PreparedQuery, numbered_parameters, parameter_values
from core.querysets.visibility import public
from home.navigation import children_of_home, keep_top_pages, site_id, with_open_calls


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve the page at `path` in the tree of the active language by Wagtail's own view.

    The attribute set here is where Wagtail's `Page.route_for_request` caches its result, so that Wagtail does not
    look for the page again.
    """
    try:
        route = _route(request, [slug for slug in path.split("/") if slug])
    except Http404:
        route = None
    request._wagtail_route_for_request = route  # type: ignore[attr-defined]  # Wagtail sets it, too
    return serve(request, path)


def _route(request: HttpRequest, slugs: list[str]) -> RouteResult:
    """The page at an address; a routable page takes the remaining slugs. Raises Http404."""
    site = site_id(request)
    found = _related_pages(site, slugs) if site else {}
    chain = _chain(found, slugs)
    if not chain:
        raise Http404
    home, page = chain[0], chain[-1]
    model = page.specific_class
    if model is None or not issubclass(model, PortalPage):
        raise Http404
    top_pages = [
        other for other in found.values() if other.is_shown and other.depth == TOP_DEPTH and other.is_child_of(home)
    ]
    keep_top_pages(request, get_language(), top_pages)
    offered_languages.remember(
        other.locale.language_code for other in found.values() if other.is_home and other.is_shown
    )
    (specific,) = _page_query(model)(page=page.pk)
    specific.known_ancestors = chain[1:-1]
    versions = {
        other.locale.language_code: other
        for other in found.values()
        if other.is_shown and other.translation_key == page.translation_key
    }
    specific.versions = {code: versions[code] for code in LANGUAGE_CODES if code in versions}
    setattr(request, PAGE_ADDRESSES, specific.addresses(request.path))
    setattr(request, NEAREST_ADDRESSES, _nearest_addresses(request.path, specific, chain, found))
    return specific.route(request, slugs[len(chain) - 1 :])


def _nearest_addresses(path: str, page: PortalPage, chain: list[Page], found: dict[int, Page]) -> dict[str, str]:
    """Addresses by language for those without a version of `page`, in which another page has the same path.

    They are those of the nearest page above that has a version in the language.
    """
    shown = [other for other in found.values() if other.is_shown]
    by_address = {page_address(other.url_path, other.locale.language_code): other for other in shown}
    by_version = {(other.translation_key, other.locale.language_code): other for other in shown}
    nearest = {}
    for code in LANGUAGE_CODES:
        if code in page.versions or in_language(path, code) not in by_address:
            continue
        above = (by_version.get((ancestor.translation_key, code)) for ancestor in reversed(chain[:-1]))
        if version := next(filter(None, above), None):
            nearest[code] = page_address(version.url_path, code)
    return nearest


def _related_pages(site: int, slugs: list[str]) -> dict[int, Page]:
    """Return all pages needed to serve a URL, and the pages of the menu, by id and in the order of the tree.

    These are the home pages of the site and the pages with one of `slugs`, all in every language, and the
    children of the home page in the active one. `is_home` and `is_shown` (to the public) tell them apart.
    """
    query = _related_pages_query(len(slugs))
    pages = query(site=site, language=get_language(), now=timezone.now(), **parameter_values(slugs))
    return {page.pk: page for page in pages}


@cache
def _page_query(model: type[PortalPage]) -> PreparedQuery:
    """Return the query for a page of this class as it is served."""
    asked = Parameter("page", IntegerField())
    return PreparedQuery(lambda: model._default_manager.select_related("locale", *model.served_with).filter(id=asked))


@cache
def _related_pages_query(number: int) -> PreparedQuery:
    """Return the query for a URL with this number of slugs."""
    return PreparedQuery(lambda: _pages_with(numbered_parameters(number, CharField())))


def _pages_with(slugs: list[Parameter]) -> QuerySet:
    homes = Page.objects.filter(sites_rooted_here=SITE).values("translation_key")
    named = Page.objects.filter(slug__in=slugs).values("translation_key")
    # A union of separate selections: a database uses an index for each of them, but not for one condition with OR.
    first, *others = (
        pages.order_by().values("pk")
        for pages in (
            Page.objects.filter(translation_key__in=homes),
            Page.objects.filter(translation_key__in=named),
            children_of_home(LANGUAGE),
        )
    )
    pages = with_open_calls(Page.objects.filter(pk__in=first.union(*others)), NOW).annotate(
        is_shown=Exists(public(Page.objects.filter(pk=OuterRef("pk")), NOW)),
        is_home=Exists(homes.filter(translation_key=OuterRef("translation_key"))),
    )
    return pages.select_related("locale").order_by("path")


def _chain(found: dict[int, Page], slugs: list[str]) -> list[Page]:
    """The live home page in the active language, then its descendants along `slugs`, as far as they exist."""
    homes = (page for page in found.values() if page.is_home and page.live)
    chain = [page for page in homes if page.locale.language_code == get_language()]
    for slug in slugs if chain else ():
        below = next((page for page in found.values() if page.slug == slug and page.is_child_of(chain[-1])), None)
        if below is None:
            break
        chain.append(below)
    return chain
