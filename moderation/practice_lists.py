"""The practices that the secretariat has to look at, as querysets: a number and its list use the same one."""

from datetime import date

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from wagtail.models import Page, Revision, WorkflowState

from practices.models import PracticePage
from practices.provenance import add_months


def originals() -> QuerySet[PracticePage]:
    """One version of each practice: the one that is written, not translated."""
    return PracticePage.objects.filter(locale__language_code=F("original_language"))


def with_open_changes() -> QuerySet[PracticePage]:
    """The public ones with changes that were saved and not published, and that nobody waits for.

    Not those that wait for a decision, that their cities have to change, or that are published at a set time.
    """
    states = WorkflowState.objects.active().filter(
        base_content_type=ContentType.objects.get_for_model(Page), object_id=Cast(OuterRef("pk"), CharField())
    )
    scheduled = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    return originals().filter(~Exists(states), ~Exists(scheduled), live=True, has_unpublished_changes=True)


def unconfirmed(today: date | None = None) -> QuerySet[PracticePage]:
    """The public ones that readers are told are not confirmed: the rule of `practices.provenance.is_unconfirmed`.

    today: by default the day in the current time zone. The longest unconfirmed come first.
    """
    today = today or timezone.localdate()
    by_city = When(authored_by=PracticePage.AuthoredBy.CITY, then="written_on")
    before = add_months(today.replace(day=1), 1 - settings.PRACTICE_CONFIRMATION_MONTHS)
    found = originals().filter(live=True).annotate(last_word_on=Coalesce("confirmed_on", Case(by_city)))
    return found.filter(last_word_on__lt=before).order_by("last_word_on", "pk")
