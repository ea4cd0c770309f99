"""The text of a city stays at its desk when the page is deleted."""

from django.db import transaction
from django.db.models.signals import pre_delete

from desk.models import WorkingCopy
from desk.writing.services import revise
from moderation.actors import actor
from practices.models import PracticePage


def connect() -> None:
    """Connect the receivers."""
    pre_delete.connect(keep_text, sender=PracticePage)


@transaction.atomic
def keep_text(instance, **kwargs):
    """Make what a city has written a working copy without a page, which it can submit again."""
    by_city = instance.authored_by == PracticePage.AuthoredBy.CITY and instance.city_id is not None
    if not by_city or not instance.is_original:
        return
    copy = WorkingCopy.objects.filter(page=instance).first()
    if copy is None and instance.first_published_at:
        copy = revise(instance, by=actor().user)
    if copy is not None:
        WorkingCopy.objects.filter(pk=copy.pk).update(
            page=None, base_revision=None, base_answers={}, submitted_revision=None, submitted_version=None
        )
