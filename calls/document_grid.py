"""The documents of a call: the grid of languages and kinds in the admin, and the form that adds or replaces one."""

from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.widgets import AdminDateInput
from wagtail.log_actions import log

from calls.admin_words import page_for
from calls.future import as_of
from calls.models import Call, CallDocument
from calls.states import last_day, shows_old_date
from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, own_name
from core.local_times.conversion import moment_at
from core.media.document_forms import DocumentInPlaceForm
from core.validators import validate_year

FIRST_VERSION = "1"
Kind = CallDocument.Kind


@dataclass(frozen=True)
class Cell:
    """The documents of one kind in one language. name: of its element on the page, and what opens a form for it."""

    name: str
    kind: str
    label: str
    rows: tuple[dict, ...]
    is_missing: bool


def document_grid(call, form: "DocumentForm | None" = None) -> list[dict]:
    """Return the grid: [{code, name, cells, form}], a row for each language of the portal.

    call: from `with_history(now)` with `documents__document` and `pages__locale` prefetched. form: the one that is
    open; its row has it.
    """
    with_page = {page.language for page in call.pages.all()}
    used = {row.kind for row in call.documents.all()}
    return [
        {
            "code": code,
            "name": own_name(code),
            "cells": [_cell(call, kind, code, expected=code in with_page and kind in used) for kind in Kind],
            "form": form if form is not None and form.language == code else None,
        }
        for code in LANGUAGE_CODES
    ]


def _cell(call, kind: Kind, code: str, *, expected: bool) -> Cell:
    found = [row for row in call.documents.all() if row.kind == kind and row.language == code]
    rows = [
        {
            "row": row,
            "name": f"{kind}-{code}-{row.pk}",
            "shows": dates.day(row.shows_deadline) if row.shows_deadline else "",
            "fault": _fault(row, call),
            "later": _fault_later(row, call),
        }
        for row in sorted(found, key=lambda row: (row.sort_order or 0, row.pk))
    ]
    return Cell(f"{kind}-{code}", str(kind), str(kind.label), tuple(rows), expected and not found)


def document_form(call, name: str, user, data=None, files=None) -> "DocumentForm | None":
    """Return the form for the cell or document of this name, "flyer-pt" or "flyer-pt-12"; None for another name."""
    for kind in Kind:
        for code in LANGUAGE_CODES:
            start = f"{kind}-{code}"
            if name == start:
                return DocumentForm(data, files, call=call, kind=kind, language=code, user=user)
            key = name.removeprefix(f"{start}-")
            if key != name and key.isascii() and key.isdecimal():
                row = next((row for row in call.documents.all() if row.pk == int(key)), None)
                if row is not None and (row.kind, row.language) == (kind, code):
                    return DocumentForm(data, files, call=call, kind=kind, language=code, row=row, user=user)
    return None


def _fault(row: CallDocument, call) -> str:
    """What is wrong with a document now, in one sentence; "" if nothing is."""
    if not shows_old_date(row, call):
        return ""
    day = last_day(call)
    if day is None:
        return _("Shows an old date. The deadline is not on record.")
    return _("Shows an old date. The deadline is %(day)s.") % {"day": dates.day(day)}


def _fault_later(row: CallDocument, call) -> str:
    """What will be wrong or right with a document after the next planned announcement; "" if nothing changes."""
    for change in call.valid_changes:
        if change.announce_at <= call.as_of:
            continue
        later = shows_old_date(row, as_of(call, change.announce_at))
        if later != shows_old_date(row, call):
            moment = {"instant": moment_at(change.announce_at, call.place_of_times)}
            if later:
                return _("From %(instant)s on it shows an old date.") % moment
            return _("From %(instant)s on its date is right.") % moment
    return ""


class DocumentForm(DocumentInPlaceForm):
    """Adds a document of a kind and language to a call, or replaces the file of one that it has."""

    version = forms.CharField(label=pgettext_lazy("version of a document", "Version"), max_length=20)
    shows_deadline = forms.DateField(
        label=gettext_lazy("Deadline shown"),
        required=False,
        widget=AdminDateInput,
        help_text=gettext_lazy("The last day that is printed in it. Leave empty if it names no date."),
    )

    def __init__(self, *args, call: Call, kind: str, language: str, row: CallDocument | None = None, **kwargs):
        self.call, self.kind, self.row = call, str(kind), row
        super().__init__(*args, language=language, earlier=row.document if row else None, **kwargs)
        if row is not None:
            self.initial = {
                "title": row.document.title,
                "version": row.version,
                "shows_deadline": row.shows_deadline,
            }
            self.fields["file"].help_text = _("Leave empty to keep the file and change only what is below.")
            self.remove_label = _("Remove from the page")
        else:
            page = page_for(call, language)
            self.initial = {"title": page.title if page else "", "version": FIRST_VERSION}

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.language}" + (f"-{self.row.pk}" if self.row else "")

    @property
    def heading(self) -> str:
        words = {"kind": Kind(self.kind).label, "language": own_name(self.language)}
        if self.row is None:
            return _("Add: %(kind)s, %(language)s") % words
        return _("Replace: %(kind)s, %(language)s") % words

    def clean_shows_deadline(self):
        day = self.cleaned_data["shows_deadline"]
        if day:
            validate_year(day)
        return day

    def clean(self):
        data = super().clean()
        same = CallDocument.objects.filter(
            call=self.call, kind=self.kind, language=self.language, version=data.get("version", "")
        )
        if same.exclude(pk=self.row.pk if self.row else None).exists():
            self.add_error("version", _("This version is already listed."))
        return data

    @transaction.atomic
    def save(self) -> str:
        row = self.row or CallDocument(call=self.call, kind=self.kind, language=self.language)
        row.document = self.stored()
        if row.document.title != self.cleaned_data["title"]:
            row.document.title = self.cleaned_data["title"]
            row.document.save(update_fields=["title"])
        row.version, row.shows_deadline = self.cleaned_data["version"], self.cleaned_data["shows_deadline"]
        row.save()
        log(instance=self.call, action="wagtail.edit", user=self.user)
        return _("Saved. The pages of the call show this document now.")

    @transaction.atomic
    def remove(self) -> str:
        assert self.row is not None  # noqa: S101  # else nothing can be removed
        self.row.delete()
        log(instance=self.call, action="wagtail.edit", user=self.user)
        return _("The page no longer shows the document. Its file is kept.")
