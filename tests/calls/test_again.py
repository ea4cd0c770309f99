"""A call begins from the last one of its kind: its words as drafts, its dates in a coming year."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from calls.again import proposal
from calls.models import Call, CallQuestion
from tests import factories
from tests.calls.builders import BERLIN, at, call_document, extend, membership

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _tree():
    factories.tree("ar", "fr")


@pytest.fixture
def editor(sign_in):
    return sign_in(factories.user("Editors"))


@pytest.fixture
def earlier():
    """A call with a history, a flyer, results, and pages in English and Arabic, but not in French."""
    call = membership(
        quota_per_country=3, contact_email="calls@example.org", results_published_at=datetime(2026, 9, 1, tzinfo=BERLIN)
    )
    page = factories.call_page(
        call,
        title="Join us",
        results_text="<p>Ten cities.</p>",
        extension_note="A storm.",
        questions=[CallQuestion(question="When?", answer="<p>Soon.</p>", sort_order=0)],
    )
    factories.translated(page, "ar", {"Join us": "انضموا إلينا", "When?": "متى؟"})
    call_document(call)
    with at(2026, 4, 29):
        extend(call, "commission", datetime(2026, 8, 1, tzinfo=BERLIN))
        extend(call)
    return call


def url(name, *args):
    return reverse(f"calls:{name}", args=args)


def sent(form) -> dict:
    """What a browser sends for a form as it is shown."""
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    counts = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    return data | {f"sessions-{name}": 0 for name in counts}


def test_the_first_dates_are_proposed_in_the_next_year_that_is_all_in_the_future(editor, earlier):
    with at(2026, 10, 1):
        values = sent(editor.get(url("again", earlier.pk)).context["form"])
    later = Call.objects.with_history(datetime(2028, 10, 1, tzinfo=BERLIN)).get(pk=earlier.pk)
    assert proposal(later, with_dates=True)["opening_day"] == date(2029, 4, 1)
    assert values["code"] == "membership-2027"
    assert (values["opening_day"], values["city_day"]) == (date(2027, 4, 1), date(2027, 5, 31))
    assert (values["commission_day"], values["results_on"]) == (date(2027, 6, 15), date(2027, 9, 1))
    assert str(values["commission_time"]) == "18:00:00"
    assert (values["quota_per_country"], values["contact_email"]) == (3, "calls@example.org")
    with at(2026, 10, 1):
        empty = sent(editor.get(url("again", earlier.pk), {"dates": "empty"}).context["form"])
    assert (empty["opening_day"], empty["city_day"], empty["results_on"]) == ("", "", "")


def test_a_leap_day_and_a_taken_code_find_another(editor):
    factories.call(code="award-2025")
    leap = factories.call(code="award-2024", first_deadline=datetime(2024, 3, 1, tzinfo=BERLIN), opens_at=None)
    with at(2024, 12, 1):
        values = sent(editor.get(url("again", leap.pk)).context["form"])
    assert (values["code"], values["city_day"]) == ("award-2025-2", date(2025, 2, 28))


def test_words_and_translations_become_drafts_and_what_belongs_to_one_call_is_left_out(editor, earlier):
    with at(2026, 10, 1):
        form = sent(editor.get(url("again", earlier.pk)).context["form"])
        response = editor.post(url("again", earlier.pk), form)
    call = Call.objects.get(code="membership-2027")
    assert response["Location"] == url("edit", call.pk)
    assert call.first_deadline == datetime(2027, 6, 1, tzinfo=BERLIN)
    assert not call.date_changes.exists()
    assert not call.documents.exists()
    assert call.results_published_at is None
    pages = {page.language: page for page in call.pages.select_related("locale")}
    assert set(pages) == {"en", "ar"}
    assert not any(page.live or page.first_published_at for page in pages.values())
    assert (pages["en"].title, pages["en"].results_text, pages["en"].extension_note) == ("Join us", "", "")
    arabic = pages["ar"].get_latest_revision_as_object()
    assert arabic.title == "انضموا إلينا"
    assert [row.question for row in arabic.questions.all()] == ["متى؟"]
    assert pages["en"].is_original
    assert pages["en"].translation_key != earlier.pages.first().translation_key
    assert earlier.pages.count() == 2
    assert earlier.documents.count() == 1
    for page in pages.values():
        assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_an_error_creates_neither_call_nor_pages_and_loses_nothing(editor, earlier):
    with at(2026, 10, 1):
        form = sent(editor.get(url("again", earlier.pk)).context["form"])
        response = editor.post(url("again", earlier.pk), form | {"opening_day": "2027-07-01", "quota_per_country": "5"})
    assert "The call must open before its deadline." in response.content.decode()
    assert response.context["form"]["quota_per_country"].value() == "5"
    assert list(Call.objects.all()) == [earlier]


def test_a_deadline_that_has_passed_is_saved_with_a_warning(editor, earlier):
    with at(2026, 10, 1):
        form = sent(editor.get(url("again", earlier.pk)).context["form"])
        past = {"opening_day": "2025-04-01", "city_day": "2025-05-31", "commission_day": "2025-06-15"}
        response = editor.post(url("again", earlier.pk), form | past, follow=True)
    assert "31 May 2025, 23:59 (Hamburg), has already passed" in response.content.decode()


def test_the_form_of_a_new_call_offers_the_last_one_of_each_kind(editor, earlier):
    newer = factories.call(code="membership-2028")
    award = factories.call(code="award-2026", kind="award")
    patterns = editor.get(url("add")).context["patterns"]
    assert [pattern["url"] for pattern in patterns] == [url("again", award.pk), url("again", newer.pk)]
