"""What editors have planned for a time: publications, and ends of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Model, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import DraftStateMixin, Page, Revision
from wagtail.permissions import policy_registry

# The worker looks each minute. What has waited for longer has failed, or the worker does nothing.
LONGEST_WAIT = timedelta(minutes=5)

Key = tuple[type[Model], int]


@dataclass(frozen=True)
class LateSchedule:
    """A page or snippet that was not published, or not taken down, at its time."""

    thing: Model
    name: str
    planned_for: datetime
    is_publication: bool
    """Whether it should be published; otherwise, taken down."""

    @property
    def edit_url(self) -> str | None:
        """Its form in the admin."""
        return AdminURLFinder().get_edit_url(self.thing)


def scheduled_models() -> list[type[Model]]:
    """`Page`, and each type of snippet that can be published and taken down at a time."""
    snippets = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    return [Page, *(model for model in snippets if not issubclass(model, Page))]


def due_revisions(before: datetime | None = None) -> QuerySet[Revision]:
    """The revisions whose time of publication has come, or had come `before` an instant; the oldest first."""
    return Revision.objects.filter(approved_go_live_at__lt=before or timezone.now()).order_by("approved_go_live_at")


def expired_items(before: datetime | None = None) -> Iterator[DraftStateMixin]:
    """Yield the pages, then the snippets, that are live although they have expired, or had `before` an instant."""
    for model in scheduled_models():
        items = model._default_manager.filter(live=True, expire_at__lt=before or timezone.now())
        yield from items.order_by("expire_at")


def late_schedules(user=None) -> list[LateSchedule]:
    """What is late, the oldest first: everything, or what `user` may edit."""
    before = timezone.now() - LONGEST_WAIT
    found = [
        LateSchedule(revision.content_object, revision.object_str, revision.approved_go_live_at, True)
        for revision in due_revisions(before).prefetch_related("content_object")
    ]
    found += [LateSchedule(item, str(item), item.expire_at, False) for item in expired_items(before)]
    if user is not None:
        own = _editable(user, [late.thing for late in found])
        found = [late for late in found if _key(late.thing) in own]
    return sorted(found, key=lambda late: late.planned_for)


def late_moments(user) -> list[datetime]:
    """The times at which what `user` may edit should have been published or taken down: one query for all models."""
    before = timezone.now() - LONGEST_WAIT
    parts = []
    for model in scheduled_models():
        own = policy_registry.get_by_type(model).instances_user_has_permission_for(user, "change").order_by()
        revisions = due_revisions(before).order_by().filter(base_content_type=ContentType.objects.get_for_model(model))
        keys = own.annotate(key=Cast("pk", CharField())).values("key")
        parts += [
            revisions.filter(object_id__in=keys).values_list("approved_go_live_at", flat=True),
            own.filter(live=True, expire_at__lt=before).values_list("expire_at", flat=True),
        ]
    return list(parts[0].union(*parts[1:], all=True))


def _editable(user, things: list[Model]) -> set[Key]:
    """Those of the things that the user may edit: one query for each model."""
    keys = defaultdict(set)
    for model, pk in map(_key, things):
        keys[model].add(pk)
    return {
        (model, pk)
        for model, of_model in keys.items()
        for pk in policy_registry.get_by_type(model)
        .instances_user_has_permission_for(user, "change")
        .filter(pk__in=of_model)
        .values_list("pk", flat=True)
    }


def _key(thing: Model) -> Key:
    return Page if isinstance(thing, Page) else type(thing), thing.pk
