"""What happens to files when pages change, and when an editor uploads several."""

from pathlib import PurePosixPath

from django.core.files import File
from django.db.models.signals import pre_save
from wagtail.models import UploadedFile
from wagtail.signals import page_published

from core.media.cleaning import clean_document
from core.media.models import PortalImage
from core.media.reencoding import clean_picture
from core.media.withheld import release_files_of


def release_files(sender, instance, **kwargs) -> None:
    """Make the files of a page public, in whatever way it was published."""
    release_files_of(instance)


def clean_waiting_file(sender, instance: UploadedFile, **kwargs) -> None:
    """Clean a file that waits for the other fields of its form: Wagtail stores it as it was sent."""
    if not instance.file or instance.file._committed:
        return
    name = str(instance.file.name)
    content: File = instance.file.file
    is_picture = instance.for_content_type and instance.for_content_type.model_class() is PortalImage
    clean: File = (
        clean_picture(content) if is_picture else clean_document(content, PurePosixPath(name).suffix[1:].lower())
    )
    instance.file.save(name, clean, save=False)


def connect() -> None:
    """Connect the receivers of this module."""
    page_published.connect(release_files)
    pre_save.connect(clean_waiting_file, sender=UploadedFile)
