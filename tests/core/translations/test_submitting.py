"""Submitting for translation: permissions, and reasons why it is not possible."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail_localize.models import LocaleSynchronization, Translation

from practices.models import PracticePage
from tests import admin_forms, factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


@pytest.fixture
def translator(sign_in):
    return sign_in(factories.user("Translators"))


def text_page(parent, title: str):
    """Create a published text page below another."""
    page = type(parent)(title=title, body=[("heading", "We")])
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def test_a_page_whose_parent_is_untranslated_is_refused_and_the_parent_named(translator):
    parent = factories.standard_page(title="About us")
    child = text_page(parent, "Team")
    answer = admin_forms.submit(translator, child, "fr")
    assert "“About us”, which has no version in Français" in admin_forms.shown_messages(answer)
    assert not Page.objects.filter(locale__language_code="fr", title__in=["About us", "Team"]).exists()


def test_a_page_is_submitted_with_its_descendants(translator):
    parent = factories.standard_page(title="About us")
    child = text_page(parent, "Team")
    answer = admin_forms.submit(translator, parent, "fr", "ar", include_subtree="on")
    assert "4 drafts" in admin_forms.shown_messages(answer)
    assert admin_forms.version_of(child, "ar").get_parent().specific == admin_forms.version_of(parent, "ar")


def test_of_a_subtree_only_originals_are_submitted(translator):
    """Descendants of an English page can be translations of French pages: their place is that of the original."""
    parent = factories.standard_page(title="About us")
    french = text_page(factories.translated(parent, "fr"), "Équipe")
    english = factories.translated(french, "en")
    assert english.get_parent().specific == parent
    admin_forms.submit(translator, parent, "ar", include_subtree="on")
    assert admin_forms.version_of(parent, "ar")
    assert not admin_forms.version_of(french, "ar")


def test_nothing_is_submitted_when_one_of_the_languages_is_refused(sign_in):
    parent = factories.standard_page(title="About us")
    GroupPagePermission.objects.filter(group__name="Translators", page__locale__language_code="ar").delete()
    answer = admin_forms.submit(sign_in(factories.user("Translators")), parent, "fr", "ar")
    assert "You are not allowed to add pages below" in admin_forms.shown_messages(answer)
    assert not admin_forms.version_of(parent, "fr")


def test_nothing_is_submitted_when_a_descendant_is_not_editable(sign_in):
    """Users who may only add pages can edit their own pages, but not descendants of other users."""
    GroupPagePermission.objects.filter(
        group__name="Translators", permission__codename__in=["change_page", "publish_page"]
    ).delete()
    person = factories.user("Translators")
    parent = factories.standard_page(title="About us", owner=person)
    text_page(parent, "Minutes of the board")
    answer = admin_forms.submit(sign_in(person), parent, "fr", include_subtree="on")
    assert "You are not allowed to edit “Minutes of the board”" in admin_forms.shown_messages(answer)
    assert not admin_forms.version_of(parent, "fr")


def test_a_page_without_edit_permission_is_not_submitted(sign_in):
    practice = factories.practice()
    GroupPagePermission.objects.filter(group__name="Translators", page__locale__language_code="en").delete()
    translator = sign_in(factories.user("Translators"))
    assert translator.get(admin_forms.submit_url(practice), follow=True).redirect_chain
    answer = admin_forms.submit(translator, practice, "fr")
    assert "You are not allowed to edit" in admin_forms.shown_messages(answer)
    assert not admin_forms.version_of(practice, "fr")


def test_nothing_is_added_to_a_tree_without_the_permission(sign_in):
    practice = factories.practice()
    GroupPagePermission.objects.filter(group__name="Translators", page__locale__language_code="fr").delete()
    answer = admin_forms.submit(sign_in(factories.user("Translators")), practice, "fr")
    assert "You are not allowed to add pages below “Practices” in Français" in admin_forms.shown_messages(answer)
    assert not admin_forms.version_of(practice, "fr")


@pytest.mark.parametrize("group", ["Editors", "Moderators"])
def test_only_translators_submit(group, sign_in):
    practice = factories.practice()
    admin_forms.submit(sign_in(factories.user(group)), practice, "fr")
    assert not admin_forms.version_of(practice, "fr")


def test_a_draft_is_submitted_as_a_draft(translator):
    practice = factories.practice()
    PracticePage.objects.get(pk=practice.pk).unpublish()
    admin_forms.submit(translator, practice, "fr")
    assert not admin_forms.version_of(practice, "fr").live


def test_a_translation_is_not_translated_again(translator):
    french = factories.translated(factories.practice(title="Readers"), "fr")
    answer = admin_forms.submit(translator, french, "ar")
    assert "Submit its original “Readers” (English)" in admin_forms.shown_messages(answer)
    assert not admin_forms.version_of(french, "ar")


def test_the_home_page_of_a_language_is_made_by_the_command_only(translator):
    Locale.objects.create(language_code="es")
    home = factories.tree()
    answer = admin_forms.submit(translator, home, "es")
    assert "add_language" in admin_forms.shown_messages(answer)
    assert not admin_forms.version_of(home, "es")


def test_an_invalid_original_is_rejected_with_the_reason(translator):
    practice = factories.practice()
    PracticePage.objects.filter(pk=practice.pk).update(quotation="I read.", quotation_by="")
    answer = admin_forms.submit(translator, practice, "fr")
    text = admin_forms.shown_messages(answer)
    assert "cannot be translated in its present state" in text
    assert "Enter who said this." in text
    assert "was submitted" not in text
    assert not admin_forms.version_of(practice, "fr")


def test_too_many_versions_at_once_are_rejected(translator):
    parent = factories.standard_page()
    for number in range(30):
        parent.add_child(instance=type(parent)(title=f"Page {number}", body=[("heading", "We")], live=False))
    answer = admin_forms.submit(translator, parent, "fr", "ar", include_subtree="on")
    assert "Too many versions at once" in admin_forms.shown_messages(answer)


def test_the_profile_of_a_city_is_submitted_by_those_who_may_change_it(sign_in):
    profile = factories.profile()
    admin_forms.submit(sign_in(factories.user("Moderators")), profile, "fr")
    assert not admin_forms.version_of(profile, "fr")
    admin_forms.submit(sign_in(factories.user("Translators")), profile, "fr")
    assert not admin_forms.version_of(profile, "fr").live


def test_synchronising_needs_the_right_to_edit_the_original(sign_in):
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    record = admin_forms.translation_of(practice, "fr")
    GroupPagePermission.objects.filter(group__name="Translators", page__locale__language_code="en").delete()
    url = reverse("wagtail_localize:update_translations", args=[record.source_id])
    sign_in(factories.user("Translators")).post(url, {"publish_translations": "on"})
    assert not type(french).objects.get(pk=french.pk).live


def test_synchronising_publishes_only_where_one_may_publish(sign_in):
    practice = factories.practice()
    french = factories.translated(practice, "fr", publish=False)
    record = admin_forms.translation_of(practice, "fr")
    GroupPagePermission.objects.filter(
        group__name="Translators", page__locale__language_code="fr", permission__codename="publish_page"
    ).delete()
    url = reverse("wagtail_localize:update_translations", args=[record.source_id])
    answer = sign_in(factories.user("Translators")).post(url, {"publish_translations": "on"}, follow=True)
    assert "You are not allowed to publish it" in admin_forms.shown_messages(answer)
    assert not type(french).objects.get(pk=french.pk).live


def test_no_translation_becomes_an_alias(sign_in):
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    moderator = sign_in(factories.user("Moderators"))
    url = reverse("wagtail_localize:convert_to_alias", args=[french.pk])
    for answer in (
        moderator.post(url, follow=True),
        moderator.post(admin_forms.edit_url(french), {"localize-convert-to-alias": "on"}, follow=True),
    ):
        assert "This is not available" in admin_forms.shown_messages(answer)
    french.refresh_from_db()
    assert french.alias_of is None
    assert french.problem.startswith("fr:")


def test_no_translation_is_detached_from_its_strings(translator):
    practice = factories.practice()
    factories.translated(practice, "fr")
    record = admin_forms.translation_of(practice, "fr")
    answer = translator.post(reverse("wagtail_localize:stop_translation", args=[record.pk]), follow=True)
    assert "This is not available" in admin_forms.shown_messages(answer)
    assert Translation.objects.get(pk=record.pk).enabled


def test_no_alias_can_be_created_by_the_api_or_in_code(sign_in):
    practice = factories.practice()
    moderator = sign_in(factories.user("Moderators"))
    copy = moderator.get(reverse("wagtailadmin_pages:copy", args=[practice.pk]))
    assert "alias" not in copy.context["form"].fields
    api = f"/admin/api/main/pages/{practice.pk}/action/create_alias/"
    assert moderator.post(api, {"update_slug": "twin"}).status_code == 404
    with pytest.raises(PermissionDenied, match="does not use aliases"):
        practice.create_alias(update_slug="twin")
    assert not Page.objects.filter(alias_of__isnull=False).exists()


def test_language_trees_are_not_synchronised_with_aliases(client):
    """The form of a language has no such setting, so nothing is synchronised."""
    admin = factories.user(is_staff=True, is_superuser=True)
    client.force_login(admin)
    locale = Locale.objects.get(language_code="fr")
    form = client.get(reverse("wagtaillocales:edit", args=[locale.pk])).content.decode()
    assert "sync_from" not in form
    assert not LocaleSynchronization.objects.exists()


def test_a_po_file_of_another_source_is_rejected_with_a_message(translator):
    practice = factories.practice()
    factories.translated(practice, "fr", publish=False)
    record = admin_forms.translation_of(practice, "fr")
    url = reverse("wagtail_localize:upload_pofile", args=[record.pk])
    file = admin_forms.SimpleUploadedFile("other.po", b'msgid "One"\nmsgstr "Un"\n')
    assert "downloaded here" in admin_forms.shown_messages(translator.post(url, {"file": file}, follow=True))


def test_the_list_of_snippets_is_for_those_who_work_on_them(sign_in):
    profile = factories.profile(headline="A plan nobody has seen")
    url = reverse("wagtail_localize:snippets_api_listing", args=["cities", "cityprofile"])
    person = factories.user()
    person.groups.create(name="Visitors").permissions.add(Permission.objects.get(codename="access_admin"))
    assert profile.headline not in sign_in(person).get(url, follow=True).content.decode()
    assert profile.headline in sign_in(factories.user("Translators")).get(url).content.decode()


def test_the_page_chooser_shows_no_drafts_of_others(sign_in):
    practice = factories.practice(title="Secret garden")
    PracticePage.objects.get(pk=practice.pk).unpublish()
    list_page = practice.get_parent()
    group = Group.objects.create(name="City of Cork")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    group.page_permissions.create(page=list_page, permission=Permission.objects.get(codename="add_page"))
    person = factories.user()
    person.groups.add(group)
    own = factories.practice(title="Own garden", owner=person)
    PracticePage.objects.get(pk=own.pk).unpublish()
    public = factories.practice(title="Public garden")
    url = reverse("wagtailadmin_choose_page_child", args=[list_page.pk])
    for browser, visible in ((sign_in(person), False), (sign_in(factories.user("Editors")), True)):
        shown = browser.get(url).content.decode()
        assert ("Secret garden" in shown) is visible
        assert public.title in shown
        assert own.title in shown
