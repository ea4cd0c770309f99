"""What the worker still has to tell the search index, and what it has read and counted for the search."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IndexTask(models.Model):
    """“The group `key` may have changed”: a row of the outbox.

    Written in the transaction that changes the group. The worker takes all rows of a
    group together and deletes them when the engine has answered. The ids rise over the life of the
    table, also beyond deleted rows: versions of the index are drawn from them.
    """

    key = models.CharField(max_length=120, db_index=True)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("entry of the index outbox")

    def __str__(self):
        return self.key


class DocumentText(models.Model):
    """The words of a PDF, as they were read from the file of that name and hash."""

    document = models.OneToOneField("core.PortalDocument", on_delete=models.CASCADE, related_name="extracted")
    file = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    extracted_at = models.DateTimeField()

    # It is no use of the document.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("text of a document")

    def __str__(self):
        return self.file


class SearchStatistic(models.Model):
    """How often readers of a language searched for words without finding anything, or set a filter, in a month."""

    class Kind(models.TextChoices):
        WORDS = "words", _("Searches without results")
        FILTER = "filter", _("Filters")

    month = models.DateField(help_text=_("Its first day."))
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
