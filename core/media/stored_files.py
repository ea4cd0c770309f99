"""Cleans files that were stored before the portal cleaned them on arrival."""

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from django.core.files import File
from django.db import transaction

from core.media.cleaning import clean_document
from core.media.embedded_pictures import clean_jpeg, clean_png
from core.media.models import PortalDocument, PortalImage
from core.media.reencoding import clean_picture
from core.media.refusals import CannotBeCleaned

# Formats of which it can be told, without decoding, that nothing has to be removed.
STRIPPED = {"jpg": clean_jpeg, "jpeg": clean_jpeg, "png": clean_png}

Outcome = tuple[PortalImage | PortalDocument, str]
"""A picture or document, and what happened: "cleaned", "clean" (it was), "missing", or a code of REFUSALS."""


def clean_pictures() -> Iterator[Outcome]:
    """Encode the stored pictures again where they say more than their pixels, and delete their renditions."""
    for image in PortalImage.objects.order_by("pk").iterator():
        yield image, _outcome(_clean_picture, image)


def clean_documents() -> Iterator[Outcome]:
    """Clean the stored documents. One that cannot be cleaned stays as it is."""
    for document in PortalDocument.objects.order_by("pk").iterator():
        yield document, _outcome(_clean_document, document)


def _outcome(clean, thing) -> str:
    try:
        return "cleaned" if clean(thing) else "clean"
    except CannotBeCleaned as error:
        return str(error.code)
    except (OSError, ValueError):
        return "missing"


def _clean_picture(image: PortalImage) -> bool:
    with image.file.open("rb") as file:
        if _is_clean(file, image.file.name.rpartition(".")[2].lower()):
            return False
        with clean_picture(file) as clean:
            _replace(image.file, clean)
    with transaction.atomic():
        image.file.field.update_dimension_fields(image, force=True)
        image._set_image_file_metadata()
        image.save(update_fields=["width", "height", "file_size", "file_hash"])
        image.renditions.all().delete()
    image.file.close()
    return True


def _is_clean(file: File, ending: str) -> bool:
    strip = STRIPPED.get(ending)
    if strip is None:
        return False
    content = file.read()
    try:
        return strip(content) == content
    except ValueError:
        return False


def _clean_document(document: PortalDocument) -> bool:
    with document.file.open("rb") as file:
        clean = clean_document(file, document.file_extension.lower())
        if clean is file or clean is document.file:
            return False
        with clean:
            _replace(document.file, clean)
    document.save()
    return True


def _replace(stored, clean: File) -> None:
    """Put other content into a stored file, under the same name: addresses stay. On a local disk in one step."""
    clean.seek(0)
    try:
        path = Path(stored.path)
    except NotImplementedError:
        stored.storage.delete(stored.name)
        stored.storage.save(stored.name, clean)
        return
    beside = path.with_name(f".{token_hex(8)}")
    try:
        with beside.open("wb") as new:
            for piece in clean.chunks():
                new.write(piece)
        beside.chmod(path.stat().st_mode)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
