"""The file fields of pictures and documents: whatever is stored through them is cleaned, whoever stores it."""

from pathlib import PurePosixPath
from secrets import token_hex

from django.core.files import File
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from core.media.cleaning import clean_document
from core.media.reencoding import clean_picture


def random_name(name: str) -> str:
    """A name that tells nothing but the type of the file."""
    return token_hex(16) + PurePosixPath(name).suffix.lower()


def document_path(document, name: str) -> str:
    """The path of the file of a document. The name of a withheld one tells nothing."""
    return f"documents/{random_name(name) if document.withheld else name}"


class PictureFile(WagtailImageFieldFile):
    """The file of a picture. Storing a new one cleans it."""

    def save(self, name, content: File, save=True):
        """Store a file under a free name. Raises CannotBeCleaned."""
        super().save(name, clean_picture(content), save)


class PictureFileField(WagtailImageField):
    """Wagtail's field for the file of a picture."""

    attr_class = PictureFile


class DocumentFile(FieldFile):
    """The file of a document. Storing a new one cleans it."""

    def save(self, name, content: File, save=True):
        """Store a file under a free name. Raises CannotBeCleaned."""
        super().save(name, clean_document(content, PurePosixPath(name).suffix[1:].lower()), save)


class DocumentFileField(FileField):
    """Django's field for the file of a document."""

    attr_class = DocumentFile


def store_new_file(thing) -> bool:
    """Store the file of a picture or document if it is new, before the row; return whether it was.

    Django stores it later, while it collects the values of the row: too late for the size and the hash of the file.
    """
    if not thing.file or thing.file._committed:
        return False
    thing.file.save(thing.file.name, thing.file.file, save=False)
    return True
