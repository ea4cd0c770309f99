"""The list of news, and a piece of news."""

from datetime import UTC, date, datetime

import pytest
from wagtail.models import PageViewRestriction

from cities.models import CityName
from home.models import NewsCity, NewsPage, NewsSource
from tests import factories
from tests.queries import queries_of
from tests.reading import by_class, fetch, links, main, sections, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tree():
    factories.tree()


def titles(page) -> list[str]:
    return [words(item.find(".//h3")) for item in by_class(page, "item")]


def test_news_are_grouped_by_year_newest_first():
    factories.news(title="In spring", date=date(2025, 3, 1))
    factories.news(title="In winter", date=date(2025, 12, 4), lede="72 cities join.")
    factories.news(title="Long ago", date=date(2015, 2, 24))
    page = fetch("/en/news/")
    assert list(sections(page)) == ["2025", "2015"]
    assert titles(page) == ["In winter", "In spring", "Long ago"]
    assert "4 December 2025 In winter 72 cities join." in sections(page)["2025"]


def test_news_of_one_day_keep_their_order_and_are_paginated(client, monkeypatch):
    monkeypatch.setattr("home.models.NEWS_PER_PAGE", 2)
    for number in (1, 2, 3):
        factories.news(title=f"Piece {number}", date=date(2026, 1, 1))
    first, second = fetch("/en/news/"), fetch("/en/news/?page=2")
    assert titles(first) + titles(second) == ["Piece 3", "Piece 2", "Piece 1"]
    assert "/en/news/?page=2" in links(first)
    assert "/en/news/" in links(second)
    for absurd in ("0", "-1", "3", "99999999999999999999", "9" * 5000, "two", "1.5"):
        assert client.get(f"/en/news/?page={absurd}").status_code == 404


def test_a_reader_gets_the_version_in_their_language_else_another_with_its_language():
    factories.tree("fr")
    factories.news(title="Only English", date=date(2026, 1, 2))
    both = factories.news(title="Both", date=date(2026, 1, 1))
    factories.translated(both, "fr", {"Both": "Les deux"})
    other, own = by_class(fetch("/fr/news/"), "item")
    assert words(own.find(".//h3")) == "Les deux"
    assert "Français" not in words(own)
    assert words(other.find(".//h3")) == "Only English"
    assert other.find(".//h3").get("lang") == "en"
    assert "En anglais" in words(other.find("p"))


def test_drafts_private_and_expired_news_do_not_appear():
    factories.news(title="Public piece")
    NewsPage.objects.filter(pk=factories.news(title="Hidden draft").pk).update(live=False)
    expired = factories.news(title="Hidden expired")
    NewsPage.objects.filter(pk=expired.pk).update(expire_at=datetime(2020, 1, 1, tzinfo=UTC))
    private = factories.news(title="Hidden private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    page = fetch("/en/news/")
    assert titles(page) == ["Public piece"]
    fetch(f"/en/news/{expired.slug}/", status=404)


def test_an_empty_list_has_a_message():
    assert "There is no news yet." in main(fetch("/en/news/"))


def test_a_piece_of_news_has_its_date_cities_sources_and_versions():
    factories.tree("ar")
    lisbon = factories.city(own_name="Lisboa", code="pt-lisbon", country="PT")
    CityName.objects.create(city=lisbon, language="ar", name="لشبونة")
    piece = factories.news(
        title="72 cities join",
        slug="joined",
        date=date(2025, 12, 4),
        body=[("heading", "Who"), ("text", "<p>11 capitals.</p><p>Lisbon is one.</p>")],
        news_cities=[NewsCity(city=lisbon)],
        sources=[
            NewsSource(
                title="Ciudades del Aprendizaje",
                publisher="ABC Color",
                url="https://example.org/abc",
                source_language="es",
                published_on=date(2025, 12, 1),
                published_on_precision="month",
            )
        ],
    )
    factories.translated(piece, "ar")
    page = fetch("/en/news/joined/")
    assert "News 72 cities join 4 December 2025" in main(page)
    assert [words(paragraph) for paragraph in page.xpath("//main//div[@class='prose']/p")] == [
        "11 capitals.",
        "Lisbon is one.",
    ]
    assert "Lisboa Portugal" in sections(page)["City in this news"]
    assert "Ciudades del Aprendizaje ABC Color · December 2025" in sections(page)["Sources"]
    assert page.xpath("//main//bdi[@lang='es']")
    assert {"/en/cities/pt-lisbon/", "https://example.org/abc", "/ar/news/joined/", "/en/news/"} <= set(links(page))
    arabic = fetch("/ar/news/joined/")
    assert arabic.get("dir") == "rtl"
    assert "لشبونة" in main(arabic)


def test_a_picture_is_as_wide_as_the_text_and_has_alternative_text_and_credit():
    factories.news(slug="seen", picture=factories.image(credit="City of Cork"), picture_alternative_text="A market")
    page = fetch("/en/news/seen/")
    (picture,) = page.xpath("//main//figure/img")
    assert picture.get("alt") == "A market"
    assert {"width", "height", "srcset"} <= set(picture.keys())
    assert "© City of Cork" in main(page)


def test_a_translation_that_is_older_than_its_original_has_a_notice():
    factories.tree("fr")
    piece = factories.news(title="Old words", slug="old")
    translated = factories.translated(piece, "fr")
    NewsPage.objects.filter(pk=translated.pk).update(text_outdated_since=datetime(2026, 5, 4, tzinfo=UTC))
    (notice,) = by_class(fetch("/fr/news/old/"), "notice")
    assert "4 mai 2026" in words(notice)
    assert links(notice) == ["/en/news/old/"]


def test_the_list_and_a_piece_cost_the_same_for_one_row_and_for_three():
    def piece(slug, count):
        factories.news(
            slug=slug,
            news_cities=[NewsCity(city=factories.city()) for _number in range(count)],
            sources=[
                NewsSource(title=f"Source {number}", publisher="Paper", url="https://example.org")
                for number in range(count)
            ],
        )
        return queries_of(f"/en/news/{slug}/"), queries_of("/en/news/")

    one = piece("one", 1)
    piece("two", 2)
    assert piece("three", 3) == one
    assert max(one) <= 15
