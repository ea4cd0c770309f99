"""“Still true?”: once a year the city of a published practice says whether it is still true.

The last word of a city is the day on which it confirmed the practice, handed in its newest text, or wrote it. After
PRACTICE_QUESTION_MONTHS the question waits at the desk of the city, and is mailed. Two reminders follow, evenly spread
over the time that is left. After PRACTICE_CONFIRMATION_MONTHS readers see “Not confirmed since …”, and the search
ranks the practice lower, because its ranking counts confirmations by their age. Nothing is ever deleted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone

from audit import log
from audit.actions import Action
from cities.models import CityPerson
from core.querysets.visibility import public
from mails import outbox
from mails.kinds import MailKind
from moderation.models import Confirmation
from moderation.services import NotPossibleNow, lock
from moderation.states import Stage, SubmissionStatus, is_public, submission_statuses
from practices.models import PracticePage
from practices.provenance import add_months, last_word, unconfirmed_from

REMINDERS = 2
# A city that is asked about many practices at once gets the mails about them on several days.
MAILS_A_DAY = 3
# Who has said that something has changed is not asked again while the new text is being written.
TIME_TO_REVISE = timedelta(days=60)


def asked_from(last: date) -> date:
    """The day from which a city is asked again, after its last word."""
    return min(add_months(last, settings.PRACTICE_QUESTION_MONTHS), unconfirmed_from(last))


def reminded_on(last: date) -> list[date]:
    """The days of the reminders, the first one first: they divide the time until readers are warned evenly."""
    first, end = asked_from(last), unconfirmed_from(last)
    return [first + (end - first) * number / (REMINDERS + 1) for number in range(1, REMINDERS + 1)]


def reminders_due(last: date, today: date) -> int | None:
    """How many reminders a city should have got by today; None if it is not asked now."""
    if not asked_from(last) <= today < unconfirmed_from(last):
        return None
    return sum(day <= today for day in reminded_on(last))


def is_asked(practice: PracticePage, today: date) -> bool:
    """Whether the question about a practice that is public waits for its city; `practice` is the original."""
    by_city = practice.authored_by == PracticePage.AuthoredBy.CITY
    last = last_word(practice)
    return bool(by_city and last and asked_from(last) <= today)


@transaction.atomic
def answer(page: PracticePage, given: str, *, by, request=None) -> Confirmation:
    """Record what a city says about its published practice, and return the record.

    page: the original; given: a `Confirmation.Answer`. TRUE makes today the day of its last confirmation, in every
    language; the other answers change nothing that readers see. A second click on TRUE on the same day records nothing.
    Side effects: an entry in the audit log, and the translations and the search index follow.
    Raises NotPossibleNow for a practice that is not public or not the city's, and ValueError for another answer.
    """
    given = Confirmation.Answer(given)
    lock(page)
    page = PracticePage.objects.get(pk=page.pk)
    if page.authored_by != PracticePage.AuthoredBy.CITY:
        raise NotPossibleNow
    return _record(page, given, by=by, request=request)


@transaction.atomic
def record_for_city(page: PracticePage, informant: str, *, by, request=None) -> Confirmation:
    """Record that a city has told the secretariat that its published practice is still true, and return the record.

    page: the original, whoever wrote it. informant: who of the city said so, and how. by: somebody of the secretariat.
    Side effects: those of `answer`. Raises NotPossibleNow for a practice that is not public.
    """
    lock(page)
    return _record(
        PracticePage.objects.get(pk=page.pk), Confirmation.Answer.TRUE, by=by, request=request, informant=informant
    )


def _record(page: PracticePage, given: Confirmation.Answer, *, by, request, informant: str = "") -> Confirmation:
    if not is_public(page):
        raise NotPossibleNow
    last = page.confirmations.filter(answer=given).last()
    if last and given == Confirmation.Answer.TRUE and timezone.localdate(last.recorded_at) == timezone.localdate():
        return last
    confirmation = Confirmation.objects.create(page=page, answer=given, recorded_by=by, informant=informant)
    if given == Confirmation.Answer.TRUE:
        # The page takes the day from the record, and is not validated: rules may have changed since it was published.
        page.save(clean=False)
    log.record(Action.CONFIRMED, page, by=by, version=page.live_revision_id, request=request, answer=given.value)
    return confirmation


def ask() -> bool:
    """Mail the question and its reminders to the people of the cities; a periodic task of the worker, once a day.

    A day on which it does not run only delays a mail. Returns False: there is nothing more to do today.
    """
    today = timezone.localdate()
    for practices in _asked_by_city(today):
        _ask_city(practices, today)
    return False


def _asked_by_city(today: date) -> Iterator[list[PracticePage]]:
    """The practices about which a mail may be due, the longest unconfirmed first, by city."""
    answered = Confirmation.objects.filter(page=OuterRef("pk"), recorded_at__gt=timezone.now() - TIME_TO_REVISE)
    somebody = CityPerson.objects.filter(city=OuterRef("city"), user__is_active=True)
    originals = PracticePage.objects.filter(
        ~Exists(answered),
        Exists(somebody),
        translation_key__in=public(PracticePage.objects.order_by()).values("translation_key"),
        authored_by=PracticePage.AuthoredBy.CITY,
        locale__language_code=F("original_language"),
    )
    by_city: dict[int, list[PracticePage]] = defaultdict(list)
    for page in originals.select_related("city", "locale"):
        last = last_word(page)
        if last and reminders_due(last, today) is not None:
            by_city[page.city_id].append(page)
    for practices in by_city.values():
        where = submission_statuses(practices)
        yield sorted(_not_submitted(practices, where), key=lambda page: (last_word(page), page.pk))


def _not_submitted(practices: Iterable[PracticePage], where: dict) -> list[PracticePage]:
    """Without those whose new text the secretariat has: the city has said what it had to say."""
    return [page for page in practices if not _city_waits(where[page.pk])]


def _city_waits(status: SubmissionStatus) -> bool:
    return status.stage == Stage.SUBMITTED and status.by_city


def _ask_city(practices: list[PracticePage], today: date) -> None:
    """Mail about the practices of one city, at most about MAILS_A_DAY of them."""
    if not practices:
        return
    roles = CityPerson.objects.filter(city=practices[0].city_id, user__is_active=True).select_related("user")
    people = [role.user for role in roles]
    mailed = 0
    for page in practices:
        with transaction.atomic():
            written = [_mail(page, person, today) for person in people]
        mailed += any(written)
        if mailed == MAILS_A_DAY:
            return


def _mail(page: PracticePage, person, today: date) -> bool:
    """Mail the question or the reminder that is due; return whether there was one to write."""
    last = last_word(page)
    assert last is not None  # noqa: S101  # else its city would not be asked
    number = reminders_due(last, today)
    notice = outbox.send_once(
        MailKind.CONFIRM_AGAIN if number else MailKind.CONFIRM,
        to=person,
        about=str(page.translation_key),
        version=f"{last.isoformat()} {number}" if number else last.isoformat(),
        context={
            "title": page.title,
            "city": page.city,
            "last": last,
            "until": unconfirmed_from(last),
            "is_last": number == REMINDERS,
        },
        path=partial(reverse, "desk-confirm", args=[page.city.code, page.code]),
    )
    return notice is not None
