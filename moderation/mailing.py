"""The mails about a practice: to the people of its city, and to those who review it."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.urls import reverse
from wagtail.models import AbstractGroupApprovalTask

from accounts.roles import MODERATORS
from core.i18n.languages import own_name
from mails.kinds import MailKind
from mails.outbox import send_once
from practices.models import PracticePage


def people_of(page: PracticePage) -> QuerySet | list:
    """The active people of the city that wrote a practice; nobody for a page of the secretariat."""
    if page.authored_by != PracticePage.AuthoredBy.CITY or page.city_id is None:
        return []
    return get_user_model().objects.filter(city_roles__city=page.city_id, is_active=True).order_by("pk")


def reviewers(task) -> Iterable:
    """The active people who can decide on a task; the administrators where its groups are empty."""
    users = get_user_model().objects.filter(is_active=True).distinct().order_by("pk")
    groups = task.groups.all() if isinstance(task, AbstractGroupApprovalTask) else []
    names = users.filter(groups__in=groups) if groups else users.filter(groups__name=MODERATORS)
    return names if names.exists() else users.filter(is_superuser=True)


def mail_city(
    kind: MailKind, page: PracticePage, *, version: str | int, path: str | Callable[[], str] = "", **context
) -> None:
    """Write a mail about a practice to each person of its city, once a version.

    path: where its link leads, or a function that returns it; the practice at the desk when left out.
    """
    context = {"title": page.title, "city": page.city, "days": settings.SUBMISSION_ANSWER_DAYS, **context}
    for person in people_of(page):
        send_once(
            kind,
            to=person,
            about=str(page.translation_key),
            version=version,
            context=context,
            path=path or (lambda: desk_address(page)),
        )


def mail_reviewers(page: PracticePage, task, *, version: int, is_again: bool, by=None, by_secretariat: bool) -> None:
    """Write a mail to each person who can decide on a submission, except who submitted it.

    by_secretariat: whether the secretariat has submitted it, not the city.
    """
    context = {
        "title": page.title,
        "city": page.city or "",
        "written_in": own_name(page.language),
        "is_again": is_again,
        "is_revision": page.live,
        "by_secretariat": by_secretariat,
    }
    for person in reviewers(task):
        if person != by:
            send_once(
                MailKind.TO_REVIEW,
                to=person,
                about=str(page.translation_key),
                version=version,
                context=context,
                path=reverse("wagtailadmin_pages:edit", args=[page.pk]),
            )


def desk_address(page: PracticePage) -> str:
    """Where the people of the city find a practice at their desk: its working copy, else the list of practices."""
    # A working copy knows its page only after its first submission; until then they share a key.
    copies = page.city.working_copies.filter(Q(page=page.pk) | Q(key=page.translation_key))
    key = copies.values_list("key", flat=True).first()
    return reverse("desk-practice", args=[page.city.code, key]) if key else reverse("desk-city", args=[page.city.code])
