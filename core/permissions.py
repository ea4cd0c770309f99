"""What a user may do with a page or a translatable snippet.

Wagtail's permission to publish also lets a user unpublish, delete, move, restrict and reorder. Here the right of a
translator ends at translations: a user with the permissions to edit and publish, but without the permission to add,
may edit and publish translations, and nothing else. Originals, and everything that changes the tree or what readers
can reach, need the permission to add as well. Home pages and lists, on which all other pages depend, are
neither deleted nor moved, except by an administrator. `accounts.roles` gives the groups their permissions.
"""

from collections.abc import Set
from enum import StrEnum

from django.shortcuts import get_object_or_404
from wagtail.locks import BasicLock
from wagtail.models import PagePermissionTester
from wagtail.permission_policies import ModelPermissionPolicy


class Action(StrEnum):
    """An action on one version, by the method of Wagtail's tester that asks for it."""

    EDIT = "can_edit"
    PUBLISH = "can_publish"
    UNPUBLISH = "can_unpublish"
    DELETE = "can_delete"
    MOVE = "can_move"
    COPY = "can_copy"
    REORDER_CHILDREN = "can_reorder_children"
    PUBLISH_SUBPAGE = "can_publish_subpage"
    RESTRICT = "can_set_view_restrictions"
    UNSCHEDULE = "can_unschedule"


# All that a user without the permission to add may do, and only with translations.
WITH_TRANSLATIONS = frozenset({Action.EDIT, Action.PUBLISH})
# What only an administrator may do with a list, on which other pages depend, and with a home page, whose loss takes a
# language offline.
RESERVED_OF_LIST = frozenset({Action.DELETE, Action.MOVE, Action.COPY})
RESERVED_OF_HOME = RESERVED_OF_LIST | {Action.UNPUBLISH, Action.RESTRICT}
# What nobody may do with a version while it is locked for them. Wagtail itself refuses to edit and unpublish it.
NOT_WHILE_LOCKED = frozenset({Action.PUBLISH, Action.DELETE, Action.MOVE})


def in_scope(permissions: Set[str], action: Action, *, is_original: bool, reserved: Set[Action] = frozenset()) -> bool:
    """Whether `action` on a version can be allowed to a user with the permissions ("add", "change", …).

    It grants nothing: Wagtail's own rule for the action applies as well.

    is_original: the others are translations. reserved: the actions that only an administrator may do with it.
    """
    if action in reserved:
        return False
    return "add" in permissions or (action in WITH_TRANSLATIONS and not is_original)


def locked_by_another(version, user) -> bool:
    """Whether a person has locked this version for `user`. Locks by schedules and workflow tasks do not count."""
    lock = version.get_lock()
    return isinstance(lock, BasicLock) and bool(lock.for_user(user))


class VersionPermissionTester(PagePermissionTester):
    """Wagtail's rules for a page, and `in_scope`, and locks."""

    def _allows(self, action: Action, allowed_by_wagtail: bool) -> bool:
        if not allowed_by_wagtail:
            return False
        if action in NOT_WHILE_LOCKED and locked_by_another(self.page, self.user):
            return False
        return self.user.is_superuser or in_scope(
            self.permissions, action, is_original=self.page.is_original, reserved=self.page.reserved_actions
        )

    def can_edit(self):
        task = self.page.current_workflow_task
        if self.user.is_active and task and task.user_can_access_editor(self.page, self.user):
            return True
        return self._allows(Action.EDIT, super().can_edit())

    def can_publish(self):
        return self._allows(Action.PUBLISH, super().can_publish())

    def can_unpublish(self):
        return self._allows(Action.UNPUBLISH, super().can_unpublish())

    def can_delete(self, ignore_bulk=False):
        return self._allows(Action.DELETE, super().can_delete(ignore_bulk=ignore_bulk))

    def can_move(self):
        return self._allows(Action.MOVE, super().can_move())

    def can_move_to(self, destination):
        if self.page.is_child_of(destination):  # Wagtail asks this for a new position below the same parent, too
            return destination.permissions_for_user(self.user).can_reorder_children()
        return self.can_move() and super().can_move_to(destination)

    def can_copy(self):
        return self._allows(Action.COPY, super().can_copy())

    def can_reorder_children(self):
        return self._allows(Action.REORDER_CHILDREN, super().can_reorder_children())

    def can_publish_subpage(self):
        return self._allows(Action.PUBLISH_SUBPAGE, super().can_publish_subpage())

    def can_set_view_restrictions(self):
        return self._allows(Action.RESTRICT, PagePermissionTester.can_publish(self))

    def can_unschedule(self):
        return self._allows(Action.UNSCHEDULE, PagePermissionTester.can_publish(self))

    def can_submit_translation(self) -> bool:
        """Whether the user may have this page translated: it is in a tree where they edit."""
        return self.user.is_active and (self.user.is_superuser or "change" in self.permissions or self.can_edit())

    def can_add_translation(self) -> bool:
        """Whether the user may add translations below this page."""
        return self.user.is_active and (self.user.is_superuser or "change" in self.permissions)


# The actions on a snippet that `in_scope` limits: the permission on the model that each needs, and its name there.
SNIPPET_ACTIONS = {
    "change": ("change", Action.EDIT),
    "publish": ("publish", Action.PUBLISH),
    "unpublish": ("publish", Action.UNPUBLISH),
    "unschedule": ("publish", Action.UNSCHEDULE),
    "delete": ("delete", Action.DELETE),
}


class VersionPermissionPolicy(ModelPermissionPolicy):
    """Wagtail's rules for a translatable snippet, and `in_scope`. Permissions are those on the model."""

    def user_has_permission(self, user, action):
        permission, _action = SNIPPET_ACTIONS.get(action, (action, None))
        return super().user_has_permission(user, permission)

    def user_has_permission_for_instance(self, user, action, instance):
        if not self.user_has_permission(user, action):
            return False
        if action not in SNIPPET_ACTIONS:
            return True
        _permission, own_action = SNIPPET_ACTIONS[action]
        if own_action in NOT_WHILE_LOCKED and locked_by_another(instance, user):
            return False
        permissions = {"add"} if self.user_has_permission(user, "add") else set()
        return in_scope(permissions, own_action, is_original=instance.is_original)

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)


class OfOneVersion:
    """Mixin of admin views of one snippet: its policy is asked about the version, not about its model."""

    def user_has_permission(self, permission):
        version = getattr(self, "object", None)
        if version is None:
            version = get_object_or_404(self.model, pk=self.kwargs["pk"])
        return super().user_has_permission(permission) and self.permission_policy.user_has_permission_for_instance(
            self.request.user, permission, version
        )
