"""The submissions that wait for a decision, and who decides."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy

from moderation.states import with_author
from practices.models import PracticePage


def may_decide(user) -> bool:
    """Whether a person publishes practices or returns them. Translators, who only publish translations, do not."""
    policy = PagePermissionPolicy(Page)
    return policy.user_has_permission(user, "add") and policy.user_has_permission(user, "publish")


def waiting_submissions() -> QuerySet[WorkflowState]:
    """The submissions of practices that wait, the oldest first.

    With `was_returned`: whether one was returned before, and `by_city`: whether the city has submitted it.
    """
    originals = PracticePage.objects.filter(
        pk=Cast(OuterRef("object_id"), IntegerField()), locale__language_code=F("original_language")
    )
    returned = TaskState.objects.filter(workflow_state=OuterRef("pk"), status=TaskState.STATUS_REJECTED)
    states = WorkflowState.objects.filter(
        Exists(originals),
        status=WorkflowState.STATUS_IN_PROGRESS,
        content_type=ContentType.objects.get_for_model(PracticePage),
        current_task_state__isnull=False,
    )
    states = with_author(states.annotate(was_returned=Exists(returned)).select_related("current_task_state"))
    return states.order_by("current_task_state__started_at", "pk")


def waiting_practices() -> list[WorkflowState]:
    """The same, each with its original as `practice`: with its city, whose names are read, and its language."""
    states = list(waiting_submissions())
    pages = PracticePage.objects.select_related("city", "locale").prefetch_related("city__names")
    found = pages.in_bulk([int(state.object_id) for state in states])
    for state in states:
        state.practice = found[int(state.object_id)]
    return states


def late_since() -> datetime:
    """What was submitted before has waited for longer than cities are told."""
    return timezone.now() - timedelta(days=settings.SUBMISSION_ANSWER_DAYS)
