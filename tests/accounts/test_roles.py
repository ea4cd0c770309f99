"""The groups and their permissions."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from accounts.roles import EDITORS, MODERATORS, TRANSLATORS, ensure_groups
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("group", [EDITORS, MODERATORS])
def test_a_group_may_edit_in_the_tree_of_every_language(group):
    practices = [factories.practice(code) for code in ("en", "fr", "ar") if factories.tree("fr", "ar")]
    person = factories.user(group)
    for practice in practices:
        rights = practice.permissions_for_user(person)
        assert rights.can_edit()
        assert rights.can_publish() is (group != EDITORS)


def test_a_language_added_later_gets_its_permissions():
    factories.tree("fr")
    moderator, translator = factories.user(MODERATORS), factories.user(TRANSLATORS)
    factories.tree("ru")
    russian = factories.translated(factories.practice(), "ru")
    assert russian.permissions_for_user(moderator).can_publish()
    assert russian.permissions_for_user(translator).can_publish()


def test_the_permissions_of_two_groups_add_up():
    factories.tree("fr")
    person = factories.user(EDITORS)
    person.groups.add(Group.objects.get(name=TRANSLATORS))
    rights = factories.practice().permissions_for_user(person)
    assert (rights.can_edit(), rights.can_publish(), rights.can_delete()) == (True, True, True)


def test_groups_of_before_lose_what_their_work_does_not_need():
    factories.tree()
    take = importlib.import_module("accounts.migrations.0002_translators_only_translate").take
    add = Permission.objects.get(content_type__app_label="wagtailcore", codename="add_page")
    settings = Permission.objects.get(content_type__app_label="home", codename="change_networksettings")
    translators, moderators = Group.objects.get(name=TRANSLATORS), Group.objects.get(name=MODERATORS)
    translators.page_permissions.create(page=Page.objects.get(depth=2), permission=add)
    moderators.permissions.add(settings)
    take(apps, None)
    assert not translators.page_permissions.filter(permission=add).exists()
    assert Group.objects.get(name=EDITORS).page_permissions.filter(permission=add).exists()
    assert settings not in moderators.permissions.all()


def test_nobody_can_create_a_second_home_page():
    factories.tree()
    root = Page.get_first_root_node()
    for group in (EDITORS, MODERATORS, TRANSLATORS):
        assert not root.permissions_for_user(factories.user(group)).can_add_subpage()


def test_only_translators_may_submit_for_translation():
    factories.tree()
    able = [
        group
        for group in (EDITORS, MODERATORS, TRANSLATORS)
        if factories.user(group).has_perm("wagtail_localize.submit_translation")
    ]
    assert able == [TRANSLATORS]


def test_the_groups_are_created_once_and_other_permissions_are_kept():
    factories.tree()
    operator_made = Group.objects.get(name=EDITORS)
    practice = factories.practice()
    operator_made.page_permissions.create(
        page=practice, permission=GroupPagePermission.objects.filter(permission__codename="lock_page")[0].permission
    )
    count = GroupPagePermission.objects.count()
    ensure_groups()
    assert GroupPagePermission.objects.count() == count
    assert Group.objects.filter(name=EDITORS).count() == 1
