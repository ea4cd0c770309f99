"""Whether a file that somebody sends is what its name says. Nothing is unpacked or drawn."""

from collections.abc import Callable
from zipfile import ZipFile

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from filetype import guess as guess_type
from pypdf import PdfReader
from pypdf.errors import DependencyError

HEAD = 8192


def validate_file_content(file: File, extension: str) -> None:
    """Raise ValidationError when the content is not what the extension says.

    file: open, at any place; afterwards at its beginning.
    """
    holds = CONTENT.get(extension)
    if holds is None:
        return
    file.seek(0)
    try:
        is_right = holds(file)
    except Exception:  # whatever a reader of the format raises: the file was made to break it
        is_right = False
    file.seek(0)
    if not is_right:
        raise ValidationError(
            _(
                "The content of this file is not what its name says "
                "(.%(extension)s). Save it again in that format and try once more."
            )
            % {"extension": extension}
        )


def pdf_pages(file: File) -> int | None:
    """How many pages a PDF has; None for one that only a password opens, and for what is no PDF."""
    try:
        return len(PdfReader(file).pages) or None
    except Exception:  # as in validate_file_content
        return None


def _is_pdf(file: File) -> bool:
    if not file.read(HEAD).startswith(b"%PDF-"):
        return False
    try:
        reader = PdfReader(file)
    except DependencyError:
        return True  # encrypted with AES: whoever knows the password can read it
    return reader.is_encrypted or len(reader.pages) > 0


def _is_office(folder: str) -> Callable[[File], bool]:
    """A package of Office Open XML (ECMA-376, part 2) with a part in the folder of its application."""

    def holds(file: File) -> bool:
        with ZipFile(file) as archive:
            names = archive.namelist()
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return holds


def _is_open_document(kind: str) -> Callable[[File], bool]:
    """A package of OpenDocument (OASIS ODF 1.3, part 2, 3.3), which says in its first file what it is."""
    expected = f"application/vnd.oasis.opendocument.{kind}".encode()

    def holds(file: File) -> bool:
        with ZipFile(file) as archive, archive.open("mimetype") as said:
            return said.read(len(expected) + 1).strip() == expected

    return holds


def _is_text(file: File) -> bool:
    """No program, picture or archive under the name of a text."""
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
