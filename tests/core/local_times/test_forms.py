"""A time is typed and shown in the time of its row's place; what clocks leave out or repeat is said or asked."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.utils import timezone, translation

from core.local_times.forms import InstantFormField, PlaceFormField


class Form(forms.Form):
    starts_at = InstantFormField(required=False)
    place = PlaceFormField(required=False)

    def __init__(self, *args, stored="America/Bogota", **kwargs):
        self.instance = SimpleNamespace(place_of_times=stored)
        super().__init__(*args, **kwargs)


@pytest.fixture(autouse=True)
def _the_account_of_the_editor_has_another_zone():
    with timezone.override("Asia/Tokyo"), translation.override("en"):
        yield


def read(text: str, place: str = "", **fields):
    form = Form({"starts_at": text, "place": place, **fields})
    form.is_valid()
    return form.cleaned_data.get("starts_at") or form.errors.as_text()


@pytest.mark.parametrize(
    ("text", "place", "instant"),
    [
        ("2026-06-30 14:00", "", datetime(2026, 6, 30, 19, tzinfo=UTC)),
        ("2026-06-30 14:00", "Europe/Berlin:hamburg", datetime(2026, 6, 30, 12, tzinfo=UTC)),
        ("2026-06-30T14:00:30", "Asia/Kathmandu", datetime(2026, 6, 30, 8, 15, 30, tzinfo=UTC)),
        ("2026-06-30 14:00 -05:00", "", datetime(2026, 6, 30, 19, tzinfo=UTC)),
        # Of the hour that occurs twice, the one that was chosen.
        ("2026-10-25 02:30 +02:00", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25 02:30 +01:00", "Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_time_of_the_place(text, place, instant):
    assert read(text, place) == instant


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("2026-03-29 02:30", "Europe/Berlin", "so 02:30 does not exist"),
        ("2026-10-25 02:30", "Europe/Berlin", "occurs twice"),
        ("2026-06-30 14:00 +02:00", "America/Bogota", "a different UTC offset"),
        ("9999-12-31 23:59", "", "Enter a year from 1900 to 2199."),
        ("0001-01-01 00:00", "Asia/Tokyo", "Enter a year from 1900 to 2199."),
        ("soon", "", "Enter a valid date/time."),
        ("2026-06-30 14:00 +99:99", "", "a different UTC offset"),
        ("\0", "", "Enter a valid date/time."),
        ("2026-06-30 14:00", "Mars/Base", None),
    ],
)
def test_a_time_that_is_none_is_refused_in_words(text, place, sentence):
    form = Form({"starts_at": text, "place": place})
    assert not form.is_valid()
    if sentence:
        assert sentence in " ".join(form.errors["starts_at"])
    else:
        assert form.errors["place"] == ["Choose a place from the list."]


def test_an_hour_that_occurs_twice_is_asked_about_and_the_answer_counts():
    form = Form({"starts_at": "2026-10-25 02:30", "place": "Europe/Berlin"})
    assert not form.is_valid()
    asked = BeautifulSoup(str(form["starts_at"]), "lxml")
    assert [option.get_text() for option in asked.select("option")] == [
        "---------",
        "the first time (UTC+2)",
        "the second time (UTC+1)",
    ]
    answer = {asked.select_one("select")["name"]: asked.select("option")[2]["value"]}
    assert read("2026-10-25 02:30", "Europe/Berlin", **answer) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    # The answer is left over after the time has been changed to one that occurs once.
    assert read("2026-10-25 04:30", "Europe/Berlin", **answer) == datetime(2026, 10, 25, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 6, 30, 19, tzinfo=UTC), "2026-06-30 14:00"),
        (datetime(2026, 6, 30, 19, 0, 30, tzinfo=UTC), "2026-06-30 14:00:30"),
    ],
)
def test_a_stored_time_is_shown_in_the_time_of_its_place_and_stays_when_it_is_saved_again(instant, shown):
    form = Form(initial={"starts_at": instant, "place": "America/Bogota"})
    field = BeautifulSoup(str(form["starts_at"]), "lxml").select_one("input")
    assert field["value"] == shown
    assert "Bogota" in form["starts_at"].help_text
    sent = Form({"starts_at": field["value"], "place": "America/Bogota"}, initial={"starts_at": instant})
    assert sent.is_valid()
    assert sent.cleaned_data["starts_at"] == instant
    assert "starts_at" not in sent.changed_data


@pytest.mark.parametrize("hour", [0, 1])
def test_both_instants_of_a_repeated_hour_stay_when_they_are_saved_again(hour):
    instant = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    form = Form(initial={"starts_at": instant}, stored="Europe/Berlin")
    page = BeautifulSoup(str(form["starts_at"]), "lxml")
    sent = {
        "starts_at": page.select_one("input")["value"],
        page.select_one("select")["name"]: page.select_one("option[selected]")["value"],
    }
    assert sent["starts_at"] == "2026-10-25 02:30"
    assert read(**{"text": sent.pop("starts_at"), "place": "Europe/Berlin", **sent}) == instant


def test_times_that_stay_as_they_are_written_are_others_in_another_place():
    instant = datetime(2026, 6, 30, 19, tzinfo=UTC)
    form = Form({"starts_at": "2026-06-30 14:00", "place": "Europe/Berlin"}, initial={"starts_at": instant})
    assert form.is_valid()
    assert form.changed_data == ["starts_at", "place"]
    assert form.cleaned_data["starts_at"] == datetime(2026, 6, 30, 12, tzinfo=UTC)
