"""What a city may upload: types by content, and limits, each with words in the reader's language."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from core.i18n import dates
from core.i18n.text import comma_list
from core.media.decoding import most_pixels, read_header
from core.media.forms import check_shape
from core.media.uploads import CONTENT, validate_file_content
from desk.models import DeskFile

PICTURE, DOCUMENT = DeskFile.Kind.PICTURE, DeskFile.Kind.DOCUMENT
# For one practice. They keep a disk from being filled by one account.
MOST_FILES = {PICTURE: 20, DOCUMENT: 20}
# The extension under which a picture is stored, by Pillow's name of its format.
PICTURES = {"AVIF": "avif", "GIF": "gif", "JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp"}
# Extensions of documents that their content does not tell.
TEXTS = ("csv", "txt")


def extension_of(upload: UploadedFile, kind: str) -> str:
    """The extension by which an upload is stored, from its content. Raises ValidationError with words for people.

    Reads headers only: the worker decodes and cleans the file.
    """
    _check_size(upload)
    return _picture(upload) if kind == PICTURE else _document(upload)


def check_number(present: int, kind: str) -> None:
    """Raise ValidationError when a practice has as many files of a kind as it may have."""
    limit = MOST_FILES[DeskFile.Kind(kind)]
    if present < limit:
        return
    if kind == PICTURE:
        words = ngettext(
            "A practice can have %(number)s picture at most. Remove one before you add another.",
            "A practice can have %(number)s pictures at most. Remove one before you add another.",
            limit,
        )
    else:
        words = ngettext(
            "A practice can have %(number)s document at most. Remove one before you add another.",
            "A practice can have %(number)s documents at most. Remove one before you add another.",
            limit,
        )
    raise ValidationError(words % {"number": dates.number(limit)}, code="too_many_files")


def _check_size(upload: UploadedFile) -> None:
    if not upload.size:
        raise ValidationError(_("This file is empty. Choose another one."), code="empty")
    if upload.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        words = _("This file is %(size)s. The limit is %(limit)s.") % {
            "size": dates.file_size(upload.size),
            # Whole megabytes, as the hint at the field has them; the setting counts in 1,024.
            "limit": dates.file_size(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE // 1_000_000 * 1_000_000),
        }
        raise ValidationError(words, code="too_big")


def _picture(upload: UploadedFile) -> str:
    try:
        picture = read_header(upload)
    except Image.DecompressionBombError:
        raise _too_many_pixels(None) from None
    except Exception:  # no picture; a malicious file can raise any exception in a decoder
        picture = None
    finally:
        upload.seek(0)
    if picture is None or picture.format not in PICTURES:
        words = _("This picture cannot be shown here. Save it as JPEG, PNG, WebP, AVIF or GIF and upload it again.")
        raise ValidationError(words, code="not_a_picture")
    if picture.width * picture.height > most_pixels(picture.format):
        raise _too_many_pixels(picture)
    check_shape(*picture.size)
    return PICTURES[picture.format]


def _too_many_pixels(picture: Image.Image | None) -> ValidationError:
    limit = most_pixels(picture.format if picture else None)
    words = _("This picture has more than %(million)s million pixels. Make it smaller and upload it again.")
    return ValidationError(words % {"million": dates.number(limit / 1_000_000)}, code="too_many_pixels")


def _document(upload: UploadedFile) -> str:
    extension = _extension_by_content(upload) or _extension_by_name(upload)
    if extension not in settings.WAGTAILDOCS_EXTENSIONS:
        words = _("Files of this type cannot be published here. Save the document as one of these types: %(types)s.")
        types = comma_list(name.upper() for name in settings.WAGTAILDOCS_EXTENSIONS)
        raise ValidationError(words % {"types": types}, code="not_a_document")
    if extension in TEXTS:
        validate_file_content(upload, extension)
    return extension


def _extension_by_name(upload: UploadedFile) -> str:
    extension = (upload.name or "").rpartition(".")[2].lower()
    return extension if extension in TEXTS else ""


def _extension_by_content(upload: UploadedFile) -> str:
    upload.seek(0)
    start = upload.read(8)
    if start.startswith(b"%PDF-"):
        return "pdf"
    if not start.startswith(b"PK"):
        return ""
    return next(
        (extension for extension in ("docx", "xlsx", "pptx", "odt", "ods", "odp") if _is(upload, extension)), ""
    )


def _is(upload: File, extension: str) -> bool:
    upload.seek(0)
    try:
        return CONTENT[extension](upload)
    except Exception:  # as in validate_file_content
        return False
