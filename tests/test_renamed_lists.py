"""List pages are renamed in every language: no link to an old address is left, and every link is answered."""

import re
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.utils import timezone
from lxml import html

from calls.models import CallPage
from cities.models import ClusterCoordination
from clusters.models import ClusterPage
from core.i18n.languages import LANGUAGE_CODES
from events.models import EventCluster, EventPage, EventPractice
from home.models import NewsCity, NewsPage, StandardPage
from home.structure import LIST_PAGES
from mails.models import Notice
from practices.models import PracticePage
from search import outbox
from search.rebuild import rebuild_index
from tests import factories
from tests.moderation.submissions import Case
from tests.reading import fetch

pytestmark = pytest.mark.one_database

KINDS = (PracticePage, ClusterPage, EventPage, CallPage, NewsPage, StandardPage)
OLD_SLUGS = "|".join(page.slug for page in LIST_PAGES)
# A dump has the addresses of its night.
NOT_READ = ("/static/", "/media/", "/admin/", "/data/dumps/")
# Addresses for programs, which do not follow the list pages: docs/calls.md.
FOR_PROGRAMS = r"(?:calls|events)/calendar\.ics"
OLD_ADDRESS = re.compile(
    rf"(?<![\w-])/(?:{'|'.join(LANGUAGE_CODES)})/(?!{FOR_PROGRAMS})(?:{OLD_SLUGS})(?![\w-])[^\s\"'<>]*"
)
CITY = "dk-sonderborg"


@pytest.fixture
def network(tmp_path, settings, db) -> tuple[str, str]:
    """One of everything in English, most of it in French, too, in the trees of seven languages; in the index.

    Returns the codes of the event and of the call.
    """
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree(*(code for code in LANGUAGE_CODES if code != "en"))
    city, neighbour = factories.city(code=CITY), factories.city()
    factories.profile(city)
    cluster = factories.cluster()
    hub = factories.cluster_page(cluster)
    for place in (city, neighbour):
        ClusterCoordination.objects.create(city=place, cluster=cluster, first_year=2020)
    first = factories.practice(city=neighbour, clusters=[cluster])
    practice = factories.practice(city=city, clusters=[cluster], adapted_from=first)
    event = factories.event(
        host_city=city,
        event_clusters=[EventCluster(cluster=cluster)],
        event_practices=[EventPractice(practice=practice)],
    )
    past = timezone.localdate() - timedelta(days=30)
    factories.event(first_day=past, last_day=past, host_city=city)
    call = factories.call()
    call.clusters.set([cluster])
    call.save()
    pages = [
        practice,
        hub,
        event,
        factories.call_page(call),
        factories.news(news_cities=[NewsCity(city=city)]),
        factories.standard_page(),
    ]
    for page in pages:
        factories.translated(page, "fr")
    rebuild_index()
    return event.code, call.code


def rename_every_list() -> dict[tuple[str, str], str]:
    """Give each list page in each language a name of its own; what each old address leads to now."""
    leads_to = {}
    for kind in LIST_PAGES:
        # Originals first: a new name follows into the translations, which then get their own.
        for page in sorted(kind.model.objects.select_related("locale"), key=lambda page: not page.is_original):
            slug = f"list-{LIST_PAGES.index(kind)}-{page.language}"
            factories.rename(page, slug)
            leads_to[page.language, kind.slug] = f"/{page.language}/{slug}/"
    while outbox.drain():
        pass
    return leads_to


class Crawl:
    """Reads addresses and follows all links of the portal; of those with a query string one for each set of names."""

    def __init__(self, addresses: list[str], reader: Client | None = None, follow: str = "/"):
        """reader: who reads; by default the public. follow: a pattern of the pages whose links are followed."""
        self.reader = reader or Client(SERVER_NAME="localhost")
        self.follow = re.compile(follow)
        self.waiting = deque(addresses)
        self.seen = {self._kind(address) for address in addresses}
        self.read: dict[str, str] = {}
        self.old: set[tuple[str, str]] = set()
        self.dead: set[tuple[str, int]] = set()

    def run(self) -> None:
        while self.waiting:
            address = self.waiting.popleft()
            # A lasting address leads on to the page.
            response = self.reader.get(address, follow=address.startswith("/c/"))
            text = response.getvalue().decode("utf-8", "replace")
            if response.status_code != 200:
                self.dead.add((address, response.status_code))
                continue
            self.read[address] = text
            self.old |= {(address, found) for found in OLD_ADDRESS.findall(text)}
            for link in links(address, text, response["Content-Type"]) if self.follow.match(address) else ():
                if self._kind(link) not in self.seen:
                    self.seen.add(self._kind(link))
                    self.waiting.append(link)

    def _kind(self, address: str) -> tuple:
        parts = urlsplit(address)
        return parts.path, *sorted({name for name, _value in parse_qsl(parts.query)})


def links(address: str, text: str, content_type: str) -> Iterator[str]:
    """The addresses of the portal that an answer leads to.

    Not what the language strip offers in languages without the page: `test_errors` reads those pages.
    """
    own, found = settings.WAGTAILADMIN_BASE_URL, []
    if "html" in content_type:
        page = html.fromstring(text)
        found = page.xpath("//a/@href | //link/@href | //form[@method='get']/@action | //img/@src | //@data-suggest")
        current = page.xpath("//link[@rel='alternate'][@hreflang]/@href")
        offered = set(page.xpath("//nav[contains(@class, 'strip')]//a/@href | //details//nav//a[@hreflang]/@href"))
        there = {urlsplit(link).path for link in current}
        found = [link for link in found if link not in offered or urlsplit(link).path in there]
    elif re.search("xml|json|calendar|plain", content_type):
        unfolded = text.replace("\r\n ", "")
        found = re.findall(rf"{re.escape(own)}[^\s\"'<>\\]*", unfolded) + re.findall(r"\"(/[^\"<>{}\s]+)\"", unfolded)
    for link in found:
        parts = urlsplit(urljoin(own + address, link.strip()))
        if parts.netloc == urlsplit(own).netloc and not parts.path.startswith(NOT_READ):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def test_no_link_to_an_old_address_is_left_and_every_link_is_answered(network):
    event, call = network
    leads_to = rename_every_list()
    crawl = Crawl(
        [
            *("/sitemap.xml", "/robots.txt", f"/calls/{call}.json", f"/calls/{call}.ics", f"/events/{event}.ics"),
            *(f"/{code}/{kind}/calendar.ics" for code in LANGUAGE_CODES for kind in ("calls", "events")),
            *(f"/{code}/search/?q={word}" for code in LANGUAGE_CODES for word in ("city", "nothing-like-it")),
            *(f"/{code}/search/suggest/?q=city" for code in LANGUAGE_CODES),
            *(f"/{code}/" for code in LANGUAGE_CODES),
            f"{leads_to['en', 'practices']}?q=nothing-like-it",
        ]
    )
    crawl.run()
    assert crawl.old == set()
    assert crawl.dead == set()
    for code in LANGUAGE_CODES:
        lists = {address for (language, _slug), address in leads_to.items() if language == code}
        assert lists <= set(crawl.read), "every list is linked"
        assert {f"{leads_to[code, 'cities']}{CITY}/", f"{leads_to[code, 'events']}past/"} <= set(crawl.read)
    kinds = {address.split("/")[2] for address in crawl.read if len(address.split("/")) == 5}
    assert {f"list-{number}-{code}" for number in range(6) for code in ("en", "fr")} <= kinds, "a page of each kind"
    assert f"{leads_to['fr', 'cities']}{CITY}/" in crawl.read["/fr/search/suggest/?q=city"]


def test_every_old_address_leads_to_the_new_one(network):
    old = re.findall(rf"<loc>{settings.WAGTAILADMIN_BASE_URL}([^<]+)", Client().get("/sitemap.xml").content.decode())
    old = [address for address in old if OLD_ADDRESS.match(address)]
    leads_to = rename_every_list()
    assert len(old) > 50
    for address in old:
        language, slug, rest = address[1:].split("/", 2)
        response = Client().get(address)
        assert (response.status_code, response.headers.get("Location")) == (301, leads_to[language, slug] + rest)


def test_a_page_that_a_language_lacks_is_named_with_its_new_address(network):
    factories.practice(slug="only-english")
    leads_to = rename_every_list()
    english = f"{leads_to['en', 'practices']}only-english/"
    (offered,) = fetch(english).xpath("//nav[@class='strip']//a[@hreflang='fr']/@href")
    for french in (offered, f"{leads_to['fr', 'practices']}only-english/"):
        response = Client().get(french, follow=True)
        assert response.status_code == 404
        page = html.fromstring(response.content.decode())
        assert page.xpath("//main//p[@class='lede']/a/@href") == [english]


def test_no_link_leads_to_a_list_that_is_hidden(network):
    hidden = set()
    for kind in LIST_PAGES:
        page = kind.model.objects.get(locale__language_code="fr")
        page.unpublish()
        hidden.add(page.address)
    while outbox.drain():
        pass
    assert "/fr/cities/" in hidden
    pages = [page.address for kind in KINDS for page in kind.objects.filter(locale__language_code="fr")]
    crawl = Crawl(["/sitemap.xml", "/fr/", "/fr/search/?q=city", "/fr/search/?q=nothing-like-it", *pages])
    crawl.run()
    assert crawl.dead == set()
    assert len(pages) == len(KINDS)
    assert set(pages) <= set(crawl.read), "the pages below a list that is not published are read as before"
    assert not {urlsplit(address).path for address in crawl.read} & hidden
    assert not [address for address in crawl.read if address.startswith("/fr/cities/")]


def test_the_desk_and_the_mails_link_to_the_new_addresses(network, sign_in):
    case = Case()
    case.approve()
    factories.translated(case.page, "fr")
    before = case.page.address
    leads_to = rename_every_list()
    case.submit(title="Market traders learn to count")
    case.approve()
    address = f"{leads_to['en', 'practices']}{case.page.slug}/"
    published = Notice.objects.filter(recipient=case.owner, kind="published").order_by("pk")
    assert len(published) == 2
    assert before in published[0].mail.message, "it was written before, and its link is redirected"
    for text in (published[1].mail.message, published[1].mail.html_message):
        assert address in text
        assert not OLD_ADDRESS.search(text)
    crawl = Crawl(["/en/desk/", "/ar/desk/"], sign_in(case.owner), "/(?:en|ar)/desk/")
    crawl.run()
    assert crawl.old == set()
    assert crawl.dead == set()
    assert {address, *(f"/{code}/desk/cities/{case.city.code}/" for code in ("en", "ar"))} <= set(crawl.read)


# --- In the source ------------------------------------------------------------------------------

# How somebody would write the address of a list page: "/en/cities/", f"/{language}/cities/",
# href="/{{ code }}/cities/", Value("/cities/"); or compare its slug.
BY_HAND = re.compile(
    rf"""(?:[}})*]/?|/(?:{"|".join(LANGUAGE_CODES)})/)(?!(?:calls|events)/calendar\\?\.ics)(?:{OLD_SLUGS})(?:/|["'?#])
    |["'`]/?(?:{OLD_SLUGS})/["'`?#]
    |slug\w*\s*(?:=|==|!=|in)\s*[(\[{{]?\s*["'](?:{OLD_SLUGS})["']""",
    re.VERBOSE,
)
ON_ANOTHER_SITE = re.compile(r"https?://[\w-]+(?:\.[\w-]+)+/[^\s\"']*")
APPS = sorted(app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR)
FOLDERS = [*APPS, "search_engines", "styleguide", "scripts", "templates", "static"]
ENDINGS = {".py", ".html", ".txt", ".js", ".css", ".toml", ".svg", ".json", ".xml"}


def by_hand(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if BY_HAND.search(ON_ANOTHER_SITE.sub("", line))]


def test_no_address_of_a_list_is_written_in_the_source():
    every = (file for folder in FOLDERS for file in Path(settings.BASE_DIR, folder).rglob("*"))
    files = [file for file in every if file.suffix in ENDINGS]
    found = {str(file.relative_to(settings.BASE_DIR)): lines for file in files if (lines := by_hand(file.read_text()))}
    assert {"desk", "moderation", "mails", "audit"} <= {file.relative_to(settings.BASE_DIR).parts[0] for file in files}
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        'return f"/{language}/cities/{code}/"',
        '"url": f"/{reader}/practices/?cluster={cluster.code}",',
        'Value("/clusters/")',
        'if page.slug == "calls":',
        'slug in ("news", "events")',
        '<a href="/{{ page_language }}/events/">',
        "{{ portal_url }}practices/",
        'fetch("/en/practices/")',
        "fetch(`/${language}/cities/`)",
        "a[href$='/calls/']",
        'url = "/fr/news/opening/"',
        "re_path(rf\"^({'|'.join(LANGUAGE_CODES)})/events/all$\")",
    ],
)
def test_an_address_of_a_list_that_is_written_in_the_source_is_noticed(line):
    assert by_hand(line)
