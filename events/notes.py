"""The note that readers find on a changed event: in their language, or in that of the original, which is then named."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from core.i18n.languages import language_name


@dataclass(frozen=True)
class Note:
    """What readers are told of the last change. language: that of the text. is_fallback: not that of the version."""

    text: str
    language: str
    is_fallback: bool

    def in_words(self, reader: str) -> str:
        """The note where nothing can be marked up: a fallback begins with its language. reader: a language code."""
        if not self.is_fallback:
            return self.text
        with translation.override(reader):
            return _("In %(language)s: %(text)s") % {
                "language": language_name(self.language, reader),
                "text": self.text,
            }


def note_of(event) -> Note | None:
    """Return the note of an event about its last change; None without one.

    A version whose note is about an earlier change has that of the original. event: after
    `read_notes`, or costs a query if it needs that.
    """
    if event.note_is_about == event.noted_sequence and event.change_note:
        return Note(event.change_note, event.language, is_fallback=False)
    if event.is_original or not event.noted_sequence:
        return None
    text = event.original_note if hasattr(event, "original_note") else _note_of_original(event)
    return Note(text, event.original_language, is_fallback=True) if text else None


def _note_of_original(event) -> str:
    originals = type(event).objects.filter(
        translation_key=event.translation_key, locale__language_code=event.original_language
    )
    return originals.values_list("change_note", flat=True).first() or ""


def read_notes(events: Iterable) -> None:
    """Read the notes that `note_of` needs for versions whose own note is about an earlier change, in one query."""
    waiting = [event for event in events if not event.is_original and event.note_is_about != event.noted_sequence]
    if not waiting:
        return
    rows = type(waiting[0]).objects.filter(translation_key__in=[event.translation_key for event in waiting])
    found = rows.filter(locale__language_code=F("original_language")).values_list("translation_key", "change_note")
    notes = dict(found)
    for event in waiting:
        event.original_note = notes.get(event.translation_key, "")
