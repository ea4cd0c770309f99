"""A copy is a new original in its own language."""

import pytest
from django.urls import reverse

from calls.models import CallPage
from clusters.models import ClusterPage
from practices.models import PracticePage
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr")


@pytest.fixture
def moderator(sign_in):
    return sign_in(factories.user("Moderators"))


def copy(browser, page, **fields):
    form = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": page.get_parent().pk,
        **fields,
    }
    return browser.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form, follow=True)


@pytest.mark.parametrize(
    ("make", "model", "field"),
    [(factories.call_page, CallPage, "call"), (factories.cluster_page, ClusterPage, "cluster")],
    ids=["call", "cluster"],
)
def test_a_copied_page_has_no_row_until_an_editor_chooses_one(make, model, field, moderator):
    face = make()
    copy(moderator, face)
    twin = model.objects.get(slug="copy")
    assert getattr(twin, field) is None
    assert getattr(twin.get_latest_revision().as_object(), field) is None
    assert not twin.live


@pytest.mark.parametrize("make", [factories.call_page, factories.cluster_page])
def test_a_copied_page_is_not_published_at_once(make, moderator):
    face = make()
    answer = copy(moderator, face, publish_copies="on")
    assert "This copy cannot be published yet" in answer.content.decode()
    assert not type(face).objects.filter(slug="copy").exists()


def test_the_form_forbids_a_second_page_of_the_same_row(moderator):
    face = factories.call_page()
    copy(moderator, face)
    twin = CallPage.objects.get(slug="copy")
    form = admin_forms.form_of(moderator, twin) | admin_forms.stream_form("body", twin.body)
    answer = moderator.post(admin_forms.edit_url(twin), form | {"call": face.call.pk, "action-publish": "on"})
    assert answer.context["form"].errors["call"]
    assert row(twin).call is None
    assert not row(twin).live


def test_a_copy_of_a_translation_is_an_original_in_its_language(moderator):
    french = factories.translated(factories.practice(), "fr")
    copy(moderator, french, publish_copies="on")
    twin = PracticePage.objects.get(slug="copy")
    assert twin.is_original
    assert twin.language == "fr"
    assert twin.translation_key != french.translation_key
    assert twin.live


def test_a_page_is_not_copied_into_the_tree_of_another_language(moderator):
    practice = factories.practice()
    french_list = factories.translated(practice, "fr").get_parent()
    answer = copy(moderator, practice, new_parent_page=french_list.pk)
    assert "Choose a page in the same language" in answer.content.decode()
    assert not PracticePage.objects.filter(slug="copy").exists()


def test_a_version_made_in_code_knows_the_language_of_its_original():
    practice = factories.practice("fr")
    english = practice.copy_for_translation(admin_forms.Locale.objects.get(language_code="en"))
    assert english.original_language == "fr"
    assert not english.is_original
