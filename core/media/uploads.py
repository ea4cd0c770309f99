"""Check that the content of an uploaded file matches its extension. Nothing is unpacked or rendered."""

from collections.abc import Callable
from zipfile import ZipFile

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from filetype import guess as guess_type
from pypdf import PdfReader
from pypdf.errors import DependencyError

from core.media.decoding import one_at_a_time

HEAD = 8192


def validate_file_content(file: File, extension: str) -> None:
    """Raise ValidationError if the content does not match the extension (lower case, without the dot).

    file: open, at any position; afterwards at position 0.
    """
    matches = CONTENT.get(extension)
    if matches is None:
        return
    file.seek(0)
    try:
        with one_at_a_time():
            is_valid = matches(file)
    except Exception:  # a malicious file can raise any exception in a parser
        is_valid = False
    file.seek(0)
    if not is_valid:
        raise ValidationError(
            _(
                "The content of this file does not match the ending of its name (.%(extension)s). Save the file "
                "in that format and upload it again."
            )
            % {"extension": extension}
        )


def pdf_pages(file: File) -> int | None:
    """Return the number of pages of a PDF; None if it needs a password or is no valid PDF."""
    try:
        with one_at_a_time():
            return len(PdfReader(file).pages) or None
    except Exception:  # as in validate_file_content
        return None


def _is_pdf(file: File) -> bool:
    if not file.read(HEAD).startswith(b"%PDF-"):
        return False
    try:
        reader = PdfReader(file)
    except DependencyError:
        return True  # encrypted with AES; people with the password can read it
    return reader.is_encrypted or len(reader.pages) > 0


def _is_office(folder: str) -> Callable[[File], bool]:
    """Check for an Office Open XML package (ECMA-376, part 2) with a part in the folder of the application."""

    def matches(file: File) -> bool:
        with ZipFile(file) as archive:
            names = archive.namelist()
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return matches


def _is_open_document(kind: str) -> Callable[[File], bool]:
    """Check for an OpenDocument package (OASIS ODF 1.3, part 2, 3.3): its file `mimetype` contains the type."""
    expected = f"application/vnd.oasis.opendocument.{kind}".encode()

    def matches(file: File) -> bool:
        with ZipFile(file) as archive, archive.open("mimetype") as content:
            return content.read(len(expected) + 1).strip() == expected

    return matches


def _is_text(file: File) -> bool:
    """Check that a text file is no program, picture or archive."""
    return guess_type(file.read(HEAD)) is None


CONTENT: dict[str, Callable[[File], bool]] = {
    "pdf": _is_pdf,
    "docx": _is_office("word/"),
    "xlsx": _is_office("xl/"),
    "pptx": _is_office("ppt/"),
    "odt": _is_open_document("text"),
    "ods": _is_open_document("spreadsheet"),
    "odp": _is_open_document("presentation"),
    "csv": _is_text,
    "txt": _is_text,
}
