"""Pages of events show every time with its time zone, and separate past from future events."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cities.models import Award, CityName
from events.models import EventCluster, EventDocument, EventOutcome, EventPage, EventPractice, EventSession
from tests import admin_forms, factories
from tests.queries import queries_of
from tests.reading import by_class, fetch, links, main, sections, words

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

TIMED = {"first_day": None, "last_day": None}
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _on_a_day_in_june():
    with time_machine.travel(datetime(2026, 6, 18, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture(autouse=True)
def _tree():
    factories.tree()


def facts(page) -> dict[str, str]:
    return {words(row.find("dt")): words(row.find("dd")) for row in by_class(page, "facts__row")}


def tags(element) -> list[str]:
    return [words(tag) for tag in by_class(element, "tag")]


def webinar(**fields) -> EventPage:
    """Create a webinar of one hour in Hamburg on 24 June 2026; `fields` override its fields."""
    return factories.event(
        **{
            **TIMED,
            "starts_at": datetime(2026, 6, 24, 14, tzinfo=BERLIN),
            "ends_at": datetime(2026, 6, 24, 15, tzinfo=BERLIN),
            "time_zone": "Europe/Berlin:hamburg",
            **fields,
        }
    )


# --- The list -------------------------------------------------------------------------------------


def test_upcoming_events_are_grouped_by_month_with_day_kind_place_and_time():
    webinar(title="Question time")
    city = factories.city(own_name="Bahari")
    factories.event(
        title="Annual meeting", first_day=date(2026, 9, 9), last_day=date(2026, 9, 11), mode="hybrid", host_city=city
    )
    page = fetch("/en/events/")
    assert list(sections(page)) == ["June 2026", "September 2026"]
    june, september = sections(page).values()
    assert "24 Wed Question time Webinar 14:00–15:00 Hamburg time" in june
    assert "9–11 Wed–Fri Annual meeting Webinar · Bahari and online" in september
    assert "September" not in june


def test_the_browser_adds_the_readers_own_time():
    webinar()
    (element,) = fetch("/en/events/").xpath("//main//*[@data-your-time]")
    assert datetime.fromisoformat(element.get("data-your-time")) == datetime(2026, 6, 24, 12, tzinfo=UTC)
    assert datetime.fromisoformat(element.get("data-until")) == datetime(2026, 6, 24, 13, tzinfo=UTC)
    assert element.get("hidden") is not None


def test_an_event_that_runs_into_another_month_shows_both():
    factories.event(first_day=date(2026, 6, 29), last_day=date(2026, 7, 2))
    assert "29–2 Mon–Thu" in main(fetch("/en/events/"))
    assert "29 June – 2 July 2026" in main(fetch("/en/events/")).replace("\u2009", " ")


def test_past_events_are_grouped_by_year():
    factories.event(title="Conference of 2019", first_day=date(2019, 10, 1), last_day=date(2019, 10, 3))
    factories.event(title="Conference of 2024", first_day=date(2024, 12, 3), last_day=date(2024, 12, 5))
    webinar(title="Still to come")
    coming, past = fetch("/en/events/"), fetch("/en/events/past/")
    assert "Conference of" not in main(coming)
    assert list(sections(past)) == ["2024", "2019"]
    assert "3–5 December 2024 Conference of 2024" in sections(past)["2024"]
    assert "Still to come" not in main(past)


@pytest.mark.parametrize(
    ("zone", "is_over"), [("Pacific/Kiritimati", True), ("Europe/Berlin", False), ("Pacific/Honolulu", False)]
)
def test_a_whole_day_ends_at_midnight_in_its_own_time_zone(zone, is_over):
    """At 10:00 UTC on the 18th, it is already the 19th in Kiritimati."""
    factories.event(title="Festival", first_day=date(2026, 6, 18), last_day=date(2026, 6, 18), time_zone=zone)
    assert ("Festival" in main(fetch("/en/events/past/"))) is is_over
    assert ("Festival" in main(fetch("/en/events/"))) is not is_over


def test_an_event_with_times_is_over_at_its_last_instant():
    event = webinar(starts_at=datetime(2026, 6, 18, 9, tzinfo=UTC), ends_at=datetime(2026, 6, 18, 10, 0, 1, tzinfo=UTC))
    assert "Under way" in main(fetch("/en/events/"))
    with time_machine.travel(event.ends_at, tick=False):
        assert event.title not in main(fetch("/en/events/"))
        assert event.title in main(fetch("/en/events/past/"))


def test_moved_and_cancelled_events_are_marked_in_the_list():
    webinar(title="As planned")
    webinar(title="Elsewhere", state="moved")
    webinar(title="Not at all", state="cancelled")
    items = {words(item.find(".//h3")): tags(item) for item in by_class(fetch("/en/events/"), "event")}
    assert items == {"As planned": [], "Elsewhere": ["Moved"], "Not at all": ["Cancelled"]}


def test_an_empty_list_has_a_message_and_a_link():
    page = fetch("/en/events/")
    assert "No upcoming events have been announced." in main(page)
    assert {"/en/events/past/", "/en/events/calendar.ics"} <= set(links(page))


def test_a_series_shows_all_its_editions_newest_first():
    cork = factories.city(own_name="Cork", code="ie-cork", country="IE")
    beijing = factories.city(own_name="Beijing", code="cn-beijing", country="CN")
    edition = {"series": "iclc", "kind": "conference", "mode": "place"}
    factories.event(
        **edition, edition=1, host_city=beijing, first_day=date(2013, 10, 21), last_day=date(2013, 10, 23), slug="first"
    )
    third = factories.event(
        **edition,
        edition=3,
        host_city=cork,
        first_day=date(2017, 9, 18),
        last_day=date(2017, 9, 20),
        slug="third",
        theme="Learning in the city",
    )
    EventOutcome.objects.create(page=third, locale=third.locale, title="Call to Action", url="https://example.org/call")
    factories.event(first_day=date(2016, 1, 1), last_day=date(2016, 1, 1), title="No edition")
    page = fetch("/en/events/")
    assert [words(edition) for edition in page.xpath("//main//ol/li/article")] == [
        "Edition 3 · 18–20 September 2017 Cork, Ireland Learning in the city Call to Action",
        "Edition 1 · 21–23 October 2013 Beijing, China",
    ]
    assert "https://example.org/call" in links(page)
    assert [href for href in links(page) if href.endswith(("first/", "third/"))] == [
        "/en/events/third/",
        "/en/events/first/",
    ]
    assert "International Conference on Learning Cities" in main(page)


def test_an_edition_leads_to_the_editions_before_and_after_it_and_to_the_cities_of_its_award():
    city = factories.city(own_name="Cork")
    Award.objects.create(city=city, year=2017)
    other = factories.city(own_name="Bristol")
    Award.objects.create(city=other, year=2019)
    for number, year in ((1, 2013), (2, 2015), (4, 2019)):
        days = {"first_day": date(year, 9, 1), "last_day": date(year, 9, 3)}
        factories.event(series="iclc", edition=number, **days, slug=f"edition-{number}")
    factories.event(title="Hidden", series="iclc", edition=3, slug="edition-3").unpublish()
    EventPage.objects.filter(slug="edition-2").update(award_year=2017)
    page = fetch("/en/events/edition-2/")
    (neighbours,) = page.xpath("//main//nav[@aria-label='Other editions']")
    assert links(neighbours) == ["/en/events/edition-1/", "/en/events/edition-4/"]
    assert "Cork" in sections(page)["Learning City Award 2017"]
    assert "Bristol" not in main(page)
    assert not fetch("/en/events/edition-4/").xpath("//section[@aria-labelledby='award']")


def test_readers_get_the_version_in_their_language_and_others_labelled():
    factories.tree("fr")
    webinar(title="Only English")
    translated = webinar(title="Both")
    factories.translated(translated, "fr", {"Both": "Les deux"})
    page = fetch("/fr/events/")
    own, other = {words(item.find(".//h3")): item for item in by_class(page, "event")}.values()
    if words(own.find(".//h3")) != "Les deux":
        own, other = other, own
    assert words(own.find(".//h3")) == "Les deux"
    assert own.find(".//h3").get("lang") is None
    assert words(other.find(".//h3")) == "Only English"
    assert other.find(".//h3").get("lang") == "en"
    assert other.find(".//h3/a").get("hreflang") == "en"
    assert "Both" not in main(page)


def test_drafts_private_and_expired_events_appear_nowhere(client):
    factories.tree("fr")
    webinar(title="Public one")
    EventPage.objects.filter(pk=webinar(title="Hidden draft").pk).update(live=False)
    EventPage.objects.filter(pk=webinar(title="Hidden expired").pk).update(expire_at=datetime(2026, 6, 1, tzinfo=UTC))
    private = webinar(title="Hidden private", series="iclc", edition=1, slug="hidden")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    for address in ("/en/events/", "/en/events/past/", "/fr/events/", "/en/events/calendar.ics"):
        content = client.get(address).content.decode()
        assert "Hidden" not in content
        assert "/events/hidden/" not in content
    assert "Public one" in main(fetch("/en/events/"))
    assert client.get(f"/covers/event/{private.code}/thumb").status_code == 404


def test_lists_need_as_many_queries_for_one_event_as_for_three():
    def add(year):
        factories.event(host_city=factories.city(), mode="place")
        factories.event(
            host_city=factories.city(),
            mode="place",
            series="iclc",
            edition=year,
            first_day=date(year, 1, 1),
            last_day=date(year, 1, 1),
        )

    factories.network()
    add(2013)
    one = [queries_of("/en/events/"), queries_of("/en/events/past/")]
    add(2015)
    add(2017)
    assert [queries_of("/en/events/"), queries_of("/en/events/past/")] == one
    assert max(one) <= 15


def test_past_events_are_paginated_and_invalid_page_numbers_are_refused(client, monkeypatch):
    monkeypatch.setattr("events.models.PER_PAGE", 2)
    for year in (2021, 2022, 2023):
        factories.event(title=f"Meeting {year}", first_day=date(year, 5, 1), last_day=date(year, 5, 1))
    assert list(sections(fetch("/en/events/past/"))) == ["2023", "2022"]
    second = fetch("/en/events/past/?page=2")
    assert list(sections(second)) == ["2021"]
    assert second.xpath("//link[@rel='canonical']/@href")[0].endswith("/en/events/past/?page=2")
    for absurd in ("0", "-1", "3", "999999999999999999999", "9" * 5000, "two", "1.5", "%00"):
        assert client.get(f"/en/events/past/?page={absurd}").status_code == 404


def test_an_event_cannot_take_the_url_of_the_past_events():
    event = webinar(slug="well")
    event.slug = "past"
    with pytest.raises(Exception, match="past"):
        event.full_clean()


# --- One event ------------------------------------------------------------------------------------


def test_times_are_in_the_events_time_zone_with_its_name_and_utc_offset():
    webinar(slug="question-time")
    page = fetch("/en/events/question-time/")
    assert facts(page)["Begins"] == "Wednesday 24 June 2026, 14:00 Hamburg time (UTC+2)"
    assert facts(page)["Ends"] == "Wednesday 24 June, 15:00 Hamburg time (UTC+2)"
    instants = [datetime.fromisoformat(value) for value in page.xpath("//dl//@data-your-time")]
    assert instants == [datetime(2026, 6, 24, 12, tzinfo=UTC), datetime(2026, 6, 24, 13, tzinfo=UTC)]


def test_an_event_across_a_clock_change_shows_both_utc_offsets():
    webinar(
        slug="night",
        starts_at=datetime(2026, 10, 24, 22, tzinfo=BERLIN),
        ends_at=datetime(2026, 10, 25, 9, tzinfo=BERLIN),
    )
    shown = facts(fetch("/en/events/night/"))
    assert shown["Begins"] == "Saturday 24 October 2026, 22:00 Hamburg time (UTC+2)"
    assert shown["Ends"] == "Sunday 25 October, 09:00 Hamburg time (UTC+1)"


def test_the_time_zone_has_the_name_of_the_host_city_in_the_readers_language():
    factories.tree("ar")
    city = factories.city(own_name="Kathmandu", code="np-kathmandu")
    CityName.objects.create(city=city, language="ar", name="كاتماندو")
    event = webinar(host_city=city, mode="place", time_zone="Asia/Kathmandu", slug="k")
    factories.translated(event, "ar")
    begins = by_class(fetch("/ar/events/k/"), "facts__row")[0]
    assert "كاتماندو" in words(begins)
    assert "UTC+5:45" in words(begins)
    assert "17:45" in words(begins)
    assert "Kathmandu" not in words(begins)


def test_whole_days_have_no_times():
    factories.event(slug="days", first_day=date(2026, 12, 30), last_day=date(2027, 1, 2), time_zone="Asia/Dubai")
    factories.event(slug="day", first_day=date(2026, 12, 30), last_day=date(2026, 12, 30))
    days, day = fetch("/en/events/days/"), fetch("/en/events/day/")
    assert facts(days)["Begins"] == "Wednesday 30 December 2026"
    assert facts(days)["Ends"] == "Saturday 2 January 2027"
    assert facts(day)["Day"] == "Wednesday 30 December 2026"
    assert not re.search(r"\d:\d\d|UTC", main(days) + main(day))


def test_the_place_links_to_the_host_city_and_shows_how_to_take_part():
    city = factories.city(own_name="Cork", code="ie-cork", country="IE")
    factories.event(slug="both", host_city=city, mode="hybrid", venue="City Hall")
    factories.event(slug="online", mode="online")
    page = fetch("/en/events/both/")
    assert facts(page)["Where"] == "Cork, Ireland City Hall · On site and online"
    assert page.xpath("//main//dd/a/@href") == ["/en/cities/ie-cork/"]
    assert facts(fetch("/en/events/online/"))["Where"] == "Online"


def test_languages_are_written_as_codes_and_an_unknown_one_is_refused(sign_in):
    event = webinar(slug="many", languages=["en"])
    editor = sign_in(factories.user("Editors"))
    form = admin_forms.form_of(editor, event) | admin_forms.stream_form("body", event.body)
    editor.post(admin_forms.edit_url(event), form | {"languages": "ko, EN"})
    assert EventPage.objects.get().get_latest_revision_as_object().languages == ["ko", "en"]
    answer = editor.post(admin_forms.edit_url(event), form | {"languages": "klingon"})
    assert "No language has the code “klingon”." in answer.content.decode()
    assert EventPage.objects.get().get_latest_revision_as_object().languages == ["ko", "en"]


def test_languages_are_named_in_the_readers_language_and_unknown_values_left_out():
    factories.tree("fr", "ar")
    event = webinar(slug="many", languages=["en", "fr", "ar"])
    factories.translated(event, "fr")
    webinar(slug="none")
    assert facts(fetch("/en/events/many/"))["Languages"] == "English, French, Arabic"
    assert "Anglais, français, arabe" in main(fetch("/fr/events/many/"))
    assert "Languages" not in facts(fetch("/en/events/none/"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["Upcoming"]),
        ({"starts_at": datetime(2026, 6, 18, 9, tzinfo=UTC)}, ["Under way"]),
        (
            {"starts_at": datetime(2026, 6, 1, 9, tzinfo=UTC), "ends_at": datetime(2026, 6, 1, 10, tzinfo=UTC)},
            ["Past"],
        ),
        ({"state": "moved", "is_example": True}, ["Moved", "Upcoming", "Example"]),
        ({"state": "cancelled"}, ["Cancelled"]),
    ],
)
def test_tags_show_the_state_of_an_event(fields, expected):
    webinar(slug="tagged", **fields)
    assert tags(fetch("/en/events/tagged/")) == expected


def test_registration_and_calendar_file_are_offered_until_the_event_ends():
    event = webinar(slug="open", registration_url="https://example.org/register")
    calendar = f"/events/{event.code}.ics?lang=en"
    assert {"https://example.org/register", calendar} <= set(links(fetch("/en/events/open/")))
    with time_machine.travel(event.ends_at, tick=False):
        after = links(fetch("/en/events/open/"))
    assert not {"https://example.org/register", calendar} & set(after)


def test_a_cancelled_event_has_a_notice_and_no_registration():
    webinar(slug="off", state="cancelled", registration_url="https://example.org/register")
    page = fetch("/en/events/off/")
    assert "This event has been cancelled." in main(page)
    assert "https://example.org/register" not in links(page)


def test_the_programme_is_grouped_by_days_in_the_events_time_zone_and_sorted_by_streams():
    def session(title, starts, ends, stream="", **fields):
        return EventSession(title=title, starts_at=starts, ends_at=ends, stream=stream, **fields)

    tokyo = ZoneInfo("Asia/Tokyo")
    webinar(
        slug="conference",
        time_zone="Asia/Tokyo",
        sessions=[
            session("Closing", datetime(2026, 6, 25, 0, 30, tzinfo=tokyo), datetime(2026, 6, 25, 1, tzinfo=tokyo)),
            session(
                "Second",
                datetime(2026, 6, 24, 10, tzinfo=tokyo),
                datetime(2026, 6, 24, 12, tzinfo=tokyo),
                "B",
                languages=["fr"],
                room="Room 2",
            ),
            session("First", datetime(2026, 6, 24, 10, tzinfo=tokyo), datetime(2026, 6, 24, 12, tzinfo=tokyo), "A"),
        ],
    )
    page = fetch("/en/events/conference/")
    assert list(sections(page)) == ["Wednesday 24 June", "Thursday 25 June"]
    first, second = sections(page).values()
    assert first == (
        "Wednesday 24 June All times are Tokyo time (UTC+9). "
        "10:00–12:00 First Stream A 10:00–12:00 Second Stream B · Room 2 · French"
    )
    assert second == "Thursday 25 June All times are Tokyo time (UTC+9). 00:30–01:00 Closing"
    assert all(bdi.get("dir") == "ltr" for bdi in page.xpath("//main//time/bdi"))


def test_documents_in_private_collections_are_not_offered():
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    webinar(
        slug="files",
        outcome_document=factories.document(title="Declaration", language="en"),
        documents=[
            EventDocument(title="Programme", document=factories.document(language="fr")),
            EventDocument(title="Hidden list", document=factories.document(collection=private)),
        ],
    )
    page = fetch("/en/events/files/")
    assert "Declaration" in sections(page)["Outcomes"]
    assert "Programme" in sections(page)["Documents"]
    assert "Français" in sections(page)["Documents"]
    assert "Hidden" not in main(page)


def test_linked_practices_are_cards_in_the_readers_language():
    factories.tree("fr")
    practice = factories.practice(title="Market school")
    hidden = factories.practice(title="Hidden practice")
    factories.translated(practice, "fr", {"Market school": "L’école du marché"})
    event = webinar(
        slug="linked",
        event_practices=[EventPractice(practice=practice, sort_order=1), EventPractice(practice=hidden, sort_order=2)],
    )
    factories.translated(event, "fr")
    type(hidden).objects.filter(pk=hidden.pk).update(live=False)
    page = fetch("/fr/events/linked/")
    assert "L’école du marché" in main(page)
    assert "Hidden practice" not in main(page)


def test_clusters_source_and_language_versions_are_at_the_end():
    factories.tree("ar")
    cluster = factories.cluster_page().cluster
    event = webinar(
        slug="whole",
        theme="Learning for the planet",
        source="Final report",
        source_url="https://example.org/report",
        event_clusters=[EventCluster(cluster=cluster)],
    )
    factories.translated(event, "ar")
    page = fetch("/en/events/whole/")
    (closing,) = page.xpath("//main//footer")
    assert cluster.name in words(closing)
    assert "Source: Final report" in words(closing)
    assert "Read in" in words(closing)
    assert closing.xpath(".//a[@hreflang='ar']/@href") == ["/ar/events/whole/"]
    assert "Learning for the planet" in sections(page)["Theme"]


def test_a_picture_has_its_alternative_text_and_credit_and_without_one_there_is_a_cover(client):
    webinar(slug="drawn")
    webinar(slug="photographed", picture=factories.image(credit="City of Cork"), picture_alternative_text="A full hall")
    (drawn,) = fetch("/en/events/drawn/").xpath("//main//figure/img")
    assert drawn.get("alt") == ""
    response = client.get(drawn.get("src"))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    page = fetch("/en/events/photographed/")
    (photograph,) = page.xpath("//main//figure/img")
    assert photograph.get("alt") == "A full hall"
    assert {"width", "height"} <= set(photograph.keys())
    assert "© City of Cork" in main(page)


def test_a_page_needs_as_many_queries_for_one_row_of_each_kind_as_for_three():
    def event(slug, count):
        instants = {
            "starts_at": datetime(2026, 6, 24, 10, tzinfo=UTC),
            "ends_at": datetime(2026, 6, 24, 11, tzinfo=UTC),
        }
        rows = range(count)
        webinar(
            slug=slug,
            host_city=factories.city(),
            sessions=[EventSession(title=f"Session {number}", **instants) for number in rows],
            documents=[EventDocument(title=f"File {number}", document=factories.document()) for number in rows],
            event_clusters=[EventCluster(cluster=factories.cluster()) for _number in rows],
            event_practices=[EventPractice(practice=factories.practice()) for _number in rows],
        )
        return queries_of(f"/en/events/{slug}/")

    assert event("one", 1) == event("three", 3) <= 15


def test_a_url_of_one_language_never_shows_text_of_another(client):
    factories.tree("fr")
    webinar(slug="english")
    assert client.get("/en/events/english/").status_code == 200
    assert client.get("/fr/events/english/").status_code == 404
    assert client.get("/es/events/").status_code == 404
