"""What programs read of every template: structured data, and what a shared link shows, in the page's language."""

import re
import unicodedata
import urllib.request
from urllib.parse import urlsplit

import pytest
from lxml import html

from core.i18n.languages import LANGUAGE_CODES, html_code
from tests.browser.addresses import TEMPLATES
from tests.browser.test_sharing import read
from tests.structured_data import graph_of, nodes, problems

# What each template is about: the types that its own node, and what it is mainly about, must have.
TYPES = {
    "home": {"WebPage"},
    "practices": {"CollectionPage"},
    "practice": {"WebPage", "Report"},
    "practice-from-sources": {"WebPage", "Report", "City"},
    "cities": {"CollectionPage", "ItemList"},
    "city": {"WebPage", "City", "GeoCoordinates"},
    "example-city": {"WebPage", "Place"},
    "clusters": {"CollectionPage", "ItemList"},
    "cluster": {"CollectionPage", "DefinedTerm"},
    "events": {"CollectionPage", "ItemList"},
    "conference": {"WebPage", "Event", "Place"},
    "meeting-with-programme": {"WebPage", "Event", "Place", "VirtualLocation"},
    "past-events": {"CollectionPage", "ItemList"},
    "calls": {"CollectionPage", "ItemList"},
    "open-call": {"WebPage", "ApplyAction"},
    "closed-call": {"WebPage"},
    "news": {"CollectionPage", "ItemList"},
    "news-item": {"WebPage", "NewsArticle"},
    "how-to-join": {"WebPage", "ApplyAction"},
    "evidence-levels": {"WebPage", "DefinedTermSet"},
    "help": {"WebPage"},
    "help-topic": {"WebPage"},
    "open-data": {"WebPage", "DataCatalog", "Dataset"},
    "open-dataset": {"WebPage", "Dataset", "DataDownload"},
    "about": {"WebPage"},
    "contact": {"ContactPage"},
    "accessibility": {"WebPage"},
    "search": {"SearchResultsPage"},
    "search-with-filters": {"SearchResultsPage"},
    "search-without-result": {"SearchResultsPage"},
    "missing": set(),
    "report-a-mistake": set(),
    "report-sent": set(),
}
EVERYWHERE = {"WebSite", "SearchAction", "Organization"}
SCRIPTS = {"ar": "ARABIC", "ru": "CYRILLIC", "zh-hans": "CJK"}


def described(page: str) -> dict[str, list[str]]:
    """The contents of the meta elements by their name."""
    found: dict[str, list[str]] = {}
    for element in html.fromstring(page).xpath("//meta[@content]"):
        found.setdefault(element.get("property") or element.get("name"), []).append(element.get("content"))
    return found


def test_every_template_says_what_it_is(portal):
    assert TYPES.keys() == TEMPLATES.keys()
    for name, path in TEMPLATES.items():
        text = read(f"{portal}/en/{path}")[1].decode()
        graph = graph_of(text)
        wanted = TYPES[name] | EVERYWHERE if TYPES[name] else set()
        assert wanted - {each["@type"] for each in nodes(graph)} == set(), name
        assert problems(graph) == [], name
        if graph:
            own, shown = graph[0], described(text)
            assert own["@id"] == html.fromstring(text).xpath("string(//link[@rel='canonical']/@href)"), name
            assert own["description"] == shown["description"][0], name
            assert name == "home" or any(each["@type"] == "BreadcrumbList" for each in graph), name


def test_an_invented_thing_says_so_and_is_nowhere(portal):
    for name in ("example-city", "practice", "meeting-with-programme", "open-call"):
        graph = graph_of(read(f"{portal}/en/{TEMPLATES[name]}")[1].decode())
        assert any("invented" in each.get("disambiguatingDescription", "") for each in nodes(graph)), name
        assert not [each for each in nodes(graph) if each["@type"] in {"City", "GeoCoordinates", "Country"}], name


def check_descriptions(portal: str, language: str) -> None:
    """Every address of the sitemap describes itself, in its language and not with the words of another page."""
    with urllib.request.urlopen(f"{portal}/sitemap.xml", timeout=60) as answer:
        listed = re.findall(r"<loc>(.*?)</loc>", answer.read().decode())
    paths = [urlsplit(address).path for address in listed if urlsplit(address).path.startswith(f"/{language}/")]
    # Cities describe themselves by one sentence with their names: a few stand for all.
    cities = [path for path in paths if re.search(r"/[a-z]{2}-[a-z-]+/$", path)]
    lines: set[str] = set()
    seen: dict[str, str] = {}
    for path in [path for path in paths if path not in cities[5:]]:
        text = read(portal + path)[1].decode()
        shown = described(text)
        words = shown["description"][0]
        lines.add(next(each["description"] for each in graph_of(text) if each["@type"] == "WebSite"))
        assert words.strip(), path
        assert shown["description"] == shown["og:description"], path
        assert len(shown["og:title"]) == len(shown["og:locale"]) == len(shown["og:image:alt"]) == 1, path
        assert graph_of(text)[0]["inLanguage"] == html_code(language), path
        if language in SCRIPTS:
            for part in (words, shown["og:title"][0], shown["og:image:alt"][0]):
                assert is_written_in(part, SCRIPTS[language]), (path, part)
        assert words not in seen, (path, seen.get(words))
        seen[words] = path
    assert len(seen) > 50
    assert not lines & seen.keys(), "the line of the network describes a page"


def is_written_in(text: str, script: str) -> bool:
    """Whether most letters of a text are of a script; names and short forms may be of another."""
    letters = [character for character in text if character.isalpha()]
    own = sum(unicodedata.name(character, "").startswith(script) for character in letters)
    return own * 2 > len(letters)


@pytest.mark.parametrize(
    "language",
    ["ar", *(pytest.param(code, marks=pytest.mark.sweep) for code in LANGUAGE_CODES if code != "ar")],
)
def test_every_address_describes_itself_in_its_language(portal, language):
    check_descriptions(portal, language)


def test_a_shared_link_names_the_languages_of_the_page(portal):
    shown = described(read(f"{portal}/zh-hans/events/iclc-4-medellin/")[1].decode())
    assert shown["og:locale"] == ["zh_CN"]
    others = ["en_GB", "fr_FR", "es_ES", "pt_PT", "ar_AR", "ru_RU"]
    assert shown["og:locale:alternate"] == [code for code in others if code in shown["og:locale:alternate"]] != []
