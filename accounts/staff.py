"""Who is staff: the people of the secretariat, who work in the admin."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission

from accounts.models import User

ACCESS_ADMIN = "wagtailadmin.access_admin"


def may_open_admin(user: User) -> bool:
    """Whether the groups of this person give access to the admin. Nobody who is deactivated has it."""
    return user.has_perm(ACCESS_ADMIN)


def is_staff_member(user: User) -> bool:
    """Whether this person works in the admin. Whoever has a role in a city does not, whatever the groups say."""
    return may_open_admin(user) and not user.city_roles.exists()


def gives_access(groups: Iterable[Group]) -> bool:
    """Whether one of these groups gives access to the admin."""
    app, codename = ACCESS_ADMIN.split(".")
    return Permission.objects.filter(
        content_type__app_label=app, codename=codename, group__in=[group.pk for group in groups]
    ).exists()
