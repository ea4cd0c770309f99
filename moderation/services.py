"""The changes of state of a city's practice: nothing else starts, ends or resumes its workflow, or takes it down.

Each service is one transaction that first locks the newest workflow of the page. It records the change in the audit
log and writes the notices of its mails in the same transaction; the worker sends them.
"""

from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Revision, WorkflowState

from audit import log
from audit.actions import Action
from moderation.states import Stage, newest_workflow, standing
from practices.models import PracticeIndexPage, PracticePage
from practices.provenance import sign


class NotPossibleNow(Exception):
    """The practice is in another state than the service needs: somebody else was faster."""


@transaction.atomic
def submit(page: PracticePage, *, by, request=None) -> Revision:
    """Submit a practice of a city, as it is in memory with its rows, and return the revision to judge.

    A practice without primary key becomes a draft page in its language. After a return the same workflow goes on.
    Side effects: a revision, a task for the moderators, an entry in the audit log, mails to the city and the
    moderators. Raises NotPossibleNow while a submission waits, and ValidationError for incomplete content.
    """
    if page.pk is None:
        page.live = False
        PracticeIndexPage.objects.get(locale=page.locale).add_child(instance=page)
    lock(page)
    now = standing(page)
    if now.stage == Stage.SUBMITTED:
        raise NotPossibleNow
    sign(page)
    revision = page.save_revision(user=by, log_action=True)
    if now.stage == Stage.RETURNED:
        newest_workflow(page).resume(by)
    else:
        page.get_workflow().start(page, by)
    log.record(Action.SUBMITTED, page, by=by, version=revision.pk, request=request)
    return revision


@transaction.atomic
def withdraw(page: PracticePage, *, by, request=None) -> None:
    """Take back a submission that is not decided. Raises NotPossibleNow if none waits."""
    lock(page)
    now = standing(page)
    if now.stage != Stage.SUBMITTED:
        raise NotPossibleNow
    newest_workflow(page).cancel(user=by)
    log.record(Action.WITHDRAWN, page, by=by, version=now.revision_id, request=request)


@transaction.atomic
def take_down(page: PracticePage, *, by, request=None) -> None:
    """Unpublish a practice with its translations. Raises NotPossibleNow if it is not public."""
    lock(page)
    page = PracticePage.objects.get(pk=page.pk)
    if not page.live:
        raise NotPossibleNow
    UnpublishPageAction(page, user=by, include_descendants=True).execute(skip_permission_checks=True)
    log.record(Action.TAKEN_DOWN, page, by=by, version=page.live_revision_id, request=request)


def lock(page: PracticePage) -> None:
    """Lock the page and its workflows until the end of the transaction: what follows reads them anew."""
    PracticePage.objects.select_for_update().filter(pk=page.pk).values_list("pk").first()
    list(WorkflowState.objects.select_for_update().for_instance(page).values_list("pk"))
