"""Moving, postponing and cancelling a public event: readers are told why, everywhere and in every language."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from icalendar import Calendar
from wagtail.models import PageLogEntry

from audit.models import AuditEntry
from events import services
from events.history import EventChange
from events.models import EventPage, EventSession
from search.models import IndexTask
from tests import admin_forms, factories
from tests.structured_data import node

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHY = "The hall was flooded. We meet a month later."
WARUM = "أُجِّل اللقاء شهرًا."
MAY, JUNE = date(2026, 5, 5), date(2026, 6, 9)
LATER = {"first_day": JUNE, "last_day": JUNE + timedelta(days=2)}


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


@pytest.fixture(autouse=True)
def _on_a_day_in_march():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def event():
    """A public conference of three days with a programme, in English and Arabic."""
    opening = EventSession(
        title="Opening",
        starts_at=datetime(2026, 5, 5, 7, tzinfo=UTC),
        ends_at=datetime(2026, 5, 5, 8, tzinfo=UTC),
    )
    row = factories.event(
        title="Learning in Cork",
        kind="conference",
        mode="place",
        venue="City Hall",
        time_zone="Europe/Dublin",
        first_day=MAY,
        last_day=MAY + timedelta(days=2),
        sessions=[opening],
    )
    factories.translated(row, "ar", {"Learning in Cork": "التعلّم في كورك", "Opening": "الافتتاح"})
    return row


def stored(event, language="en") -> EventPage:
    return EventPage.objects.get(translation_key=event.translation_key, locale__language_code=language)


def page_of(client, event, language="en") -> BeautifulSoup:
    return BeautifulSoup(client.get(stored(event, language).url).content, "html.parser")


def entry(client, event, language="en"):
    answer = client.get(f"/events/{event.code}.ics?lang={language}")
    (only,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return only


def text_of(part) -> str:
    return " ".join(part.get_text(" ").split())


def move(event, note=WHY, **facts):
    return services.move_event(event, note=note, facts=facts or LATER)


def test_a_move_is_told_on_the_page_in_the_calendar_and_in_the_data_with_the_fallback_named(client, event):
    IndexTask.objects.all().delete()
    move(event, **LATER)
    page, arabic = page_of(client, event), page_of(client, event, "ar")
    notice = page.select_one(".notice--due")
    assert "This event has been moved." in text_of(notice)
    assert "The hall was flooded. We meet a month later." in text_of(notice)
    assert "Announced before: 5–7 May 2026" in text_of(notice)
    # Not translated yet: the original, marked as such.
    (told,) = arabic.select(".notice--due [lang=en][dir=ltr]")
    assert "The hall was flooded." in text_of(told)
    assert "باللغة الإنجليزية" in text_of(arabic.select_one(".notice--due"))
    for language in ("en", "ar"):
        found = entry(client, event, language)
        assert (found["SEQUENCE"], str(found["STATUS"])) == (1, "CONFIRMED")
        assert found.decoded("DTSTART") == JUNE
        assert str(found["COMMENT"]) == WHY
        assert found["COMMENT"].params["LANGUAGE"] == "en"
        assert "The hall was flooded." in str(found["DESCRIPTION"])
    data = node(str(page), "Event")
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert data["previousStartDate"] == ["2026-05-05"]
    assert "The hall was flooded." in data["description"]
    assert IndexTask.objects.filter(key=f"page:{event.translation_key}").exists()


def test_a_translated_note_is_read_in_its_language_until_the_next_change(client, event):
    move(event)
    factories.translated(stored(event), "ar", {"Learning in Cork": "التعلّم في كورك", "Opening": "الافتتاح", WHY: WARUM})
    notice = page_of(client, event, "ar").select_one(".notice--due")
    assert WARUM in text_of(notice)
    assert "flooded" not in text_of(notice)
    services.cancel_event(event, note="Too few of you can come in June.")
    notice = page_of(client, event, "ar").select_one(".notice--due")
    assert WARUM not in text_of(notice)
    assert "Too few of you can come in June." in text_of(notice)
    assert str(entry(client, event, "ar")["COMMENT"]) == "Too few of you can come in June."


@pytest.mark.parametrize(
    ("service", "status", "calendar", "sentence"),
    [
        (services.cancel_event, "EventCancelled", "CANCELLED", "This event has been cancelled."),
        (services.postpone_event, "EventPostponed", "CANCELLED", "The new date is not set yet."),
    ],
)
def test_what_does_not_take_place_says_so_and_can_take_place_after_all(
    client, event, service, status, calendar, sentence
):
    service(event, note=WHY)
    page = page_of(client, event)
    assert sentence in text_of(page.select_one(".notice--due"))
    assert node(str(page), "Event")["eventStatus"] == f"https://schema.org/{status}"
    assert (str(entry(client, event)["STATUS"]), entry(client, event)["SEQUENCE"]) == (calendar, 1)
    services.confirm_event(event, note="The hall is dry again.")
    page = page_of(client, event)
    assert "This event takes place as announced. The hall is dry again." in text_of(page.select_one(".notice--due"))
    assert node(str(page), "Event")["eventStatus"] == "https://schema.org/EventScheduled"
    assert (str(entry(client, event)["STATUS"]), entry(client, event)["SEQUENCE"]) == ("CONFIRMED", 2)


def test_a_change_is_in_the_history_and_the_logs_with_who_made_it_and_only_once(event):
    person = factories.user("Moderators")
    for _twice in range(2):
        services.move_event(event, note=WHY, facts=LATER, user=person)
    change = EventChange.objects.get()
    assert (change.before["first_day"], change.after["first_day"]) == ("2026-05-05", "2026-06-09")
    assert (change.note, change.recorded_by, change.sequence, change.page_id) == (WHY, person, 1, event.pk)
    logged = AuditEntry.objects.get(action="event.changed")
    assert (logged.recorded_by, logged.details["status"]) == (person, "moved")
    actions = PageLogEntry.objects.filter(page=event.pk, user=person).values_list("action", flat=True)
    assert {"events.changed", "core.times_moved"} <= set(actions)


def test_neither_a_draft_nor_a_scheduled_text_brings_the_old_dates_back(event):
    draft = stored(event).get_latest_revision_as_object()
    draft.lede = "Words that wait."
    scheduled = draft.save_revision(approved_go_live_at=NOW + timedelta(days=2))
    draft.lede = "More words that wait."
    draft.save_revision()
    services.move_event(event, note=WHY, facts=LATER, moves_programme=True)
    row = stored(event)
    assert (row.lede, row.first_day, row.has_unpublished_changes) == ("", JUNE, True)
    for revision, lede in ((scheduled, "Words that wait."), (row.get_latest_revision(), "More words that wait.")):
        revision.refresh_from_db()
        version = revision.as_object()
        assert (version.lede, version.first_day, version.state, version.change_note) == (lede, JUNE, "moved", WHY)
        # 8:00 in Dublin stays 8:00 in Dublin.
        assert version.sessions.get().starts_at == datetime(2026, 6, 9, 7, tzinfo=UTC)
    row.get_latest_revision().publish()
    assert (stored(event).first_day, stored(event).sequence) == (JUNE, 1)
    assert stored(event, "ar").sessions.get().starts_at == datetime(2026, 6, 9, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda event: move(event, "  "), "Tell them here what has changed"),
        (lambda event: move(event, first_day=MAY), "Enter other dates or another place."),
        (lambda event: move(event, first_day=date(2026, 2, 1), last_day=date(2026, 2, 2)), "already over"),
        (lambda event: move(event, first_day=JUNE, last_day=MAY), "must not be before the first"),
        (lambda event: services.confirm_event(event, note=WHY), "Nothing changes"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(event, attempt, sentence):
    with pytest.raises(ValidationError) as refused:
        attempt(event)
    assert sentence in " ".join(refused.value.messages)
    assert (stored(event).first_day, stored(event).sequence, EventChange.objects.count()) == (MAY, 0, 0)


def test_no_other_code_changes_what_people_plan_by(event):
    with pytest.raises(ValueError, match="history"):
        EventPage.objects.filter(pk=event.pk).update(venue="Town hall")
    row = stored(event)
    row.venue = "Town hall"
    with pytest.raises(ValidationError):
        row.save(update_fields=["venue"])
    with pytest.raises(ValidationError):
        row.save()
    with pytest.raises(ValueError, match="append-only"):
        EventChange.objects.update(note="Nothing happened.")
    row = stored(event)
    row.ends_at = None
    row.save()  # nothing that readers know has changed
    assert stored(event).sequence == 0


# --- In the admin ---------------------------------------------------------------------------


def test_an_editor_of_the_page_is_asked_for_a_note_and_loses_nothing(sign_in, event, client):
    moderator = sign_in(factories.user("Moderators"))
    form = admin_forms.form_of(moderator, stored(event)) | admin_forms.stream_form("body", event.body)
    typed = {**form, "lede": ["Three days by the river."], "first_day": ["2026-05-04"]}
    address = admin_forms.edit_url(stored(event))
    asked = moderator.post(address, {**typed, "action-publish": "action-publish"})
    page = BeautifulSoup(asked.content, "html.parser")
    assert asked.status_code == 200
    assert "Tell them here what has changed and why." in text_of(page)
    assert page.select_one("[name=lede]").get_text(strip=True) == "Three days by the river."
    assert page.select_one("[name=first_day]")["value"] == "2026-05-04"
    assert stored(event).first_day == MAY
    # A draft may wait for its note.
    assert moderator.post(address, typed).status_code == 302
    assert stored(event).first_day == MAY
    typed["change_note"] = ["We begin a day earlier."]
    assert moderator.post(address, {**typed, "action-publish": "action-publish"}).status_code == 302
    row = stored(event)
    assert (row.first_day, row.state, row.sequence) == (date(2026, 5, 4), "moved", 1)
    assert EventChange.objects.get().note == "We begin a day earlier."
    assert "We begin a day earlier." in text_of(page_of(client, event).select_one(".notice--due"))


def test_a_move_is_read_in_arabic_before_it_is_saved_and_nothing_is_saved(sign_in, event):
    moderator = sign_in(factories.user("Moderators"))
    address = reverse("events:move", args=[event.pk])
    fields = BeautifulSoup(moderator.get(address).content, "html.parser")
    assert fields.select_one("[name=first_day]")["value"] == "2026-05-05"
    typed = {
        "note": WHY,
        "time_zone": "Europe/Dublin",
        "first_day": "2026-06-09",
        "last_day": "2026-06-11",
        "mode": "place",
        "venue": "City Hall",
        "moves_programme": "on",
    }
    shown = moderator.post(address, {**typed, "preview": "ar"})
    assert "9 يونيو 2026" in shown.content.decode()
    assert "The hall was flooded." in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex"
    assert (stored(event).first_day, EventChange.objects.count(), AuditEntry.objects.count()) == (MAY, 0, 0)
    refused = moderator.post(address, {**typed, "last_day": "2026-06-01"})
    assert "The last day must not be before the first." in text_of(BeautifulSoup(refused.content, "html.parser"))
    assert WHY in refused.content.decode()
    assert moderator.post(address, typed).status_code == 302
    assert (stored(event).first_day, EventChange.objects.get().recorded_by_id) == (
        JUNE,
        int(moderator.session["_auth_user_id"]),
    )


def test_who_may_not_publish_may_not_move_and_there_is_no_form_for_what_is_no_original(sign_in, event):
    editor = sign_in(factories.user("Editors"))
    for name in ("move", "cancel", "postpone", "confirm"):
        assert editor.post(reverse(f"events:{name}", args=[event.pk]), {"note": WHY}).status_code == 302
    assert stored(event).state == "planned"
    moderator = sign_in(factories.user("Moderators"))
    for key in (stored(event, "ar").pk, 987_654_321):
        assert moderator.get(reverse("events:cancel", args=[key])).status_code == 404


def test_an_event_whose_start_has_microseconds_is_not_moved_by_its_first_publication():
    start = datetime.now(UTC) + timedelta(days=3)
    event = factories.event(first_day=None, last_day=None, starts_at=start, ends_at=start + timedelta(hours=1))
    event.save_revision().publish()
    assert event.starts_at == start.replace(microsecond=0)
    assert EventPage.objects.get().sequence == 0
