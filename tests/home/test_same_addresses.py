"""Two originals may have one slug, each in the tree of its language: no link leads from one to the other."""

import re

import pytest
from django.urls import reverse
from lxml import html

from tests import factories
from tests.reading import fetch

pytestmark = pytest.mark.django_db

MAKERS = [factories.practice, factories.news, factories.event, factories.standard_page]


def strip_links(page) -> dict[str, str]:
    """Return the links of the language strip by language."""
    return {link.get("hreflang"): link.get("href") for link in page.xpath("//nav[@class='strip']//a[@hreflang]")}


def alternates(page) -> dict[str, str]:
    found = page.xpath("//link[@rel='alternate'][@hreflang]")
    return {link.get("hreflang"): re.sub(r"^https?://[^/]*", "", link.get("href")) for link in found}


def assert_keeps_to_itself(page, others: set[str]) -> None:
    """Assert that a page links to none of the other pages as a version of its own."""
    answer = fetch(page.url)
    assert others.isdisjoint(strip_links(answer).values())
    assert others.isdisjoint(alternates(answer).values())
    canonical = answer.xpath("//link[@rel='canonical']/@href")
    assert [address.endswith(page.url) for address in canonical] == [True]
    assert others.isdisjoint(answer.xpath("//a[@hreflang]/@href"))


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_namesakes_in_two_languages_are_never_each_others_version(make, client):
    factories.tree("fr", "ar")
    english, french = make("en", slug="garden"), make("fr", slug="garden")
    assert english.url.replace("/en/", "/fr/") == french.url
    for page, other in ((english, french), (french, english)):
        assert_keeps_to_itself(page, {other.url})
    above = english.get_parent().get_translation(french.locale).specific
    assert strip_links(fetch(english.url))["fr"] == above.url

    arabic, second = factories.translated(english, "ar"), factories.translated(english, "fr")
    group = {page.language: page.url for page in (english, second, arabic)}
    for page in (english, arabic, second):
        assert_keeps_to_itself(page, {french.url})
        assert {code: url for code, url in alternates(fetch(page.url)).items() if code != "x-default"} == group
        assert group.items() <= strip_links(fetch(page.url)).items()
    assert_keeps_to_itself(french, set(group.values()))

    for entry in re.findall(r"<url>.*?</url>", client.get("/sitemap.xml").content.decode(), re.DOTALL):
        addresses = set(re.findall(r"https?://[^/]*(/[^<\"]*)", entry))
        assert not ({french.url} <= addresses and addresses & set(group.values()))


def test_a_missing_page_offers_namesakes_as_different_pages():
    factories.tree("fr", "ar")
    english, french = factories.practice("en", slug="garden"), factories.practice("fr", slug="garden")
    page = fetch("/ar/practices/garden/", status=404)
    links = {link.get("href"): link.text_content() for link in page.xpath("//main//p[@class='row']/a")}
    assert links[english.url] == english.title
    assert links[french.url] == french.title
    assert page.xpath("//main//p[@class='lede']/a") == []


def test_a_missing_page_offers_all_versions_at_their_own_addresses():
    factories.tree("fr", "ar", "es")
    factories.practice("fr", slug="garden")
    english = factories.practice("en", slug="plot")
    french = factories.translated(english, "fr")
    factories.rename(french, "jardin")
    page = fetch("/ar/practices/plot/", status=404)
    assert page.xpath("//main//p[@class='lede']/a/@href") == [english.url, "/fr/practices/jardin/"]


def test_the_calendar_file_of_an_event_is_that_of_its_own_group(client):
    factories.tree("fr")
    english, french = factories.event("en", slug="garden"), factories.event("fr", slug="garden")
    answers = [html.fromstring(client.get(event.url).content) for event in (english, french)]
    files = [{link for link in page.xpath("//a/@href") if link.endswith(".ics")} for page in answers]
    assert files[0].isdisjoint(files[1] - {reverse("event_feed", kwargs={"language": "fr"})})
