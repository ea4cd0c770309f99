"""Calendar files of events: one UID for all languages, and a SEQUENCE that rises with relevant changes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from icalendar import Calendar
from wagtail.models import PageViewRestriction

from events.calendar_facts import CALENDAR_FIELDS
from events.models import EventPage
from tests import factories
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

KATHMANDU = ZoneInfo("Asia/Kathmandu")


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


@pytest.fixture(autouse=True)
def _on_a_day_in_march():
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        yield


def entries(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


def entry(client, event, lang="en"):
    (only,) = entries(client, f"/events/{event.code}.ics?lang={lang}")
    return only


def republish(event, **changes):
    """Change, save and publish the latest draft, as an editor does, with a note of its own for readers."""
    draft = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    if event.is_original and not changes.keys().isdisjoint(CALENDAR_FIELDS):
        changes = {"change_note": f"Now {changes}.", **changes}
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision().publish()


def test_an_event_with_times_has_two_instants(client):
    event = factories.event(
        title="Question time",
        lede="Ask the secretariat.",
        first_day=None,
        last_day=None,
        starts_at=datetime(2026, 6, 24, 14, tzinfo=KATHMANDU),
        ends_at=datetime(2026, 6, 24, 15, 30, tzinfo=KATHMANDU),
        time_zone="Asia/Kathmandu",
        registration_url="https://example.org/register",
    )
    found = entry(client, event)
    assert found.decoded("DTSTART") == datetime(2026, 6, 24, 8, 15, tzinfo=UTC)
    assert found.decoded("DTEND") == datetime(2026, 6, 24, 9, 45, tzinfo=UTC)
    assert str(found["SUMMARY"]) == "Question time"
    assert str(found["LOCATION"]) == "Online"
    assert str(found["DESCRIPTION"]) == "Ask the secretariat.\nRegister: https://example.org/register"
    assert str(found["URL"]).endswith("/en/events/question-time/")
    assert str(found["UID"]) == str(event.translation_key)


def test_an_event_of_whole_days_ends_with_its_last_day(client):
    city = factories.city(own_name="Cork", country="IE")
    event = factories.event(
        mode="hybrid", host_city=city, venue="City Hall", first_day=date(2026, 9, 9), last_day=date(2026, 9, 11)
    )
    found = entry(client, event)
    assert (found.decoded("DTSTART"), found.decoded("DTEND")) == (date(2026, 9, 9), date(2026, 9, 12))
    assert found["DTSTART"].params["VALUE"] == "DATE"
    assert str(found["LOCATION"]) == "City Hall, Cork, Ireland, Online"


def test_a_cancelled_event_stays_as_cancelled(client):
    event = factories.event()
    assert str(entry(client, event)["STATUS"]) == "CONFIRMED"
    republish(event, state="cancelled")
    found = entry(client, event)
    assert (str(found["STATUS"]), found["SEQUENCE"]) == ("CANCELLED", 1)


@pytest.mark.parametrize(
    "change",
    [
        {"first_day": date(2026, 4, 1), "last_day": date(2026, 4, 1)},
        {"last_day": date(2026, 12, 1)},
        {"venue": "Town hall", "mode": "hybrid"},
        {"state": "moved"},
    ],
)
def test_a_new_date_place_or_state_raises_the_sequence_by_one(client, change):
    event = factories.event()
    before = entry(client, event)
    republish(event, **change)
    after = entry(client, event)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


def test_changed_text_does_not_raise_the_sequence(client):
    event = factories.event()
    republish(event, lede="More about it.", title="Another title")
    assert entry(client, event)["SEQUENCE"] == 0


def test_a_draft_does_not_raise_the_sequence_until_it_is_published(client):
    event = factories.event()
    event.state, event.change_note = "moved", "Another hall."
    revision = event.save_revision()
    assert entry(client, event)["SEQUENCE"] == 0
    revision.publish()
    assert entry(client, event)["SEQUENCE"] == 1


def test_an_old_draft_does_not_lower_the_sequence(client):
    event = factories.event()
    republish(event, state="moved")
    republish(event, state="cancelled")
    republish(event, lede="Nothing new.")
    assert entry(client, event)["SEQUENCE"] == 2


def test_an_event_that_was_never_public_starts_with_sequence_0(client):
    event = factories.event()
    EventPage.objects.filter(pk=event.pk).update(first_published_at=None)
    republish(event, state="moved")
    assert entry(client, event)["SEQUENCE"] == 0


def test_every_language_has_the_same_uid_and_sequence(client):
    event = factories.event(title="Question time", lede="Ask.")
    factories.translated(event, "fr", {"Question time": "L’heure des questions"})
    republish(event, state="moved")
    english, french = entry(client, event), entry(client, event, "fr")
    assert str(french["SUMMARY"]) == "L’heure des questions"
    assert english["UID"] == french["UID"]
    assert english["SEQUENCE"] == french["SEQUENCE"] == 1
    assert english["DTSTAMP"].dt == french["DTSTAMP"].dt


def test_publishing_a_translation_does_not_raise_the_sequence(client):
    event = factories.event(venue="Town hall", mode="hybrid")
    version = factories.translated(event, "fr")
    republish(event, state="moved")
    factories.translated(event, "fr")  # its note, too
    republish(version, venue="Mairie")
    assert entry(client, event, "fr")["SEQUENCE"] == 1
    republish(event, lede="Nothing new.")
    assert entry(client, event, "fr")["SEQUENCE"] == entry(client, event)["SEQUENCE"] == 1


def test_a_later_translation_has_the_sequence_of_its_group(client):
    event = factories.event()
    republish(event, state="moved")
    factories.translated(event, "fr")
    assert entry(client, event, "fr")["SEQUENCE"] == 1


@pytest.mark.parametrize("lang", ["ar", "xx", "", "../..", "en\r\nX: 1"])
def test_a_language_without_its_own_version_gets_the_fallback(client, lang):
    event = factories.event()
    response = client.get(f"/events/{event.code}.ics", {"lang": lang})
    assert response["Content-Language"] == "en"


def test_an_event_that_is_not_public_is_404(client):
    event = factories.event()
    PageViewRestriction.objects.create(page=event, restriction_type="login")
    address = f"/events/{event.code}.ics"
    assert client.get(address).status_code == 404
    PageViewRestriction.objects.all().delete()
    assert client.get(address).status_code == 200
    event.unpublish()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("code", ["0123456789", "x" * 10, "ABCDEF0123", "..%2Fadmin", "%00"])
def test_an_invalid_code_is_404(client, code):
    assert client.get(f"/events/{code}.ics").status_code in (400, 404)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_year_that_no_calendar_can_hold_is_refused(year):
    event = factories.event()
    event.first_day = event.last_day = date(year, 12, 31)
    with pytest.raises(ValidationError, match="Enter a year from 1900 to 2199"):
        event.full_clean()


def test_the_feed_has_future_events_and_those_of_the_last_year(client):
    factories.event(title="To come", first_day=date(2026, 9, 9), last_day=date(2026, 9, 9))
    factories.event(title="Last summer", first_day=date(2025, 7, 1), last_day=date(2025, 7, 1))
    factories.event(title="Long ago", first_day=date(2013, 10, 21), last_day=date(2013, 10, 23))
    factories.event(
        title="With times",
        first_day=None,
        last_day=None,
        starts_at=datetime(2026, 5, 1, 9, tzinfo=UTC),
        ends_at=datetime(2026, 5, 1, 10, tzinfo=UTC),
    )
    hidden = factories.event(title="Hidden")
    hidden.unpublish()
    titles = {str(found["SUMMARY"]) for found in entries(client, "/en/events/calendar.ics")}
    assert titles == {"To come", "Last summer", "With times"}


def test_the_feed_has_each_event_once_in_the_readers_language_or_its_fallback(client):
    both = factories.event(title="In two languages")
    factories.translated(both, "fr", {"In two languages": "En deux langues"})
    factories.event(title="English only")
    factories.event("ar", title="بالعربية فقط")
    titles = {str(found["SUMMARY"]) for found in entries(client, "/fr/events/calendar.ics")}
    assert titles == {"En deux langues", "English only", "بالعربية فقط"}


def test_the_feed_needs_as_many_queries_for_one_event_as_for_many(client):
    counts = []
    for number in range(3):
        factories.event(host_city=factories.city(), mode="place")
        counts.append(queries_of("/en/events/calendar.ics"))
        assert len(entries(client, "/en/events/calendar.ics")) == number + 1
    assert counts[0] == counts[1] == counts[2] <= 6


def test_the_feed_exists_only_in_languages_of_the_portal(client):
    assert client.get("/xx/events/calendar.ics").status_code == 404
    assert client.get("/zh-hans/events/calendar.ics").status_code == 404
    factories.tree("zh-hans")
    assert client.get("/zh-hans/events/calendar.ics").status_code == 200
    assert "max-age=300" in client.get("/zh-hans/events/calendar.ics")["Cache-Control"]
