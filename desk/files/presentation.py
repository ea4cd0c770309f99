"""A file of the desk as its templates show it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from desk.files.limits import PICTURE
from desk.files.reasons import words_of
from desk.models import DeskFile

PREVIEW = "max-480x360|format-webp"


def file_context(file: DeskFile, city_code: str) -> dict:
    """One file for desk/files/row.html. `preview`: src, width and height of a picture that can be shown."""
    at = {"city": city_code, "key": file.working_copy.key, "file": file.key}
    return {
        "key": str(file.key),
        "kind": file.kind,
        "is_picture": file.kind == PICTURE,
        "name": file.name,
        "state": file.state,
        "state_words": state_words(file),
        "reason": words_of(file.reason) if file.state == DeskFile.State.REFUSED else "",
        "preview": _preview(file),
        "url": reverse("desk-file", kwargs=at) if file.document_id else "",
    }


def state_words(file: DeskFile) -> str:
    """What has become of a file, and what happens next."""
    if file.state == DeskFile.State.WAITING:
        return _("Received. It is being checked; that usually takes less than a minute.")
    if file.state == DeskFile.State.REFUSED:
        return _("Not accepted")
    return _("Checked. Only your city and the secretariat see it until the practice is published.")


def _preview(file: DeskFile) -> dict | None:
    if file.image is None:
        return None
    rendition = file.image.get_rendition(PREVIEW)
    if rendition.is_placeholder:
        return None
    return {"src": rendition.url, "width": rendition.width, "height": rendition.height}
