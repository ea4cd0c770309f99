"""How a page is cited: its lasting address, the citation in words, and files that reference managers read."""

import json
from datetime import UTC, datetime

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from django.test import Client
from lxml import html

from core.i18n.addresses import absolute
from tests import factories
from tests.reading import fetch

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HOSTILE = r"50 % of {all} & \rest_ “quoted” #1 $x ~^ <b>"


@pytest.fixture
def page():
    factories.tree("fr", "ar")
    city = factories.city(own_name="Bahari & Co")
    made = factories.practice("ar", title=HOSTILE, city=city, **factories.BY_CITY)
    type(made).objects.filter(pk=made.pk).update(last_published_at=datetime(2026, 3, 5, 12, tzinfo=UTC))
    return made


def test_the_lasting_address_leads_to_the_readers_language_or_the_original(page):
    french = factories.translated(page, "fr")
    address = f"/c/{page.code}"
    wanted = {"fr-CA,en;q=0.5": french.url, "ar": page.url, "ru,de": page.url, "": page.url, "en": page.url}
    for header, url in wanted.items():
        answer = Client().get(address, headers={"Accept-Language": header})
        assert (header, answer.status_code, answer["Location"]) == (header, 302, url)
        assert {"Accept-Language", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}
    assert Client().get(address.upper().replace("/C/", "/c/"), headers={"Accept-Language": "fr"}).status_code == 302


def test_what_is_not_public_has_no_lasting_address(page):
    page.unpublish()
    for address in (f"/c/{page.code}", f"/c/{page.code}.bib", "/c/0123456789", "/c/0123456789.json"):
        answer = Client().get(address, headers={"Accept-Language": "fr"})
        assert answer.status_code == 404
        assert '<html lang="fr"' in answer.content.decode()


def test_the_files_are_read_back_by_reference_managers(page):
    url = absolute(f"/c/{page.code}")
    answers = {ending: Client().get(f"/c/{page.code}.{ending}?lang=ar") for ending in ("bib", "ris", "json")}
    for ending, answer in answers.items():
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="{page.code}.{ending}"'
        assert answer["Content-Language"] == "ar"
    texts = {ending: answer.content.decode() for ending, answer in answers.items()}

    library = bibtexparser.parse_string(texts["bib"], append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (entry,) = library.entries
    assert entry.key == page.code
    assert entry["title"].replace("ˆ", "^") == HOSTILE
    assert entry["author"] == "Bahari & Co"
    assert (entry["year"], entry["date"], entry["url"], entry["language"]) == ("2026", "2026-03-05", url, "ar")

    (record,) = rispy.loads(texts["ris"])
    assert (record["type_of_reference"], record["title"], record["authors"]) == ("ELEC", HOSTILE, ["Bahari & Co"])
    assert (record["date"], record["urls"], record["language"]) == ("2026/03/05", [url], "ar")
    assert texts["ris"].startswith("TY  - ELEC\n")

    (item,) = json.loads(texts["json"])
    assert (item["type"], item["title"], item["URL"]) == ("webpage", HOSTILE, url)
    assert item["author"] == [{"literal": "Bahari & Co"}]
    assert item["issued"] == {"date-parts": [[2026, 3, 5]]}


def test_a_page_shows_its_citation_as_text_that_works_without_script(page):
    text = Client().get(page.url).content.decode()
    shown = html.fromstring(text).xpath("//aside[contains(@class, 'page-tools')]")[0]
    copied = [element.text_content() for element in shown.xpath(".//*[@data-copy-text]")]
    words, bibtex, ris, csl, link = copied
    assert f"«{HOSTILE}»" in words
    assert "Bahari & Co" in words
    assert absolute(f"/c/{page.code}") in words
    files = [Client().get(url).content.decode() for url in shown.xpath(".//a[@download]/@href")]
    assert files == [bibtex, ris, csl]
    assert link == absolute(page.url)
    assert shown.xpath(".//a[starts-with(@href, 'mailto:?subject=')]")
    assert all(button.get("hidden") is not None for button in shown.xpath(".//button"))


def test_every_public_page_has_the_tools_and_forms_have_none(page):
    news = factories.news()
    for address, is_cited in (("/en/", True), (news.url, True), ("/en/search/", False), ("/en/help/evidence/", False)):
        shown = fetch(address).xpath("//aside[contains(@class, 'page-tools')]")
        assert (address, len(shown), len(shown[0].xpath(".//pre"))) == (address, 1, 3 if is_cited else 0)
    for address in ("/en/feedback/", "/en/desk/sign-in/"):
        assert not fetch(address).xpath("//aside[contains(@class, 'page-tools')]")
