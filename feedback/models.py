"""Reports of mistakes from readers."""

import re
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.i18n.languages import language_choices

# A path below a language; never "//host" or another scheme.
_OWN_ADDRESS = re.compile(r"/(?!/)[^\\\s]*")
LONGEST_PAGE, LONGEST_TEXT = 500, 3_000


class ReportState(models.TextChoices):
    """Whether somebody has dealt with a report."""

    NEW = "new", pgettext_lazy("state of a report", "New")
    DONE = "done", pgettext_lazy("state of a report", "Done")


class MistakeReportQuerySet(models.QuerySet["MistakeReport"]):
    """Queries on reports."""

    def open(self):
        """The reports that nobody has dealt with."""
        return self.filter(state=ReportState.NEW)

    def forget(self) -> int:
        """Delete the reports that are older than MISTAKE_REPORT_DAYS, and return how many there were."""
        return self.filter(created_at__lt=timezone.now() - timedelta(days=settings.MISTAKE_REPORT_DAYS)).delete()[0]


class MistakeReport(models.Model):
    """What a reader says is wrong on a page. Only `feedback.services` writes it."""

    page = models.CharField(_("page"), max_length=LONGEST_PAGE)
    """The address of the page, without the host: "/fr/villes/"."""
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    """The language in which the reader wrote the report."""
    text = models.TextField(_("what is wrong"), max_length=LONGEST_TEXT)
    email = models.EmailField(_("e-mail address"), blank=True)
    state = models.CharField(_("status"), max_length=4, choices=ReportState, default=ReportState.NEW)
    created_at = models.DateTimeField(_("reported at"), default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = MistakeReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ("change", "view")
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        indexes = [models.Index(fields=["state", "created_at"])]

    def __str__(self):
        return f"{self.page} {self.created_at:%Y-%m-%d}"

    @property
    def is_of_the_portal(self) -> bool:
        """Whether `page` is an address of this portal, which may be shown as a link; readers can type anything."""
        return _OWN_ADDRESS.fullmatch(self.page) is not None
