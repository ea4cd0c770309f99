"""The admin's form for pictures: one that cannot be shown is refused where it is sent."""

from django.core.exceptions import ValidationError
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

# JPEGs are read at an eighth of their size, which finds what is missing just as well.
SMALL = (64, 64)


class PictureField(WagtailImageField):
    """Wagtail's field, which looks at the head of a file only, and whose reader stumbles over some."""

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
        except Exception as error:  # whatever a reader raises: the file was made to break it
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        return file


class PictureForm(BaseImageForm):
    """Wagtail's form with our field (WAGTAILIMAGES_IMAGE_FORM_BASE)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = PictureField(label=plain.label, required=plain.required, widget=plain.widget)
