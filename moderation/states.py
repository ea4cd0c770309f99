"""Where a practice of a city stands: read from Wagtail's page and workflow, stored nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, WorkflowState

from practices.models import PracticePage


class Stage(TextChoices):
    """What the city sees of the moderation of its practice."""

    NOT_SUBMITTED = "not-submitted", _("Not submitted")
    SUBMITTED = "submitted", _("With the secretariat")
    RETURNED = "returned", _("Returned with remarks")
    DONE = "done", _("Decided")


@dataclass(frozen=True)
class Standing:
    """The stage of the newest submission, since when, and the revision that is judged."""

    stage: Stage
    since: datetime | None = None
    revision_id: int | None = None
    sentence: str = ""
    """What the moderator wrote with the decision."""


def standing(page: PracticePage | None) -> Standing:
    """Where the newest submission of a practice stands; `page` is the original, None if it has none yet."""
    return _standing(newest_workflow(page) if page is not None else None)


def standings(pages: Iterable[PracticePage]) -> dict[int, Standing]:
    """Where the newest submission of each of these originals stands, by primary key: one query."""
    pages = list(pages)
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(page.pk) for page in pages]
    )
    newest = {
        state.object_id: state for state in states.select_related("current_task_state").order_by("created_at", "pk")
    }
    return {page.pk: _standing(newest.get(str(page.pk))) for page in pages}


def _standing(state: WorkflowState | None) -> Standing:
    if state is None:
        return Standing(Stage.NOT_SUBMITTED)
    task = state.current_task_state
    if state.status == WorkflowState.STATUS_IN_PROGRESS:
        return Standing(Stage.SUBMITTED, task.started_at, task.revision_id)
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return Standing(Stage.RETURNED, task.finished_at, task.revision_id, task.comment)
    if state.status == WorkflowState.STATUS_CANCELLED:
        return Standing(Stage.NOT_SUBMITTED)
    return Standing(Stage.DONE, task.finished_at, task.revision_id, task.comment)


def newest_workflow(page: PracticePage) -> WorkflowState | None:
    """The newest submission of a page, finished or not."""
    states = WorkflowState.objects.for_instance(page).select_related("current_task_state")
    return states.order_by("-created_at", "-pk").first()
