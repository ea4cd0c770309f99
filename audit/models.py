"""The audit log: who did what, when, on which version, from where. Only `audit.log.record` writes it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from core.append_only import AppendOnlyModel


class AuditEntry(AppendOnlyModel):
    """One change of state. `recorded_by` is who made it, empty for the portal itself.

    It names things by codes and keys, and contains no text of a draft, no address of a link and no password.
    """

    action = models.CharField(_("action"), max_length=40, choices=Action)
    object_type = models.CharField(_("type of object"), max_length=60, help_text="“practices.practicepage”")
    object_key = models.CharField(
        _("key of the object"),
        max_length=64,
        help_text="The translation key of a page, the code of a city, else the id",
    )
    version = models.BigIntegerField(_("version"), null=True, blank=True, help_text="The id of the revision")
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["object_type", "object_key"]),
            models.Index(fields=["recorded_at"]),
        ]

    def __str__(self):
        return f"{self.recorded_at:%Y-%m-%d %H:%M} {self.action} {self.object_type} {self.object_key}"
