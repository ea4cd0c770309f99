"""What a city writes before the secretariat sees it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from cities.models import City
from core.i18n.languages import language_choices
from practices.models import PracticePage


class WorkingCopy(models.Model):
    """The answers of a city about one practice, as they were typed: complete or not, valid or not.

    Nobody but the people of the city sees it. At submission `desk.writing` makes a revision of the page from it.
    `answers` holds raw strings by field, lists of codes, and lists of rows {"key": UUID, field: string}.
    `version` rises at each save; a save names the version that it has read (`desk.writing.saving`).
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="working_copies")
    page = models.OneToOneField(
        PracticePage,
        verbose_name=_("practice"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="working_copy",
        help_text="The original; empty until the first submission",
    )
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    base_revision = models.ForeignKey(
        Revision,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The revision of the page that the answers were read from or last written to",
    )
    base_answers = models.JSONField(
        default=dict, blank=True, help_text="The answers of that revision, to merge later ones"
    )
    submitted_revision = models.ForeignKey(
        Revision,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The revision that was submitted last",
    )
    submitted_version = models.PositiveIntegerField(null=True, blank=True, help_text="The version of the answers then")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")

    def __str__(self):
        return f"{self.city.code} {self.key}"


class DeskFile(models.Model):
    """A file that a city has uploaded for a practice: unchecked until it is accepted, then a picture or document.

    An unchecked file lies in a folder that no address serves, under a random name.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("Picture")
        DOCUMENT = "document", _("Document")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be checked")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    working_copy = models.ForeignKey(WorkingCopy, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=40, blank=True, help_text="Why it was refused, as a code")
    name = models.CharField(_("name"), max_length=255, help_text="As the person named it; shown to the city only")
    unchecked = models.FileField(_("unchecked file"), upload_to="unchecked", blank=True, max_length=200)
    image = models.ForeignKey("core.PortalImage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    document = models.ForeignKey(
        "core.PortalDocument", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")

    def __str__(self):
        return str(self.key)
