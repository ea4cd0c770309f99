"""What the worker has done."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskRun(models.Model):
    """When a periodic task of the worker last worked, and whether it fails now. One row for each task."""

    name = models.CharField(max_length=60, unique=True)
    worked_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    """How often in a row it has failed."""
    error = models.CharField(max_length=100, blank=True)
    """The type of the last error. Not its message: that may quote data of people."""

    class Meta:
        ordering = ["name"]
        verbose_name = _("run of a periodic task")

    def __str__(self):
        return self.name
