"""The map and list of cities."""

import re

import pytest

from cities.models import CityName
from cities.services import record_status
from core.i18n.countries import country_name
from core.i18n.languages import LANGUAGE_CODES
from tests import factories
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

CORK = {"code": "ie-cork", "own_name": "Cork", "country": "IE", "latitude": "51.9", "longitude": "-8.5"}
LIMERICK = {"code": "ie-limerick", "own_name": "Limerick", "country": "IE", "latitude": "52.7", "longitude": "-8.6"}
OSAN = {
    "code": "kr-osan",
    "own_name": "오산",
    "country": "KR",
    "region": "asia-pacific",
    "latitude": "37.1",
    "longitude": "127.1",
}


def read(client, path="/en/cities/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def the_map(page: str) -> str:
    start = page.index('<svg class="map map--wide"')
    return page[start : page.index("</svg>", start)]


def the_list(page: str) -> str:
    return page[page.index('id="list"') : page.index("</main>")]


def named(page: str) -> list[str]:
    """The names in the list, in its order."""
    return re.findall(r'<li><a href="[^"]*"><bdi>([^<]*)</bdi>', the_list(page))


def test_the_numbers_of_cities_and_countries_are_shown(client):
    factories.tree()
    factories.city(**CORK)
    assert "1 member city in 1 country." in read(client)
    factories.city(**LIMERICK)
    factories.city(**OSAN)
    factories.city(code="us-boston", status="not-a-member")
    assert "3 member cities in 2 countries." in read(client)


def test_cities_are_listed_by_region_with_country_and_year(client):
    factories.tree()
    cork = factories.city(**CORK)
    record_status(cork, status="admitted", round=factories.membership_round(2016), by=factories.user())
    factories.city(**OSAN)
    page = read(client)
    europe = page[page.index('id="europe-north-america"') :]
    assert "1 member city in 1 country" in europe
    assert '<a href="/en/cities/ie-cork/"><bdi>Cork</bdi></a>' in europe
    assert re.search(r"<h3>Ireland</h3>.*Cork</bdi></a> <span class=.meta.><bdi>2016</bdi>", europe)
    assert page.index('id="asia-pacific"') < page.index('id="europe-north-america"')
    assert 'id="africa"' not in page


def test_a_former_member_is_not_on_the_map_or_in_the_list(client):
    factories.tree()
    factories.city(**CORK)
    osan = factories.city(**OSAN)
    assert "오산" in the_map(read(client))
    record_status(osan, status="left", year=2024, by=factories.user())
    page = read(client)
    assert "오산" not in page
    assert "1 member city in 1 country." in page
    assert read(client, "/en/cities/kr-osan/")


def test_an_example_city_is_marked_and_not_counted(client):
    factories.tree()
    factories.city(**CORK)
    factories.city(code="ex-bahari", own_name="Bahari", country="", region="arab-states", is_example=True)
    page = read(client)
    assert "1 member city in 1 country." in page
    assert "Bahari" not in the_map(page)
    assert 'id="arab-states"' not in page
    examples = page[page.index('id="examples"') :]
    assert re.search(r"<bdi>Bahari</bdi></a> <span class=\"meta\"><bdi>example city</bdi>", examples)


def test_a_dot_of_one_city_links_to_it_and_a_dot_of_several_to_their_list(client):
    factories.tree()
    factories.city(**CORK, population=224_004)
    factories.city(**LIMERICK, population=94_192)
    factories.city(**OSAN)
    dots = the_map(read(client))
    assert '<a href="/en/cities/kr-osan/" aria-label="오산">' in dots
    assert 'href="/en/cities/?near=ie-cork" aria-label="Cork and 1 more city nearby"' in dots
    nearby = read(client, "/en/cities/?near=ie-cork")
    assert named(nearby) == ["Cork", "Limerick"]
    assert "Cork and 1 more city nearby" in the_list(nearby)
    assert named(read(client, "/en/cities/?near=ie-limerick")) == ["Cork", "Limerick"]


def test_a_region_filters_the_list_and_its_chip_removes_the_filter(client):
    factories.tree()
    factories.city(**CORK)
    factories.city(**OSAN)
    page = read(client, "/en/cities/?region=asia-pacific")
    assert named(page) == ["오산"]
    assert "2 member cities in 2 countries." in page
    assert re.search(r'<a class="chip" href="/en/cities/#list">.*Asia and the Pacific', the_list(page))


@pytest.mark.parametrize(
    "query",
    [
        "country=XX&size=huge",
        "country=%00",
        "region=atlantis",
        "near=xx-nowhere",
        "region=%00&near=%FF",
        "region=a&region=b",
    ],
)
def test_unknown_values_filter_nothing(client, query):
    factories.tree()
    factories.city(**CORK)
    factories.city(**OSAN)
    assert named(read(client, f"/en/cities/?{query}")) == ["오산", "Cork"]


def test_filters_without_a_match_show_a_message_and_a_link_back(client):
    factories.tree()
    factories.city(**CORK)
    page = the_list(read(client, "/en/cities/?country=IE&size=over-10m"))
    assert "No member city matches all these filters." in page
    assert '<a href="/en/cities/?country=IE#list">The member city in Ireland</a>' in page
    assert '<a href="/en/cities/#list">All cities</a>' in page
    assert re.search(r'<a href="/en/[^"]+/">How to join</a>', page)
    assert "No member in Africa yet." in the_list(read(client, "/en/cities/?region=africa"))


def test_a_country_without_a_member_is_an_answer_in_every_language_and_leads_to_its_neighbours(client):
    factories.tree(*(code for code in LANGUAGE_CODES if code != "en"))
    factories.city(**CORK)
    factories.city(**OSAN)
    answers = {}
    for code in LANGUAGE_CODES:
        page = the_list(read(client, f"/{code}/cities/?country=is"))
        (answers[code],) = re.findall(r'<div class="empty"><p>([^<]*)</p>', page)
        assert country_name("IS", code) in answers[code]
        assert f'href="/{code}/cities/?region=europe-north-america#list"' in page
        assert "<section" not in page
    assert answers["en"] == "No member in Iceland yet."
    assert len(set(answers.values())) == len(LANGUAGE_CODES)
    factories.network(is_demonstration=True)
    assert "No member in Iceland yet in this demonstration." in the_list(read(client, "/en/cities/?country=IS"))
    assert "2 of the network’s cities are in this demonstration. They are in 2 countries." in read(client)


def test_cities_are_filtered_by_country_and_size_together(client):
    factories.tree()
    factories.city(**CORK, population=224_004)
    factories.city(**LIMERICK, population=94_192)
    factories.city(**OSAN)
    assert named(read(client, "/en/cities/?country=IE")) == ["Cork", "Limerick"]
    page = read(client, "/en/cities/?country=IE&size=200k-500k")
    assert named(page) == ["Cork"]
    assert '<option value="IE" selected>Ireland (2)</option>' in page
    assert '<option value="200k-500k" selected>200,000 to 500,000 inhabitants (1)</option>' in page
    assert re.search(r'<a class="chip" href="/en/cities/\?size=200k-500k#list">.*Ireland', the_list(page))
    assert named(read(client, "/en/cities/?size=unknown")) == ["오산"]


def test_the_map_of_a_region_shows_its_cities_larger_and_has_names_to_show(client):
    factories.tree()
    factories.city(**CORK)
    factories.city(**LIMERICK)
    factories.city(**OSAN)
    world, region = read(client), read(client, "/en/cities/?region=europe-north-america")
    assert the_map(world).count("<a ") == 2
    assert the_map(region).count("<a ") == 2
    assert "Osan" not in the_map(region)
    assert '<text class="map__name"' in the_map(region)
    assert "sprite" not in the_map(region)
    for page in (world, region):
        assert page.count('<svg class="map map--') == 2
        assert '<a href="/en/cities/?region=asia-pacific#map">' in page
    assert 'aria-current="true">Europe and North America' in region
    assert 'aria-current="true">World' in world


def test_the_arabic_page_lists_arabic_names_in_alphabetical_order(client):
    factories.tree("ar")
    for facts, name in ((CORK, "كورك"), (LIMERICK, "أثينا")):
        city = factories.city(**facts)
        city.names = [CityName(language="ar", name=name)]
        city.save()
    page = read(client, "/ar/cities/")
    assert '<html lang="ar" dir="rtl">' in page
    assert named(page) == ["أثينا", "كورك"]
    assert '<a href="/ar/cities/ie-cork/">' in page
    assert "أيرلندا" in page


def test_the_number_of_queries_does_not_depend_on_the_number_of_cities():
    factories.tree()
    factories.city(**CORK)
    one = queries_of("/en/cities/")
    factories.city(**OSAN)
    for _number in range(4):
        record_status(factories.city(), status="admitted", round=factories.membership_round(2019), by=factories.user())
    assert one == queries_of("/en/cities/") <= 12


def test_the_filter_offers_the_states_and_the_countries_of_members(client):
    factories.tree()
    factories.city(**CORK)
    factories.city(code="bm-hamilton", own_name="Hamilton", country="BM", region="latin-america-caribbean")
    offered = set(re.findall(r'<option value="([A-Z]{2})"', read(client)))
    assert {"IE", "BM", "KE"} <= offered
    assert not {"AQ", "BV", "DG", "EA"} & offered, (
        "Antarctica, Bouvet, Diego Garcia, Ceuta: no city can join from there"
    )
