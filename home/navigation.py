"""The header and footer of every page: the name of the network, the menus, the languages."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Expression, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, Site

from calls.models import Call, CallIndexPage
from core import list_pages
from core.calendars import subscription_url
from core.i18n.addresses import address_without_version, page_address
from core.i18n.languages import SOURCE_LANGUAGE, own_name
from core.media.pictures import picture_context
from core.offered_languages import in_languages, offered_languages
from core.pages import TOP_DEPTH
from core.querysets.prepared import LANGUAGE, NOW, SITE, Parameter, PreparedQuery
from core.querysets.visibility import public
from core.shown_instant import shown_instant
from home.models import HomePage, NetworkSettings, NetworkWords

# The portal's own links have shorter query strings; a longer one would be repeated in every link of the strip.
LONGEST_QUERY = 2_000


@dataclass(frozen=True)
class Network:
    """The settings of the network in one language, for the templates."""

    name: str
    tagline: str
    independence: str
    postal_address: str
    banner: str
    email: str
    telephone: str
    fax: str
    source_code_url: str
    home_url: str
    search_url: str
    suggest_url: str
    is_demonstration: bool = False
    mark: dict | None = None

    @property
    def contact(self) -> dict[str, str]:
        """The contact block, for templates/components/contact.html."""
        return {"postal": self.postal_address, "email": self.email, "phone": self.telephone, "fax": self.fax}


def site_id(request) -> int | None:
    """The id of the Wagtail site of a request; None without one.

    No query for a single site: Wagtail caches the root paths of all sites.
    """
    sites = {root.site_id for root in Site.get_site_root_paths()}
    if len(sites) == 1:
        return sites.pop()
    site = Site.find_for_request(request)
    return site.pk if site else None


def network_words(request, language: str) -> Network:
    """The network with its text in `language`; the fallbacks are English, then the name of the software."""
    site = site_id(request)
    texts = {row.language: row for row in _texts_of_network(site=site, language=language)}
    text = texts.get(language) or texts.get(SOURCE_LANGUAGE) or NetworkWords(name="Lyceum")
    network = text.network if text.pk else NetworkSettings.objects.filter(site=site).first() or NetworkSettings()
    return Network(
        name=text.name,
        tagline=text.tagline,
        independence=text.independence,
        postal_address=text.postal_address,
        banner=text.banner,
        email=network.contact_email,
        telephone=network.contact_phone,
        fax=network.contact_fax,
        source_code_url=network.source_code_url,
        home_url=f"/{language}/",
        search_url=f"/{language}/search/",
        suggest_url=f"/{language}/search/suggest/",
        is_demonstration=network.is_demonstration,
        mark=_mark(network),
    )


@PreparedQuery
def _texts_of_network() -> QuerySet:
    texts = NetworkWords.objects.filter(network__site=SITE, language__in=[LANGUAGE, SOURCE_LANGUAGE])
    return texts.select_related("network__mark")


def _mark(network: NetworkSettings) -> dict | None:
    """The network's own logo; None for the portal's, which is part of the template."""
    return picture_context(network.mark, "", "max-192x96|format-webp")


def top_pages(request, language: str) -> list[Page]:
    """The public children of the home page in a language, in the order of the tree.

    Read once per request: a served page has them from the query that found it (`home.views`).
    """
    if not hasattr(request, "top_pages"):
        keep_top_pages(request, language, _public_top_pages(language=language, now=shown_instant(request)))
    return request.top_pages


def keep_top_pages(request, language: str, pages: list[Page]) -> None:
    """Keep what `top_pages` returns, also as the addresses of the list pages, for the rest of the request."""
    request.top_pages = pages
    list_pages.remember(language, pages)


def children_of_home(language: Expression | str) -> QuerySet:
    """The children of the home page in a language, public or not.

    Selected by the tables of the page types that are allowed there: no database has an index on depth.
    """
    first, *others = (model._default_manager.order_by().values("pk") for model in HomePage.allowed_subpage_models())
    return Page.objects.filter(pk__in=first.union(*others), depth=TOP_DEPTH, locale__language_code=language)


def with_open_calls(pages: QuerySet, at: datetime | Parameter) -> QuerySet:
    """Annotate `open_calls`, the number of calls that are open at an instant: the menu shows it."""
    return pages.annotate(open_calls=Call.objects.public(at).open(at).as_count())


@PreparedQuery
def _public_top_pages() -> QuerySet:
    pages = with_open_calls(public(children_of_home(LANGUAGE), NOW), NOW)
    return pages.only("title", "url_path", "content_type", "show_in_menus").order_by("path")


def main_navigation(pages: list[Page], language: str, path: str) -> list[dict]:
    """The links of the main menu: the top pages that an editor put into the menus.

    path: the address that is asked for.
    """
    return [
        {
            **_link(page, language),
            "current": path.startswith(page_address(page.url_path, language)),
            "note": _open_calls(page.open_calls) if page.specific_class is CallIndexPage else "",
        }
        for page in pages
        if page.show_in_menus
    ]


def _open_calls(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s open", "%(count)s open", count) % {"count": count}


def languages(request, current: str) -> list[dict]:
    """The links of the language strip: this page in every offered language, with the same filters; none for only one.

    A language without a version of the page keeps its link: `address_without_version` says where it leads.
    """
    query = request.GET.copy()
    # Lists have other rows in other languages, and perhaps fewer pages.
    query.pop("page", None)
    query_string = query.urlencode()
    suffix = f"?{query_string}" if 0 < len(query_string) <= LONGEST_QUERY else ""
    versions, offered = in_languages(request), offered_languages()
    if len(offered) < 2:
        return []
    return [
        {
            "code": code,
            "name": own_name(code),
            "url": (versions.get(code) or address_without_version(request, code)) + suffix,
            "current": code == current,
        }
        for code in offered
    ]


def footer(pages: list[Page], language: str, network: Network) -> list[dict]:
    """The groups of links in the footer."""
    find = [page for page in pages if page.show_in_menus]
    about = [page for page in pages if not page.show_in_menus]
    calendars = [
        {"label": label, "url": subscription_url(reverse(name, kwargs={"language": language}))}
        for label, name in (
            (_("Calendar of events"), "event_feed"),
            (_("Calendar of call deadlines"), "calls_calendar"),
        )
    ]
    feed = reverse("search-feed")
    feeds = [
        {"label": _("Feed of practices"), "url": f"{feed}?type=practice"},
        {"label": _("Feed of calls"), "url": f"{feed}?type=call"},
        {"label": _("Feed of news"), "url": f"{feed}?type=news"},
    ]
    groups: list[dict] = [
        {"title": _("Sections"), "links": [_link(page, language) for page in find]},
        {"title": _("Subscribe"), "links": [*calendars, *feeds]},
        {"title": _("About the portal"), "links": [_link(page, language) for page in about]},
    ]
    groups[-1]["links"].append({"label": _("Help"), "url": reverse("help")})
    groups[-1]["links"].append({"label": _("Open data"), "url": reverse("open-data")})
    if network.source_code_url:
        groups[-1]["links"].append({"label": _("Source code"), "url": network.source_code_url})
    return groups


def _link(page: Page, language: str) -> dict[str, str]:
    return {"label": page.title, "url": page_address(page.url_path, language)}
