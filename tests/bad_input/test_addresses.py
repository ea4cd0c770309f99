"""Whatever stands in an address, the answer is a page in the reader's language, and soon."""

from itertools import cycle

import pytest
from django.test import Client

from core.i18n.languages import LANGUAGE_CODES
from tests.bad_input.corpus import LANGUAGES, NUMBERS, SEGMENTS, TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

# Where the portal reads text, or the number of a page, out of an address; without the language.
SEARCH = "search/?q={}"
TEXT_PLACES = [
    "practices/?q={}",
    "search/?q=market&type={0}&cluster={0}&region={0}&country={0}&sort={0}",
    "practices/?{0}=1&cluster={0}&original_language={0}",
    "cities/?region={}",
    "cities/?near={}",
    "cities/?region=africa&near={0}&{0}",
    "calls/award/?tz={}",
    "calls/award/?at={}",
    "events/webinar/?{0}={0}",
]
NUMBER_PLACES = ["search/?q=market&page={}", "practices/?page={}", "news/?page={}", "events/past/?page={}"]
# Where a part of a path can be anything.
PATHS = [
    "{}/",
    "{}",
    "practices/{}/",
    "cities/{}/",
    "events/past/{}/",
    "calls/{}/",
    "news/met/{}",
    "search/{}/",
]
# Outside the language trees.
FILES = [
    "/{}",
    "/calls/{}.json",
    "/calls/{}.ics",
    "/calls/award.ics?lang={}",
    "/events/{}.ics",
    "/{}/events/calendar.ics",
    "/{}/calls/calendar.ics",
    "/en/search/feed.atom?q={}",
    "/covers/practice/{}/thumb",
    "/covers/call/{}/share",
    "/documents/{}/file.pdf",
    "/documents/1/{}",
    "/media/images/{}",
    "/static/{}",
    "/sitemap.xml?p={}",
    "/_util/authenticate_with_password/{}/1/",
]


def _some(hostile: list[str], places: list[str], one_of: int = 6):
    """Each place with some of what is hostile, shifted so that all of it is used."""
    return [
        (place, hostile[number])
        for shift, place in enumerate(places)
        for number in range(shift % one_of, len(hostile), one_of)
    ]


def _ask(reader, pairs) -> None:
    """Ask for each place with each text, in one language after the other."""
    for (place, text), language in zip(pairs, cycle(LANGUAGE_CODES), strict=False):
        reader.read(f"/{language}/{place.format(text)}", language)


def test_every_hostile_search_gets_a_page(reader):
    _ask(reader, [(SEARCH, text) for text in TEXTS])
    assert reader.complaints == []


def test_hostile_text_in_filters_gets_a_page(reader):
    _ask(reader, _some(TEXTS, TEXT_PLACES))
    assert reader.complaints == []


def test_an_absurd_page_number_gets_a_page(reader):
    _ask(reader, _some(NUMBERS, NUMBER_PLACES, one_of=3))
    assert reader.complaints == []


def test_an_address_that_no_page_has_is_answered_in_its_language(reader):
    _ask(reader, _some([*SEGMENTS, *NUMBERS], PATHS))
    assert reader.complaints == []


def test_an_address_outside_the_languages_that_nothing_has_is_answered(reader):
    for place, text in _some([*SEGMENTS, *NUMBERS], FILES):
        reader.read(place.format(text))
    assert reader.complaints == []


def test_an_unknown_language_is_answered_in_a_known_one(reader):
    for code in LANGUAGES:
        for rest in ("/", "/search/?q=market"):
            reader.read(f"/{code}{rest}")
    assert reader.complaints == []


def test_a_good_number_still_gets_its_page():
    assert "/en/practices/market/" in Client().get("/en/search/?q=market&page=1").content.decode()
    assert "/en/news/met/" in Client().get("/en/news/?page=1").content.decode()
    assert Client().get("/en/news/?page=2").status_code == 404


@pytest.mark.sweep
@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize(
    ("places", "hostile"),
    [([SEARCH, *TEXT_PLACES], TEXTS), (NUMBER_PLACES, NUMBERS), (PATHS, SEGMENTS + NUMBERS)],
    ids=["texts", "numbers", "paths"],
)
def test_everything_hostile_in_every_place_gets_a_page_in_every_language(reader, places, hostile, language):
    for place in places:
        for text in hostile:
            reader.read(f"/{language}/{place.format(text)}", language)
    assert reader.complaints == []


@pytest.mark.sweep
def test_everything_hostile_outside_the_languages_is_answered(reader):
    for place in FILES:
        for text in [*TEXTS, *SEGMENTS, *NUMBERS]:
            reader.read(place.format(text))
    assert reader.complaints == []
