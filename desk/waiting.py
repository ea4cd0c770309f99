"""What waits for a person at the desk: sentences with dates, the most urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cities.models import City, CityPerson
from cities.people import Invitation, open_invitations
from core.i18n import dates
from desk.models import DeskFile
from desk.overview import DeskPractice
from desk.permissions import Action, may
from mails import outbox
from mails.kinds import MailKind
from mails.models import Notice
from moderation.confirmations import is_asked
from practices.provenance import unconfirmed_from

# A practice that nobody has touched for so long waits for its city.
FORGOTTEN_AFTER = timedelta(days=30)
# After this time a colleague who has not accepted an invitation is named.
INVITATION_DAYS = timedelta(days=3)


@dataclass(frozen=True)
class Wait:
    """One thing that waits, as templates/components/desk/waits.html takes it."""

    title: str
    url: str
    text: str
    by: str = ""
    is_due: bool = False
    language: str = ""
    order: tuple = ()


def crumbs() -> list[dict]:
    """The breadcrumb of a page below the desk."""
    return [{"label": _("Desk"), "url": reverse("desk")}]


def for_person(user, roles: Sequence[CityPerson], practices: Sequence[DeskPractice]) -> list[Wait]:
    """What waits for a person in all their cities.

    roles: with `city`. practices: those of the cities, from `desk.overview.practices_of`. At most four more queries.
    """
    cities = {role.city_id: role.city for role in roles if may(role.role, Action.MANAGE_PEOPLE)}
    found = CityPerson.objects.filter(city__in=cities).exclude(user=user).select_related("user")
    colleagues = [(person, cities[person.city_id]) for person in found]
    unreached = _unreached([user, *(person.user for person, _city in colleagues)])
    waits = [
        *_undelivered(user, colleagues, unreached),
        *_not_accepted([pair for pair in colleagues if pair[0].user_id not in unreached]),
        *_refused_files(practices),
    ]
    return sorted([*waits, *for_practices(practices)], key=lambda wait: wait.order)


def for_practices(practices: Iterable[DeskPractice]) -> list[Wait]:
    """What waits in these practices, without a query."""
    today = timezone.localdate()
    found = [wait for practice in practices if (wait := _practice(practice, today))]
    return sorted(found, key=lambda wait: wait.order)


def _practice(practice: DeskPractice, today: date) -> Wait | None:
    """The one thing that a practice waits for: remarks before the yearly question, that before a forgotten draft."""
    if practice.is_submitted:
        return None
    if practice.is_returned:
        return _returned(practice)
    if practice.page and practice.last_word and not practice.is_in_progress and is_asked(practice.page, today):
        return _question(practice, practice.last_word, today)
    if practice.is_in_progress and practice.changed_at and practice.changed_at < timezone.now() - FORGOTTEN_AFTER:
        return _forgotten(practice, practice.changed_at)
    return None


def _returned(practice: DeskPractice) -> Wait:
    since = practice.submission.since or timezone.now()
    return Wait(
        title=practice.title,
        url=writing_url(practice),
        text=_("The secretariat has returned it with remarks. Answer them, and submit it again."),
        by=_("Since %(date)s") % {"date": _day(since)},
        is_due=True,
        language=practice.language,
        order=(0, since.timestamp()),
    )


def _question(practice: DeskPractice, last: date, today: date) -> Wait:
    until = unconfirmed_from(last)
    if until <= today:
        words = _("Readers see that it has not been confirmed since %(year)s. Is it still true?")
        by = ""
    else:
        words = _("Is it still true? Your city last said so on %(date)s.")
        by = _("By %(date)s") % {"date": dates.day(until)}
    return Wait(
        title=practice.title,
        url=published_url("desk-confirm", practice),
        text=words % {"date": dates.day(last), "year": dates.year(last)},
        by=by,
        is_due=until <= today,
        language=practice.language,
        order=(1, until.toordinal()),
    )


def _forgotten(practice: DeskPractice, since: datetime) -> Wait:
    return Wait(
        title=practice.title,
        url=writing_url(practice),
        text=_("Nobody has worked on this practice since %(date)s. Go on writing, or discard it.")
        % {"date": _day(since)},
        language=practice.language,
        order=(3, since.timestamp()),
    )


def _unreached(people: Iterable[User]) -> dict[int, Notice]:
    """The newest mail that did not arrive, by person.

    Not one to an address that the person has left: it tells nothing about the one of now.
    """
    found: dict[int, Notice] = {}
    for notice in outbox.undelivered(people):
        if notice.mail is not None and notice.mail.to == [notice.recipient.email]:
            found.setdefault(notice.recipient_id, notice)  # the newest one first
    return found


def _undelivered(user: User, colleagues: list[tuple[CityPerson, City]], unreached: dict[int, Notice]) -> list[Wait]:
    """Mails that did not arrive: their own, and for owners those to their colleagues."""
    city_of = {person.user_id: city for person, city in colleagues}
    return [_mail(notice, city_of.get(pk), is_own=pk == user.pk) for pk, notice in unreached.items()]


def _not_accepted(colleagues: list[tuple[CityPerson, City]]) -> list[Wait]:
    """For owners: colleagues who have not accepted the invitation for some days."""
    invitations = open_invitations(person for person, _city in colleagues)
    before = timezone.now() - INVITATION_DAYS
    return [
        _invitation(person, city, invitations[person.pk])
        for person, city in colleagues
        if person.pk in invitations and invitations[person.pk].sent_at < before
    ]


def _invitation(person: CityPerson, city: City, invitation: Invitation) -> Wait:
    names = {"person": person.user, "city": city.name, "date": _day(invitation.sent_at)}
    title = _("%(person)s has not accepted the invitation since %(date)s") % names
    if invitation.expires_at is None or invitation.is_expired:
        text = _("The link to the desk of %(city)s has ended. Send the invitation again, or remove the person.") % names
        by = ""
    else:
        text = _("Ask the person, or send the invitation to the desk of %(city)s again.") % names
        by = _("The link works until %(date)s") % {"date": _day(invitation.expires_at)}
    url = f"{reverse('desk-people', args=[city.code])}#person-{person.pk}"
    return Wait(title=title, url=url, text=text, by=by, is_due=not by, order=(3, invitation.sent_at.timestamp()))


def _mail(notice, city, *, is_own: bool) -> Wait:
    words = {"subject": notice.mail.subject, "date": _day(notice.created_at), "address": notice.recipient.email}
    if is_own or city is None:
        text = _("The mail “%(subject)s” of %(date)s did not reach you at %(address)s.") % words
        url = reverse("desk-account")
    else:
        text = _("The mail “%(subject)s” of %(date)s did not reach %(address)s. Check the address.") % words
        url = reverse("desk-people", args=[city.code])
    is_invitation = notice.kind == MailKind.INVITATION
    title = _("An invitation could not be delivered") if is_invitation else _("A mail could not be delivered")
    return Wait(title=title, url=url, text=text, is_due=True, order=(2, -notice.created_at.timestamp()))


def _refused_files(practices: Iterable[DeskPractice]) -> list[Wait]:
    """Practices with files that were refused."""
    copies = {practice.copy.pk: practice for practice in practices if practice.copy}
    refused: dict[int, list[DeskFile]] = {}
    for file in DeskFile.objects.filter(working_copy__in=copies, state=DeskFile.State.REFUSED):
        refused.setdefault(file.working_copy_id, []).append(file)
    return [_files(copies[pk], files) for pk, files in refused.items()]


def _files(practice: DeskPractice, files: list[DeskFile]) -> Wait:
    words = ngettext(
        "%(count)s file was not accepted. The practice says why.",
        "%(count)s files were not accepted. The practice says why.",
        len(files),
    )
    return Wait(
        title=practice.title,
        url=writing_url(practice),
        text=words % {"count": dates.number(len(files))},
        language=practice.language,
        order=(2, files[0].pk),
    )


def writing_url(practice: DeskPractice) -> str:
    """Where the city writes: the list of sections; "" without a working copy."""
    return reverse("desk-practice", args=[practice.city.code, practice.copy.key]) if practice.copy else ""


def published_url(name: str, practice: DeskPractice) -> str:
    """The address of an action on a published practice: confirm, revise, take down, take over."""
    return reverse(name, args=[practice.city.code, practice.page.code]) if practice.page else ""


def _day(moment: datetime) -> str:
    return dates.day(timezone.localtime(moment).date())
