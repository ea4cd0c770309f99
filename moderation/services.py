"""The changes of state of a city's practice: the only way in which the desk submits, withdraws and takes down.

Each service is one transaction that first locks the page and its workflows, and reads them again. What follows from a
change (audit log, mails, history of remarks, public files) is in `moderation.effects`, because the same change can be
made in the admin.
"""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from modelcluster.models import get_all_child_relations
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import COMMENTS_RELATION_NAME, Revision, WorkflowState

from cities.models import City
from core.pages import readable_slug
from moderation.actors import acting
from moderation.states import Stage, city_waits, newest_workflow, submission_status
from practices.models import PracticeIndexPage, PracticePage
from practices.provenance import sign


class NotPossibleNow(Exception):
    """The practice is in another state than the service needs: somebody else was faster."""


class NobodyReviews(Exception):
    """Submissions are closed: the secretariat has no active workflow with a task for this page."""


@transaction.atomic
def submit(page: PracticePage, *, by, request=None) -> Revision:
    """Submit a practice of a city, as it is in memory with its rows, and return the revision to judge.

    A practice without primary key becomes a draft page in its language. After a return the same workflow goes on.
    Side effects: a revision, a task for the moderators, an entry in the audit log, mails to the city and the
    moderators. Raises NotPossibleNow while a submission waits, also for a second first submission with the same
    translation key, NobodyReviews without a workflow, and ValidationError for incomplete content.
    """
    if page.pk is None:
        _begin(page)
    else:
        lock(page)
        _let_slug_follow_title(page)
    now = submission_status(page)
    if now.stage == Stage.SUBMITTED:
        raise NotPossibleNow
    state = newest_workflow(page) if now.stage == Stage.RETURNED else None
    workflow = page.get_workflow() if state is None else state.workflow
    if workflow is None or not workflow.tasks.filter(active=True).exists():
        raise NobodyReviews
    _clean_rows(page)
    sign(page)
    with acting(by, request):
        revision = page.save_revision(user=by, log_action=True)
        if state is not None:
            state.resume(by)
        else:
            workflow.start(page, by)
    return revision


@transaction.atomic
def withdraw(page: PracticePage, *, by, request=None) -> None:
    """Take back what a city has submitted, while it is not decided. Raises NotPossibleNow if nothing of it waits.

    Side effects: an entry in the audit log; the draft of a published page is again what is published.
    """
    lock(page)
    state = newest_workflow(page)
    if state is None or not city_waits(page):
        raise NotPossibleNow
    with acting(by, request):
        state.cancel(user=by)


@transaction.atomic
def approve(page: PracticePage, *, by, sentence: str = "", request=None) -> None:
    """Approve the submission that waits, as the admin does: after the last task the judged revision is published.

    Side effects: those of a publication. Raises NotPossibleNow if none waits, and PermissionDenied for a user
    who may not decide or publish.
    """
    _decide(page, "approve", by, sentence, request)


@transaction.atomic
def send_back(page: PracticePage, *, by, sentence: str = "", request=None) -> None:
    """Return the submission that waits with the remarks, as the admin does.

    Side effects: the sentence in the history, an entry in the audit log, a mail to the city. Raises NotPossibleNow
    if none waits, and PermissionDenied for a user who may not decide.
    """
    _decide(page, "reject", by, sentence, request)


@transaction.atomic
def take_down(page: PracticePage, *, by, request=None) -> None:
    """Unpublish a practice with its translations. Raises NotPossibleNow if it is not public.

    Side effects: an entry in the audit log, a mail to the city.
    """
    lock(page)
    page = PracticePage.objects.get(pk=page.pk)
    if not page.live:
        raise NotPossibleNow
    with acting(by, request):
        UnpublishPageAction(page, user=by, include_descendants=True).execute(skip_permission_checks=True)


def lock(page: PracticePage) -> None:
    """Lock the page and its workflows until the end of the transaction: what follows reads them again."""
    lock_page(page.page_ptr_id)
    list(WorkflowState.objects.select_for_update().for_instance(page).values_list("pk"))


def lock_page(pk: int) -> None:
    """Lock a page by its key until the end of the transaction: everything that decides on it does so first."""
    # With a column of each of its tables, so that their rows are locked in one query, as `core.pages` locks them.
    PracticePage.objects.select_for_update().filter(pk=pk).values_list("path", "authored_by").first()


def _begin(page: PracticePage) -> None:
    """Add the draft page of a first submission. Two at the same time follow one another, by the lock of the city."""
    City.objects.select_for_update().get(pk=page.city_id)
    if PracticePage.objects.filter(translation_key=page.translation_key, locale=page.locale).exists():
        raise NotPossibleNow
    page.live = False
    PracticeIndexPage.objects.get(locale=page.locale).add_child(instance=page)


def _let_slug_follow_title(page: PracticePage) -> None:
    """Give a page that was never public the slug of its new title, unless somebody has chosen another one."""
    row = PracticePage.objects.select_related("latest_revision").get(pk=page.pk)
    if row.first_published_at:
        return
    earlier = {row.title, *([row.latest_revision.content["title"]] if row.latest_revision else [])}
    made = "|".join(re.escape(readable_slug(title)) for title in earlier)
    if page.title not in earlier and re.fullmatch(rf"({made})(-\d+)?", page.slug):
        page.slug = page._get_autogenerated_slug(readable_slug(page.title) or "page")


def _clean_rows(page: PracticePage) -> None:
    """Raise ValidationError for the first row that cannot be published: `full_clean` of a page leaves rows out."""
    for relation in get_all_child_relations(page):
        name = relation.get_accessor_name()
        if name == COMMENTS_RELATION_NAME:
            continue
        for row in getattr(page, name).all():
            try:
                row.full_clean(exclude=[relation.field.name], validate_unique=False, validate_constraints=False)
            except ValidationError as error:
                raise ValidationError({name: error.messages}) from error


def _decide(page: PracticePage, action: str, by, sentence: str, request) -> None:
    lock(page)
    page = PracticePage.objects.get(pk=page.pk)
    task_state = page.current_workflow_task_state
    if task_state is None:
        raise NotPossibleNow
    task = task_state.task.specific
    if action not in {name for name, *_rest in task.get_actions(page, by)}:
        raise PermissionDenied
    with acting(by, request):
        task.on_action(task_state, by, action, comment=sentence)
