"""The admin form for pictures: a picture that can't be decoded is rejected when it is uploaded."""

from django.core.exceptions import ValidationError
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

# JPEG files are decoded at an eighth of their size, which also finds missing data.
SMALL = (64, 64)


class PictureField(WagtailImageField):
    """Wagtail's field, and it decodes the whole picture. Wagtail reads only the file header."""

    def to_python(self, data):
        try:
            file = super().to_python(data)
            if file is not None:
                with Image.open(file) as picture:
                    picture.draft(None, SMALL)
                    picture.load()
                file.seek(0)
        except ValidationError:
            raise
        except Exception as error:  # a malicious file can raise any exception in a decoder
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        return file


class PictureForm(BaseImageForm):
    """Wagtail's form with PictureField (WAGTAILIMAGES_IMAGE_FORM_BASE)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = PictureField(label=plain.label, required=plain.required, widget=plain.widget)
