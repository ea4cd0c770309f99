"""Structured data: what is stated of events, calls, practices and cities, and that nothing else is."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.structured_data import script_text
from tests import factories
from tests.calls.builders import extend
from tests.structured_data import graph_of, node, nodes, problems

pytestmark = pytest.mark.django_db

OF_A_CITY = {
    "authored_by": "city",
    "consent": True,
    "contact_role": "Education office",
    "not_again": "We would begin in spring.",
    "period_start": date(2021, 3, 1),
    "period_start_precision": "month",
    "state": "ongoing",
}


@pytest.fixture(autouse=True)
def home():
    factories.tree("fr", "ar")


def page_at(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    text = response.content.decode()
    assert problems(graph_of(text)) == []
    return text


def test_nothing_in_the_data_ends_the_script():
    nasty = "</script><!--<script>&\u2028"
    written = script_text({"name": nasty})
    assert not {"<", ">", "&", "\u2028"} & set(written)
    assert json.loads(written) == {"name": nasty}


def test_a_title_with_markup_stays_a_title():
    text = page_at(factories.news(title='Read & "write" </script><script>alert(1)</script>').url)
    assert node(text, "NewsArticle")["headline"].startswith('Read & "write" </script>')
    assert "<script>alert" not in text


def test_an_event_states_its_times_with_their_offset_and_where_one_takes_part():
    city = factories.city(own_name="Hamburg", country="DE")
    event = factories.event(
        **{"first_day": None, "last_day": None, "mode": "hybrid", "host_city": city, "venue": "Town hall"},
        starts_at=datetime(2027, 7, 1, 7, tzinfo=UTC),
        ends_at=datetime(2027, 7, 1, 9, tzinfo=UTC),
        time_zone="Europe/Berlin:hamburg",
    )
    shown = node(page_at(event.url), "Event")
    assert (shown["startDate"], shown["endDate"]) == ("2027-07-01T09:00:00+02:00", "2027-07-01T11:00:00+02:00")
    assert [place["@type"] for place in shown["location"]] == ["Place", "VirtualLocation"]
    place = shown["location"][0]
    assert (place["name"], place["address"]["addressLocality"], place["address"]["addressCountry"]) == (
        "Town hall",
        "Hamburg",
        "DE",
    )
    assert shown["eventStatus"].endswith("/EventScheduled")
    assert shown["organizer"]["name"] == "Hamburg"
    assert "previousStartDate" not in shown


def test_a_moved_event_states_the_start_that_was_public_and_no_other():
    event = factories.event(first_day=date(2027, 5, 1), last_day=date(2027, 5, 1))
    event.first_day = event.last_day = date(2027, 5, 8)
    event.state, event.change_note = "moved", "The hall is being repaired."
    event.save_revision().publish()
    shown = node(page_at(event.url), "Event")
    assert (shown["startDate"], shown["previousStartDate"]) == ("2027-05-08", ["2027-05-01"])
    assert shown["eventStatus"].endswith("/EventRescheduled")
    event.unpublish()
    event.first_day = event.last_day = date(2027, 5, 9)  # nobody reads this day
    event.save()
    event.first_day = event.last_day = date(2027, 5, 10)
    event.save_revision().publish()
    assert node(page_at(event.url), "Event")["previousStartDate"] == ["2027-05-01"]


def test_an_event_that_an_outside_source_reports_has_no_organiser_of_ours():
    own, reported = factories.event(), factories.event(source="A report", state="cancelled")
    assert node(page_at(own.url), "Event")["organizer"]["@id"].endswith("/#organization")
    shown = node(page_at(reported.url), "Event")
    assert "organizer" not in shown
    assert shown["eventStatus"].endswith("/EventCancelled")


def test_the_deadlines_of_a_call_are_data_as_long_as_one_can_apply():
    now = timezone.now()
    call = factories.call(opens_at=now - timedelta(days=9), first_deadline=datetime(2090, 7, 1, 22, tzinfo=UTC))
    page = factories.call_page(call)
    (action,) = [each for each in nodes(graph_of(page_at(page.url))) if each["@type"] == "ApplyAction"]
    assert datetime.fromisoformat(action["endTime"]) == datetime(2090, 7, 1, 21, 59, tzinfo=UTC)
    # A planned change is not public before its announcement.
    later = datetime(2090, 8, 1, 22, tzinfo=UTC)
    extend(call, new=later, announce_at=now + timedelta(days=2))
    assert "2090-08" not in page_at(page.url)
    closed = factories.call_page(factories.call(first_deadline=datetime(2021, 7, 1, 22, tzinfo=UTC)))
    text = page_at(closed.url)
    assert "ApplyAction" not in {each["@type"] for each in nodes(graph_of(text))}
    assert graph_of(text)[0]["temporalCoverage"].endswith("/2021-07-01T23:59:00+02:00")


def test_a_practice_names_its_author_its_licence_and_its_versions():
    city = factories.city(own_name="Sønderborg")
    practice = factories.practice(city=city, licence="cc-by-4.0", **OF_A_CITY)
    other = factories.translated(practice, "fr")
    shown = node(page_at(other.url), "Report")
    assert (shown["author"]["@type"], shown["author"]["name"]) == ("GovernmentOrganization", "Sønderborg")
    assert shown["temporalCoverage"] == "2021-03/.."
    assert shown["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert (shown["inLanguage"], shown["translationOfWork"]["inLanguage"]) == ("fr", "en")
    assert node(page_at(practice.url), "Report")["workTranslation"][0]["url"].endswith(other.url)


def test_an_example_city_is_no_city_and_has_no_position():
    city = factories.city(code="ex-bahari", own_name="Bahari", is_example=True)
    text = page_at(f"/en/cities/{city.code}/")
    assert node(text, "Place")["disambiguatingDescription"]
    assert not {"City", "GeoCoordinates", "Country"} & {each["@type"] for each in nodes(graph_of(text))}
    assert "Bahari" not in json.dumps(graph_of(page_at("/en/cities/")), ensure_ascii=False)


def test_the_search_of_each_language_is_stated_on_its_pages():
    for language in ("en", "ar"):
        action = node(page_at(f"/{language}/"), "SearchAction")
        assert action["target"]["urlTemplate"].endswith(f"/{language}/search/?q={{search_term_string}}")


def test_a_preview_states_nothing(sign_in):
    page = factories.news(title="Opening")
    editor = sign_in(factories.user(is_superuser=True, is_staff=True))
    draft = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    assert graph_of(draft) == []
    page_at(page.url)


def test_a_page_that_is_not_for_search_engines_states_nothing():
    assert graph_of(Client().get("/en/no-such-page/").content.decode()) == []
