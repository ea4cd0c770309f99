"""A call's calendar file keeps the UID of an entry and raises its SEQUENCE when its date moves."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from calls import services
from tests import factories
from tests.calls.builders import BERLIN, EMERGENCY, END_OF_JUNE, at, extend, extend_both, membership

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ADDRESS = "/calls/membership-2026.ics"


@pytest.fixture
def call():
    factories.tree("fr", "ar")
    row = membership()
    with at(2026, 3, 1, 12):
        factories.call_page(row, title="Join the network", lede="For cities of any size.")
    return row


def read(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return Calendar.from_ical(response.content)


def entries(client, address=ADDRESS):
    return {str(entry["UID"]): entry for entry in read(client, address).walk("VEVENT")}


def test_it_has_an_entry_for_each_deadline_at_its_last_minute(client, call):
    with at(2026, 4, 10):
        city, commission = entries(client).values()
    assert city.decoded("DTSTART") == datetime(2026, 5, 31, 21, 59, tzinfo=UTC)
    assert commission.decoded("DTSTART") == datetime(2026, 6, 15, 16, 0, tzinfo=UTC)
    assert str(city["SUMMARY"]) == "Join the network: deadline for cities"
    assert str(commission["SUMMARY"]) == "Join the network: deadline for National Commissions"
    assert "Deadline for cities: 31 May 2026, 23:59 (Hamburg)" in str(city["DESCRIPTION"])
    assert str(city["URL"]).endswith("/en/calls/join-the-network/")
    assert str(city["STATUS"]) == "CONFIRMED"
    assert city["SEQUENCE"] == commission["SEQUENCE"] == 0


def test_an_extension_keeps_the_uid_and_raises_the_sequence_by_one(client, call):
    with at(2026, 4, 10):
        before = entries(client)
    with at(2026, 4, 29, 12):
        extend_both(call)
        after = entries(client)
    assert before.keys() == after.keys() == {"membership-2026-city@calls", "membership-2026-commission@calls"}
    city = after["membership-2026-city@calls"]
    assert city["SEQUENCE"] == before["membership-2026-city@calls"]["SEQUENCE"] + 1
    assert city.decoded("DTSTART") == datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    assert city.decoded("LAST-MODIFIED") == city.decoded("DTSTAMP") == datetime(2026, 4, 29, 10, tzinfo=UTC)
    assert "Earlier date, no longer valid: 31 May 2026, 23:59 (Hamburg)." in str(city["DESCRIPTION"])
    assert "An emergency prevented cities from preparing their applications." in str(city["DESCRIPTION"])


def test_the_other_deadline_keeps_its_sequence(client, call):
    with at(2026, 4, 10):
        services.close_early(call, new=datetime(2026, 5, 20, tzinfo=BERLIN), **EMERGENCY)
        after = entries(client)
    assert after["membership-2026-city@calls"]["SEQUENCE"] == 1
    assert after["membership-2026-commission@calls"]["SEQUENCE"] == 0


def test_a_planned_announcement_changes_no_byte_before_its_instant(client, call):
    with at(2026, 4, 29):
        before = client.get(ADDRESS).content
        extend_both(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
    with at(2026, 5, 4, 8, 59, 59):
        assert client.get(ADDRESS).content == before
    with at(2026, 5, 4, 9):
        assert client.get(ADDRESS).content != before
        assert entries(client)["membership-2026-city@calls"]["SEQUENCE"] == 1


def test_the_same_request_gets_the_same_response_at_another_time(client, call):
    with at(2026, 4, 10):
        first = client.get(ADDRESS).content
    with at(2026, 4, 11):
        assert client.get(ADDRESS).content == first


def test_its_cache_lifetime_ends_at_the_next_announcement(client, call):
    with at(2026, 4, 29):
        extend_both(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
    with at(2026, 5, 4, 8, 59):
        assert "max-age=60" in client.get(ADDRESS)["Cache-Control"]
    with at(2026, 5, 4, 8):
        response = client.get(ADDRESS)
    assert "max-age=300" in response["Cache-Control"]
    assert "public" in response["Cache-Control"]
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies


def test_a_deadline_of_day_precision_is_a_whole_day(client):
    factories.tree()
    call = membership(precision="day", first_commission_deadline=None)
    factories.call_page(call)
    (entry,) = entries(client).values()
    assert entry.decoded("DTSTART") == date(2026, 5, 31)
    assert entry["DTSTART"].params["VALUE"] == "DATE"
    assert "until the end of 31 May 2026" in str(entry["DESCRIPTION"])


def test_a_date_that_is_no_longer_on_record_is_cancelled(client, call):
    call.date_changes.create(
        clock="city",
        old=call.first_deadline,
        new=None,
        reason="other",
        decided_by="secretariat",
        announce_at=datetime(2026, 5, 1, tzinfo=BERLIN),
    )
    with at(2026, 5, 2):
        entry = entries(client)["membership-2026-city@calls"]
    assert str(entry["STATUS"]) == "CANCELLED"
    assert entry.decoded("DTSTART") == datetime(2026, 5, 31, 21, 59, tzinfo=UTC)
    assert entry["SEQUENCE"] == 1


def test_an_earlier_date_that_is_not_on_record_is_not_guessed(client):
    factories.tree()
    call = membership(first_deadline=None, first_commission_deadline=None)
    factories.call_page(call)
    with at(2026, 4, 29):
        extend(call, new=END_OF_JUNE)
        (entry,) = entries(client).values()
    assert "Earlier date, no longer valid: Date not on record." in str(entry["DESCRIPTION"])


def test_it_is_in_the_requested_language(client, call):
    factories.translated(call.pages.get(), "fr", {"Join the network": "Rejoignez le réseau"})
    with at(2026, 4, 10):
        response = client.get(f"{ADDRESS}?lang=fr")
        entry = entries(client, f"{ADDRESS}?lang=fr")["membership-2026-city@calls"]
    assert response["Content-Language"] == "fr"
    assert str(entry["SUMMARY"]).startswith("Rejoignez le réseau")
    assert "31 mai 2026" in str(entry["DESCRIPTION"])
    assert "/fr/calls/" in str(entry["URL"])


@pytest.mark.parametrize("lang", ["ar", "xx", "", "../../etc", "en\r\nX-Injected: 1", "a" * 3000, "%00"])
def test_a_language_without_its_own_page_gets_english(client, call, lang):
    response = client.get(ADDRESS, {"lang": lang}, headers={"accept-language": "fr"})
    assert response.status_code == 200
    assert response["Content-Language"] == "en"
    assert "X-Injected" not in response


def test_a_title_cannot_add_lines_of_its_own(client):
    factories.tree()
    call = membership()
    factories.call_page(call, title="A, B; C\\ \nDTSTART:19700101T000000Z\r\x0bX")
    entry = entries(client)["membership-2026-city@calls"]
    assert entry.decoded("DTSTART").year == 2026
    assert "A, B; C\\ \nDTSTART" in str(entry["SUMMARY"])


def test_an_example_is_marked_as_one(client):
    factories.tree()
    factories.call_page(membership(is_example=True))
    assert "An example: this is not a real call." in str(entries(client)["membership-2026-city@calls"]["DESCRIPTION"])


@pytest.mark.parametrize("ending", ["ics", "json"])
def test_a_call_that_is_not_public_is_404(client, ending):
    factories.tree()
    address = f"/calls/membership-2026.{ending}"
    assert client.get(address).status_code == 404
    call = membership()
    assert client.get(address).status_code == 404
    page = factories.call_page(call)
    assert client.get(address).status_code == 200
    page.unpublish()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "path", ["calls/nobody.ics", "calls/nobody.json", "calls/%00.json", "calls/..%2Fadmin.json", "calls/é.ics"]
)
def test_an_invalid_code_is_404_and_does_not_redirect(client, path):
    factories.tree()
    assert client.get(f"/{path}").status_code in (400, 404)


def test_a_call_without_dates_has_no_calendar(client):
    factories.tree()
    factories.call_page(membership(opens_at=None, first_deadline=None, first_commission_deadline=None))
    assert client.get(ADDRESS).status_code == 404
    assert client.get("/calls/membership-2026.json").status_code == 200


def test_it_accepts_only_safe_methods(client, call):
    assert client.post(ADDRESS).status_code == 405
