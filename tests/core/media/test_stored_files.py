"""Files that were stored before the portal cleaned them are cleaned by a command."""

import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from wagtail.models import UploadedFile

from core.media.models import PortalDocument, PortalImage
from core.media.withheld import FOLDERS, MOST_UNUSED, delete_forgotten_uploads, delete_orphans
from tests import factories
from tests.core.media.test_cleaning import BYTES, FORMATS, marked_pdf, marked_picture
from tests.core.media.test_media import media, pdf  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def run(command: str) -> str:
    out = StringIO()
    call_command(command, "clean", stdout=out, stderr=out)
    return out.getvalue()


def test_stored_pictures_are_cleaned_once_and_keep_their_names(media):  # noqa: F811
    for ending, kind in FORMATS.items():
        image = factories.image(file=ContentFile(marked_picture(kind), f"a.{ending}"))
        Path(image.file.path).write_bytes(marked_picture(kind))
        PortalImage.objects.filter(pk=image.pk).update(width=64, height=48)
        image.get_rendition("width-8")
    names = set(PortalImage.objects.values_list("file", flat=True))
    assert run("pictures") == "pictures: 6 cleaned, 0 were clean\n"
    assert set(PortalImage.objects.values_list("file", flat=True)) == names
    for image in PortalImage.objects.all():
        assert BYTES not in Path(image.file.path).read_bytes()
        assert (image.width < image.height) == (not image.file.name.endswith("gif"))
        assert not image.renditions.exists()
    assert "3 were clean" in run("pictures")  # JPEG and PNG: nothing is lost by repetition


def test_stored_documents_are_cleaned_and_those_that_cannot_be_are_named(media):  # noqa: F811
    document, protected = (factories.document(file=ContentFile(pdf(), f"{name}.pdf")) for name in ("a", "b"))
    Path(document.file.path).write_bytes(marked_pdf())
    Path(protected.file.path).write_bytes(pdf(user_password="secret", owner_password="secret", algorithm="RC4-128"))
    with pytest.raises(CommandError, match="1 could not be cleaned"):
        run("documents")
    assert BYTES not in Path(document.file.path).read_bytes()
    assert PortalDocument.objects.get(pk=document.pk).file.name == document.file.name
    assert PortalDocument.objects.get(pk=document.pk).file_hash != document.file_hash


def test_a_file_that_no_row_names_is_deleted_after_a_day(media):  # noqa: F811
    """What a process leaves that is killed between storing a file and the commit."""
    used = factories.image(), factories.document(), factories.image().get_rendition("max-8x8")
    waiting = UploadedFile.objects.create(file=ContentFile(pdf(), "waits.pdf"))
    folders = [folder for folder, _model in FOLDERS]
    for folder in folders:
        for name in ("old.png", "young.png"):
            default_storage.save(f"{folder}/{name}", ContentFile(b"x"))
    yesterday = time.time() - 90_000
    for path in media.rglob("*.*"):
        if path.name != "young.png":
            os.utime(path, (yesterday, yesterday))
    assert delete_orphans() == len(folders)
    assert not list(media.rglob("old.png"))
    assert len(list(media.rglob("young.png"))) == len(folders)
    assert all(Path(row.file.path).exists() for row in (*used, waiting))
    assert delete_forgotten_uploads() == 1
    assert not Path(waiting.file.path).exists()


def test_files_of_another_database_are_not_deleted(media):  # noqa: F811
    for number in range(MOST_UNUSED + 1):
        path = Path(default_storage.path(default_storage.save(f"documents/{number}.txt", ContentFile(b"x"))))
        os.utime(path, (0, 0))
    assert delete_orphans() == 0
    assert len(list(media.rglob("*.txt"))) == MOST_UNUSED + 1
