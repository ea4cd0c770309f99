"""Why a file was not accepted, in words, by the code that is stored."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.media.refusals import REFUSALS

REASONS: dict[str, Promise] = {
    "virus": _("The scanner has found a virus in this file. Check your device before you upload another file."),
    "lost": _("This file was lost before it was checked. Upload it again."),
    **REFUSALS,
}


def words_of(reason: str) -> Promise:
    """Why a file was not accepted, and what to do."""
    return REASONS.get(reason, REASONS["unreadable"])
