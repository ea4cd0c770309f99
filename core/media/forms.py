"""The admin form for pictures: what pages could not show is refused when it is uploaded, in words."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from core.i18n import dates
from core.media.decoding import most_pixels, one_at_a_time, read_header
from core.media.reencoding import reencode
from core.media.refusals import CleanFile

# WebP ends at 16,383 pixels (RFC 9649, 2.6), and a page shows a picture 1,600 pixels wide: with the two limits every
# rendition is shorter.
MOST_PIXELS_OF_A_SIDE = 12_000
LONGEST_SHAPE = 8


class PictureField(WagtailImageField):
    """Wagtail's field, with limits for the shape, and it encodes the picture again. Wagtail reads only the header."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.help_text = f"{self.help_text} {limits_in_words()}"

    def to_python(self, data):
        with one_at_a_time():
            try:
                file = super().to_python(data)
                return file and self._clean_file(file)
            except ValidationError:
                raise
            except Exception as error:  # a malicious file can raise any exception in a decoder
                raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error

    def _clean_file(self, file) -> CleanFile:
        """Check the limits by the header, then decode the picture and encode it again (core.media.reencoding)."""
        picture = read_header(file)
        self._check_pixels(picture)
        check_shape(*picture.size)
        clean = reencode(file, file.name)
        clean.image, clean.content_type = file.image, file.content_type  # as WagtailImageField sets them
        return clean

    def _check_pixels(self, picture) -> None:
        """Raise Wagtail's error for a format with a lower limit than the setting."""
        number, limit = picture.width * picture.height, most_pixels(picture.format)
        if number > limit:
            words = self.error_messages["file_too_many_pixels"] % {"num_pixels": number, "max_pixels_count": limit}
            raise ValidationError(words, code="file_too_many_pixels")


def check_shape(width: int, height: int) -> None:
    """Raise ValidationError for a picture with a side that is too long."""
    size = {"width": dates.number(width), "height": dates.number(height)}
    if max(width, height) > MOST_PIXELS_OF_A_SIDE:
        words = _("This picture is %(width)s × %(height)s pixels. A side may have %(limit)s pixels at most.")
        raise ValidationError(words % (size | {"limit": dates.number(MOST_PIXELS_OF_A_SIDE)}), code="side_too_long")
    if max(width, height) > LONGEST_SHAPE * min(width, height):
        words = _(
            "This picture is %(width)s × %(height)s pixels. The longer side may be %(limit)s times as long as the "
            "shorter one at most."
        )
        raise ValidationError(words % (size | {"limit": dates.number(LONGEST_SHAPE)}), code="shape_too_long")


def limits_in_words() -> str:
    """What a picture may be, beside the formats and the size of the file, which Wagtail names."""
    limits = _(
        "At most %(million)s million pixels, %(side)s pixels on a side, and %(shape)s times as long as "
        "wide. Of an animation, pages show only the first picture."
    ) % {
        "million": dates.number(most_pixels(None) // 1_000_000),
        "side": dates.number(MOST_PIXELS_OF_A_SIDE),
        "shape": dates.number(LONGEST_SHAPE),
    }
    of_formats = _("WebP and AVIF: at most %(million)s million pixels.") % {
        "million": dates.number(most_pixels("WEBP") // 1_000_000)
    }
    return f"{limits} {of_formats}"


class PictureForm(BaseImageForm):
    """Wagtail's form with PictureField (WAGTAILIMAGES_IMAGE_FORM_BASE)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = PictureField(label=plain.label, required=plain.required, widget=plain.widget)

    def clean(self):
        """Leave a file alone that has not changed: Django would open it, and it may be missing or broken."""
        cleaned = super().clean()
        if "file" not in self.changed_data:
            cleaned.pop("file", None)
        return cleaned
