"""What follows from a change of state, whether it was made in the admin, at the desk or by the worker.

`moderation.signal_handlers` calls these functions within the transaction of the change.
"""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState

from audit import log
from audit.actions import Action
from audit.log import object_key
from core.i18n.languages import active_language
from core.querysets.versions import best_versions
from core.querysets.visibility import is_restricted, public
from mails.kinds import MailKind
from moderation import remarks
from moderation.actors import actor, acts_for_city
from moderation.mailing import mail_city, mail_reviewers
from moderation.models import Remark
from moderation.states import (
    is_of_city,
    is_public,
    is_seen_by_city,
    last_published,
    last_published_version,
    newest_workflow,
    promised_day,
    told_closed,
)
from practices.models import PracticePage


@transaction.atomic
def after_submission(page: PracticePage, task_state: TaskState, user) -> None:
    """A task begins: those who decide on it get a mail. For the first task of a submission: the log, and the city.

    What the secretariat submits for itself does not concern the city; it is told when the secretariat goes on with
    what the city has submitted.
    """
    state, by = task_state.workflow_state, actor(user)
    earlier = state.task_states.exclude(pk=task_state.pk)
    # What was submitted, not the published version.
    submitted = task_state.revision.as_object()
    is_again = earlier.filter(status=TaskState.STATUS_REJECTED).exists()
    by_secretariat = not acts_for_city(by.user, page.city_id)
    mail_reviewers(
        submitted,
        task_state.task.specific,
        version=task_state.revision_id,
        is_again=is_again,
        by=by.user,
        by_secretariat=by_secretariat,
    )
    before = earlier.order_by("pk").last()
    if before is not None and before.status in {TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED}:
        return
    log.record(Action.SUBMITTED, page, by=by.user, version=task_state.revision_id, request=by.request)
    if not by_secretariat or is_of_city(state):
        mail_city(MailKind.RECEIVED, submitted, version=task_state.revision_id, by_secretariat=by_secretariat)


@transaction.atomic
def after_withdrawal(page: PracticePage, state: WorkflowState, user) -> None:
    """A submission was withdrawn: the log. Later edits of the secretariat begin with what is published."""
    by, task_state = actor(user), state.current_task_state
    version = task_state.revision_id if task_state else None
    log.record(Action.WITHDRAWN, page, by=by.user, version=version, request=by.request)
    if page.live and page.live_revision_id:
        PracticePage.objects.filter(pk=page.pk).update(
            latest_revision=page.live_revision_id,
            latest_revision_created_at=page.live_revision.created_at,
            draft_title=page.title,
            has_unpublished_changes=False,
        )


@transaction.atomic
def after_return(page: PracticePage, state: WorkflowState, user) -> None:
    """A submission was returned: the log, the sentence in the history, and for what the city submitted a mail."""
    by, task_state = actor(user), state.current_task_state
    new = remarks.since_last_decision(page)
    remarks.record_decision(page, by.user, task_state.comment, task_state.revision_id)
    log.record(Action.RETURNED, page, by=by.user, version=task_state.revision_id, request=by.request)
    if not is_of_city(state):
        return
    mail_city(
        MailKind.RETURNED,
        task_state.revision.as_object(),
        version=task_state.revision_id,
        sentence=task_state.comment,
        remarks=remarks.by_section(new),
    )


@transaction.atomic
def after_approval(page: PracticePage, state: WorkflowState, user) -> None:
    """A submission was approved: the sentence in the history, after which the city sees the remarks."""
    task_state = state.current_task_state
    remarks.record_decision(page, actor(user).user, task_state.comment, task_state.revision_id)


@transaction.atomic
def after_publication(page: PracticePage, revision) -> None:
    """A version was published or scheduled: it decides on the submission that it contains.

    When it is published: the log, and a mail to the city, once for each decision. The mail says so when readers cannot
    open it, because it or a page above it is restricted. Its pictures and documents are made public by
    `core.media.signal_handlers`.
    """
    by, state = actor(), newest_workflow(page)
    judged = state.current_task_state if state is not None else None
    if state is not None and judged is not None and state.is_active and judged.revision_id <= revision.pk:
        _close_as_approved(page, state, by.user)
    if not page.live or page.live_revision_id != revision.pk:
        return
    before = last_published(page)
    log.record(Action.PUBLISHED, page, by=by.user, version=revision.pk, request=by.request)
    if state is None or state.status != WorkflowState.STATUS_APPROVED:
        judged = None
    is_told = False
    if judged is not None and (before is None or (before.version or 0) < judged.revision_id):
        is_told, is_open = True, is_public(page)
        mail_city(
            MailKind.PUBLISHED if is_open else MailKind.NOT_OPEN,
            page,
            version=revision.pk,
            path=partial(_address_for_readers, page) if is_open else "",
            sentence=judged.comment,
            is_revision=before is not None,
            is_accepted=True,
            by_secretariat=not (state is not None and state.by_city),
        )
    _note_visibility([page], told=is_told)


@transaction.atomic
def after_scheduling(page: PracticePage, revision) -> None:
    """A version gets another day of publication, or none: the log, and a mail to the city.

    A first day is told when it decides on what the city submitted: what the secretariat plans for itself concerns
    nobody.
    """
    by, told, goes_live = actor(revision.user), promised_day(page), revision.approved_go_live_at
    if goes_live is None:
        if told is not None:
            entry = log.record(Action.UNSCHEDULED, page, by=by.user, version=revision.pk, request=by.request)
            mail_city(MailKind.UNSCHEDULED, revision.as_object(), version=f"{revision.pk}.{entry.pk}")
        return
    state = newest_workflow(page)
    judged = state.current_task_state if state is not None else None
    decides = (
        state is not None
        and judged is not None
        and is_of_city(state)
        and judged.revision_id <= revision.pk
        and last_published_version(page) < judged.revision_id
    )
    if told is not None or decides:
        entry = log.record(Action.SCHEDULED, page, by=by.user, version=revision.pk, request=by.request)
        mail_city(
            MailKind.SCHEDULED,
            revision.as_object(),
            version=f"{revision.pk}.{entry.pk}",
            goes_live_at=goes_live,
            is_restricted=is_restricted(page),
        )


@transaction.atomic
def after_visibility_change(page: Page) -> None:
    """What the public may see has changed at a page or above it: a restriction, a move, the home page of a language.

    For each published practice at the page, at its translations and below: the log and a mail to its city, when
    readers cannot open it any more, and when they can again.
    """
    below = Q()
    for path in Page.objects.filter(translation_key=page.translation_key).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    practices = PracticePage.objects.filter(below, live=True, locale__language_code=F("original_language"))
    # Two changes at the same time follow one another, so that the second one reads what the first has told.
    _note_visibility(practices.select_for_update(of=("self", "page_ptr")).order_by("pk"))


def _note_visibility(practices: Iterable[PracticePage], *, told: bool = False) -> None:
    """Write to the log which practices have been closed to the public or opened again, and mail it unless `told`."""
    practices, by = list(practices), actor()
    closed = told_closed(practices)
    keys = [page.translation_key for page in practices]
    seen = set(public(PracticePage.objects.filter(translation_key__in=keys)).values_list("translation_key", flat=True))
    for page in practices:
        is_open, was_open = page.translation_key in seen, object_key(page) not in closed
        if is_open == was_open:
            continue
        action = Action.REOPENED if is_open else Action.CLOSED
        entry = log.record(action, page, by=by.user, version=page.live_revision_id, request=by.request)
        if told:
            continue
        mail_city(
            MailKind.OPEN_AGAIN if is_open else MailKind.NOT_OPEN,
            page,
            version=f"{page.live_revision_id or ''}.{entry.pk}",
            path=partial(_address_for_readers, page) if is_open else "",
        )


def _address_for_readers(page: PracticePage) -> str:
    """The address of a public practice for readers of the active language: of its original, if that is public."""
    versions = PracticePage.objects.filter(translation_key=page.translation_key)
    version = public(versions.filter(pk=page.pk)).first() or best_versions(versions, active_language()).first()
    return (version or page).address


@transaction.atomic
def before_deletion(page: PracticePage) -> None:
    """A practice is being deleted: the log, and a mail to its city, if it has seen it.

    One that is public is taken down at that moment, which is mailed.
    """
    by = actor()
    entry = log.record(Action.DELETED, page, by=by.user, version=page.latest_revision_id, request=by.request)
    if page.live or not is_seen_by_city(page):
        return
    mail_city(MailKind.DELETED, page, version=entry.pk, path=reverse("desk-city", args=[page.city.code]))


def _close_as_approved(page: PracticePage, state: WorkflowState, user) -> None:
    """Record that what is published was approved: nobody pressed the button, but the decision is made."""
    task_state = state.current_task_state
    if task_state.status == TaskState.STATUS_IN_PROGRESS:
        task_state.status = TaskState.STATUS_APPROVED
        task_state.finished_at = timezone.now()
        task_state.finished_by = user
        task_state.save()
        task_state.log_state_change_action(user, "approve")
    state.status = WorkflowState.STATUS_APPROVED
    state.save()
    remarks.record_decision(page, user, "", task_state.revision_id)


@transaction.atomic
def after_take_down(page: PracticePage) -> None:
    """A practice is no longer public: the log and a mail to its city."""
    by, before = actor(), last_published(page)
    version = before.version if before is not None else None
    entry = log.record(Action.TAKEN_DOWN, page, by=by.user, version=version, request=by.request)
    by_city = acts_for_city(by.user, page.city_id)
    mail_city(MailKind.TAKEN_DOWN, page, version=f"{version or ''}.{entry.pk}", by_city=by_city)


def record_remark(remark: Remark) -> None:
    """A remark or a reply was written: the log has its author and the version, never its text."""
    by = actor(remark.recorded_by)
    action = Action.REPLIED if remark.kind == Remark.Kind.REPLY else Action.REMARKED
    log.record(action, remark.page, by=by.user, version=remark.revision_id, request=by.request, remark=remark.pk)
