"""The facts that a city changes itself: at once, logged, and without overwriting what somebody else has changed."""

import re

import pytest

from audit.models import AuditEntry
from cities.models import City
from desk.city.forms import whole_number
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

GIVEN = {
    "website": "https://city.example.org/",
    "contact_role": "Adult learning officer",
    "answers_in": ["da", "en"],
    "population": "27 766",
    "population_year": "2024",
    "population_source": "Statistics office",
}


@pytest.fixture
def city():
    factories.tree()
    return factories.city(website="https://old.example.org/", answers_in=["da"])


@pytest.fixture
def desk(sign_in, city):
    return sign_in(factories.person(city))


def address(city) -> str:
    return f"/en/desk/cities/{city.code}/facts/"


def shown_by(desk, city) -> dict:
    """The hidden fields of the form: what it showed."""
    page = read(desk.get(address(city)))
    return {field.get("name"): field.get("value") for field in page.xpath("//input[starts-with(@name, 'shown-')]")}


def test_a_change_is_saved_at_once_and_logged_by_field(desk, city):
    answer = desk.post(address(city), {**shown_by(desk, city), **GIVEN})
    assert answer.status_code == 302
    city.refresh_from_db()
    assert (city.population, city.population_year, city.population_source) == (27766, 2024, "Statistics office")
    assert city.answers_in == ["da", "en"]
    entry = AuditEntry.objects.get(action="city.changed")
    assert entry.object_key == city.code
    assert set(entry.details["fields"]) == set(GIVEN)
    assert "example.org" not in str(entry.details), "what somebody wrote is not in the log"


def test_saving_without_a_change_logs_nothing(desk, city):
    given = {"website": "https://old.example.org/", "answers_in": ["da"]}
    assert desk.post(address(city), {**shown_by(desk, city), **given}).status_code == 302
    assert not AuditEntry.objects.filter(action="city.changed").exists()


def test_what_two_people_change_in_different_fields_is_kept(desk, city):
    shown = shown_by(desk, city)
    City.objects.filter(pk=city.pk).update(contact_role="Mayor’s office")
    desk.post(address(city), {**shown, "website": "https://new.example.org/", "answers_in": ["da"], "contact_role": ""})
    city.refresh_from_db()
    assert (city.website, city.contact_role) == ("https://new.example.org/", "Mayor’s office")


@pytest.mark.parametrize(
    ("choice", "kept"), [("own", "https://mine.example.org/"), ("other", "https://theirs.example.org/")]
)
def test_where_both_changed_the_same_fact_the_person_chooses(desk, city, choice, kept):
    shown = shown_by(desk, city)
    City.objects.filter(pk=city.pk).update(website="https://theirs.example.org/")
    mine = {"website": "https://mine.example.org/", "answers_in": ["da"]}
    answer = desk.post(address(city), {**shown, **mine})
    assert answer.status_code == 409
    city.refresh_from_db()
    assert city.website == "https://theirs.example.org/", "nothing is overwritten before the choice"
    page = read(answer)
    texts = page.xpath("//*[contains(@class, 'two-texts__text')]/text()")
    assert texts == ["https://mine.example.org/", "https://theirs.example.org/"]
    hidden = {field.get("name"): field.get("value") for field in page.xpath("//input[@type='hidden']")}
    desk.post(address(city), {**hidden, **mine, "choose-website": choice})
    city.refresh_from_db()
    assert city.website == kept


def test_a_population_belongs_to_its_year_and_source_also_between_two_people(desk, city):
    City.objects.filter(pk=city.pk).update(population=100, population_year=2020, population_source="Census")
    shown = shown_by(desk, city)
    City.objects.filter(pk=city.pk).update(population=120, population_year=2023)
    mine = {"answers_in": ["da"], "population": "130", "population_year": "2020", "population_source": "Census"}
    answer = desk.post(address(city), {**shown, "website": city.website, **mine})
    assert answer.status_code == 409
    assert read(answer).xpath("//*[contains(@class, 'two-texts__text')]/text()") == [
        "130 (2020, Census)",
        "120 (2023, Census)",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"population": "about 20"},
        {"population": "1.5"},
        {"population": "12", "population_year": "", "population_source": ""},
        {"population_year": "3024"},
        {"website": "no address"},
        {"answers_in": ["da", "not-a-language"]},
        {"website": "https://a.example.org/\x00"},
    ],
)
def test_what_cannot_be_saved_is_shown_again_with_words(desk, city, wrong):
    answer = desk.post(address(city), {**shown_by(desk, city), **GIVEN, **wrong})
    assert answer.status_code == 422
    assert read(answer).xpath("//*[@role='alert']")
    city.refresh_from_db()
    assert city.website == "https://old.example.org/"


@pytest.mark.parametrize(
    "typed", ["27766", "27 766", "27.766", "27,766", "27\u202f766", "٢٧٧٦٦", "２７７６６", "27’766"]
)
def test_a_whole_number_is_read_as_people_write_it(typed):
    assert whole_number(typed) == 27766


@pytest.mark.parametrize("typed", ["", "1.5", "27.76", "2776.600", "27 000 people", "-5", "1e3", "²7"])
def test_what_is_no_whole_number_is_refused(typed):
    with pytest.raises(ValueError, match=re.escape(typed) or "^$"):
        whole_number(typed)


def test_a_language_of_the_country_is_offered_first_and_others_can_be_added(desk, city):
    page = read(desk.get(address(city)))
    assert page.xpath("//input[@name='answers_in']/@value")[0] == "da"
    assert "sw" in page.xpath("//select[@name='another_language']/option/@value")
    desk.post(address(city), {**shown_by(desk, city), "answers_in": ["da"], "another_language": "sw"})
    city.refresh_from_db()
    assert city.answers_in == ["da", "sw"]
