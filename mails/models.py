"""Notices: one row for each mail that the portal has to send, so that none is sent twice."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mails.kinds import MailKind


class Notice(models.Model):
    """A mail of one kind about one version of one thing to one person. `mails.outbox.send_once` writes it.

    The row is written in the transaction of the change that it tells; its mail is sent by the worker.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=MailKind)
    object_key = models.CharField(_("object"), max_length=64, help_text="Key or code of what the mail is about")
    version = models.CharField(_("version"), max_length=40, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("recipient"), on_delete=models.CASCADE, related_name="notices"
    )
    mail = models.ForeignKey(
        "post_office.Email", verbose_name=_("mail"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_key", "version", "recipient"], name="one_notice_per_version_and_person"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.object_key} {self.version}".strip()
