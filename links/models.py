"""The links of what is public, and what the worker found at their addresses."""

import hashlib

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.i18n.languages import language_choices

LONGEST_ADDRESS = 2_000


class Fault(models.TextChoices):
    """What is wrong with an address."""

    DELETED = "deleted", _("The page was deleted.")
    DRAFT = "draft", _("The page is not published.")
    CLOSED = "closed", _("The page is not open to the public.")
    NO_DOCUMENT = "no-document", _("The document was deleted.")
    NOT_FOUND = "not-found", _("Nothing is at this address.")
    MOVED = "moved", _("The address has moved permanently.")
    UNREACHABLE = "unreachable", _("The site does not answer.")
    NOT_PUBLIC = "not-public", _("The address is not one of the public internet.")


class AddressQuerySet(models.QuerySet["Address"]):
    """Queries on addresses."""

    def at_fault(self):
        """Those that a person should look at."""
        return self.exclude(fault="").exclude(dismissed_fault=models.F("fault"))


class Address(models.Model):
    """An address to which something public links: "page:12", "document:7", "/fr/villes/" or "https://…".

    Only `links.scanning`, `links.checking` and `links.external` write what was found, and `links.services` what a
    person decides.
    """

    key = models.CharField(max_length=64, unique=True)
    """The SHA-256 of the address: an index of long texts has a limit on some databases."""
    address = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    fault = models.CharField(_("fault"), max_length=20, choices=Fault, blank=True)
    since = models.DateTimeField(_("at fault since"), null=True, blank=True)
    moved_to = models.CharField(_("new address"), max_length=LONGEST_ADDRESS, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """On how many days in a row another site did not answer as it should."""
    failed_on = models.DateField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    dismissed_fault = models.CharField(
        max_length=20, choices=Fault, blank=True, help_text="The fault that a person takes for none"
    )
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    dismissed_at = models.DateTimeField(null=True, blank=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address of a link")
        verbose_name_plural = _("addresses of links")
        indexes = [models.Index(fields=["fault"])]

    def __str__(self):
        return self.address

    @property
    def page_key(self) -> int | None:
        """The primary key of the page that it names; None for any other address."""
        kind, _colon, key = self.address.partition(":")
        return int(key) if kind == "page" and key.isascii() and key.isdecimal() and len(key) < 19 else None

    @property
    def names_a_row(self) -> bool:
        """Whether it is a page or document by its key, which says nothing to a person."""
        return self.address.startswith(("page:", "document:"))

    def found(self, fault: str, moved_to: str = "") -> None:
        """Store what was found now: a `Fault`, or "" for none."""
        now = timezone.now()
        if fault != self.fault:
            self.since = now if fault else None
        self.fault, self.moved_to, self.checked_at = fault, moved_to[:LONGEST_ADDRESS], now
        self.save(update_fields=["fault", "since", "moved_to", "checked_at"])


def key_of(address: str) -> str:
    """The key of an address."""
    return hashlib.sha256(address.encode()).hexdigest()


class Link(models.Model):
    """A link in a public page or row. Only `links.scanning` writes it."""

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="links")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(_("language"), max_length=10, choices=language_choices, blank=True)
    """The language of the text; "" for a fact, which is the same in all languages."""
    is_translation = models.BooleanField(default=False)
    title = models.CharField(_("title"), max_length=255)
    """The title of the page or row, as the admin shows it."""
    part = models.CharField(_("field of the page"), max_length=100)
    """The field or the rows where it is: "body"."""
    text = models.CharField(_("text of the link"), max_length=255, blank=True)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("in a text", "link")
        verbose_name_plural = pgettext_lazy("in a text", "links")
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self):
        return f"{self.title}: {self.text}"


class Round(models.Model):
    """How far the reading of this day has come: one row."""

    began_at = models.DateTimeField(null=True, blank=True)
    model = models.CharField(max_length=100, blank=True)
    """The model that is being read, as app_label.model; "" when all are read."""
    last = models.PositiveBigIntegerField(default=0)
    """The greatest primary key of it that was read."""
    changes_read_at = models.DateTimeField(null=True, blank=True)
    """Pages that were published since are read before all others."""

    class Meta:
        verbose_name = _("reading of links")
        verbose_name_plural = _("readings of links")

    def __str__(self):
        return f"{self.model} {self.last}"
