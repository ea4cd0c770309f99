"""The head and foot of every page: who runs it, where one can go, in which languages."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Expression, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, Site

from calls.models import Call
from core.i18n.addresses import in_language
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, own_name
from core.pages import TOP_DEPTH
from core.querysets.prepared import LANGUAGE, NOW, SITE, Parameter, PreparedQuery
from core.querysets.visibility import public
from home.models import HomePage, NetworkSettings, NetworkWords

# What is longer was not made by the portal's own links, and would stand in the page seven times.
LONGEST_QUERY = 2_000


@dataclass(frozen=True)
class Network:
    """What the templates say of the network, in one language."""

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
    mark: dict | None = None

    @property
    def contact(self) -> dict[str, str]:
        """The contact block as templates/components/contact.html takes it."""
        return {"postal": self.postal_address, "email": self.email, "phone": self.telephone, "fax": self.fax}


def site_id(request) -> int | None:
    """Which of Wagtail's sites is asked for: no query where there is one, since Wagtail keeps a list of them."""
    sites = {root.site_id for root in Site.get_site_root_paths()}
    if len(sites) == 1:
        return sites.pop()
    site = Site.find_for_request(request)
    return site.pk if site else None


def network_words(request, language: str) -> Network:
    """The network's words in `language`; else its English ones; else the software's name."""
    site = site_id(request)
    said = {row.language: row for row in _words_of(site=site, language=language)}
    words = said.get(language) or said.get(SOURCE_LANGUAGE) or NetworkWords(name="Lyceum")
    network = words.network if words.pk else NetworkSettings.objects.filter(site=site).first() or NetworkSettings()
    return Network(
        name=words.name,
        tagline=words.tagline,
        independence=words.independence,
        postal_address=words.postal_address,
        banner=words.banner,
        email=network.contact_email,
        telephone=network.contact_phone,
        fax=network.contact_fax,
        source_code_url=network.source_code_url,
        home_url=f"/{language}/",
        search_url=f"/{language}/search/",
        suggest_url=f"/{language}/search/suggest/",
        mark=_mark(network),
    )


@PreparedQuery
def _words_of() -> QuerySet:
    said = NetworkWords.objects.filter(network__site=SITE, language__in=[LANGUAGE, SOURCE_LANGUAGE])
    return said.select_related("network__mark")


def _mark(network: NetworkSettings) -> dict | None:
    """The network's own mark; None for the portal's, which is drawn in the page."""
    if network.mark is None:
        return None
    rendition = network.mark.get_rendition("max-192x96|format-webp")
    return {"src": rendition.url, "width": rendition.width, "height": rendition.height}


def top_pages(request, language: str) -> list[Page]:
    """The public pages directly under a language's home page, in the order of the tree.

    `home.views.serve_page` has found them already; the search page and error pages ask for them.
    """
    if hasattr(request, "top_pages"):
        return request.top_pages
    return _pages_at_the_top(language=language, now=timezone.now())


def at_the_top(language: Expression | str) -> QuerySet:
    """The pages directly under a language's home page, public or not.

    By the tables of the few types that may stand there: how deep a page lies no database finds by an index.
    """
    first, *others = (model._default_manager.order_by().values("pk") for model in HomePage.allowed_subpage_models())
    return Page.objects.filter(pk__in=first.union(*others), depth=TOP_DEPTH, locale__language_code=language)


def with_open_calls(pages: QuerySet, at: datetime | Parameter) -> QuerySet:
    """Annotate `open_calls`, how many calls are open at an instant: what the menu says beside the list of calls."""
    return pages.annotate(open_calls=Call.objects.public(at).open(at).as_number())


@PreparedQuery
def _pages_at_the_top() -> QuerySet:
    return (
        with_open_calls(public(at_the_top(LANGUAGE), NOW), NOW).only("title", "slug", "show_in_menus").order_by("path")
    )


def main_navigation(pages: list[Page], language: str, path: str) -> list[dict]:
    """The links at the head of every page: the pages that an editor put into the menus."""
    items = []
    for page in pages:
        if page.show_in_menus:
            url = f"/{language}/{page.slug}/"
            items.append(
                {
                    "label": page.title,
                    "url": url,
                    "current": path.startswith(url),
                    "note": _open_calls(page.open_calls) if page.slug == "calls" else "",
                }
            )
    return items


def _open_calls(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s open", "%(count)s open", count) % {"count": count}


def languages(path: str, current: str, query: QueryDict) -> list[dict]:
    """The language strip: every language, leading to this same page in it, with the same filters."""
    kept = query.copy()
    # Other languages have other lists, and perhaps fewer pages of them.
    kept.pop("page", None)
    asked = kept.urlencode()
    asked = f"?{asked}" if 0 < len(asked) <= LONGEST_QUERY else ""
    return [
        {
            "code": code,
            "name": own_name(code),
            "url": in_language(path, code) + asked,
            "current": code == current,
        }
        for code in LANGUAGE_CODES
    ]


def footer(pages: list[Page], language: str, network: Network) -> list[dict]:
    """The groups of links at the foot of every page."""
    find = [page for page in pages if page.show_in_menus]
    about = [page for page in pages if not page.show_in_menus]
    groups: list[dict] = [
        {"title": _("Find"), "links": _links(find, language)},
        {
            "title": _("Follow"),
            "links": [
                {"label": _("Calendar of events"), "url": f"/{language}/events/calendar.ics"},
            ],
        },
        {"title": _("About"), "links": _links(about, language)},
    ]
    if network.source_code_url:
        groups[-1]["links"].append({"label": _("Source code"), "url": network.source_code_url})
    return groups


def _links(pages: list[Page], language: str) -> list[dict]:
    return [{"label": page.title, "url": f"/{language}/{page.slug}/"} for page in pages]
