"""Where a practice of a city stands: read from Wagtail's page and workflow, stored nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, TextChoices, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, WorkflowState

from audit.actions import Action
from audit.log import object_key
from audit.models import AuditEntry
from cities.models import CityPerson
from core.querysets.visibility import public
from moderation.actors import of_secretariat
from practices.models import PracticePage


class Stage(TextChoices):
    """What the city sees of the moderation of its practice."""

    NOT_SUBMITTED = "not-submitted", _("Not submitted")
    SUBMITTED = "submitted", _("With the secretariat")
    RETURNED = "returned", _("Returned with remarks")
    DONE = "done", _("Decided")


@dataclass(frozen=True)
class SubmissionStatus:
    """The stage of the newest submission, since when, and the revision that is judged."""

    stage: Stage
    since: datetime | None = None
    revision_id: int | None = None
    sentence: str = ""
    """What the moderator wrote with the decision."""


def submission_status(page: PracticePage | None) -> SubmissionStatus:
    """Where the newest submission of a practice stands; `page` is the original, None if it has none yet."""
    return _status_from(newest_workflow(page) if page is not None else None)


def answer_by(since: datetime) -> date:
    """The day by which the secretariat answers what was submitted at that moment."""
    return timezone.localdate(since) + timedelta(days=settings.SUBMISSION_ANSWER_DAYS)


def submission_statuses(pages: Iterable[PracticePage]) -> dict[int, SubmissionStatus]:
    """Where the newest submission of each of these originals stands, by primary key: one query."""
    pages = list(pages)
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id__in=[str(page.pk) for page in pages]
    )
    newest = {
        state.object_id: state for state in states.select_related("current_task_state").order_by("created_at", "pk")
    }
    return {page.page_ptr_id: _status_from(newest.get(str(page.pk))) for page in pages}


def _status_from(state: WorkflowState | None) -> SubmissionStatus:
    if state is None or state.status == WorkflowState.STATUS_CANCELLED:
        return SubmissionStatus(Stage.NOT_SUBMITTED)
    task = state.current_task_state
    if task is None:  # its task was deleted
        return SubmissionStatus(Stage.NOT_SUBMITTED)
    if state.status == WorkflowState.STATUS_IN_PROGRESS:
        return SubmissionStatus(Stage.SUBMITTED, task.started_at, task.revision_id)
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return SubmissionStatus(Stage.RETURNED, task.finished_at, task.revision_id, task.comment)
    return SubmissionStatus(Stage.DONE, task.finished_at, task.revision_id, task.comment)


def newest_workflow(page: PracticePage) -> WorkflowState | None:
    """The newest submission of a page, finished or not."""
    states = WorkflowState.objects.for_instance(page).select_related("current_task_state")
    return states.order_by("-created_at", "-pk").first()


def submitted_by_city() -> Q:
    """Condition for originals: somebody of the city submitted the newest submission, and has not withdrawn it.

    Not one of the secretariat, for a draft that it has written itself; nor of a person who works for both, unless
    that person belongs to the city of the practice.
    """
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id=Cast(OuterRef("pk"), CharField())
    )
    newest = states.order_by("-created_at", "-pk")
    of_city = CityPerson.objects.filter(user=OuterRef("requested_by"), city=OuterRef(OuterRef("city")))
    is_no_staff = Q(requested_by__isnull=False) & ~of_secretariat("requested_by")
    by_city = newest.annotate(by_city=Q(Exists(of_city)) | is_no_staff)
    return Q(
        Exists(states),
        ~Q(Exact(Subquery(newest.values("status")[:1]), WorkflowState.STATUS_CANCELLED)),
        Exact(Subquery(by_city.values("by_city")[:1]), Value(True)),
    )


def waits(page: PracticePage) -> bool:
    """Whether a submission of the page waits for a decision."""
    return submission_status(page).stage == Stage.SUBMITTED


def is_withdrawn(state: WorkflowState) -> bool:
    """Whether the newest entry of the log about this submission says that it was withdrawn.

    An object that was read before the withdrawal does not know it, and would write its own state over it.
    """
    if state.content_object is None or not issubclass(state.content_object.specific_class or object, PracticePage):
        return False
    entries = history(state.content_object).filter(action__in=[Action.SUBMITTED, Action.WITHDRAWN])
    newest = entries.first()
    return newest is not None and newest.action == Action.WITHDRAWN


def is_public(page: PracticePage) -> bool:
    """Whether readers can open a practice, in its own language or in another one: the visibility rule.

    A page that is live is not public while an editor restricts it or a page above it.
    """
    return public(PracticePage.objects.filter(translation_key=page.translation_key)).exists()


def told_closed(pages: Iterable[PracticePage]) -> set[str]:
    """Which of these practices are closed to the public by the log: the keys by which the log names them. One query."""
    said = (Action.CLOSED, Action.REOPENED, Action.TAKEN_DOWN)
    entries = AuditEntry.objects.filter(
        object_type=PracticePage._meta.label_lower, object_key__in=[object_key(page) for page in pages], action__in=said
    )
    newest = dict(entries.order_by("pk").values_list("object_key", "action"))
    return {key for key, action in newest.items() if action == Action.CLOSED}


def may_be_published(page: PracticePage) -> bool:
    """Whether the secretariat may publish the draft of a practice.

    Not one that was never public, and that its city has withdrawn: nobody has agreed to its publication.
    """
    if page.live or page.authored_by != page.AuthoredBy.CITY:
        return True
    state = newest_workflow(page)
    return state is None or not (state.status == WorkflowState.STATUS_CANCELLED and is_withdrawn(state))


def history(page) -> QuerySet[AuditEntry]:
    """What the audit log has about a practice, newest first."""
    return AuditEntry.objects.filter(object_type=PracticePage._meta.label_lower, object_key=object_key(page))


def promised_day(page) -> AuditEntry | None:
    """The entry about the day of publication that the city was told; None without one that still counts."""
    said = (Action.SCHEDULED, Action.UNSCHEDULED, Action.PUBLISHED, Action.TAKEN_DOWN)
    entry = history(page).filter(action__in=said).first()
    return entry if entry is not None and entry.action == Action.SCHEDULED else None


def last_published_version(page) -> int:
    """The revision that was published last, by the log; 0 without one."""
    entry = last_published(page)
    return (entry.version or 0) if entry is not None else 0


def last_published(page) -> AuditEntry | None:
    """The newest entry about the publication of a practice; None if it is not public by the log."""
    entry = history(page).filter(action__in=[Action.PUBLISHED, Action.TAKEN_DOWN]).first()
    return entry if entry is not None and entry.action == Action.PUBLISHED else None
