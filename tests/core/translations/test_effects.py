"""Unpublishing, deleting, moving and restricting an original affects its translations, after a warning."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Revision

from cities.models import CityProfile
from core.querysets.visibility import is_public
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


@pytest.fixture
def moderator(sign_in):
    return sign_in(factories.user("Moderators"))


def trio(make=factories.practice, **fields):
    """Return a published original, its published French version and its Arabic draft."""
    original = make(**fields)
    return original, factories.translated(original, "fr"), factories.translated(original, "ar", publish=False)


def warning(answer) -> str:
    """Return the warning on the confirmation page."""
    box = BeautifulSoup(answer.content, "html.parser").find(class_="help-warning")
    return " ".join(box.get_text(" ").split()) if box else ""


def bulk_url(action: str, *pages) -> str:
    ids = "&".join(f"id={page.pk}" for page in pages)
    return f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', action])}?{ids}&next=/admin/pages/"


def exists(version) -> bool:
    return type(version).objects.filter(pk=version.pk).exists()


# --- Unpublishing ---------------------------------------------------------------------------


def test_unpublishing_in_the_admin_unpublishes_the_translations(moderator):
    original, french, arabic = trio()
    url = reverse("wagtailadmin_pages:unpublish", args=[original.pk])
    text = warning(moderator.get(url))
    assert f"Français: “{french.title}”" in text
    assert f"العربيّة: “{arabic.title}”" in text
    moderator.post(url)
    assert not any(row(version).live for version in (original, french, arabic))


def test_unpublishing_in_bulk_unpublishes_the_translations(moderator):
    original, french, _arabic = trio()
    url = bulk_url("unpublish", original)
    assert f"Français: “{french.title}”" in warning(moderator.get(url))
    moderator.post(url)
    assert not row(original).live
    assert not row(french).live


def test_unpublishing_descendants_unpublishes_their_translations(moderator):
    original, french, _arabic = trio()
    list_page = original.get_parent()
    moderator.post(reverse("wagtailadmin_pages:unpublish", args=[list_page.pk]), {"include_descendants": "on"})
    assert not row(original).live
    assert not row(french).live
    assert not row(french.get_parent().specific).live


def test_the_expiry_of_an_original_unpublishes_its_translations():
    original, french, _arabic = trio()
    end = timezone.now() + timedelta(hours=1)
    change(original, expire_at=end)
    with time_machine.travel(end + timedelta(minutes=1)):
        call_command("publish_scheduled")
    assert not row(original).live
    assert not row(french).live
    assert row(french).expired


def test_the_schedule_of_a_translation_is_cancelled_with_its_original():
    original, french, _arabic = trio()
    row(french).save_revision(approved_go_live_at=timezone.now() + timedelta(days=1))
    row(original).unpublish()
    assert not Revision.objects.for_instance(french).filter(approved_go_live_at__isnull=False).exists()


def test_unpublishing_a_translation_touches_nothing_else(moderator):
    original, french, _arabic = trio()
    url = reverse("wagtailadmin_pages:unpublish", args=[french.pk])
    assert warning(moderator.get(url)) == ""
    moderator.post(url)
    assert row(original).live
    assert not row(french).live


def test_unpublishing_a_city_profile_unpublishes_its_translations(moderator):
    original, french, _arabic = trio(factories.profile)
    url = reverse(original.snippet_viewset.get_url_name("unpublish"), args=[original.pk])
    assert f"Français: “{french.headline}”" in warning(moderator.get(url))
    moderator.post(url)
    assert not CityProfile.objects.filter(live=True).exists()


# --- Deleting -------------------------------------------------------------------------------


def test_deleting_in_the_admin_deletes_the_translations(moderator):
    original, french, arabic = trio()
    url = reverse("wagtailadmin_pages:delete", args=[original.pk])
    assert f"Français: “{french.title}”" in warning(moderator.get(url))
    moderator.post(url)
    assert not any(exists(version) for version in (original, french, arabic))
    assert not any(Page.find_problems())


def test_deleting_in_bulk_deletes_the_translations(moderator):
    original, french, arabic = trio()
    url = bulk_url("delete", original)
    assert f"Français: “{french.title}”" in warning(moderator.get(url))
    moderator.post(url)
    assert not any(exists(version) for version in (original, french, arabic))
    assert not any(Page.find_problems())


def test_deleting_a_branch_deletes_its_translations_and_their_descendants(moderator):
    parent = factories.standard_page()
    child = parent.add_child(instance=type(parent)(title="Team", body=[("heading", "We")]))
    child.save_revision().publish()
    french_parent, french_child = factories.translated(parent, "fr"), factories.translated(child, "fr")
    text = warning(moderator.get(reverse("wagtailadmin_pages:delete", args=[parent.pk])))
    assert "with 1 page below it" in text
    moderator.post(reverse("wagtailadmin_pages:delete", args=[parent.pk]))
    assert not any(exists(version) for version in (parent, child, french_parent, french_child))
    assert not any(Page.find_problems())


def test_deleting_a_translation_touches_nothing_else(moderator):
    original, french, arabic = trio()
    moderator.post(reverse("wagtailadmin_pages:delete", args=[french.pk]))
    assert not exists(french)
    assert exists(original)
    assert exists(arabic)


def test_deleting_a_city_profile_deletes_its_translations(moderator):
    original, french, _arabic = trio(factories.profile)
    url = reverse(original.snippet_viewset.get_url_name("delete"), args=[original.pk])
    assert f"Français: “{french.headline}”" in warning(moderator.get(url))
    moderator.post(url)
    assert not CityProfile.objects.exists()


# --- Moving ---------------------------------------------------------------------------------


@pytest.fixture
def shelves():
    """Return two text pages with a French version each, and a child of the first with its French version."""
    old, new = factories.standard_page(title="Old shelf"), factories.standard_page(title="New shelf")
    page = old.add_child(instance=type(old)(title="Leaf", body=[("heading", "We")]))
    page.save_revision().publish()
    factories.translated(old, "fr")
    french_new = factories.translated(new, "fr")
    french_page = factories.translated(page, "fr")
    return page, new, french_page, french_new


def test_moving_moves_the_translations_and_adds_a_redirect(moderator, shelves):
    page, new, french_page, french_new = shelves
    old_address = french_page.url
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, new.pk])
    assert f"Français: “{french_page.title}”" in warning(moderator.get(url))
    moderator.post(url)
    assert row(page).get_parent().specific == new
    assert row(french_page).get_parent().specific == french_new
    assert Redirect.objects.get(old_path=old_address.rstrip("/")).link == row(french_page).url


def test_moving_in_bulk_moves_the_translations(moderator, shelves):
    page, new, french_page, french_new = shelves
    moderator.post(bulk_url("move", page), {"chooser": new.pk})
    assert row(page).get_parent().specific == new
    assert row(french_page).get_parent().specific == french_new


def test_a_move_that_a_translation_cannot_follow_is_forbidden(moderator, shelves):
    page, _new, french_page, _french_new = shelves
    lonely = factories.standard_page(title="English only")
    for url, form in (
        (reverse("wagtailadmin_pages:move_confirm", args=[page.pk, lonely.pk]), {}),
        (bulk_url("move", page), {"chooser": lonely.pk}),
    ):
        answer = moderator.post(url, form, follow=True)
        assert "but “English only” does not" in admin_forms.shown_messages(answer)
    assert row(page).get_parent().title == "Old shelf"
    assert row(french_page).get_parent().slug == "old-shelf"


def test_a_translation_is_not_moved_away_from_its_original(moderator, shelves):
    _page, _new, french_page, french_new = shelves
    url = reverse("wagtailadmin_pages:move_confirm", args=[french_page.pk, french_new.pk])
    assert "Move the original (English)" in admin_forms.shown_messages(moderator.post(url, follow=True))
    assert row(french_page).get_parent().slug == "old-shelf"


def test_a_moved_translation_whose_slug_is_taken_gets_a_number(moderator, shelves):
    page, new, french_page, french_new = shelves
    twin = french_new.add_child(instance=type(page)(title="Leaf", slug=page.slug, body=[("heading", "We")]))
    twin.save_revision().publish()
    moderator.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, new.pk]))
    assert row(french_page).get_parent().specific == french_new
    assert row(french_page).slug == "leaf-1"


# --- Restricting ----------------------------------------------------------------------------


def test_restricting_to_a_password_restricts_the_translations(moderator):
    original, french, arabic = trio()
    editor = moderator.get(admin_forms.edit_url(original)).content.decode()
    assert "This also applies to the translations" in editor
    url = reverse("wagtailadmin_pages:set_privacy", args=[original.pk])
    moderator.post(url, {"restriction_type": "password", "password": "swordfish"})
    for version in (french, arabic):
        assert version.view_restrictions.get().password == "swordfish"
    assert not is_public(row(french))
    moderator.post(url, {"restriction_type": "none"})
    assert not PageViewRestriction.objects.exists()
    assert is_public(row(french))


def test_restricting_to_groups_restricts_the_translations_to_the_same(moderator):
    original, french, _arabic = trio()
    board, press = Group.objects.create(name="Board"), Group.objects.create(name="Press")
    url = reverse("wagtailadmin_pages:set_privacy", args=[original.pk])
    moderator.post(url, {"restriction_type": "groups", "groups": [board.pk]})
    assert list(french.view_restrictions.get().groups.all()) == [board]
    moderator.post(url, {"restriction_type": "groups", "groups": [press.pk]})
    assert list(french.view_restrictions.get().groups.all()) == [press]


def test_a_new_translation_of_a_restricted_page_is_restricted():
    original = factories.practice()
    board = Group.objects.create(name="Board")
    restriction = PageViewRestriction.objects.create(page=original, restriction_type="groups")
    restriction.groups.add(board)
    french = factories.translated(original, "fr")
    assert list(french.view_restrictions.get().groups.all()) == [board]


def test_restricting_a_translation_leaves_the_restriction_of_the_original(moderator):
    original, french, _arabic = trio()
    url = reverse("wagtailadmin_pages:set_privacy", args=[french.pk])
    moderator.post(url, {"restriction_type": "login"})
    assert not original.view_restrictions.exists()


def test_restricting_a_translation_says_what_it_hides_and_does_not_hide_the_original_from_staff(moderator, client):
    original, french, _arabic = trio()
    panel = moderator.get(reverse("wagtailadmin_explore", args=[french.pk])).content.decode()
    assert "the page is hidden from the public in every language" in panel
    moderator.post(reverse("wagtailadmin_pages:set_privacy", args=[french.pk]), {"restriction_type": "login"})
    assert not is_public(row(original))
    assert client.get(original.url).status_code == 404
    assert moderator.get(original.url).status_code == 200


# --- A draft --------------------------------------------------------------------------------


def test_a_draft_is_not_published_with_its_original(moderator):
    original, _french, arabic = trio()
    moderator.post(reverse("wagtailadmin_pages:unpublish", args=[original.pk]))
    revisions = arabic.revisions.count()
    row(original).get_latest_revision().publish()
    assert not row(arabic).live
    assert arabic.revisions.count() == revisions
