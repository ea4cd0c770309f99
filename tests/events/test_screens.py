"""The list of events, the screen of one, and a series with its editions, as an editor sees them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page

from events import services
from events.models import EventOutcome, EventPage
from tests import factories
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LIST = reverse("event_list:index")
SERIES = reverse("events:series", args=["iclc"])


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr")


@pytest.fixture(autouse=True)
def _on_a_day_in_march():
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def editor(sign_in):
    return sign_in(factories.user("Editors"))


def edition(number: int, day: date, **fields) -> EventPage:
    fields = {"mode": "place", "venue": "City Hall", "kind": "conference", "series": "iclc", **fields}
    return factories.event(
        title=f"Conference {number}", edition=number, first_day=day, last_day=day + timedelta(days=1), **fields
    )


def rows(answer) -> dict[str, str]:
    """The rows of a table by the title that leads to the screen of an event."""
    found = {}
    for row in BeautifulSoup(answer.content, "html.parser").select("table.listing tbody tr"):
        (title,) = row.select("a[href*='/admin/event/']")
        found[title.get_text(strip=True)] = " ".join(row.get_text(" ").split())
    return found


def test_the_list_says_what_each_event_needs_and_is_filtered_by_it(editor):
    times = datetime(2026, 4, 1, 8, tzinfo=UTC)
    factories.event(
        title="Seminar",
        kind="meeting",
        mode="place",
        venue="City Hall",
        time_zone="Asia/Tokyo",
        first_day=None,
        last_day=None,
        starts_at=times,
        ends_at=times + timedelta(hours=2),
        languages=["en"],
    )
    edition(1, date(2024, 5, 1))
    edition(2, date(2026, 9, 1), outcomes=[EventOutcome(title="A declaration")])
    services.postpone_event(edition(3, date(2026, 10, 1)), note="The hall was flooded.")
    answer = editor.get(LIST)
    heads = [" ".join(head.text.split()) for head in BeautifulSoup(answer.content, "html.parser").select("thead th")]
    assert heads[-3:] == ["Status", "What needs you", "Page"]
    found = rows(answer)
    assert "1 April 2026, 17:00–19:00 (Tokyo) 1 April 2026, 08:00–10:00 (UTC)" in found["Seminar"]
    assert "City Hall" in found["Seminar"]
    assert "No programme" in found["Seminar"]
    assert "Over, without outcomes" in found["Conference 1"]
    assert "No programme" not in found["Conference 2"]
    assert "Postponed, without a new date" in found["Conference 3"]
    for query, expected in (
        ("needs=programme", {"Seminar"}),
        ("needs=outcomes&needs=new-date", {"Conference 1", "Conference 3"}),
        ("state=postponed", {"Conference 3"}),
        ("series=iclc&time=past", {"Conference 1"}),
        ("needs=translation&kind=meeting", {"Seminar"}),
    ):
        assert set(rows(editor.get(f"{LIST}?{query}"))) == expected, query
    assert editor.get(f"{LIST}?needs=nothing").status_code == 200
    of_series = rows(editor.get(SERIES))
    assert ["As planned" in of_series[f"Conference {number}"] for number in (1, 2, 3)] == [False, True, False]
    assert "Took place" in of_series["Conference 1"]
    assert "Postponed" in of_series["Conference 3"]


def test_an_edition_begins_from_the_last_one_as_a_draft_with_its_words(editor):
    last = edition(6, date(2024, 12, 3), lede="Three days.", outcomes=[EventOutcome(title="A declaration")])
    factories.translated(last, "fr", {"Conference 6": "Conférence 6", "Three days.": "Trois jours."})
    (address,) = {
        link["href"] for link in BeautifulSoup(editor.get(SERIES).content, "html.parser").select(".admin-actions a")
    }
    assert address == reverse("events:again", args=[last.pk])
    form = BeautifulSoup(editor.get(address).content, "html.parser")
    assert form.select_one("[name=edition]")["value"] == "7"
    sent = {"title": "Conference 7", "edition": "6", "time_zone": "Asia/Tokyo", "mode": "online"}
    sent |= {"first_day": "2027-05-04", "last_day": "2027-05-01"}
    for change, sentence in (
        ({}, "There is already a page for this edition."),
        ({"edition": "7"}, "The last day must not be before the first."),
    ):
        sent |= change
        assert sentence in editor.post(address, sent).content.decode()
    assert EventPage.objects.filter(edition=7).count() == 0
    answer = editor.post(address, sent | {"last_day": "2027-05-06"})
    begun = EventPage.objects.get(edition=7, locale__language_code="en")
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[begun.pk])
    assert (begun.live, begun.first_day, begun.lede, begun.slug) == (
        False,
        date(2027, 5, 4),
        "Three days.",
        "conference-7",
    )
    assert not begun.outcomes.exists()
    french = EventPage.objects.get(translation_key=begun.translation_key, locale__language_code="fr")
    assert (french.live, french.lede) == (False, "Trois jours.")
    assert list(rows(editor.get(SERIES))) == ["Conference 7", "Conference 6"]


def test_screens_cost_the_same_number_of_queries_with_more_rows(editor):
    first = edition(1, date(2024, 5, 1), outcomes=[EventOutcome(title="A declaration")])
    factories.translated(first, "fr")
    screen = reverse("events:screen", args=[first.pk])
    addresses = (LIST, SERIES, screen)
    once = {address: queries_of(address, reader=editor) for address in addresses}
    for number in (2, 3):
        more = edition(number, date(2024 + number, 5, 1), outcomes=[EventOutcome(title=f"Statement {number}")])
        factories.translated(more, "fr")
    first.outcomes.add(EventOutcome(title="Another one"))
    first.save()
    services.cancel_event(EventPage.objects.get(edition=3, locale__language_code="en"), note="Too few come.")
    thrice = {address: queries_of(address, reader=editor) for address in addresses}
    assert thrice == once


@pytest.mark.parametrize("name", ["screen", "again", "move"])
def test_what_is_no_event_has_no_screen(editor, sign_in, name):
    moderator = sign_in(factories.user("Moderators"))
    for key in (987_654_321, Page.objects.get(depth=2, locale__language_code="en").pk):
        assert moderator.get(reverse(f"events:{name}", args=[key])).status_code == 404
    assert moderator.get(reverse("events:series", args=["nothing"])).status_code == 404
