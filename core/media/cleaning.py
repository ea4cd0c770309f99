"""Documents without data about the people who wrote them, type by type.

PDF, Office Open XML and OpenDocument are written again. Text files (.txt, .csv) hold nothing but their text.
"""

from collections.abc import Callable

from django.core.files import File

from core.media.package_cleaning import clean_office, clean_open_document
from core.media.pdf_cleaning import clean_pdf
from core.media.refusals import CleanFile

CLEANERS: dict[str, Callable[[File], CleanFile]] = {
    "pdf": clean_pdf,
    **dict.fromkeys(("docx", "xlsx", "pptx"), clean_office),
    **dict.fromkeys(("odt", "ods", "odp"), clean_open_document),
}


def clean_document(file: File, extension: str) -> File:
    """Return a document without data about people. Raises CannotBeCleaned.

    file: open, at any position. extension: in lower case, without the dot.
    """
    clean = CLEANERS.get(extension)
    if clean is None or isinstance(file, CleanFile):
        return file
    return clean(file)
