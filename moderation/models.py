"""What moderation keeps beside Wagtail's revisions and workflow: remarks and confirmations, as histories."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.append_only import AppendOnlyModel
from practices.models import PracticePage


class Remark(AppendOnlyModel):
    """A remark, a reply, or the sentence of a decision about a practice. `recorded_by` wrote it.

    Wagtail deletes a resolved comment with its replies at the next save of the page. This copy is written when
    the comment is, and stays.
    """

    class Kind(models.TextChoices):
        REMARK = "remark", _("Remark")
        REPLY = "reply", _("Reply")
        DECISION = "decision", _("Decision")
        RESOLVED = "resolved", _("Marked as done")

    page = models.ForeignKey(PracticePage, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    section = models.CharField(
        _("section"), max_length=255, blank=True, help_text="The content path of Wagtail's comment: field or relation"
    )
    text = models.TextField(_("text"), blank=True)
    comment_id = models.BigIntegerField(_("comment"), null=True, blank=True, help_text="The id of Wagtail's comment")
    reply_id = models.BigIntegerField(_("reply"), null=True, blank=True, help_text="The id of Wagtail's reply")
    revision_id = models.BigIntegerField(_("version"), null=True, blank=True, help_text="The revision that was judged")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        indexes = [models.Index(fields=["page", "comment_id"])]

    def __str__(self):
        return f"{self.kind} {self.section}".strip()


class Confirmation(AppendOnlyModel):
    """The answer of a city to the question whether a published practice is still true."""

    class Answer(models.TextChoices):
        TRUE = "true", _("Still true")
        CHANGED = "changed", _("Something has changed")
        ENDED = "ended", _("It has ended")

    page = models.ForeignKey(PracticePage, on_delete=models.CASCADE, related_name="confirmations")
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    informant = models.CharField(
        _("who of the city said so"),
        max_length=150,
        blank=True,
        help_text="Empty if the city answered at its desk; else the secretariat recorded what it was told.",
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")

    def __str__(self):
        return f"{self.page_id} {self.answer}"
