"""Where a practice of a city stands: read from Wagtail's page and workflow, stored nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, TextChoices, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, TaskState, WorkflowState

from audit.actions import Action
from audit.log import object_key
from audit.models import AuditEntry
from cities.models import CityPerson
from core.querysets.visibility import public, public_condition
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
    by_city: bool = False
    """Whether the city has submitted a version of it; otherwise the secretariat judges a text of its own."""


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
    states = with_author(states.select_related("current_task_state")).order_by("created_at", "pk")
    newest = {state.object_id: state for state in states}
    return {page.page_ptr_id: _status_from(newest.get(str(page.pk))) for page in pages}


def _status_from(state: WorkflowState | None) -> SubmissionStatus:
    if state is None or state.status == WorkflowState.STATUS_CANCELLED:
        return SubmissionStatus(Stage.NOT_SUBMITTED)
    task = state.current_task_state
    if task is None:  # its task was deleted
        return SubmissionStatus(Stage.NOT_SUBMITTED)
    if state.status == WorkflowState.STATUS_IN_PROGRESS:
        return SubmissionStatus(Stage.SUBMITTED, task.started_at, task.revision_id, by_city=state.by_city)
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return SubmissionStatus(Stage.RETURNED, task.finished_at, task.revision_id, task.comment, state.by_city)
    return SubmissionStatus(Stage.DONE, task.finished_at, task.revision_id, task.comment, state.by_city)


def newest_workflow(page: PracticePage) -> WorkflowState | None:
    """The newest submission of a page, finished or not; `by_city`: whether the city has submitted a version of it."""
    states = WorkflowState.objects.for_instance(page).select_related("current_task_state")
    return with_author(states).order_by("-created_at", "-pk").first()


def with_author(states: QuerySet[WorkflowState]) -> QuerySet[WorkflowState]:
    """Annotate submissions with `by_city`: whether somebody of the city has submitted a version of it.

    Not the secretariat, for a text that it has written itself; nor a person who works for both, unless that person
    belongs to the city of the practice: the rule of `moderation.actors.acts_for_city`.
    """
    versions = TaskState.objects.filter(
        _is_of_city("revision__user", "workflow_state__object_id"), workflow_state=OuterRef("pk")
    )
    return states.annotate(by_city=Q(_is_of_city("requested_by", "object_id")) | Exists(versions))


def is_of_city(state: WorkflowState) -> bool:
    """Whether the city has submitted a version of this submission."""
    return with_author(WorkflowState.objects.filter(pk=state.pk)).filter(by_city=True).exists()


def _is_of_city(user: str, page: str) -> Q:
    """Condition: a user is a person of the city of a page. Both are lookup paths; that of the page leads to its key."""
    people = CityPerson.objects.filter(user=OuterRef(user), city__practices=Cast(OuterRef(page), IntegerField()))
    return Q(Exists(people)) | (Q(**{f"{user}__isnull": False}) & ~of_secretariat(user))


def seen_by_city() -> Q:
    """Condition for the originals of a city's practices that its people may see.

    Those that are public, whoever wrote them; those that the city is writing or has submitted; and those of the city
    that were published, also if they were taken down or restricted. Never what the secretariat is still writing about
    a city, or keeps from readers.
    """
    published = Q(live=True) | Q(first_published_at__isnull=False)
    of_city = Q(published, authored_by=PracticePage.AuthoredBy.CITY)
    return public_condition() | of_city | Q(working_copy__isnull=False) | submitted_by_city()


def is_seen_by_city(page: PracticePage) -> bool:
    """Whether the people of its city may see a practice, the original."""
    return PracticePage.objects.filter(seen_by_city(), pk=page.pk).exists()


def submitted_by_city() -> Q:
    """Condition for originals: the city has submitted a version of the newest submission, and has not withdrawn it."""
    states = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id=Cast(OuterRef("pk"), CharField())
    )
    newest = states.order_by("-created_at", "-pk")
    return Q(
        Exists(states),
        ~Q(Exact(Subquery(newest.values("status")[:1]), WorkflowState.STATUS_CANCELLED)),
        Exact(Subquery(with_author(newest).values("by_city")[:1]), Value(True)),
    )


def city_waits(page: PracticePage) -> bool:
    """Whether the city of a page waits for a decision on what it has submitted."""
    now = submission_status(page)
    return now.stage == Stage.SUBMITTED and now.by_city


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

    Not one that was never public, and that its city has submitted and withdrawn: nobody has agreed to its publication.
    """
    if page.live or page.authored_by != page.AuthoredBy.CITY:
        return True
    state = newest_workflow(page)
    if state is None or not state.by_city:
        return True
    return not (state.status == WorkflowState.STATUS_CANCELLED and is_withdrawn(state))


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
