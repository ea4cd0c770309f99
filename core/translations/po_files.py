"""PO files of a translation: download, and upload with what is left out and what the translator is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polib
from babel.messages.plurals import get_plural
from bs4 import BeautifulSoup
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, to_locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from core.translations.earlier import earlier_strings

# wagtail-localize writes the translation that a file belongs to into this header.
ID_HEADER = "X-WagtailLocalize-TranslationID"
# A longer string that is the same in both languages was copied, not translated; a name or a year may be the same.
MOST_WORDS_ALIKE = 3
# How many strings a message names.
NAMED_STRINGS = 3


class InvalidPOFile(ValueError):
    """A file cannot be imported; the message tells the translator why."""


@dataclass
class ImportResult:
    """How many strings were imported, and the sentences about those that were not."""

    imported: int = 0
    warnings: list[str] = field(default_factory=list)


def export_po_file(record: Translation, site_name: str) -> polib.POFile:
    """Return the strings of a translation, as wagtail-localize exports them, in a file that `msgfmt --check` accepts.

    A text that occurs several times at one place is one entry. What a translator should know about a string is in its
    comment, in the active language: why its translation is not valid; the original and the translation before a change.

    site_name: the header names it as the project.
    """
    po = record.export_po()
    language = to_locale(record.target_locale.language_code)
    now = timezone.now().strftime("%Y-%m-%d %H:%M%z")
    po.metadata = {
        "Project-Id-Version": site_name,
        "POT-Creation-Date": now,
        "PO-Revision-Date": now,
        "Last-Translator": site_name,
        "Language-Team": record.target_locale.language_code,
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"{get_plural(language).plural_forms};".replace(";;", ";"),
        ID_HEADER: po.metadata[ID_HEADER],
    }
    comments = _comments(record)
    seen = set()
    for entry in list(po):
        key = (entry.msgctxt, entry.msgid)
        if key in seen:
            po.remove(entry)
            continue
        seen.add(key)
        entry.comment = comments.get(key, "")
        if entry.msgstr:
            entry.msgstr = _with_line_ends_of(entry.msgid, entry.msgstr)
    return po


def _comments(record: Translation) -> dict[tuple[str, str], str]:
    """Return the comments of strings by content path and source text."""
    comments = {}
    for key, earlier in earlier_strings(record).items():
        comments[key] = "\n".join(
            (
                _("Original before the change: %(text)s") % {"text": _one_line(earlier.source)},
                _("Translation before the change: %(text)s") % {"text": _one_line(earlier.translation)},
            )
        )
    errors = StringTranslation.objects.filter(
        locale=record.target_locale, context__object_id=record.source.object_id, has_error=True
    )
    for row in errors.select_related("context", "translation_of"):
        comments[row.context.path, row.translation_of.data] = _one_line(row.get_error())
    return comments


def _one_line(text: str) -> str:
    return " ".join(str(text).split())


def _with_line_ends_of(source: str, text: str) -> str:
    """Return a translation that begins and ends with a line end where its source does: `msgfmt --check` asks it."""
    text = text.strip("\n")
    return ("\n" if source.startswith("\n") else "") + text + ("\n" if source.endswith("\n") else "")


def parse_po_file(content: bytes, record: Translation) -> polib.POFile:
    """Read an uploaded file. Raises InvalidPOFile if it is no PO file of this translation."""
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("NUL")
        # With a line end it cannot be taken for the name of a file.
        po = polib.pofile(f"{text}\n")
    except (OSError, ValueError, LookupError) as error:  # polib raises OSError for a syntax error
        raise InvalidPOFile(
            _("This file is not a PO file in UTF-8. Download the PO file again and edit a copy of it.")
        ) from error
    if ID_HEADER not in po.metadata:
        raise InvalidPOFile(_("Choose a PO file that was downloaded here: it names its translation."))
    if po.metadata[ID_HEADER] != str(record.uuid):
        raise InvalidPOFile(_("This PO file belongs to another translation."))
    return po


def import_po_file(po: polib.POFile, record: Translation, user) -> ImportResult:
    """Import the finished strings of a file.

    Left out are entries that are empty, obsolete, marked as fuzzy, or longer and the same as their source.
    """
    segments = StringSegment.objects.filter(source=record.source)
    wanted = set(segments.values_list("context__path", "string__data"))
    entries = [entry for entry in po if not entry.obsolete and entry.msgstr.strip()]
    unknown = [entry for entry in entries if (entry.msgctxt, entry.msgid) not in wanted]
    known = [entry for entry in entries if (entry.msgctxt, entry.msgid) in wanted]
    fuzzy = [entry for entry in known if entry.fuzzy]
    copied = [entry for entry in known if not entry.fuzzy and _is_copied(entry)]
    finished = [entry for entry in known if entry not in fuzzy and entry not in copied]
    accepted = polib.POFile()
    accepted.metadata = po.metadata
    accepted.extend(finished)
    record.import_po(accepted, user=user, tool_name="PO File")
    return ImportResult(len(finished), [*_left_out(fuzzy, copied, unknown), *_errors(record, finished)])


def _is_copied(entry: polib.POEntry) -> bool:
    words = BeautifulSoup(entry.msgid, "html.parser").get_text().split()
    return entry.msgstr.strip() == entry.msgid.strip() and sum(map(str.isalpha, words)) > MOST_WORDS_ALIKE


def _left_out(fuzzy: list, copied: list, unknown: list) -> list[str]:
    warnings = []
    if fuzzy:
        warnings.append(
            ngettext(
                "%(count)d string is marked as fuzzy and was not imported: %(strings)s.",
                "%(count)d strings are marked as fuzzy and were not imported: %(strings)s.",
                len(fuzzy),
            )
            % _named(fuzzy)
        )
    if copied:
        warnings.append(
            ngettext(
                "%(count)d string is the same as its source and was not imported: %(strings)s.",
                "%(count)d strings are the same as their sources and were not imported: %(strings)s.",
                len(copied),
            )
            % _named(copied)
        )
    if unknown:
        warnings.append(
            ngettext(
                "%(count)d string is not on the page any more and was not imported: %(strings)s.",
                "%(count)d strings are not on the page any more and were not imported: %(strings)s.",
                len(unknown),
            )
            % _named(unknown)
        )
    return warnings


def _named(entries: list) -> dict:
    return {"count": len(entries), "strings": _quoted(entry.msgid for entry in entries[:NAMED_STRINGS])}


def _quoted(texts: Iterable[str]) -> str:
    return "; ".join(f"“{Truncator(BeautifulSoup(text, 'html.parser').get_text()).chars(60)}”" for text in texts)


def _errors(record: Translation, entries: list) -> list[str]:
    """Return a sentence for each imported string that breaks a rule."""
    found = StringTranslation.objects.filter(
        locale=record.target_locale, context__object_id=record.source.object_id, has_error=True
    )
    places = {(entry.msgctxt, entry.msgid) for entry in entries}
    return [
        f"{_quoted([row.data])}: {row.get_error()}"
        for row in found.select_related("context", "translation_of")
        if (row.context.path, row.translation_of.data) in places
    ]
