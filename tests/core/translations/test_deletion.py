"""Deleting pages with their translations: done, or refused in words, and the tree stays whole."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, get_page_models

from cities.models import CityProfile
from core.pages import PortalPage, PortalPageQuerySet
from home.models import StandardPage
from tests import admin_forms, factories

pytestmark = pytest.mark.django_db

CONFIRMED = {"wagtail_site_name": "Lyceum", "confirm_site_name": "Lyceum"}


@pytest.fixture
def moderator(sign_in):
    factories.tree("fr", "ar")
    return sign_in(factories.user("Moderators"))


def text_page(parent, title: str, **fields) -> StandardPage:
    """A page of text below another one."""
    page = StandardPage(title=title, body=[("heading", "We")], locale=parent.locale, **fields)
    StandardPage.objects.get(pk=parent.pk).add_child(instance=page)
    page.save_revision()
    if fields.get("live", True):
        page.get_latest_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


def crossing() -> dict[str, Page]:
    """A section with a translation in French, which holds a page first written there and translated into English."""
    section = factories.standard_page(title="Section", body=[("heading", "We")])
    french = factories.translated(section, "fr")
    child = text_page(french, "Né en français")
    below = text_page(factories.translated(child, "en"), "Born below a translation")
    return {
        "section": section,
        "its translation": french,
        "original in the translation": child,
        "its version in the section": admin_forms.version_of(child, "en"),
        "original below that": below,
    }


def delete(browser, page):
    return browser.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), CONFIRMED, follow=True)


def delete_in_bulk(browser, *pages):
    ids = "&".join(f"id={page.pk}" for page in pages)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    return browser.post(f"{address}?{ids}&next=/admin/", CONFIRMED, follow=True)


def assert_gone(pages) -> None:
    assert not Page.objects.filter(pk__in=[page.pk for page in pages]).exists()
    assert not any(Page.find_problems())


def test_a_section_with_a_page_first_written_in_its_translation_is_deleted(moderator):
    pages = crossing()
    answer = delete(moderator, pages["section"])
    assert answer.status_code == 200
    assert_gone(pages.values())


@pytest.mark.parametrize(
    "names",
    [
        ["section", "its translation"],
        ["its translation", "section"],
        ["original in the translation", "its version in the section"],
        ["its version in the section", "original in the translation", "section"],
        ["original below that", "its version in the section"],
    ],
)
def test_pages_that_belong_together_are_deleted_in_bulk(moderator, names):
    pages = crossing()
    chosen = [pages[name] for name in names]
    answer = delete_in_bulk(moderator, *chosen)
    assert answer.status_code == 200
    assert_gone(chosen)


def test_a_profile_and_its_translation_are_deleted_in_bulk(moderator):
    profile = factories.profile()
    french = factories.translated(profile, "fr")
    address = reverse("wagtail_bulk_action", args=["cities", "cityprofile", "delete"])
    for ids in (f"id={profile.pk}&id={french.pk}", f"id={french.pk}"):
        answer = moderator.post(f"{address}?{ids}", follow=True)
        assert answer.status_code in {200, 404}
    assert not CityProfile.objects.exists()


def test_a_page_is_not_deleted_with_a_locked_translation(moderator):
    original = factories.standard_page(title="Open", body=[("heading", "We")])
    french = factories.translated(original, "fr")
    Page.objects.filter(pk=french.pk).update(locked=True, locked_by=factories.user(), locked_at=timezone.now())
    for answer in (delete(moderator, original), delete_in_bulk(moderator, original)):
        assert "This would also delete" in admin_forms.shown_messages(answer)
    assert Page.objects.filter(pk__in=[original.pk, french.pk]).count() == 2


def test_an_editor_deletes_no_published_page_with_a_draft(moderator, sign_in):
    pages = crossing()
    Page.objects.filter(pk__in=[pages["section"].pk, pages["its translation"].pk]).update(live=False)
    Page.objects.filter(pk=pages["its version in the section"].pk).update(live=False)
    Page.objects.filter(pk=pages["original below that"].pk).update(live=False)
    editor = factories.user("Editors")
    editor.groups.first().page_permissions.create(
        page=Page.objects.get(depth=2, locale__language_code="en"),
        permission=Permission.objects.get(content_type__app_label="wagtailcore", codename="bulk_delete_page"),
    )
    answer = delete(sign_in(editor), pages["section"])
    assert "This would also delete" in admin_forms.shown_messages(answer)
    assert Page.objects.filter(pk=pages["original in the translation"].pk, live=True).exists()


def test_every_page_class_deletes_its_translations_in_one_operation():
    classes = [model for model in get_page_models() if issubclass(model, PortalPage)]
    assert classes
    assert all(isinstance(model.objects.all(), PortalPageQuerySet) for model in classes)
