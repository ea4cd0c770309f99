"""Who makes a change of state, and from where. Wagtail's signals do not tell it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from accounts.models import User


@dataclass(frozen=True)
class Actor:
    """A user (None for the portal itself, such as the scheduler) and the request by which they act."""

    user: User | None = None
    request: HttpRequest | None = None


NOBODY = Actor()
_acting: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


@contextmanager
def acting(user, request: HttpRequest | None = None) -> Iterator[None]:
    """Within this block, `user` makes the changes."""
    token = _acting.set(Actor(user, request))
    try:
        yield
    finally:
        _acting.reset(token)


def actor(user=None) -> Actor:
    """Who acts now; `user` where nobody has said so."""
    current = _acting.get()
    return current if current.user is not None else Actor(user)


def works_for_secretariat(user) -> bool:
    """Whether this is an account of the secretariat, active or not: its edits are not those of a city."""
    if user is None:
        return False
    return user.is_superuser or user.groups.filter(permissions__codename="access_admin").exists()


def acts_for_city(user, city_id: int | None) -> bool:
    """Whether what a person does is done by this city: by its people, also if they work for the secretariat, too."""
    if user is None:
        return False
    return not works_for_secretariat(user) or user.city_roles.filter(city=city_id).exists()


def of_secretariat(user: str) -> Q:
    """The same as a condition; user: the lookup path from a row to its user."""
    groups = Group.objects.filter(user=OuterRef(user), permissions__codename="access_admin")
    return Q(**{f"{user}__is_superuser": True}) | Q(Exists(groups))
