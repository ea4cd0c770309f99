"""“Still true?” with one click, and taking over what the secretariat wrote."""

from datetime import date

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from core.i18n import dates
from desk.models import WorkingCopy
from moderation.confirmations import asked_from
from moderation.models import Confirmation
from moderation.services import submit
from practices.models import PracticePage
from search.models import IndexTask
from tests import factories
from tests.reading import main, read

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def city():
    factories.tree("fr", "ar")
    return factories.city()


@pytest.fixture
def desk(sign_in, city):
    return sign_in(factories.person(city))


@pytest.fixture
def practice(city):
    """A practice of the city, last confirmed two years ago, with a French translation."""
    original = factories.practice(city=city, **factories.BY_CITY, confirmed_on=date(2020, 1, 1))
    factories.translated(original, "fr")
    return original


def address(page, what="confirm") -> str:
    return f"/en/desk/cities/{page.city.code}/published/{page.code}/{what}/"


def test_one_click_and_one_confirmation_say_that_it_is_true_in_every_language(desk, client, practice):
    french = practice.get_translation(factories.Locale.objects.get(language_code="fr"))
    assert "Non confirm" in client.get(french.url).content.decode()
    assert desk.get(address(practice)).status_code == 200
    changed = PracticePage.objects.get(pk=practice.pk).last_published_at
    IndexTask.objects.all().delete()
    assert desk.post(address(practice), {"answer": "true"}).status_code == 302
    for page in (practice, french):
        assert PracticePage.objects.get(pk=page.pk).confirmed_on == timezone.localdate()
    assert "Confirmé par la ville" in client.get(french.url).content.decode()
    assert PracticePage.objects.get(pk=practice.pk).last_published_at == changed, "the text has not changed"
    assert IndexTask.objects.filter(key__contains=str(practice.translation_key)).exists()
    entry = AuditEntry.objects.get(action="practice.confirmed")
    assert (entry.object_key, entry.details) == (str(practice.translation_key), {"answer": "true"})


def test_the_page_says_from_when_it_asks_again_by_the_setting(desk, practice, settings):
    settings.PRACTICE_QUESTION_MONTHS, settings.PRACTICE_CONFIRMATION_MONTHS = 5, 9
    said = dates.day(asked_from(timezone.localdate()))
    assert f"We ask again from {said}." in " ".join(desk.get(address(practice)).content.decode().split())


def test_a_second_click_is_the_same_confirmation(desk, practice):
    for _click in range(2):
        desk.post(address(practice), {"answer": "true"})
    assert Confirmation.objects.count() == AuditEntry.objects.filter(action="practice.confirmed").count() == 1


def test_a_text_that_was_begun_before_does_not_take_the_confirmation_back(desk, practice):
    older = PracticePage.objects.get(pk=practice.pk).save_revision()
    desk.post(address(practice), {"answer": "true"})
    older.publish()
    assert PracticePage.objects.get(pk=practice.pk).confirmed_on == timezone.localdate()


def test_what_has_changed_is_revised_while_readers_see_the_old_text(desk, client, practice):
    answer = desk.post(address(practice), {"answer": "changed"})
    copy = WorkingCopy.objects.get(page=practice)
    assert answer.url == f"/en/desk/cities/{practice.city.code}/practices/{copy.key}/"
    assert PracticePage.objects.get(pk=practice.pk).confirmed_on == date(2020, 1, 1)
    assert Confirmation.objects.get().answer == "changed"


def test_what_has_ended_is_revised_with_its_state_and_its_end(desk, practice):
    assert desk.post(address(practice), {"answer": "ended", "when": "2023"}).status_code == 422
    assert not Confirmation.objects.exists(), "how it ended is not known yet"
    answer = desk.post(address(practice), {"answer": "ended", "state": "stopped", "when": "vers 2023"})
    copy = WorkingCopy.objects.get(page=practice)
    assert (copy.answers["state"], copy.answers["period_end"]) == ("stopped", "vers 2023")
    assert desk.get(answer.url).status_code == 200


@pytest.mark.parametrize("sent", [{}, {"answer": "perhaps"}, {"answer": "true\x00"}])
def test_another_answer_is_asked_again(desk, practice, sent):
    assert desk.post(address(practice), sent).status_code == 422
    assert not Confirmation.objects.exists()


def test_a_version_that_the_city_hands_in_is_its_word_of_today(practice):
    page = practice.get_latest_revision_as_object()
    revision = submit(page, by=factories.person(practice.city))
    assert revision.as_object().confirmed_on == timezone.localdate()


def test_a_practice_of_the_secretariat_is_offered_and_becomes_the_city_s(desk, client, city):
    page = factories.practice(city=city, one_line_result="From a newspaper.")
    french = factories.translated(page, "fr")
    assert page.title in main(read(desk.get(f"/en/desk/cities/{city.code}/")))
    assert desk.get(address(page)).status_code == 404, "nobody confirms what the secretariat wrote"
    assert desk.get(address(page, "take-over")).status_code == 200
    desk.post(address(page, "take-over"))
    copy = WorkingCopy.objects.get(page=page)
    assert copy.answers["one_line_result"] == "From a newspaper."
    assert PracticePage.objects.get(pk=page.pk).authored_by == "secretariat", "until it is published"
    assert AuditEntry.objects.filter(action="practice.taken-over").count() == 1
    desk.post(address(page, "take-over"))
    assert AuditEntry.objects.filter(action="practice.taken-over").count() == 1
    corrected = PracticePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in factories.BY_CITY.items():
        if name != "authored_by":
            setattr(corrected, name, value)
    with factories.commit():
        submit(corrected, by=factories.person(city)).publish()
    for version in (page, french):
        version = PracticePage.objects.get(pk=version.pk)
        assert (version.authored_by, version.written_on) == ("city", timezone.localdate())
    assert "Written by the city" in client.get(page.url).content.decode()
    assert "not-again" in page_document(page).facets["lessons"], "the facets follow"


def page_document(page):
    page = PracticePage.objects.get(pk=page.pk)
    PracticePage.fetch_for_documents([page])
    return page.search_document(("en",), ("en",))


def test_what_the_secretariat_is_still_writing_is_not_there(desk, city):
    hidden = factories.practice(city=city)
    hidden.unpublish()
    written_for_the_city = factories.practice(city=city, **factories.BY_CITY)
    written_for_the_city.unpublish()
    PracticePage.objects.filter(pk=written_for_the_city.pk).update(first_published_at=None)
    text = desk.get(f"/en/desk/cities/{city.code}/").content.decode()
    for page in (hidden, written_for_the_city):
        assert page.title not in text
        for what in ("confirm", "take-over"):
            assert desk.get(address(page, what)).status_code == 404
        assert desk.post(address(page, "revise")).status_code == 404


def test_a_draft_of_the_secretariat_is_not_handed_over(desk, city):
    page = factories.practice(city=city)
    page.problem = "A secret"
    page.save_revision()
    assert "A secret" not in desk.get(address(page, "take-over")).content.decode()
    desk.post(address(page, "take-over"))
    assert not WorkingCopy.objects.exists()


def test_another_city_finds_nothing(sign_in, practice):
    stranger = sign_in(factories.person())
    for what in ("confirm", "take-over"):
        assert stranger.get(address(practice, what)).status_code == 404
        assert stranger.post(address(practice, what), {"answer": "true"}).status_code == 404
    assert not Confirmation.objects.exists()
