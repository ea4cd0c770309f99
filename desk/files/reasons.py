"""Why a file was not accepted, in words, by the code that is stored."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "virus": _("The scanner has found a virus in this file. Check your device before you upload another file."),
    "lost": _("This file was lost before it was checked. Upload it again."),
    "unreadable": _(
        "This file cannot be read. Open it in the program that made it, save it again and upload the new file."
    ),
}


def words_of(reason: str) -> Promise:
    """Why a file was not accepted, and what to do."""
    return REASONS.get(reason, REASONS["unreadable"])
