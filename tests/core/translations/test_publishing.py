"""A translation is published only when it is complete, on every path."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, Revision
from wagtail_localize.models import StringTranslation, TranslationSource

from core.translations.strings import IncompleteTranslation
from core.translations.writing import write_translation
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


@pytest.fixture
def moderator(sign_in):
    return sign_in(factories.user("Moderators"))


@pytest.fixture
def translator(sign_in):
    return sign_in(factories.user("Translators"))


def lose_a_string(version, path: str = "problem") -> None:
    """Delete the translation of one string."""
    StringTranslation.objects.filter(
        context__object_id=version.translation_key, context__path=path, locale=version.locale
    ).delete()


def outdated_french(practice):
    """Return a published French version whose original has another problem since then."""
    french = factories.translated(practice, "fr")
    change(practice, problem="They could not read the letters.")
    return french


def test_a_title_that_runs_the_other_way_keeps_the_marks_around_it_in_place(translator):
    practice = factories.practice()
    arabic = factories.translated(practice, "ar")
    change(practice, problem="They could not read the letters.")
    message = admin_forms.shown_messages(admin_forms.press_publish(translator, arabic))
    assert f"“\u2068{arabic.title}\u2069” (\u2068العربيّة\u2069) was not published." in message
    assert f"The original “{practice.title}” (English)" in message


def test_the_message_names_missing_and_outdated_strings(translator):
    practice = factories.practice()
    french = outdated_french(practice)
    lose_a_string(french, "one_line_result")
    answer = admin_forms.press_publish(translator, french)
    text = admin_forms.shown_messages(answer)
    assert "2 strings" in text
    assert "The problem “They could not read the letters.” (out of date)" in text
    assert "Result in one line “412 of 530 traders keep their own books.”" in text
    assert "Evening lessons" not in text
    assert row(french).problem == "fr: They could not read the price lists."


def test_a_string_of_a_row_is_named_by_its_place(translator):
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    lose_a_string(french, f"results.{practice.results.get().translation_key}.label")
    text = admin_forms.shown_messages(admin_forms.press_publish(translator, french))
    assert "Result, text after the number “of 530 traders”" in text


def test_a_long_refusal_names_ten_strings_and_counts_the_rest(translator):
    practice = factories.practice(body=[("heading", f"Heading {number}") for number in range(20)])
    french = factories.translated(practice, "fr", publish=False)
    StringTranslation.objects.filter(context__path__startswith="body").delete()
    text = admin_forms.shown_messages(admin_forms.press_publish(translator, french))
    assert text.count("“Heading ") == 10
    assert "and 10 more" in text


def test_a_string_with_a_broken_tag_counts_as_missing(translator):
    face = factories.call_page(who_can_apply="<p>Any <b>city</b>.</p>")
    french = factories.translated(face, "fr", publish=False)
    string = next(s for s in admin_forms.strings_in_editor(translator, french) if "city" in s["source"])
    admin_forms.save_string(translator, string, "<script>alert(1)</script>")
    assert "Who can apply" in admin_forms.shown_messages(admin_forms.press_publish(translator, french))
    assert not row(french).live


def test_a_string_of_blanks_counts_as_missing(translator):
    french = factories.translated(factories.practice(), "fr", publish=False)
    StringTranslation.objects.filter(context__path="problem").update(data="  ")
    admin_forms.press_publish(translator, french)
    assert not row(french).live


def test_the_profile_of_a_city_is_refused_too(translator):
    french = factories.translated(factories.profile(), "fr", publish=False)
    lose_a_string(french, "headline")
    answer = admin_forms.press_publish(translator, french)
    assert "Headline" in admin_forms.shown_messages(answer)
    assert not row(french).live


def test_a_translation_of_a_draft_is_not_published_before_its_original(translator):
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    row(practice).unpublish()
    answer = admin_forms.press_publish(translator, french)
    assert "is not published" in admin_forms.shown_messages(answer)
    assert not row(french).live


def test_synchronising_publishes_complete_translations_and_names_the_others(translator):
    practice = factories.practice()
    french = outdated_french(practice)
    arabic = factories.translated(row(practice), "ar", publish=False)
    source = TranslationSource.objects.get(object_id=practice.translation_key)
    url = reverse("wagtail_localize:update_translations", args=[source.pk])
    answer = translator.post(url, {"publish_translations": "on"}, follow=True)
    text = admin_forms.shown_messages(answer)
    assert "Français" in text
    assert "They could not read the letters." in text
    assert "العربيّة" not in text
    assert row(french).problem == "fr: They could not read the price lists."
    assert row(arabic).live


def test_synchronising_leaves_an_incomplete_draft_a_draft(translator):
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    lose_a_string(french)
    source = TranslationSource.objects.get(object_id=practice.translation_key)
    url = reverse("wagtail_localize:update_translations", args=[source.pk])
    answer = translator.post(url, {"publish_translations": "on"}, follow=True)
    assert "They could not read the price lists." in admin_forms.shown_messages(answer)
    assert not row(french).live


def test_synchronising_without_publishing_changes_no_word(translator):
    practice = factories.practice()
    french = outdated_french(practice)
    source = TranslationSource.objects.get(object_id=practice.translation_key)
    translator.post(reverse("wagtail_localize:update_translations", args=[source.pk]), {})
    assert row(french).problem == "fr: They could not read the price lists."


def publish_in_bulk(browser, *pages, **fields):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    ids = "&".join(f"id={page.pk}" for page in pages)
    return browser.post(f"{url}?{ids}&next=/admin/pages/", fields, follow=True)


def test_publishing_in_bulk_refuses_an_incomplete_translation(moderator):
    complete = factories.translated(factories.practice(), "fr", publish=False)
    incomplete = factories.translated(factories.practice(), "fr", publish=False)
    lose_a_string(incomplete)
    answer = publish_in_bulk(moderator, complete, incomplete)
    assert "They could not read the price lists." in admin_forms.shown_messages(answer)
    assert not row(incomplete).live


def test_publishing_in_bulk_refuses_incomplete_translations_further_down(moderator):
    french = factories.translated(factories.practice(), "fr", publish=False)
    lose_a_string(french)
    publish_in_bulk(moderator, french.get_parent(), include_descendants="on")
    assert not row(french).live


def test_publishing_in_bulk_publishes_the_translated_strings(moderator):
    """The draft itself still contains the source text from the submission."""
    french = factories.translated(factories.practice(), "fr", publish=False)
    assert french.problem == "They could not read the price lists."
    publish_in_bulk(moderator, french)
    assert row(french).live
    assert row(french).problem == "fr: They could not read the price lists."


def test_the_api_of_the_admin_publishes_nothing(moderator):
    french = factories.translated(factories.practice(), "fr", publish=False)
    assert moderator.post(f"/admin/api/main/pages/{french.pk}/action/publish/").status_code == 404
    assert not row(french).live


def test_code_that_publishes_an_incomplete_translation_is_stopped():
    french = factories.translated(factories.practice(), "fr", publish=False)
    lose_a_string(french)
    with pytest.raises(IncompleteTranslation, match="They could not read the price lists"):
        row(french).get_latest_revision().publish()
    assert not row(french).live


def test_a_live_translation_never_falls_back_to_the_source_text():
    practice = factories.practice()
    french = outdated_french(practice)
    record = admin_forms.translation_of(practice, "fr")
    for publish in (False, True):
        with pytest.raises(IncompleteTranslation):
            record.save_target(publish=publish)
    assert row(french).problem == "fr: They could not read the price lists."


def test_a_version_that_was_never_submitted_is_not_published(moderator):
    practice = factories.practice()
    french = practice.copy_for_translation(Locale.objects.get(language_code="fr"))
    french = row(french)
    form = admin_forms.form_of(moderator, french) | admin_forms.stream_form("body", french.body)
    answer = moderator.post(admin_forms.edit_url(french), form | {"action-publish": "on"}, follow=True)
    assert "never submitted for translation" in admin_forms.shown_messages(answer)
    assert not row(french).live


def test_an_older_draft_is_published_with_the_current_strings():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    old = french.save_revision()
    factories.translated(practice, "fr", {practice.problem: "fr: better words"}, publish=False)
    old.publish()
    assert row(french).problem == "fr: better words"


def test_pages_added_below_before_the_commit_stay_counted():
    """A translation is published when its transaction ends; child pages can have been added until then."""
    parent = factories.standard_page()
    child = parent.add_child(instance=type(parent)(title="Team", body=[("heading", "We")]))
    child.save_revision().publish()
    with factories.commit():
        write_translation(parent, "fr", {parent.title: "Nous", "A paragraph.": "Un."}, publish=True)
        write_translation(child, "fr", {}, publish=False)
    french = admin_forms.version_of(parent, "fr")
    assert french.live
    assert french.numchild == 1
    assert not any(Page.find_problems())


def test_a_translation_of_a_scheduled_original_appears_with_it(translator):
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    row(practice).unpublish()
    tomorrow = timezone.now().replace(microsecond=0) + timedelta(days=1)
    change(practice, go_live_at=tomorrow)
    admin_forms.press_publish(translator, french)
    assert not row(french).live
    with time_machine.travel(tomorrow + timedelta(minutes=1)):
        call_command("publish_scheduled")
        call_command("publish_scheduled")
    assert row(practice).live
    assert row(french).live
    assert row(french).problem == "fr: They could not read the price lists."


def test_a_translation_moves_to_another_date_with_its_original(translator):
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    row(practice).unpublish()
    tomorrow = timezone.now().replace(microsecond=0) + timedelta(days=1)
    change(practice, go_live_at=tomorrow)
    admin_forms.press_publish(translator, french)
    change(practice, go_live_at=tomorrow + timedelta(days=1))
    waiting = Revision.objects.for_instance(row(french)).get(approved_go_live_at__isnull=False)
    assert waiting.approved_go_live_at == tomorrow + timedelta(days=1)


def test_a_scheduled_translation_is_published_when_its_original_is_published_early(translator):
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    row(practice).unpublish()
    change(practice, go_live_at=timezone.now() + timedelta(days=1))
    admin_forms.press_publish(translator, french)
    change(practice, go_live_at=None)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        call_command("publish_scheduled")
    assert row(french).live


def test_the_schedule_of_a_translation_that_has_become_incomplete_is_cancelled():
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    other = factories.practice()
    soon = timezone.now() + timedelta(hours=1)
    row(french).save_revision(approved_go_live_at=soon)
    row(other).unpublish()
    change(other, go_live_at=soon)
    lose_a_string(french)
    with time_machine.travel(soon + timedelta(minutes=1)):
        call_command("publish_scheduled")
    assert not row(french).live
    assert not Revision.objects.for_instance(french).filter(approved_go_live_at__isnull=False).exists()
    assert row(other).live  # one that can't be published does not stop the others


def test_an_editor_without_the_right_to_publish_can_not(sign_in):
    french = factories.translated(factories.practice(), "fr", publish=False)
    admin_forms.press_publish(sign_in(factories.user("Editors")), french)
    assert not row(french).live
