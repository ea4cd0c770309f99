"""A portal with fewer languages than the setting: only those whose home page is public are offered, everywhere."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Page

from core.i18n.languages import LANGUAGE_CODES, html_code
from events.models import EventIndexPage
from home.models import HomePage
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HELP = ("help/", "help/practice/", "help/evidence/")
# Whoever adds an address below a language: it answers 404 in a language that is not offered.
BELOW_A_LANGUAGE = {
    "search/",
    "search/suggest/",
    "search/feed.atom",
    "feedback/",
    "feedback/sent/",
    "help/",
    "help/<slug:topic>/",
    "help/evidence/",
    "data/",
    "data/<slug:dataset>/",
    "events/calendar.ics",
    "calls/calendar.ics",
    "",
    "<path>",
}


def addresses_below_a_language(resolver, below: str | None = None) -> Iterator[str]:
    """below: the address of the resolver below a language; None outside of the languages."""
    for item in resolver.url_patterns:
        text = str(item.pattern)
        if isinstance(item, URLResolver):
            inside = "" if text == "en/" else None if below is None else below + text
            yield from addresses_below_a_language(item, inside)
        elif isinstance(item, URLPattern) and below is not None and item.name != "wagtail_serve":
            yield below + text.lstrip("^").rstrip("$")
        elif isinstance(item, URLPattern) and text.startswith("^(?P<language>"):
            yield re.sub(r"^\^\(\?P<language>[^)]*\)/", "", text).rstrip("$").replace("\\", "")


def network(*languages: str) -> None:
    """A portal with English, unless it is not named, and other languages, with a page of each list."""
    factories.tree(*(code for code in languages if code != "en"))
    event = factories.event()
    factories.practice()
    factories.city()
    for code in languages:
        if code != "en":
            factories.translated(event, code)
    if "en" not in languages:
        # Only its own row: unpublishing the original would unpublish its translations.
        HomePage.objects.filter(locale__language_code="en").update(live=False)


def home(language: str) -> HomePage:
    return HomePage.objects.get(locale__language_code=language)


def close(language: str) -> None:
    with factories.commit():
        home(language).unpublish()


def addresses(language: str) -> list[str]:
    """Addresses of all kinds in a language: pages, a route of a page, views."""
    below = Page.objects.descendant_of(home(language), inclusive=True).live()
    paths = [f"/{language}/" + page.url_path.split("/", 2)[2] for page in below]
    city = next((f"{path}dk-city-1/" for path in paths if "cities" in path), "")
    views = [
        f"/{language}/{path}"
        for path in (
            "search/",
            "search/?q=event",
            "help/",
            "help/practice/",
            "help/evidence/",
            "data/",
            "data/cities/",
            "no-such-page/",
        )
    ]
    return [*paths, *views, *filter(None, [city])]


def languages_named_in(html: str) -> set[str]:
    """The languages to which a page leads or refers by an address of the portal."""
    page = BeautifulSoup(html, "lxml")
    links = [str(tag.get("href") or tag.get("action") or "") for tag in page.select("[href], [action]")]
    codes = "|".join(sorted(LANGUAGE_CODES, key=len, reverse=True))
    found = (re.match(rf"(?:https?://[^/]+)?/({codes})(?:/|$)", link) for link in links)
    alternates = {str(tag["hreflang"]) for tag in page.select("link[hreflang]")} - {"x-default"}
    return {match[1] for match in found if match} | {code for code in LANGUAGE_CODES if html_code(code) in alternates}


PORTALS = [("en",), ("en", "fr", "ar"), ("fr", "ar")]


@pytest.mark.parametrize("offered", PORTALS, ids="-".join)
def test_nothing_leads_to_a_language_that_is_not_offered(offered, client):
    network(*offered)
    for language in offered:
        for path in addresses(language):
            html = client.get(path).content.decode()
            assert (path, languages_named_in(html) - set(offered)) == (path, set())
    sitemap = client.get("/sitemap.xml").content.decode()
    assert set(re.findall(r"localhost(?::\d+)?/([a-z-]+)/", sitemap)) == set(offered)
    strip = BeautifulSoup(client.get(f"/{offered[0]}/").content, "lxml").select(".strip a")
    assert len(strip) == (len(offered) if len(offered) > 1 else 0)


def test_these_are_all_addresses_below_a_language():
    found = set(addresses_below_a_language(get_resolver()))
    assert {path for path in found if not path.startswith(("_", "desk/"))} <= BELOW_A_LANGUAGE
    assert "desk/cities/<slug:city>/" in found
    assert {"search/", "help/evidence/", "events/calendar.ics"} <= found


@pytest.mark.parametrize("offered", PORTALS, ids="-".join)
def test_an_address_in_a_language_that_is_not_offered_answers_404_in_one_that_is(offered, client):
    network(*offered)
    views = (
        "search/",
        "search/suggest/?q=a",
        "search/feed.atom",
        "help/",
        "help/evidence/",
        "data/",
        "data/cities/",
        "desk/",
        "desk/sign-in/",
    )
    for path in ("", "events/", "events/calendar.ics", "calls/calendar.ics", *views, "x/y/"):
        answer = client.get(f"/es/{path}", headers={"Accept-Language": "es"})
        assert (path, answer.status_code) == (path, 404)
        assert f'<html lang="{offered[0]}"' in answer.content.decode(), path
        assert answer["Content-Language"] == offered[0]
        assert languages_named_in(answer.content.decode()) <= set(offered)


def test_the_404_page_for_such_an_address_links_to_the_same_page_in_a_language_that_is_offered(client):
    network("en", "fr")
    page = client.get("/es/events/", headers={"Accept-Language": "fr"}).content.decode()
    assert EventIndexPage.objects.get(locale__language_code="fr").url in page


BROWSERS = [
    ("es", ("en", "fr"), "en"),
    ("es-MX,es;q=0.9,fr;q=0.8,en;q=0.7", ("en", "fr"), "fr"),
    ("fr;q=0.5, en;q=0.6", ("en", "fr"), "en"),
    ("es", ("fr", "ar"), "fr"),
    ("AR-eg", ("fr", "ar"), "ar"),
    ("zh-TW", ("en", "zh-hans"), "zh-hans"),
    ("pt-BR, en;q=0.1", ("en", "pt"), "pt"),
    ("de, *;q=0.5", ("en", "fr"), "en"),
    ("fr;q=0, en;q=x, ;;,", ("en", "fr"), "en"),
    ("x" * 10_000, ("en", "fr"), "en"),
    ("", ("ar",), "ar"),
]


def test_the_bare_domain_leads_to_a_language_that_is_offered(client):
    factories.tree("fr", "pt", "ar", "zh-hans")
    for header, offered, expected in BROWSERS:
        HomePage.objects.update(live=False)
        HomePage.objects.filter(locale__language_code__in=offered).update(live=True)
        answer = client.get("/", headers={"Accept-Language": header})
        assert (header, answer.status_code, answer["Location"]) == (header, 302, f"/{expected}/")
        assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))
        assert client.get(answer["Location"]).status_code == 200


def test_a_cookie_decides_only_for_a_language_that_is_offered(client):
    network("en", "fr")
    for chosen, expected in (("fr", "fr"), ("es", "en"), ("nonsense", "en")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = chosen
        assert client.get("/", headers={"Accept-Language": "en"})["Location"] == f"/{expected}/"


def test_a_home_page_that_is_unpublished_takes_its_language_with_it_and_brings_it_back(client):
    network("en", "fr")
    assert "/fr/" in client.get("/en/events/").content.decode()
    close("fr")
    for path in addresses("en"):
        assert languages_named_in(client.get(path).content.decode()) <= {"en"}
    assert client.get("/fr/events/").status_code == 404
    HomePage.objects.filter(pk=home("fr").pk).update(live=True)
    assert "/fr/" in client.get("/en/events/").content.decode()
    assert client.get("/fr/events/").status_code == 200


def test_without_any_public_home_page_the_portal_answers_404(client):
    network("en")
    close("en")
    for path in ("/", "/en/", "/es/", "/en/search/", "/sitemap.xml"):
        assert client.get(path).status_code == (200 if "sitemap" in path else 404), path
