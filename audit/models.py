"""The audit log: who did what, when, on which version, from where. Only `audit.log.record` writes it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.actions import Action
from core.append_only import AppendOnlyModel, AppendOnlyQuerySet


class AuditEntryQuerySet(AppendOnlyQuerySet):
    """The audit log is append-only, except for what the law on personal data asks: these two methods."""

    def about_account(self, user) -> "AuditEntryQuerySet":
        """The entries that a person made, and those that are about their account."""
        return self.filter(Q(recorded_by=user) | Q(object_type=user._meta.label_lower, object_key=str(user.pk)))

    def forget(self, before: datetime) -> int:
        """Delete all entries that are older than `before`, and return how many there were."""
        old = self.filter(recorded_at__lt=before)
        return models.QuerySet.delete(old)[0]

    def erase_addresses(self, user) -> int:
        """Remove the network addresses from which a person acted, and return how many entries had one.

        They are also in entries without a person: refused tries to sign in to the account.
        """
        theirs = self.about_account(user).filter(Q(recorded_by=user) | Q(recorded_by=None))
        return models.QuerySet.update(theirs.exclude(address=None), address=None)


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

    objects = AuditEntryQuerySet.as_manager()  # type: ignore[misc]  # an instance variable to mypy

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
