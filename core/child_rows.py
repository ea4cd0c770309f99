"""Child rows that several apps have. A subclass adds the ParentalKey to its parent."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Orderable, TranslatableMixin

from core.fields import LanguageCodesField
from core.local_times.fields import InstantField
from core.validators import year_errors
from core.vocabularies import DatePrecision


class DocumentRow(TranslatableMixin, Orderable):
    """A document of a page; each language can have its own file."""

    title = models.CharField(_("title"), max_length=150)
    document = models.ForeignKey(
        "core.PortalDocument",
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        abstract = True
        verbose_name = _("document")


class SourceRow(Orderable):
    """A published source of a page. It is the same in every language: its title is not translated."""

    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("link"), max_length=1000)
    source_language = models.CharField(_("language"), max_length=10, blank=True)
    published_on = models.DateField(_("date"), null=True, blank=True)
    published_on_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=DatePrecision, default=DatePrecision.DAY
    )

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = _("source")


class SessionRow(Orderable):
    """A session with its start, its end and its languages. `starts_at` is before `ends_at`.

    Its times are those of its parent's place. `parent_name` is the name of the ParentalKey.
    """

    starts_at = InstantField(_("starts at"))
    ends_at = InstantField(_("ends at"))
    languages = LanguageCodesField(_("languages"))

    parent_name = "page"

    class Meta(Orderable.Meta):
        abstract = True

    @property
    def place_of_times(self) -> str:
        """The code of its parent's place; "" for a row whose parent is not known."""
        parent = getattr(self, self.parent_name, None)
        return parent.place_of_times if parent else ""

    def clean(self):
        super().clean()
        errors = year_errors(self, "starts_at", "ends_at")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = _("The end must come after the beginning.")
        if errors:
            raise ValidationError(errors)
