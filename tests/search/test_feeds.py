"""A search as a feed: what feed readers get, read back by one (feedparser) and against the rules of RFC 4287."""

import re
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from core.i18n.addresses import absolute
from practices.models import PracticePage
from search import feeds, reading
from search.rebuild import rebuild_index
from search_engines import EngineUnavailable
from tests import factories
from tests.calls.builders import extend
from tests.queries import queries_of
from tests.reading import fetch

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(params=["embedded", "elasticsearch"])
def on_each_engine(request):
    """The trees of three languages, on one engine after the other; nothing is indexed yet."""
    request.getfixturevalue(f"on_{request.param}")
    factories.tree("fr", "ar")


def read(query: str = "", language: str = "en"):
    """The feed as a feed reader sees it, after a check against the rules of the format."""
    answer = Client().get(f"/{language}/search/feed.atom{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    check(answer.content)
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    return parsed


def check(content: bytes) -> None:
    """RFC 4287, 4.1.1, 4.1.2 and 4.2: which elements must be there, how often, and with which values."""
    feed = etree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert URN.fullmatch(element.findtext(f"{ATOM}id"))
        assert element.find(f"{ATOM}author/{ATOM}name").text
        links = [(link.get("rel"), link.get("href")) for link in element.findall(f"{ATOM}link")]
        assert [rel for rel, _href in links].count("alternate") == 1
        assert all(href.startswith((absolute("/"), "https://creativecommons.org/")) for _rel, href in links)
        for instant in (*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")):
            assert datetime.fromisoformat(instant.text).utcoffset() == timedelta(0)
    ids = [found.text for found in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    assert "self" in [link.get("rel") for link in feed.findall(f"{ATOM}link")]


def titles(feed) -> list[str]:
    return [entry.title for entry in feed.entries]


def published(page, days_ago: int) -> None:
    """Let a version be published some days ago."""
    instant = timezone.now() - timedelta(days=days_ago)
    type(page).objects.filter(pk=page.pk).update(first_published_at=instant, last_published_at=instant)


def test_a_feed_has_what_the_search_finds_with_the_newest_first(on_each_engine):
    literacy = factories.public_cluster(code="literacy")
    older = factories.practice(title="Older & <wanted>", clusters=[literacy])
    arabic = factories.practice("ar", title="درس", clusters=[literacy], **factories.BY_CITY)
    factories.practice(title="Of another cluster")
    factories.practice(title="Draft decoy", clusters=[literacy]).unpublish()
    factories.news(title="News decoy")
    published(older, 5)
    published(arabic, 2)
    rebuild_index()
    feed = read("?type=practice&cluster=literacy&sort=title&page=7&cluster=unknown&from=x")
    assert titles(feed) == ["درس", "Older & <wanted>"]
    foreign, own = feed.entries
    assert foreign.title_detail.language == "ar"
    assert "In Arabic (original)" in foreign.summary
    assert "In English" not in own.summary
    assert own.link == absolute(older.url)
    assert own.rights == "CC BY-SA 4.0"
    assert own.author == "Lyceum"
    assert foreign.author == f"{arabic.city.own_name}, Denmark"
    assert "Practices" in feed.feed.title
    assert feed.feed.language == "en"
    alternate, own_address = feed.feed.links
    assert alternate.href == absolute("/en/search/?type=practice&cluster=literacy")
    assert own_address.href == absolute("/en/search/feed.atom?type=practice&cluster=literacy")


@pytest.mark.usefixtures("network")
class TestOnTheEmbeddedEngine:
    def test_the_entry_of_a_call_shows_its_deadline_and_comes_again_when_that_moves(self):
        page = factories.call_page(factories.call(first_deadline=datetime(2099, 3, 1, tzinfo=UTC)))
        published(page, 30)
        news = factories.news()
        published(news, 3)
        rebuild_index()
        before = read("?type=call&type=news")
        assert titles(before) == [news.title, page.title]
        assert "1 March 2099, 00:59 (Hamburg)" in before.entries[1].summary
        extend(page.call, new=datetime(2099, 5, 1, tzinfo=UTC))
        after = read("?type=call&type=news")
        assert titles(after) == [page.title, news.title]
        entry = after.entries[0]
        assert entry.id == before.entries[1].id
        assert entry.updated > before.entries[1].updated
        assert entry.published == before.entries[1].published
        assert "1 May 2099, 01:59 (Hamburg)" in entry.summary
        assert "Earlier date, no longer valid: 1 March 2099" in entry.summary

    def test_an_announcement_ends_the_time_for_which_a_feed_may_be_stored(self):
        page = factories.call_page()
        extend(page.call, new=datetime(2101, 1, 1, tzinfo=UTC), announce_at=timezone.now() + timedelta(seconds=60))
        rebuild_index()
        answer = Client().get("/en/search/feed.atom")
        assert re.fullmatch(r"public, max-age=[1-5]\d", answer["Cache-Control"])

    def test_ids_survive_a_new_address_and_differ_between_versions_and_networks(self):
        page = factories.practice()
        factories.translated(page, "fr")
        rebuild_index()
        query = "?type=practice"
        english, french = read(query).entries[0], read(query, "fr").entries[0]
        assert english.id != french.id
        feed_id = read().feed.id
        factories.rename(page, "another-address")
        rebuild_index()
        assert read(query).entries[0].link.endswith("/another-address/")
        assert (read(query).entries[0].id, read().feed.id) == (english.id, feed_id)
        home = factories.tree("fr", "ar")
        type(home).objects.filter(pk=home.pk).update(translation_key="0" * 32)
        rebuild_index()
        assert read(query).entries[0].id != english.id
        assert read().feed.id != feed_id

    def test_what_xml_cannot_hold_is_left_out(self):
        page = factories.practice(title="Bell")
        PracticePage.objects.filter(pk=page.pk).update(title="Bell \x07 \x0b\ufffe rings")
        rebuild_index()
        assert read("?type=practice").entries[0].title.split() == ["Bell", "rings"]

    def test_an_unchanged_feed_has_the_same_bytes(self):
        first, second = (Client().get("/en/search/feed.atom").content for _ in range(2))
        assert first == second
        assert read("?type=event").feed.updated == "1970-01-01T00:00:00+00:00"

    def test_a_feed_of_many_hits_has_those_published_last_whatever_their_own_date(self, monkeypatch):
        monkeypatch.setattr(feeds, "MAX_PER_PAGE", 2)
        for days in (40, 50, 60):
            published(factories.event(title=f"Event {days}"), days)
        published(factories.news(title="New news"), 1)
        call = factories.call_page(title="Moved call")
        published(call, 300)
        extend(call.call, new=datetime(2101, 1, 1, tzinfo=UTC))
        rebuild_index()
        assert titles(read("?type=event&type=news&type=call"))[:2] == ["Moved call", "New news"]

    def test_without_the_engine_the_database_answers_for_kinds_and_nothing_for_filters(self, monkeypatch):
        factories.news(title="News")
        rebuild_index()

        class Down:
            def search(self, criteria):
                raise EngineUnavailable("down")

        monkeypatch.setattr(reading, "current_engine", Down)
        assert titles(read("?type=news")) == ["News"]
        for query in ("?q=news", "?type=news&country=DK", "?from=2020"):
            answer = Client().get(f"/fr/search/feed.atom{query}")
            assert answer.status_code == 503
            assert answer["Retry-After"] == "300"
            assert answer["Content-Type"].startswith("text/plain")
            assert "La recherche ne fonctionne pas" in answer.content.decode()

    def test_a_translation_that_is_out_of_date_says_so(self):
        page = factories.practice()
        french = factories.translated(page, "fr")
        rebuild_index()
        query = "?type=practice"
        assert "N’est plus à jour" not in read(query, "fr").entries[0].summary
        PracticePage.objects.filter(pk=french.pk).update(text_outdated_since=timezone.now())
        assert "N’est plus à jour" in read(query, "fr").entries[0].summary

    def test_hostile_parameters_get_what_the_search_gives(self):
        rebuild_index()
        for query in (
            "?q=%00%ff",
            "?q=" + "a" * 3000,
            "?city=' OR 1=1",
            "?type=x&page=-1",
            "?from=99999999999",
            "?q=%22",
        ):
            assert Client().get(f"/en/search/feed.atom{query}").status_code == 200, query

    def test_the_number_of_queries_does_not_depend_on_the_number_of_entries(self):
        def add() -> None:
            factories.practice(city=factories.city())
            factories.event(host_city=factories.city())
            factories.news()
            factories.call_page()

        add()
        rebuild_index()
        address = "/en/search/feed.atom"
        few = queries_of(address)
        add()
        rebuild_index()
        assert queries_of(address) == few

    def test_pages_lead_to_their_feeds(self):
        hub = factories.cluster_page(factories.cluster(code="literacy"))
        rebuild_index()
        feed = "/en/search/feed.atom"
        expected = {
            "/en/": {f"{feed}?type=practice", f"{feed}?type=call", f"{feed}?type=news"},
            "/en/practices/": {f"{feed}?type=practice"},
            "/en/calls/": {f"{feed}?type=call"},
            "/en/news/": {f"{feed}?type=news"},
            hub.url: {f"{feed}?cluster=literacy"},
            "/en/search/?type=news&q=roof": {f"{feed}?q=roof&type=news"},
        }
        for address, addresses in expected.items():
            page = fetch(address)
            assert set(page.xpath("//head/link[@type='application/atom+xml']/@href")) == addresses, address
            assert addresses <= set(page.xpath("//body//a/@href")), address
