"""Serving pages: one query finds the page and what every page shows of the tree, where Wagtail takes eight."""

from functools import cache

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from core.i18n.languages import LANGUAGE_CODES
from core.pages import TOP_DEPTH, PortalPage
from core.querysets.prepared import LANGUAGE, NOW, SITE, Parameter, PreparedQuery, numbered_parameters, parameter_values
from core.querysets.visibility import public
from home.navigation import at_the_top, site_id, with_open_calls


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's view, told which page lies at `path` in the tree of the active language.

    Wagtail asks its own way where the attribute that its `Page.route_for_request` keeps is not set.
    """
    try:
        route = _route(request, [slug for slug in path.split("/") if slug])
    except Http404:
        route = None
    request._wagtail_route_for_request = route  # type: ignore[attr-defined]  # Wagtail sets it, too
    return serve(request, path)


def _route(request: HttpRequest, slugs: list[str]) -> RouteResult:
    """The page at an address, or where a routable page takes the rest of it. Raises Http404."""
    site = site_id(request)
    found = _surroundings(site, slugs) if site else {}
    chain = _way_down(found, slugs)
    if not chain:
        raise Http404
    home, page = chain[0], chain[-1]
    model = page.specific_class
    if model is None or not issubclass(model, PortalPage):
        raise Http404
    top = [other for other in found.values() if other.is_shown and other.depth == TOP_DEPTH and other.is_child_of(home)]
    request.top_pages = top  # type: ignore[attr-defined]  # read by home.navigation
    specific = model._default_manager.select_related("locale", *model.served_with).get(pk=page.pk)
    specific.known_ancestors = chain[1:-1]
    versions = {
        other.locale.language_code: other
        for other in found.values()
        if other.is_shown and other.translation_key == page.translation_key
    }
    specific.versions = {code: versions[code] for code in LANGUAGE_CODES if code in versions}
    return specific.route(request, slugs[len(chain) - 1 :])


def _surroundings(site: int, slugs: list[str]) -> dict[int, Page]:
    """By their ids and in the order of the tree: all that an address can be about, and the pages at the top.

    Those are the site's home pages and what has one of `slugs`, in every language, and the pages
    directly below a home page in the active one. `is_home` and `is_shown` (to the public) say which.
    """
    query = _surroundings_of(len(slugs))
    pages = query(site=site, language=get_language(), now=timezone.now(), **parameter_values(slugs))
    return {page.pk: page for page in pages}


@cache
def _surroundings_of(number: int) -> PreparedQuery:
    """The query for an address of so many slugs."""
    return PreparedQuery(lambda: _pages_around(numbered_parameters(number, CharField())))


def _pages_around(slugs: list[Parameter]) -> QuerySet:
    homes = Page.objects.filter(sites_rooted_here=SITE).values("translation_key")
    named = Page.objects.filter(slug__in=slugs).values("translation_key")
    # Selections apart, because a database finds each by an index, but not all in one condition.
    first, *others = (
        pages.order_by().values("pk")
        for pages in (
            Page.objects.filter(translation_key__in=homes),
            Page.objects.filter(translation_key__in=named),
            at_the_top(LANGUAGE),
        )
    )
    pages = with_open_calls(Page.objects.filter(pk__in=first.union(*others)), NOW).annotate(
        is_shown=Exists(public(Page.objects.filter(pk=OuterRef("pk")), NOW)),
        is_home=Exists(homes.filter(translation_key=OuterRef("translation_key"))),
    )
    return pages.select_related("locale").order_by("path")


def _way_down(found: dict[int, Page], slugs: list[str]) -> list[Page]:
    """The live home page in the active language, and the pages below it along `slugs` as far as there are."""
    homes = (page for page in found.values() if page.is_home and page.live)
    chain = [page for page in homes if page.locale.language_code == get_language()]
    for slug in slugs if chain else ():
        below = next((page for page in found.values() if page.slug == slug and page.is_child_of(chain[-1])), None)
        if below is None:
            break
        chain.append(below)
    return chain
