"""An uploaded file with its rows, what the dry run found, and how far the run is."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.i18n.languages import language_choices

FOLDER = "imports"
"""Below the media folder; no address serves it."""


class ImportKindCode(models.TextChoices):
    """The kinds of things, as codes of `editorial.imports.kinds`."""

    CITIES = "cities", _("Cities")
    PRACTICES = "practices", _("Practices")


class Stage(models.TextChoices):
    """How far an import is. The worker leads it from UPLOADED to JUDGED, and from RUNNING to DONE."""

    UPLOADED = "uploaded", _("The file is being read")
    JUDGING = "judging", _("The rows are being checked")
    JUDGED = "judged", _("Checked, not imported yet")
    UNREADABLE = "unreadable", _("The file cannot be read")
    RUNNING = "running", _("The import runs")
    DONE = "done", pgettext_lazy("state of an import", "Done")


class Verdict(models.TextChoices):
    """What an import does with a row."""

    NEW = "new", pgettext_lazy("row of an import", "New")
    CHANGED = "changed", pgettext_lazy("row of an import", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row of an import", "Unchanged")
    REFUSED = "refused", pgettext_lazy("row of an import", "Refused")


class RowState(models.TextChoices):
    """What the run has done with a row that is new or changed."""

    WAITING = "waiting", pgettext_lazy("row of an import", "Waiting")
    WRITTEN = "written", pgettext_lazy("row of an import", "Imported")
    FAILED = "failed", pgettext_lazy("row of an import", "Not imported")


class ImportQuerySet(models.QuerySet["Import"]):
    """Queries on imports."""

    def at_work(self):
        """Those that the worker leads on, the oldest first."""
        return self.filter(stage__in=[Stage.UPLOADED, Stage.JUDGING, Stage.RUNNING]).order_by("created_at", "pk")

    def forget(self) -> int:
        """Delete the imports that are older than IMPORT_DAYS with their rows, and return how many there were.

        Their files are deleted with those that no row names (`services.delete_unused_uploads`).
        """
        old = self.filter(created_at__lt=timezone.now() - timedelta(days=settings.IMPORT_DAYS))
        count = old.count()
        old.delete()
        return count


class Import(models.Model):
    """A file that somebody has uploaded to import its rows. Only `editorial.imports` writes it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=ImportKindCode)
    stage = models.CharField(_("status"), max_length=10, choices=Stage, default=Stage.UPLOADED)
    name = models.CharField(_("file"), max_length=150)
    """As the person named it."""
    file = models.FileField(upload_to=FOLDER, max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    """Of numbers, and of rows without a language."""
    reader_language = models.CharField(max_length=10, choices=language_choices)
    """Of the person: the words of what is wrong."""
    notes = models.JSONField(default=list)
    """What the person should know about the file, as sentences."""
    columns = models.JSONField(default=list)
    """The codes of the columns that are read."""
    ignored = models.JSONField(default=list)
    """The codes of known columns that an import does not write."""
    problems = models.JSONField(default=list)
    """What is wrong with the file or its columns: {"column", "text"}."""
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    """Steps in a row that did not come to an end."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imports")
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    judged_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        verbose_name = pgettext_lazy("of a file", "import")
        verbose_name_plural = pgettext_lazy("of files", "imports")

    def __str__(self):
        return f"{self.kind} {self.key}"


class ImportRow(models.Model):
    """A row of an uploaded file."""

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    """In the file; the header is row 1."""
    code = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10, blank=True)
    cells = models.JSONField(default=dict)
    """Code of a column → cell, as `reading` gives it."""
    same_as = models.PositiveIntegerField(null=True)
    """The number of the first row with this code and language, if it is another one."""
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    """Empty until the row is checked."""
    changes = models.JSONField(default=list)
    """What is written: {"column", "old", "new"}, plain values."""
    problems = models.JSONField(default=list)
    """What is wrong: {"column", "text"}."""
    state = models.CharField(max_length=10, choices=RowState, default=RowState.WAITING)
    reason = models.TextField(blank=True)
    """Why it was not imported, or what was done instead."""

    class Meta:
        ordering = ["number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_row_per_number")]
        indexes = [models.Index(fields=["job", "verdict", "state", "number"]), models.Index(fields=["job", "code"])]

    def __str__(self):
        return f"{self.job_id} {self.number}"
