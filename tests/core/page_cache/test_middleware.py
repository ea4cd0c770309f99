"""Kept pages are what a page made now would be, for every reader, and cost one query."""

import gzip
import re
import threading
import time
from collections.abc import Iterable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from calls.models import Call
from core.page_cache import content_version
from core.page_cache.middleware import PageCacheMiddleware
from open_data.dumps import make_dump
from portal.page_cache_rules import UNREAD_MODELS
from search.rebuild import rebuild_index
from tests import factories
from tests.calls.builders import extend
from tests.test_query_counts import Network

SETTLED = timedelta(minutes=1)
FEEDS = (
    "/en/search/feed.atom",
    "/en/events/calendar.ics",
    "/en/calls/calendar.ics",
    "/sitemap.xml",
    "/robots.txt",
    "/brand.css",
    "/en/data/",
    "/api/v1/practices",
    "/api/v1/cities",
)


def get(address: str = "/en/", **headers):
    return Client().get(address, headers=headers)


@pytest.mark.django_db
def test_kept_pages_cost_one_query_and_read_only_what_is_watched(page_cache, tmp_path, settings):
    """The pages of all types, as made and as kept: the tables that they read are those whose changes count."""
    from django.apps import apps

    settings.SEARCH_DIRECTORY = tmp_path / "search"
    network = Network()
    network.add_rows()
    rebuild_index()
    make_dump()
    # The API counts requests, which decides whether it answers, and not what.
    unread = {apps.get_model(label)._meta.db_table for label in UNREAD_MODELS if label != "accounts.Attempt"}
    with time_machine.travel(timezone.now() + SETTLED, tick=False):
        _check_kept((*network.addresses, *FEEDS, f"/calls/{network.call.code}.ics"), unread)


def _check_kept(addresses: Iterable[str], unread: set[str]) -> None:
    for address in addresses:
        with CaptureQueriesContext(connection) as made:
            first = get(address)
        assert first.status_code == 200, address
        read = {table for query in made for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
        assert read & unread == set(), address
        assert "s-maxage" in first["Cache-Control"], address
        assert not first.cookies, address
        assert "cookie" not in first.get("Vary", "").lower(), address
        with CaptureQueriesContext(connection) as kept:
            second = get(address)
        assert len(kept) == 1, (
            address,
            first["Cache-Control"],
            [query["sql"][:60] + query["sql"][-200:] for query in kept],
        )
        assert second.content == first.content


def _restrict(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def _publish(page, **values) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def _city(page) -> None:
    page.city.own_name = "Another"
    page.city.save()


# What editors do, the last of it with the page of the one before.
CHANGES = {
    "a new title": lambda page: _publish(page, title="Renamed"),
    "its city": _city,
    "the words of the network": lambda page: factories.network(words={"name": "Cities that learn"}),
    "a translation": lambda page: factories.translated(page, "fr"),
    "a rule for its readers": lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
    "none again": lambda page: PageViewRestriction.objects.all().delete(),
    "another address": lambda page: factories.rename(page, "circles"),
    "no redirect any longer": lambda page: Redirect.objects.all().delete(),
    "its withdrawal": lambda page: page.unpublish(),
    "its return": lambda page: _publish(page),
    "its deletion": lambda page: page.delete(),
    "a home page": lambda page: page.get_ancestors().get(depth=2).specific.unpublish(),
}


@pytest.mark.django_db
def test_no_page_is_older_than_a_change(read, tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree("fr")
    factories.network()
    page = factories.practice(title="Reading circles", city=factories.city())
    first, pk = page.url, page.pk
    rebuild_index()
    for name, change in CHANGES.items():
        address = "/en/" if name in ("its withdrawal", "its return", "its deletion", "a home page") else first
        before = read(address)
        answer = get(address)
        assert answer.status_code != 200 or "s-maxage" in answer["Cache-Control"], name
        change(type(page).objects.filter(pk=pk).first() or page)
        assert read(address) != before, name


@pytest.mark.django_db
def test_no_page_is_older_than_the_clock(read):
    """At each instant at which a call, an event or a page changes, and each minute of a last hour."""
    factories.tree()
    start = timezone.now().replace(hour=10, minute=1, second=30, microsecond=0) + timedelta(days=2)
    opens, closes = start + timedelta(minutes=5, seconds=30), start + timedelta(days=30, minutes=6, seconds=30)
    call = factories.call(opens_at=opens, first_deadline=closes, time_zone="Asia/Kathmandu")
    page = factories.call_page(call)
    event = factories.event(
        first_day=None, last_day=None, starts_at=opens + timedelta(minutes=2), ends_at=opens + timedelta(minutes=4)
    )
    text = factories.standard_page()
    type(text).objects.filter(pk=text.pk).update(expire_at=opens + timedelta(minutes=3))
    with time_machine.travel(start, tick=False):
        extend(call, new=closes + timedelta(hours=2), announce_at=closes - timedelta(hours=1), now=start)
    Call.objects.filter(pk=call.pk).update(results_published_at=closes + timedelta(hours=3))
    midnight_in_kathmandu = (closes - timedelta(days=5)).replace(hour=18, minute=15, second=0)
    boundaries = {
        opens: page.url,
        event.starts_at: event.url,
        event.ends_at: "/en/events/",
        opens + timedelta(minutes=3): text.url,
        closes - timedelta(days=14): "/en/calls/",
        midnight_in_kathmandu: page.url,
        closes - timedelta(days=1): page.url,
        closes - timedelta(hours=9): page.url,
        closes - timedelta(hours=1): page.url,
        closes + timedelta(hours=2): "/en/",
        closes + timedelta(hours=3): page.url,
    }
    for instant, address in boundaries.items():
        with time_machine.travel(instant - timedelta(seconds=2), tick=False):
            before = read(address)
            left = re.findall(r"\d+", get(address)["Cache-Control"])
            assert sum(map(int, left)) <= 2, address
        with time_machine.travel(instant + timedelta(seconds=1), tick=False):
            assert read(address) != before, (address, instant)
        with time_machine.travel(instant - timedelta(seconds=2), tick=False):  # the clock was set back
            assert read(address) == before, (address, instant)


@pytest.mark.django_db
@time_machine.travel("2027-03-04 10:01Z", tick=False)
def test_who_gets_a_kept_page(page_cache, sign_in):
    """Nobody with a cookie, and none of the answers that are for one reader."""
    factories.tree()
    first = get()
    assert first["Cache-Control"].startswith("public, max-age=")
    assert get(**{"If-None-Match": first["ETag"]}).status_code == 304
    assert get(**{"If-None-Match": first["ETag"]})["Cache-Control"] == first["Cache-Control"]
    assert Client().head("/en/")["ETag"] == first["ETag"]
    compressed = get(**{"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(compressed.content) == first.content
    assert int(compressed["Content-Length"]) == len(compressed.content) < len(first.content) / 3
    assert "Content-Encoding" not in get(**{"Accept-Encoding": "gzip;q=0, br"})
    reader = Client()
    reader.cookies["any"] = "1"
    for client in (reader, sign_in(factories.user("Editors"))):
        answer = client.get("/en/")
        assert answer["Cache-Control"] == "private, no-cache"
        assert "ETag" not in answer
    for address, status in {"/en/nothing/": 404, "/": 302, "/en/report/?page=/en/": None, "/admin/login/": 200}.items():
        answers = [get(address), get(address)]
        assert status is None or answers[0].status_code == status
        assert not any("s-maxage" in answer.get("Cache-Control", "") for answer in answers), address


@pytest.mark.django_db
def test_a_search_that_is_counted_is_not_kept(page_cache, tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree()
    factories.practice()
    assert "s-maxage" not in get("/en/search/").get("Cache-Control", ""), "the answer of the fallback is not kept"
    rebuild_index()
    assert "s-maxage" in get("/en/search/")["Cache-Control"]
    for _ in range(2):
        get("/en/search/?q=nowhere")
    assert (tmp_path / "search_analytics" / "searches").read_text().count("nowhere") == 2


@pytest.mark.django_db
def test_pages_of_different_hosts_and_schemes_never_mix(page_cache, settings):
    settings.ALLOWED_HOSTS = ["*"]
    factories.tree()
    hosts = [
        "a.org",
        "A.org",
        "a.org.",
        "a.org:80",
        "a.org:443",
        "a.org:8000",
        "www.a.org",
        "[::1]",
        "[::1]:80",
        "b.org",
    ]
    variants = [(host, scheme) for host in hosts for scheme in ("http", "https")]

    def shown(request):
        return HttpResponse(f"{request.build_absolute_uri()} {request.get_port()}")

    middleware = PageCacheMiddleware(shown)
    for _ in range(2):
        for host, scheme in variants:
            request = RequestFactory().get("/en/", headers={"Host": host}, secure=scheme == "https")
            assert middleware(request).content.decode() == shown(request).content.decode()
    settings.ALLOWED_HOSTS = ["a.org"]
    assert Client().get("/en/", headers={"Host": "evil.org"}).status_code == 400


@pytest.mark.django_db
def test_the_language_that_a_reader_wants_is_part_of_the_key_where_it_counts(page_cache):
    asked = []
    middleware = PageCacheMiddleware(lambda request: asked.append(request) or HttpResponse("x"))
    for path, times in (("/en/", 1), ("/calls/x.ics", 2)):
        asked.clear()
        for language in ("fr", "ar", "fr"):
            middleware(RequestFactory().get(path, headers={"Accept-Language": language}))
        assert len(asked) == times


@pytest.mark.django_db(transaction=True)
def test_many_readers_at_once_have_a_page_made_once(page_cache):
    made = []

    def slow(request):
        made.append(request.path)
        time.sleep(0.1)
        return HttpResponse("x")

    middleware = PageCacheMiddleware(slow)

    def ask():
        try:
            assert middleware(RequestFactory().get("/en/")).content == b"x"
        finally:
            connections.close_all()

    readers = [threading.Thread(target=ask) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(made) == 1


@pytest.mark.django_db
def test_an_answer_from_shortly_after_a_change_ends_with_that_time(page_cache):
    """The engine, and what other processes remember, follow a change within seconds."""
    factories.tree()
    with time_machine.travel("2027-03-04 10:01Z", tick=False) as clock:
        content_version.current()
        content_version.note_change()
        for seconds, allowed in (
            (0, "max-age=0, s-maxage=5"),
            (3, "max-age=0, s-maxage=2"),
            (3, "max-age=60, s-maxage=5"),
        ):
            clock.shift(seconds)
            assert get()["Cache-Control"] == f"public, {allowed}"
