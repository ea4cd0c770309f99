"""The page of a practice, and the list of practices."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from home.models import NetworkSettings, NetworkWords
from practices.models import PracticePage, PracticeResult, PracticeSource
from search.rebuild import rebuild_index
from tests import factories
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def tree(tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    home = factories.tree("fr", "ar")
    network = NetworkSettings.for_site(home.get_site())
    NetworkWords.objects.create(network=network, language="en", name="Lyceum")
    return home


def read(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_every_number_is_shown_with_its_source_and_year():
    page = factories.practice(
        results=[
            PracticeResult(
                value="2571", label="schools for older people", year=2024, evidence="output", source="Census office"
            )
        ],
        sources=[PracticeSource(title="Annual report", publisher="City of Linhe", url="https://example.org/report")],
    )
    text = read(page.url)
    assert "2,571" in text
    assert "schools for older people" in text
    assert "2024" in text
    assert "Census office" in text
    assert 'href="https://example.org/report"' in text


def test_unknown_data_is_left_out():
    text = read(factories.practice().url)
    assert "What we would not do again" not in text
    assert "Cost per year" not in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("author", "heading"),
    [(factories.BY_CITY, "What we would not do again"), ({}, "What went wrong, according to the sources")],
)
def test_what_went_wrong_is_always_visible_and_only_the_city_says_we(author, heading):
    text = read(factories.practice(**author | {"not_again": "It began with tablets."}).url)
    before, _heading, after = text.partition(heading)
    assert "It began with tablets." in after
    assert before.rfind("<details") <= before.rfind("</details>")
    assert text.count("What we would not do again") == bool(author)


def test_a_practice_without_a_recent_confirmation_is_marked():
    assert "Not confirmed since 2019" in read(factories.practice(confirmed_on=date(2019, 5, 1)).url)


def test_a_recent_confirmation_is_shown_with_its_date(time_machine):
    time_machine.move_to("2026-06-01")
    assert "Confirmed by the city on 3 March 2026" in read(factories.practice(confirmed_on=date(2026, 3, 3)).url)


def test_a_translation_names_the_language_of_its_original():
    page = factories.translated(factories.practice("fr"), "en")
    assert "Translated from French on" in read(page.url)


def test_what_a_city_would_not_do_again_is_required_except_on_a_page_from_public_sources():
    page = factories.practice()
    page.authored_by = PracticePage.AuthoredBy.CITY
    with pytest.raises(ValidationError) as refusal:
        page.full_clean()
    assert {"period_start", "not_again", "contact_role", "consent"} == set(refusal.value.message_dict)


def test_an_end_before_the_start_is_refused():
    page = factories.practice()
    page.period_start, page.period_end = date(2020, 1, 1), date(2019, 1, 1)
    with pytest.raises(ValidationError, match="before the beginning"):
        page.full_clean()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("学习型城市", "xue-xi-xing-cheng-shi"),
        ("Обучающийся город", "obuchayushchiysya-gorod"),
        ("Éducation à Sønderborg", "education-a-sonderborg"),
    ],
)
def test_slugs_are_readable_for_every_script(title, slug):
    assert factories.practice(title=title).slug == slug


def test_the_cover_of_a_public_practice_is_drawn_and_that_of_a_private_one_is_not_found():
    page = factories.practice()
    address = f"/covers/practice/{page.code}/thumb"
    first = Client().get(address)
    assert first["Content-Type"] == "image/webp"
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["Cache-Control"]) == (304, "public, max-age=604800")
    page.unpublish()
    assert Client().get(address).status_code == 404


def test_a_practice_takes_as_many_queries_with_three_rows_as_with_one():
    cluster = factories.cluster()
    page = factories.practice(clusters=[cluster])
    factories.practice(clusters=[cluster])
    with_one = queries_of(page.url)
    for _ in range(2):
        factories.practice(clusters=[cluster])
    assert queries_of(page.url) == with_one
    assert with_one <= MOST_QUERIES


def test_the_list_takes_as_many_queries_with_three_rows_as_with_one():
    factories.practice()
    rebuild_index()
    with_one = queries_of("/en/practices/")
    for _ in range(2):
        factories.practice()
    rebuild_index()
    assert queries_of("/en/practices/") == with_one
    assert with_one <= MOST_QUERIES


@pytest.mark.parametrize(
    ("of_practice", "of_city", "words"),
    [
        (("4.6", "-74.1"), ("51.9", "-8.5"), "The place of this practice:"),
        ((None, None), ("51.9", "-8.5"), "The city of this practice:"),
        ((None, None), (None, None), ""),
    ],
)
def test_a_practice_has_its_place_on_a_map_its_own_or_that_of_its_city(of_practice, of_city, words):
    city = factories.city(latitude=of_city[0], longitude=of_city[1])
    page = factories.practice(city=city, latitude=of_practice[0], longitude=of_practice[1])
    text = read(page.url)
    assert text.count('class="map__here"') == bool(words)
    assert (words or "</html>") in text
    assert ("Land shapes: Natural Earth" in text) is bool(words)


def test_a_related_card_names_the_city_beside_the_reason():
    cluster = factories.cluster_page().cluster
    city = factories.city(own_name="Cork", country="IE")
    factories.practice(city=city, clusters=[cluster], title="Evening courses in the library")
    page = factories.practice(clusters=[cluster], title="Evening courses in the school")
    rebuild_index()
    text = read(page.url)
    card = text[text.index("Related practices") :]
    assert "Cork, Ireland" in card
    assert "Also in " in card
