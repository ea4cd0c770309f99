"""Every public address of the demonstration is in the sitemap, or is left out for a stated reason; and the reverse."""

import re
import urllib.error
import urllib.request
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml import html

from core.i18n.languages import LANGUAGE_CODES
from home.sitemaps import LEFT_OUT
from tests.demonstration import served

# A city that is no member stands in no list: the search finds it.
ONLY_FOUND = "/kz-astana/"


def read(address: str) -> tuple[str, str]:
    """Where an address leads, and the text of the page there; fails for an error."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.url, answer.read().decode()


def is_left_out(path: str) -> bool:
    return any(re.fullmatch(pattern, path) for pattern in LEFT_OUT)


def crawled(base: str, language: str) -> dict[str, str]:
    """Every address in a language that readers reach from its home page → the page that first linked to it."""
    found = {f"/{language}/": ""}
    waiting = list(found)
    while waiting:
        path = waiting.pop()
        _url, text = read(base + path)
        for link in html.fromstring(text).xpath("//a/@href"):
            address = urlsplit(urldefrag(urljoin(base + path, link)).url)
            target = address.path + (f"?{address.query}" if address.query else "")
            if f"{address.scheme}://{address.netloc}" != base or target in found or is_left_out(target):
                continue
            if target.split("/")[1] != language and target.split("/")[1] in LANGUAGE_CODES:
                continue  # found when that language is crawled
            found[target] = path
            waiting.append(target)
    return found


def check(base: str, languages: tuple[str, ...]) -> None:
    _url, sitemap = read(f"{base}/sitemap.xml")
    listed = {urlsplit(address).path for address in re.findall(r"<loc>(.*?)</loc>", sitemap)}
    assert {path.split("/")[1] for path in listed} == set(LANGUAGE_CODES)
    assert not [path for path in listed if is_left_out(path)]
    for language in languages:
        found = crawled(base, language)
        own = {path for path in listed if path.startswith(f"/{language}/")}
        assert len(own) > 100
        assert {path: source for path, source in found.items() if path not in own} == {}, "not in the sitemap"
        # Readers reach every page that search engines are told of.
        assert {path for path in own - found.keys() if not path.endswith(ONLY_FOUND)} == set(), "no link leads there"


@pytest.fixture
def portal(demonstration, tmp_path):
    with served(demonstration, tmp_path / "data") as address:
        yield address


@pytest.mark.one_database
def test_every_address_is_in_the_sitemap_and_the_reverse(portal):
    check(portal, ("en",))


@pytest.mark.sweep
def test_every_address_of_every_language_is_in_the_sitemap_and_the_reverse(portal):
    check(portal, LANGUAGE_CODES)


@pytest.mark.one_database
def test_every_reason_to_leave_an_address_out_has_one(portal):
    """A pattern that fits no address of the portal would hide what is added later."""
    for path in (
        "/en/search/",
        "/en/events/calendar.ics",
        "/data/calls.csv",
        "/api/v1/calls",
        "/brand.css",
        "/robots.txt",
        "/healthz",
        "/",
    ):
        assert is_left_out(path)
        read(portal + path)
