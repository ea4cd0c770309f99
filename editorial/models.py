"""What the editors' pages store."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail_localize.models import Translation

from editorial.imports.models import Import, ImportRow

__all__ = ["Import", "ImportRow", "PageRequests", "TranslationAssignment"]


class TranslationAssignment(models.Model):
    """The translator who looks after one translation. It stays when the translation is published."""

    translation = models.OneToOneField(Translation, on_delete=models.CASCADE, related_name="assignment")
    translator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="translation_assignments"
    )

    class Meta:
        verbose_name = _("assigned translation")
        verbose_name_plural = _("assigned translations")

    def __str__(self):
        return f"{self.translation} – {self.translator}"


class PageRequests(models.Model):
    """How often a page or city profile was asked for in one language in a month: `editorial.page_requests`."""

    month = models.DateField(help_text="Its first day")
    language = models.CharField(max_length=10)
    translation_key = models.UUIDField()
    count = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("requests of a page")
        verbose_name_plural = _("requests of pages")
        constraints = [
            models.UniqueConstraint(
                fields=["translation_key", "language", "month"], name="one_count_per_page_language_month"
            )
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.language} {self.translation_key}"
