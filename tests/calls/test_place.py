"""The place whose time counts is a date like the others: it changes with a history, and nothing else changes it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from icalendar import Calendar

from calls import services
from calls.models import Call
from search.models import IndexTask
from tests import factories
from tests.calls.builders import BERLIN, EMERGENCY, END_OF_MAY, at, extend, membership, now

pytestmark = pytest.mark.django_db

BOGOTA = ZoneInfo("America/Bogota")
TO_BOGOTA = {"place": "America/Bogota", "reason": "correction", "by": "secretariat"}


@pytest.fixture
def call():
    factories.tree()
    call = membership()
    with at(2026, 3, 2):
        factories.call_page(call, title="Join the network")
    return call


def sequence(client) -> int:
    calendar = Calendar.from_ical(client.get("/calls/membership-2026.ics").content)
    return next(int(str(event["SEQUENCE"])) for event in calendar.walk("VEVENT") if "-city@" in str(event["UID"]))


def test_the_written_times_stay_and_every_file_and_page_follows(client, call):
    with at(2026, 3, 15):
        IndexTask.objects.all().delete()
        before = sequence(client)
        services.move_place(call, **TO_BOGOTA)
        moved = now(call)
        assert moved.opening == datetime(2026, 4, 1, tzinfo=BOGOTA)
        assert moved.deadline == datetime(2026, 6, 1, tzinfo=BOGOTA)
        assert moved.commission_deadline == datetime(2026, 6, 15, 18, 1, tzinfo=BOGOTA)
        assert sequence(client) > before
        assert IndexTask.objects.filter(key__startswith="page:").exists()
        data = client.get("/calls/membership-2026.json").json()
        assert (data["time_zone"], data["time_zone_label"]) == ("America/Bogota", "Bogota")
        assert data["deadlines"]["city"]["last_minute"] == "2026-05-31T23:59-05:00"
        assert {(move["clock"], move["old_time_zone"], move["new_time_zone"]) for move in data["history"]} == {
            (clock, "Europe/Berlin", "America/Bogota") for clock in ("place", "opening", "city", "commission")
        }
        page = " ".join(BeautifulSoup(client.get("/en/calls/join-the-network/").content, "lxml").get_text(" ").split())
        assert "31 May 2026, 23:59 (Hamburg)" in page  # as the earlier date
        assert "All times are now in the time zone of Bogota. Before, they were in the time zone of Hamburg." in page


def test_or_the_instants_stay_and_are_shown_in_the_new_time(client, call):
    with at(2026, 3, 15):
        before = sequence(client)
        services.move_place(call, keeps_local_times=False, **TO_BOGOTA)
        assert now(call).deadline == END_OF_MAY
        assert sequence(client) == before + 1
        data = client.get("/calls/membership-2026.json").json()
        assert data["deadlines"]["city"]["last_minute"] == "2026-05-31T16:59-05:00"
        assert [move["clock"] for move in data["history"]] == ["place"]


def test_a_planned_change_shows_nothing_before_its_announcement_and_can_be_withdrawn(call):
    with at(2026, 3, 15):
        change = services.move_place(call, announce_at=datetime(2026, 3, 20, 9, tzinfo=BERLIN), **TO_BOGOTA)
        assert (now(call).place, now(call).deadline) == ("Europe/Berlin:hamburg", END_OF_MAY)
        with pytest.raises(ValidationError, match="Another change of time zone"):
            extend(call, "commission", datetime(2026, 8, 1, tzinfo=BERLIN))
        with pytest.raises(ValidationError, match="moves because the time zone changes"):
            services.withdraw_change(change.parts.first())
    with at(2026, 3, 20, 9):
        assert now(call).place == "America/Bogota"
    with at(2026, 3, 16):
        services.withdraw_change(change)
    with at(2026, 3, 21):
        assert (now(call).place, now(call).deadline) == ("Europe/Berlin:hamburg", END_OF_MAY)


@pytest.mark.parametrize(
    ("when", "fields", "reason"),
    [
        ((2026, 3, 15), {"place": "Europe/Berlin:hamburg"}, "already in the time zone of this place"),
        ((2026, 3, 15), {"place": "Mars/Base"}, "Choose a place"),
        ((2026, 3, 15), {"announce_at": datetime(2026, 3, 1, tzinfo=BERLIN)}, "cannot be in the past"),
        # The opening has passed in Hamburg, and lies ahead in Bogotá.
        ((2026, 4, 1, 1), {}, "be in the future again"),
    ],
)
def test_a_change_that_would_deceive_is_refused_in_words(call, when, fields, reason):
    with at(*when), pytest.raises(ValidationError, match=reason):
        services.move_place(call, **{**TO_BOGOTA, **fields})
    assert not call.date_changes.exists()


def test_the_same_change_twice_is_one_change(call):
    with at(2026, 3, 15):
        assert services.move_place(call, **TO_BOGOTA) == services.move_place(call, **TO_BOGOTA)


def test_no_other_way_changes_place_or_dates(call):
    for change in (
        lambda: Call.objects.update(time_zone="America/Bogota"),
        lambda: Call.objects.filter(pk=call.pk).update(precision="day"),
        lambda: Call.objects.bulk_update([replaced(call, time_zone="America/Bogota")], ["time_zone"]),
        lambda: replaced(call, time_zone="America/Bogota").save(),
        lambda: replaced(call, first_deadline=None).save(update_fields=["first_deadline"]),
        # A new object with the key of an old one.
        lambda: Call(pk=call.pk, code=call.code, kind=call.kind, time_zone="America/Bogota").save(),
    ):
        with pytest.raises(ValueError, match="Only calls"), transaction.atomic():
            change()
    stored = Call.objects.get()
    assert (stored.time_zone, stored.first_deadline) == ("Europe/Berlin:hamburg", END_OF_MAY)


def replaced(call: Call, **fields) -> Call:
    stored = Call.objects.get(pk=call.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    return stored


def test_the_history_in_the_admin_shows_each_change_as_it_was(call, sign_in):
    editor = sign_in(factories.user("Editors"))
    edit = reverse("calls:edit", args=[call.pk])
    with at(2026, 3, 10):
        extend(call, "commission", datetime(2026, 7, 15, 18, 1, tzinfo=BERLIN))
    with at(2026, 3, 15):
        answer = editor.post(
            reverse("calls:move_place", args=[call.pk]),
            {
                "place": "America/Bogota",
                "keeps_local_times": "yes",
                "reason": "correction",
                "decided_by": "secretariat",
            },
        )
        assert answer["Location"] == edit, answer.context["form"].errors
        page = BeautifulSoup(editor.get(edit).content, "lxml")
    (history,) = page.select("section[aria-labelledby='dates'] table")
    rows = history.select("tbody tr")
    shown = [" | ".join(cell.get_text(" ", strip=True) for cell in row.select("th, td")[:4]) for row in rows]
    assert shown == [
        "Deadline for National Commissions | 15 June 2026, 18:00 (Hamburg) | 15 July 2026, 18:00 (Hamburg)"
        " | 10 March 2026, 00:00 (Hamburg)",
        "Time zone | Hamburg | Bogota | 15 March 2026, 00:00 (Hamburg)",
        "Opening of the call | 1 April 2026 (Hamburg) | 1 April 2026 (Bogota) | 15 March 2026, 00:00 (Hamburg)",
        "Deadline for cities | 31 May 2026, 23:59 (Hamburg) | 31 May 2026, 23:59 (Bogota)"
        " | 15 March 2026, 00:00 (Hamburg)",
        "Deadline for National Commissions | 15 July 2026, 18:00 (Hamburg) | 15 July 2026, 18:00 (Bogota)"
        " | 15 March 2026, 00:00 (Hamburg)",
    ]


def test_a_call_that_was_never_public_gets_another_place_and_precision_without_a_history(sign_in):
    factories.tree()
    call = membership()
    editor = sign_in(factories.user("Editors"))
    with at(2026, 3, 15):
        form = {"place": "America/Bogota", "precision": "day", "city_day": "2026-05-31"}
        assert editor.post(reverse("calls:correct", args=[call.pk]), form).status_code == 302
    stored = Call.objects.get()
    assert (stored.time_zone, stored.precision) == ("America/Bogota", "day")
    assert stored.first_deadline == datetime(2026, 6, 1, tzinfo=BOGOTA)
    assert not stored.date_changes.exists()


def test_emergencies_are_reasons_of_moves_but_a_first_date_is_none(call):
    with at(2026, 3, 15), pytest.raises(ValidationError, match="has been set before"):
        services.set_date(call, clock="city", new=datetime(2026, 8, 1, tzinfo=BERLIN), by=EMERGENCY["by"])
