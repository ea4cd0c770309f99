"""Receivers of Wagtail's signals: one for each change of state, whoever makes it and where."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.admin import mail
from wagtail.models import (
    Comment,
    CommentReply,
    Page,
    PageViewRestriction,
    Revision,
    TaskState,
    WorkflowMixin,
    WorkflowState,
)
from wagtail.signals import (
    post_page_move,
    published,
    task_submitted,
    unpublished,
    workflow_approved,
    workflow_cancelled,
    workflow_rejected,
    workflow_submitted,
)

from cities.models import CityPerson
from core.querysets.visibility import HOME_DEPTH
from moderation import effects, remarks
from moderation.actors import actor, works_for_secretariat
from practices.models import PracticePage

# Wagtail's own mails: the signal, its sender, the name under which Wagtail connects its notifier, and the notifier.
NOTIFIERS = (
    (
        task_submitted,
        TaskState,
        "group_approval_task_submitted_email_notification",
        mail.GroupApprovalTaskStateSubmissionEmailNotifier(),
    ),
    (
        workflow_submitted,
        WorkflowState,
        "workflow_state_submitted_email_notification",
        mail.WorkflowStateSubmissionEmailNotifier(),
    ),
    (
        workflow_rejected,
        WorkflowState,
        "workflow_state_rejected_email_notification",
        mail.WorkflowStateRejectionEmailNotifier(),
    ),
    (
        workflow_approved,
        WorkflowState,
        "workflow_state_approved_email_notification",
        mail.WorkflowStateApprovalEmailNotifier(),
    ),
)


def connect() -> None:
    """Connect the receivers; called once, before the app of Wagtail's admin is ready."""
    for signal, sender, name, notifier in NOTIFIERS:
        # Under Wagtail's own name, so that Wagtail does not connect its notifier as well.
        signal.connect(_except_for_practices(notifier), sender=sender, dispatch_uid=name, weak=False)
    task_submitted.connect(on_task_submitted)
    workflow_cancelled.connect(on_cancelled)
    workflow_rejected.connect(on_rejected)
    workflow_approved.connect(on_approved)
    published.connect(on_published)
    unpublished.connect(on_unpublished)
    post_save.connect(on_restriction, sender=PageViewRestriction)
    post_delete.connect(on_restriction, sender=PageViewRestriction)
    post_page_move.connect(on_move)
    post_save.connect(on_schedule, sender=Revision)
    pre_delete.connect(on_deletion, sender=PracticePage)
    post_save.connect(on_comment, sender=Comment)
    post_save.connect(on_reply, sender=CommentReply)
    post_save.connect(on_person, sender=CityPerson)


def _except_for_practices(notifier):
    """A receiver that lets Wagtail write its mails, but not about practices: the portal writes these itself."""

    def notify(instance=None, **kwargs):
        state = instance.workflow_state if isinstance(instance, TaskState) else instance
        return True if practice_of(state) is not None else notifier(instance=instance, **kwargs)

    return notify


def practice_of(state: WorkflowState) -> PracticePage | None:
    """The original of the practice that a workflow is about, read again; None for anything else."""
    thing = state.content_object
    if not isinstance(thing, Page) or not issubclass(thing.specific_class or Page, PracticePage):
        return None
    page = PracticePage.objects.filter(pk=thing.pk).first()
    return page if page is not None and page.is_original else None


def on_task_submitted(instance, user=None, **kwargs):
    if (page := practice_of(instance.workflow_state)) is not None:
        effects.after_submission(page, instance, user)


def on_cancelled(instance, user=None, **kwargs):
    if (page := practice_of(instance)) is not None:
        effects.after_withdrawal(page, instance, user)


def on_rejected(instance, user=None, **kwargs):
    if (page := practice_of(instance)) is not None:
        effects.after_return(page, instance, user)


def on_approved(instance, user=None, **kwargs):
    if (page := practice_of(instance)) is not None:
        effects.after_approval(page, instance, user)


def on_published(instance, revision=None, **kwargs):
    """A publication decides on the submission of a practice; other workflows end, as Wagtail does it."""
    if isinstance(instance, PracticePage) and instance.is_original:
        effects.after_publication(instance, revision)
    elif isinstance(instance, WorkflowMixin) and (state := instance.current_workflow_state):
        state.cancel(user=actor(revision.user if revision is not None else None).user)
    _on_home_page(instance)


def on_unpublished(instance, **kwargs):
    try:
        page = instance.specific if isinstance(instance, Page) else instance
    except ObjectDoesNotExist:  # while it is being deleted
        return
    if isinstance(page, PracticePage) and page.is_original:
        effects.after_take_down(page)
    _on_home_page(page)


def _on_home_page(instance) -> None:
    """No page of a language is public without its home page."""
    if isinstance(instance, Page) and instance.depth == HOME_DEPTH:
        effects.after_visibility_change(instance)


def on_restriction(instance, raw=False, **kwargs):
    """An editor has restricted a page, changed the restriction, or lifted it."""
    if not raw:
        effects.after_visibility_change(instance.page)


def on_move(instance, **kwargs):
    """A page has moved below a restricted one, or out of it."""
    effects.after_visibility_change(instance)


def on_schedule(instance, raw=False, update_fields=None, **kwargs):
    """Every way to set or to cancel a day of publication writes this field of the revision alone."""
    if raw or update_fields is None or set(update_fields) != {"approved_go_live_at"}:
        return
    page = PracticePage.objects.filter(pk=instance.object_id).first() if _is_of_page(instance) else None
    if page is not None and page.is_original:
        effects.after_scheduling(page, instance)


def _is_of_page(revision: Revision) -> bool:
    return issubclass(revision.content_type.model_class() or object, PracticePage)


def on_deletion(instance, **kwargs):
    """Also with a page above it: the city's practice is told of, whatever was deleted."""
    by_city = instance.authored_by == PracticePage.AuthoredBy.CITY and instance.city_id is not None
    if by_city and instance.is_original:
        effects.before_deletion(instance)


def on_comment(instance, raw=False, **kwargs):
    if not raw:
        with transaction.atomic():
            if remark := remarks.copy_comment(instance):
                effects.record_remark(remark)


def on_reply(instance, raw=False, **kwargs):
    if not raw:
        with transaction.atomic():
            if remark := remarks.copy_reply(instance):
                effects.record_remark(remark)


def on_person(instance, created=False, raw=False, **kwargs):
    if created and not raw and not works_for_secretariat(instance.user):
        remarks.silence_wagtail(instance.user)
