"""A call's calendar file keeps the UID of an entry and raises its SEQUENCE when its date moves."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar
from lxml import html

from calls import services
from core.i18n.addresses import absolute
from tests import factories
from tests.calls.builders import BERLIN, EMERGENCY, END_OF_JUNE, at, extend, extend_both, membership
from tests.queries import queries_of

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
    """The entries by the part of their UID that names the deadline; the other part names the network."""
    return {str(entry["UID"]).partition("@")[0]: entry for entry in read(client, address).walk("VEVENT")}


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
    assert before.keys() == after.keys() == {"membership-2026-city", "membership-2026-commission"}
    assert [entry["UID"] for entry in before.values()] == [entry["UID"] for entry in after.values()]
    city = after["membership-2026-city"]
    assert city["SEQUENCE"] == before["membership-2026-city"]["SEQUENCE"] + 1
    assert city.decoded("DTSTART") == datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    assert city.decoded("LAST-MODIFIED") == city.decoded("DTSTAMP") == datetime(2026, 4, 29, 10, tzinfo=UTC)
    assert "Earlier date, no longer valid: 31 May 2026, 23:59 (Hamburg)." in str(city["DESCRIPTION"])
    assert "An emergency prevented cities from preparing their applications." in str(city["DESCRIPTION"])


def test_the_other_deadline_keeps_its_sequence(client, call):
    with at(2026, 4, 10):
        services.close_early(call, new=datetime(2026, 5, 20, tzinfo=BERLIN), **EMERGENCY)
        after = entries(client)
    assert after["membership-2026-city"]["SEQUENCE"] == 1
    assert after["membership-2026-commission"]["SEQUENCE"] == 0


def test_a_planned_announcement_changes_no_byte_before_its_instant(client, call):
    with at(2026, 4, 29):
        before = client.get(ADDRESS).content
        extend_both(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
    with at(2026, 5, 4, 8, 59, 59):
        assert client.get(ADDRESS).content == before
    with at(2026, 5, 4, 9):
        assert client.get(ADDRESS).content != before
        assert entries(client)["membership-2026-city"]["SEQUENCE"] == 1


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
        entry = entries(client)["membership-2026-city"]
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
        entry = entries(client, f"{ADDRESS}?lang=fr")["membership-2026-city"]
    assert response["Content-Language"] == "fr"
    assert str(entry["SUMMARY"]).startswith("Rejoignez le réseau")
    assert "31 mai 2026" in str(entry["DESCRIPTION"])
    assert "/fr/calls/" in str(entry["URL"])


def test_another_network_with_the_same_code_has_other_uids(client, call):
    with at(2026, 4, 10):
        before = entries(client)
        home = factories.tree("fr", "ar")
        type(home).objects.filter(pk=home.pk).update(translation_key=uuid4())
        after = entries(client)
    assert all(before[name]["UID"] != after[name]["UID"] for name in before)


def test_programs_remind_people_a_week_and_a_day_before_a_deadline(client, call):
    with at(2026, 4, 10):
        city, commission = entries(client).values()
    for entry in (city, commission):
        alarms = entry.walk("VALARM")
        assert [alarm.decoded("TRIGGER") for alarm in alarms] == [timedelta(days=-7), timedelta(days=-1)]
        assert {str(alarm["DESCRIPTION"]) for alarm in alarms} == {str(entry["SUMMARY"])}
        assert {str(alarm["ACTION"]) for alarm in alarms} == {"DISPLAY"}


def test_programs_are_told_the_name_and_when_to_ask_again(client, call):
    with at(2026, 4, 10):
        calendar = read(client)
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == "Join the network"
    assert calendar.decoded("REFRESH-INTERVAL") == timedelta(hours=6)
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["X-PUBLISHED-TTL"].to_ical() == b"PT6H"


# --- The calendar of all calls ------------------------------------------------------------

ALL = "/en/calls/calendar.ics"


def test_the_calendar_of_all_has_the_deadlines_of_this_and_of_the_last_year(client, call):
    old = factories.call(opens_at=None, first_deadline=datetime(2024, 1, 1, tzinfo=BERLIN))
    factories.call_page(old)
    factories.call_page(factories.call(code="hidden")).unpublish()
    factories.call_page(factories.call(code="undated", opens_at=None, first_deadline=None))
    winter = factories.call(code="winter", opens_at=None, first_deadline=datetime(2026, 12, 1, tzinfo=BERLIN))
    factories.call_page(winter, language="ar", title="نداء")
    with at(2026, 4, 10):
        found = entries(client, ALL)
        assert str(read(client, ALL)["NAME"]) == "Deadlines of calls"
    assert found.keys() == {"membership-2026-city", "membership-2026-commission", "winter-city"}
    # The last minute on either side of the change of the clocks.
    assert found["membership-2026-city"].decoded("DTSTART") == datetime(2026, 5, 31, 21, 59, tzinfo=UTC)
    assert found["winter-city"].decoded("DTSTART") == datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    assert found["winter-city"]["SUMMARY"].params["LANGUAGE"] == "ar"
    assert "الموعد" in str(found["winter-city"]["SUMMARY"])


def test_a_moved_deadline_has_the_same_uid_and_a_higher_sequence_in_both_calendars(client, call):
    with at(2026, 4, 10):
        before = entries(client, ALL)["membership-2026-city"]
        extend_both(call, announce_at=datetime(2026, 4, 10, 0, 2, tzinfo=BERLIN))
        assert client.get(ALL)["Cache-Control"] == "public, max-age=120"
    with at(2026, 4, 10, 0, 2):
        after, alone = entries(client, ALL)["membership-2026-city"], entries(client)["membership-2026-city"]
    assert before["UID"] == after["UID"] == alone["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"], alone["SEQUENCE"]) == (0, 1, 1)
    assert after.decoded("DTSTART") == alone.decoded("DTSTART") == datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    assert after.to_ical() == alone.to_ical()


def test_the_calendar_of_all_needs_as_many_queries_for_one_call_as_for_many(call):
    few = queries_of(ALL)
    extend(factories.call_page().call, new=datetime(2101, 1, 1, tzinfo=UTC))
    assert queries_of(ALL) == few <= 8


def test_pages_offer_to_subscribe(client, call):
    with at(2026, 4, 10):
        for address, path in (("/en/calls/", ALL), (call.pages.get().url, f"{ADDRESS}?lang=en")):
            links = html.fromstring(client.get(address).content).xpath("//main//a/@href")
            assert {path, f"webcal://{absolute(path).partition('//')[2]}"} <= set(links)


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
    entry = entries(client)["membership-2026-city"]
    assert entry.decoded("DTSTART").year == 2026
    assert "A, B; C\\ \nDTSTART" in str(entry["SUMMARY"])


def test_an_example_is_marked_as_one(client):
    factories.tree()
    factories.call_page(membership(is_example=True))
    assert "An example: this is not a real call." in str(entries(client)["membership-2026-city"]["DESCRIPTION"])


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
