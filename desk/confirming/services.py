"""What a city's answer about a published practice leads to: a confirmation, or a version to revise.

And taking over: a practice that the secretariat wrote from public sources becomes a working copy of its city, which is
its author from the publication of that version on (`practices.provenance.sign`).
"""

from django.db import transaction

from audit import log
from audit.actions import Action
from desk.models import WorkingCopy
from desk.writing.merging import Merged
from desk.writing.saving import change_answers
from desk.writing.services import revise
from moderation import confirmations
from moderation.models import Confirmation
from moderation.services import NotPossibleNow, lock
from moderation.states import is_public
from practices.models import PracticePage


def confirm(page: PracticePage, *, by, request=None) -> None:
    """Record that a practice is still true. Raises NotPossibleNow if it is not public or not the city's."""
    confirmations.answer(page, Confirmation.Answer.TRUE, by=by, request=request)


@transaction.atomic
def begin_change(page: PracticePage, *, by, request=None) -> WorkingCopy:
    """Record that something has changed, and return the working copy in which the city writes what.

    Raises NotPossibleNow if the practice is not public or not the city's.
    """
    confirmations.answer(page, Confirmation.Answer.CHANGED, by=by, request=request)
    return revise(page, by=by, request=request)


@transaction.atomic
def begin_end(page: PracticePage, state: str, when: str, *, by, request=None) -> WorkingCopy:
    """Record that a practice has ended, and return the working copy with its state and its end.

    state: a `PracticeState`. when: as the person typed it; the section about the period says how it was read. "" keeps
    the end that is there. Raises NotPossibleNow if the practice is not public or not the city's.
    """
    confirmations.answer(page, Confirmation.Answer.ENDED, by=by, request=request)
    copy = revise(page, by=by, request=request)
    given = {"state": state} | ({"period_end": when} if when else {})
    change_answers(copy, lambda answers: Merged(answers | given), by=by)
    return copy


@transaction.atomic
def take_over(page: PracticePage, *, by, request=None) -> WorkingCopy:
    """Begin to take over a practice of the secretariat, and return the city's working copy of it.

    Readers see the text of the secretariat until the version of the city is published. An entry in the audit log.
    Raises NotPossibleNow if it is not public, if it is the city's already, or while the secretariat is writing at it:
    its draft is not for others.
    """
    lock(page)
    page = PracticePage.objects.select_related("city", "locale").get(pk=page.pk)
    if not is_public(page) or page.authored_by != PracticePage.AuthoredBy.SECRETARIAT:
        raise NotPossibleNow
    if page.has_unpublished_changes and not WorkingCopy.objects.filter(page=page).exists():
        raise NotPossibleNow
    is_new = not WorkingCopy.objects.filter(page=page).exists()
    copy = revise(page, by=by, request=request)
    if is_new:
        log.record(Action.TAKEN_OVER, page, by=by, version=page.live_revision_id, request=request)
    return copy
