"""Editors type the times of an event in the time of its place, whatever the zone of their account is."""

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.urls import reverse
from wagtail.models import PageLogEntry
from wagtail.users.models import UserProfile

from events.models import EventPage, EventSession
from tests import admin_forms, factories
from tests.calls.builders import at

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

START, END = datetime(2026, 6, 24, 19, tzinfo=UTC), datetime(2026, 6, 24, 21, tzinfo=UTC)


@pytest.fixture
def event():
    factories.tree("fr")
    with at(2026, 6, 1):
        return factories.event(
            title="In Bogotá",
            slug="bogota",
            first_day=None,
            last_day=None,
            starts_at=START,
            ends_at=END,
            time_zone="America/Bogota",
            sessions=[EventSession(title="Opening", starts_at=START, ends_at=END)],
        )


@pytest.fixture
def editor(sign_in):
    person = factories.user("Moderators")
    person.groups.add(*factories.user("Editors").groups.all())
    UserProfile.objects.update_or_create(user=person, defaults={"current_time_zone": "Asia/Tokyo"})
    return sign_in(person)


def form_of(editor, event) -> dict:
    form = admin_forms.form_of(editor, event) | admin_forms.stream_form("body", event.body)
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in form.items()}


def send(editor, event, form, **changes):
    return editor.post(admin_forms.edit_url(event), {**form, **changes, "action-publish": "action-publish"})


def test_times_are_shown_and_read_in_the_time_of_the_place(editor, event, client):
    form = form_of(editor, event)
    names = ("starts_at", "ends_at", "sessions-0-starts_at", "sessions-0-ends_at")
    assert [form[name] for name in names] == ["2026-06-24 14:00", "2026-06-24 16:00"] * 2
    assert send(editor, event, form).status_code == 302
    stored = EventPage.objects.get(pk=event.pk)
    assert (stored.starts_at, stored.ends_at, stored.sequence) == (START, END, 0)
    assert stored.sessions.get().starts_at == START

    times = {"starts_at": "2026-06-24 15:00", "sessions-0-starts_at": "2026-06-24 15:30"}
    assert send(editor, event, form, **times).status_code == 302
    stored = EventPage.objects.get(pk=event.pk)
    assert stored.starts_at == datetime(2026, 6, 24, 20, tzinfo=UTC)
    assert stored.sessions.get().starts_at == datetime(2026, 6, 24, 20, 30, tzinfo=UTC)
    page = client.get("/en/events/bogota/").content.decode()
    assert "15:00" in page
    assert "15:30–16:00" in page


def test_another_place_is_another_date_with_sequence_history_and_comparison(editor, event):
    first = event.latest_revision
    form = form_of(editor, event)
    assert send(editor, event, form, time_zone="Europe/Berlin:hamburg").status_code == 302
    stored = EventPage.objects.get(pk=event.pk)
    assert stored.starts_at == datetime(2026, 6, 24, 12, tzinfo=UTC)
    assert stored.sessions.get().starts_at == stored.starts_at
    assert stored.sequence == 1
    # A later change of the place leaves the history as it was.
    assert send(editor, event, form, time_zone="Asia/Tokyo").status_code == 302
    assert EventPage.objects.get(pk=event.pk).sequence == 2
    history = editor.get(reverse("wagtailadmin_pages:history", args=[event.pk])).content.decode()
    text = BeautifulSoup(history, "lxml").get_text(" ", strip=True)
    assert "24 June 2026, 14:00 (Bogota) → 24 June 2026, 14:00 (Hamburg)" in text
    assert "24 June 2026, 14:00 (Hamburg) → 24 June 2026, 14:00 (Tokyo)" in text
    assert "Opening, Starts at" in text
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[event.pk, first.pk, "latest"])
    text = BeautifulSoup(editor.get(compare).content, "lxml").get_text(" ", strip=True)
    assert "24 June 2026, 14:00 (Bogota)" in text
    assert "24 June 2026, 14:00 (Tokyo)" in text
    assert "19:00:00" not in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Europe/Berlin", "starts_at": "2026-03-29 02:30"}, "so 02:30 does not exist"),
        ({"time_zone": "Europe/Berlin", "sessions-0-ends_at": "2026-10-25 02:30"}, "occurs twice"),
        (
            {"starts_at": "", "first_day": "2026-06-24", "last_day": "2026-06-24"},
            "An event of whole days shows no times",
        ),
        ({"last_day": "2026-06-25"}, "An event with times shows no whole days"),
        ({"time_zone": "Mars/Base"}, "Choose a place from the list."),
    ],
)
def test_what_cannot_be_is_refused_in_words(editor, event, changes, sentence):
    answer = send(editor, event, form_of(editor, event), **changes)
    assert answer.status_code == 200
    assert sentence in BeautifulSoup(answer.content, "lxml").get_text(" ", strip=True)
    assert EventPage.objects.get(pk=event.pk).starts_at == START


def test_the_place_is_chosen_from_a_list_in_the_editors_language(editor, event):
    UserProfile.objects.update(preferred_language="fr")
    page = BeautifulSoup(editor.get(admin_forms.edit_url(event)).content, "lxml")
    select = page.select_one("select[name=time_zone]")
    labels = {option["value"]: option.get_text() for option in select.select("optgroup option")}
    assert labels["Europe/Berlin:hamburg"] == "Hambourg – Allemagne (UTC+1 / UTC+2)"
    assert {group["label"] for group in select.select("optgroup")} >= {"Afrique", "Asie", "Europe"}
    assert select.select_one("option[selected]")["value"] == "America/Bogota"


def test_whoever_saves_a_date_raises_the_sequence_and_no_one_writes_past_it(event):
    with pytest.raises(ValueError, match="history"):
        EventPage.objects.update(time_zone="Asia/Tokyo")
    with pytest.raises(ValueError, match="history"), transaction.atomic():
        EventPage.objects.bulk_update([event], ["starts_at"])
    event.time_zone = "Asia/Tokyo"
    event.save(update_fields=["time_zone"])
    assert EventPage.objects.get(pk=event.pk).sequence == 1
    assert PageLogEntry.objects.filter(action="core.times_moved", page=event.pk).count() == 1
    event = EventPage.objects.get(pk=event.pk)
    event.starts_at = event.ends_at = None
    event.first_day = event.last_day = date(2026, 6, 24)
    event.save()
    assert EventPage.objects.get(pk=event.pk).sequence == 2
    with pytest.raises(ValueError, match="history"):
        EventPage.objects.filter(pk=event.pk).update(venue="Another hall")
