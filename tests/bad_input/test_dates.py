"""Dates that contradict one another: refused in the editor's language, and by the database itself."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.users.models import UserProfile

from calls.models import Call
from tests import admin_forms, factories
from tests.calls.test_admin import NEW_CALL

pytestmark = pytest.mark.django_db

OPENING = datetime(2026, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CONTRADICTIONS = [
    ({"opening_day": "2026-06-01"}, "doit ouvrir avant"),
    ({"opening_day": "2026-06-01", "opening_time": "00:00"}, "doit ouvrir avant"),
    ({"commission_day": "2026-05-30"}, "ne doit pas précéder"),
    ({"commission_day": "2026-05-31", "commission_time": "23:58"}, "ne doit pas précéder"),
    ({"city_day": "2026-02-30"}, "date valide"),
    ({"city_day": "٢٠٢٦-٠٥-٣١x"}, "date valide"),
    ({"city_time": "25:00"}, "heure valide"),
]


@pytest.fixture
def french_editor(sign_in):
    factories.tree()
    person = factories.user("Editors")
    profile = UserProfile.get_for_user(person)
    profile.preferred_language = "fr"
    profile.save()
    return sign_in(person)


def errors_of(answer) -> str:
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "lxml")
    return " ".join(error.get_text(" ", strip=True) for error in page.select(".w-field__errors, .help-critical"))


@pytest.mark.parametrize(("wrong", "sentence"), CONTRADICTIONS)
def test_a_call_whose_dates_contradict_is_refused_in_the_editors_language(french_editor, wrong, sentence):
    said = errors_of(french_editor.post(reverse("calls:add"), {**NEW_CALL, **wrong}))
    assert sentence in said, said  # beside the field
    assert not Call.objects.exists()
    # The decoy: without the contradiction it is made.
    assert french_editor.post(reverse("calls:add"), NEW_CALL).status_code == 302


def test_corrected_dates_that_contradict_change_nothing(french_editor):
    french_editor.post(reverse("calls:add"), NEW_CALL)
    call = Call.objects.get()
    wrong = {"opening_day": "2026-07-01", "city_day": "2026-05-31"}
    said = errors_of(french_editor.post(reverse("calls:correct", args=[call.pk]), wrong))
    assert "doit ouvrir avant" in said, said
    assert Call.objects.get().opens_at == call.opens_at


@pytest.mark.parametrize(
    "dates",
    [
        {"opens_at": OPENING, "first_deadline": OPENING},
        {"opens_at": OPENING, "first_deadline": OPENING - DAY},
        {"opens_at": OPENING, "first_deadline": OPENING + 2 * DAY, "first_commission_deadline": OPENING + DAY},
    ],
)
def test_the_database_itself_refuses_them_whoever_writes(dates):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.call(**dates)
    assert not Call.objects.exists()


def test_an_event_that_ends_before_it_begins_is_refused_in_the_editors_language(french_editor):
    event = factories.event()
    form = admin_forms.form_of(french_editor, event) | admin_forms.stream_form("body", event.body)
    form |= {"first_day": "2030-05-02", "last_day": "2030-05-01", "title": "Backwards"}
    said = errors_of(french_editor.post(admin_forms.edit_url(event), form))
    assert "ne doit pas précéder" in said, said
    event.refresh_from_db()
    assert (event.title, event.draft_title) != ("Backwards", "Backwards")
    assert event.latest_revision.content["title"] != "Backwards"
