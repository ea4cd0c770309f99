"""Histories: rows that are written once and never changed or deleted."""

from django.conf import settings
from django.db import models


class AppendOnlyQuerySet(models.QuerySet):
    """A queryset without `update()`, `bulk_update()` and `delete()`: they raise ValueError."""

    def update(self, **kwargs):
        raise ValueError(_refusal(self.model))

    def delete(self):
        raise ValueError(_refusal(self.model))


class AppendOnlyModel(models.Model):
    """Base of a model whose rows are a history, with the user who recorded a row and the time.

    To change or delete a row raises ValueError. Only one thing changes it: when the user is deleted,
    Django sets `recorded_by` to null.
    """

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise ValueError(_refusal(type(self)))
        # A row with the primary key of another one must not replace it.
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args, **kwargs):
        raise ValueError(_refusal(type(self)))


def _refusal(model: type[models.Model]) -> str:
    return f"{model._meta.label} is append-only: its rows are never changed or deleted."
