"""The outbox of the search index, texts of PDFs, and search statistics."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IndexTaskQuerySet(models.QuerySet):
    def waiting(self):
        """Rows that the worker will take by itself, now or when they are due."""
        return self.filter(parked_at=None)

    def parked(self):
        """Rows that the worker leaves alone, because their group fails again and again."""
        return self.exclude(parked_at=None)

    def due(self, now: datetime):
        """Rows that the worker takes at `now`, the oldest first."""
        return self.waiting().filter(due_at__lte=now).order_by("pk")

    def on_the_way(self, now: datetime):
        """Rows whose change is not in the index yet though it could be: due, postponed or parked."""
        return self.filter(Q(due_at__lte=now) | Q(attempts__gt=0))


class IndexTask(models.Model):
    """A row of the outbox: the group `key` may have changed and has to be indexed again.

    Written in the transaction that changes the group. The worker takes all rows of a group together and
    deletes them after the engine has answered. Ids are never
    reused, even after rows are deleted: the numbers of writes are drawn from them (`search.versions`).
    """

    key = models.CharField(max_length=120, db_index=True)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    """Failed attempts, for whatever reason."""
    failures = models.PositiveIntegerField(default=0)
    """Those of them that the group itself caused."""
    last_error = models.CharField(max_length=500, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True, db_index=True)

    objects = IndexTaskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("entry of the index outbox")

    def __str__(self):
        return self.key


class DocumentText(models.Model):
    """The text of a PDF, as it was read from the file with that name and hash."""

    document = models.OneToOneField("core.PortalDocument", on_delete=models.CASCADE, related_name="extracted")
    file = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    extracted_at = models.DateTimeField()

    # This row does not count as a use of the document.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("text of a document")

    def __str__(self):
        return self.file


class SearchStatistic(models.Model):
    """How often in a month readers of a language searched for words and found nothing, or set a filter."""

    class Kind(models.TextChoices):
        WORDS = "words", _("Searches without results")
        FILTER = "filter", _("Filters")

    month = models.DateField(help_text=_("The first day of the month."))
    language = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-month", "language", "kind", "-count", "value"]
        verbose_name = _("search statistic")
        constraints = [
            models.UniqueConstraint(fields=["month", "language", "kind", "value"], name="one_count_per_month_and_value")
        ]

    def __str__(self):
        return f"{self.value} ({self.count})"
