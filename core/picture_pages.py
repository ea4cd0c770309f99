"""Pages with one picture (calls, events, news)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.drawing.cover_files import cover_picture
from core.media.pictures import picture_or_cover
from core.pages import PortalPage

RENDITION = "fill-960x540|format-webp"


class PicturePage(PortalPage):
    """Base of the page types with one picture, which needs an alternative text in every language."""

    picture = models.ForeignKey(
        "core.PortalImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    picture_alternative_text = models.CharField(_("alternative text of the picture"), max_length=250, blank=True)

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.picture_id and not self.picture_alternative_text and not self.is_saved_as_draft:
            raise ValidationError(
                {"picture_alternative_text": _("Describe what the picture shows, for people who cannot see it.")}
            )

    def picture_or_cover(self, kind: str, code: str) -> dict:
        """The picture, else the drawn cover of `kind` and `code`, as templates/components/picture.html takes it."""
        cover = cover_picture(kind, code, "cover")
        return picture_or_cover(self.picture, self.picture_alternative_text, cover, RENDITION)
