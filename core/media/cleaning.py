"""Documents without data about the people who wrote them, type by type."""

from collections.abc import Callable

from django.core.files import File

from core.media.reencoding import CannotBeCleaned, CleanFile

__all__ = ["CannotBeCleaned", "CleanFile", "clean_document"]

# By extension. Text files hold nothing but their text.
CLEANERS: dict[str, Callable[[File], CleanFile]] = {}


def clean_document(file: File, extension: str) -> File:
    """Return a document without data about people. Raises CannotBeCleaned.

    file: open, at any position. extension: in lower case, without the dot.
    """
    clean = CLEANERS.get(extension)
    if clean is None or isinstance(file, CleanFile):
        return file
    return clean(file)
