"""The people of a city: who may write for it. Only these functions change that, each with a line in the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import limits, links
from accounts.link_requests import link_path
from accounts.models import EmailLink, User
from accounts.staff import may_open_admin
from audit import log
from audit.actions import Action
from cities.models import City, CityPerson
from cities.vocabularies import CityRole
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from mails.kinds import MailKind
from mails.outbox import send_once

INVITATION = EmailLink.Purpose.INVITATION


def people_of(city: City) -> list[CityPerson]:
    """The roles in a city with their users, the owners first."""
    people = city.people.select_related("user", "invited_by").order_by("since", "pk")
    return sorted(people, key=lambda person: person.role != CityRole.OWNER)


@dataclass(frozen=True)
class Invitation:
    """An invitation that was not accepted, by the newest link that was mailed."""

    sent_at: datetime
    expires_at: datetime | None
    """None for a link that has ended before, for example with a new address."""

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= timezone.now()


def open_invitations(people: Iterable[CityPerson]) -> dict[int, Invitation]:
    """The invitations that these people have not accepted, by the key of the role; one query.

    people: roles with `user`. Nobody who is deactivated has one.
    """
    waiting = [person for person in people if person.user.is_active and not has_joined(person)]
    if not waiting:
        return {}
    found = EmailLink.objects.filter(purpose=INVITATION, user__in=[person.user_id for person in waiting])
    newest = {link.user_id: link for link in found.order_by("pk")}
    return {person.pk: _invitation(person, newest.get(person.user_id)) for person in waiting}


def _invitation(person: CityPerson, link: EmailLink | None) -> Invitation:
    if link is None:
        return Invitation(person.since, None)
    return Invitation(link.created_at, link.expires_at if link.used_at is None else None)


def has_joined(person: CityPerson) -> bool:
    """Whether the person has ever signed in; who has not was invited only."""
    return person.user.last_login is not None


def invite(
    city: City, email: str, *, role: str, language: str, by: User, request: HttpRequest | None = None
) -> CityPerson:
    """Give the person with this e-mail address a role in a city, and mail an invitation.

    Whoever has no account gets one, without a password. Whoever has one gets the city; an invitation link signs in.
    Raises ValidationError for a person who has a role there already, who is deactivated, or who is staff; and
    TooManyAttempts for too many invitations by one person.
    """
    limits.take((limits.INVITATIONS, by.pk))
    email = User.objects.normalize_email(email.strip()).lower()
    with transaction.atomic():
        _lock(city)
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, language=language)
        elif not user.is_active:
            raise ValidationError(_("This person’s account is deactivated. Ask the secretariat."))
        elif may_open_admin(user):
            raise ValidationError(_("This person belongs to the secretariat and cannot write for a city."))
        elif CityPerson.objects.filter(user=user, city=city).exists():
            raise ValidationError(_("This person can write for this city already."))
        person = CityPerson.objects.create(user=user, city=city, role=role, invited_by=by)
        _mail_invitation(person, by)
        log.record(Action.INVITED, city, by=by, request=request, person=user.pk, role=str(role))
    return person


def resend(person: CityPerson, *, by: User, request: HttpRequest | None = None) -> None:
    """Mail the invitation again, with a new link. Raises TooManyAttempts for too many mails to one person."""
    limits.take((limits.INVITATION_MAILS, person.user_id), (limits.INVITATIONS, by.pk))
    with transaction.atomic():
        _mail_invitation(person, by)
        log.record(Action.INVITED, person.city, by=by, request=request, person=person.user_id, again=True)


def change_role(person: CityPerson, role: str, *, by: User, request: HttpRequest | None = None) -> None:
    """Give a person another role. Raises ValidationError if no owner would remain."""
    with transaction.atomic():
        _lock(person.city)
        person = CityPerson.objects.select_related("city").get(pk=person.pk)
        if person.role == role:
            return
        if person.role == CityRole.OWNER:
            _check_other_owner(person)
        before, person.role = person.role, CityRole(role)
        person.save(update_fields=["role"])
        log.record(
            Action.ROLE_CHANGED,
            person.city,
            by=by,
            request=request,
            person=person.user_id,
            before=str(before),
            after=str(role),
        )


def hand_over(person: CityPerson, to: CityPerson, *, by: User, request: HttpRequest | None = None) -> None:
    """Make another person of the city an owner, and the owner who hands over an editor.

    Raises ValidationError if the other one has never signed in: the city could be left without anybody.
    """
    with transaction.atomic():
        _lock(person.city)
        if to.city_id != person.city_id or not has_joined(to) or not to.user.is_active:
            raise ValidationError(_("Hand over to a person who has accepted the invitation."))
        change_role(to, CityRole.OWNER, by=by, request=request)
        change_role(person, CityRole.EDITOR, by=by, request=request)


def remove(
    person: CityPerson, *, by: User, request: HttpRequest | None = None, leave_without_owner: bool = False
) -> None:
    """End the role of a person, who leaves or is removed. What they wrote stays with the city.

    leave_without_owner: the secretariat may also remove the last owner. Otherwise raises ValidationError for one.
    """
    with transaction.atomic():
        _lock(person.city)
        still_there = CityPerson.objects.select_related("city", "user").filter(pk=person.pk).first()
        if still_there is None:
            return
        person = still_there
        if person.role == CityRole.OWNER and not leave_without_owner:
            _check_other_owner(person)
        person.delete()
        if not person.user.city_roles.exists():
            EmailLink.objects.filter(user=person.user, purpose=INVITATION).end()
        log.record(Action.LEFT, person.city, by=by, request=request, person=person.user_id, role=str(person.role))


def is_only_owner(person: CityPerson) -> bool:
    """Whether the city would have no owner without this person. Owners who never signed in do not count."""
    others = CityPerson.objects.filter(city=person.city_id, role=CityRole.OWNER).exclude(pk=person.pk)
    return (
        person.role == CityRole.OWNER
        and not others.filter(user__is_active=True, user__last_login__isnull=False).exists()
    )


def _check_other_owner(person: CityPerson) -> None:
    if is_only_owner(person):
        raise ValidationError(_("A city needs an owner: hand over to another person first."))


def _lock(city: City) -> None:
    """Until the end of the transaction, others wait here: of two owners who leave at once, one stays."""
    City.objects.select_for_update().filter(pk=city.pk).values_list("pk").first()


def _mail_invitation(person: CityPerson, by: User) -> None:
    user, city = person.user, person.city
    language = user.language if user.language in LANGUAGE_CODES else SOURCE_LANGUAGE
    with override(language):
        link, token = links.make(user, INVITATION, reverse("desk-city", args=[city.code]))
        name = city.name
    send_once(
        MailKind.INVITATION,
        to=user,
        about=city.code,
        version=link.pk,
        context={"expires_at": link.expires_at, "invited_by": by.get_full_name(), "city": name},
        path=link_path(token, language),
    )
