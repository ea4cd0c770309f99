"""Files that are clean, and files that cannot be cleaned."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Why a file cannot be cleaned, and what to do, by code.
REFUSALS: dict[str, Promise] = {
    "unreadable": _(
        "This file cannot be read. Open it in the program that made it, save it again and upload the new file."
    ),
    "protected": _(
        "This document is protected. Save it without a password and without restrictions, and upload it again."
    ),
    "signed": _(
        "This document is signed. The names of people cannot be removed from it without breaking the signature. Print "
        "it as a new PDF and upload that file."
    ),
    "attachments": _(
        "This PDF has other files attached. Upload them as documents of their own, and this PDF without them."
    ),
    "macros": _("This document has macros. Save it without them, or as PDF, and upload that file."),
    "embedded": _(
        "This document has an object of another program in it, which cannot be checked. Save it as PDF and upload that "
        "file."
    ),
    "film": _("This document has a film or a sound in it, which cannot be checked. Remove it, or save it as PDF."),
    "too_large": _(
        "This document is too large when it is decompressed. Make its pictures smaller and upload it again."
    ),
}


class CannotBeCleaned(ValidationError):
    """A file from which the data about people cannot be removed. Its message says why and what to do."""

    def __init__(self, code: str):
        """code: of REFUSALS."""
        super().__init__(str(REFUSALS[code]), code=code)


class CleanFile(File):
    """A file that was cleaned, so that storing it does not clean it again."""

    # What WagtailImageField of forms sets.
    image = None
    content_type: str | None = None

    @classmethod
    def of(cls, content: bytes, name: str | None) -> "CleanFile":
        """A clean file with this content."""
        return cls(BytesIO(content), name=name)
