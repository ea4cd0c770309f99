"""Files that were stored before the portal cleaned them are cleaned by a command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from core.media.models import PortalDocument, PortalImage
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
