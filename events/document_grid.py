"""The documents of an event: the grid of documents and languages in the admin, and the form that adds or replaces one.

What an editor sees here is the newest version of each page, also where it is not public yet.
"""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail_localize.models import SegmentOverride, Translation, TranslationContext

from core.i18n.languages import LANGUAGE_CODES, html_code, own_name
from core.media.document_forms import DocumentInPlaceForm
from core.page_facts import save_fact
from core.querysets.children import prefetch_children
from core.translations.groups import original_of
from events.models import EventDocument, EventPage

NEW = "new"
IN_HANDS_OF_OTHERS = gettext_lazy(
    "The page is locked, scheduled for publication, or waits for a decision. Try again after that."
)


def newest(versions: Sequence[EventPage]) -> list[EventPage]:
    """The versions of an event as they were saved last, with their documents."""
    drafts = [
        version.get_latest_revision_as_object() if version.has_unpublished_changes else version for version in versions
    ]
    prefetch_children(drafts, "documents")
    prefetch_related_objects([row for draft in drafts for row in draft.documents.all()], "document")
    return drafts


def hindrances(versions: Sequence[EventPage], user) -> dict[str, str]:
    """Why a person cannot change the documents of a version now, as a sentence by language.

    versions: all of them, as they are in the database.
    """
    submitted = _submitted(versions)
    found = {}
    for version in versions:
        if not version.permissions_for_user(user).can_edit():
            found[version.language] = _("You are not allowed to change it.")
        elif _is_in_hands_of_others(version, user):
            found[version.language] = str(IN_HANDS_OF_OTHERS)
        elif not version.is_original and version.language not in submitted:
            found[version.language] = _(
                "It was never submitted for translation, so it shows the files of the original."
            )
    return found


def _submitted(versions: Sequence[EventPage]) -> set[str]:
    """The languages into which an event was submitted for translation."""
    original = next(version for version in versions if version.is_original)
    records = Translation.objects.filter(source__object_id=original.translation_key, source__locale=original.locale_id)
    return set(records.values_list("target_locale__language_code", flat=True))


def _is_in_hands_of_others(version: EventPage, user) -> bool:
    """Whether somebody else has a page: a change from here would be lost, or change what they decide on."""
    lock = version.get_lock()
    return bool(version.workflow_in_progress or (lock is not None and lock.for_user(user)))


def document_grid(
    versions: Sequence[EventPage], hindered: Mapping[str, str] | None = None, form: "EventDocumentForm | None" = None
) -> list[dict]:
    """The documents of an event by language: [{key, title, cells, form}], a row for each document of the original.

    A cell has the `file` of a version, whether it `is_own` (not that of the original), and the `name` that opens its
    form; "" where a version does not show the document yet, because its title is not translated.
    versions: all of them, with their documents. hindered: from `hindrances`, the `hindrance` of a cell. form: the one
    that is open; its row has it.
    """
    hindered = hindered or {}
    original = next(version for version in versions if version.is_original)
    by_language = {version.language: version for version in versions}
    return [
        {
            "key": f"documents-{row.translation_key}",
            "title": row.title,
            "cells": [
                _cell(by_language[code], row, original) | {"hindrance": hindered.get(code, "")}
                for code in LANGUAGE_CODES
                if code in by_language
            ],
            "form": form if form is not None and form.key == row.translation_key else None,
        }
        for row in sorted(original.documents.all(), key=lambda row: (row.sort_order or 0, row.pk or 0))
    ]


def _cell(version: EventPage, of_original: EventDocument, original: EventPage) -> dict:
    found = _row(version, of_original.translation_key)
    return {
        "label": own_name(version.language),
        "title": found.title if found else "",
        "code": html_code(version.language),
        "file": found.document if found else None,
        "is_own": found is not None and (version is original or found.document_id != of_original.document_id),
        "name": f"{of_original.translation_key}-{version.language}" if found else "",
        "edit_url": reverse("wagtailadmin_pages:edit", args=[version.pk]),
    }


def _row(version: EventPage, key: UUID) -> EventDocument | None:
    return next((row for row in version.documents.all() if row.translation_key == key), None)


def document_form(versions: Sequence[EventPage], name: str, user, data=None, files=None) -> "EventDocumentForm | None":
    """The form for the cell of this name, or for a new document of the original ("new"); None for another name.

    versions: from `newest`.
    """
    original = next(version for version in versions if version.is_original)
    if name == NEW:
        return OriginalDocumentForm(data, files, version=original, row=None, user=user)
    for version in versions:
        for row in version.documents.all():
            if name == f"{row.translation_key}-{version.language}":
                if version is original:
                    return OriginalDocumentForm(data, files, version=version, row=row, user=user)
                if version.language in _submitted(versions):
                    return TranslatedDocumentForm(data, files, version=version, row=row, user=user)
    return None


def _places(version: EventPage, key: UUID | None) -> QuerySet[TranslationContext]:
    """The place of a file in the translations of an event."""
    return TranslationContext.objects.filter(object_id=version.translation_key, path=f"documents.{key}.document")


class EventDocumentForm(DocumentInPlaceForm):
    """Base of the forms. version: a page as it was saved last. row: of this page; None for a new document."""

    def __init__(self, *args, version: EventPage, row: EventDocument | None, **kwargs):
        self.version, self.row = version, row
        self.key = row.translation_key if row else None
        super().__init__(*args, language=version.language, earlier=row.document if row else None, **kwargs)

    @property
    def name(self) -> str:
        return f"{self.key}-{self.language}" if self.row else NEW

    @property
    def heading(self) -> str:
        if self.row is None:
            return _("Add a document")
        return _("Replace: %(title)s, %(language)s") % {"title": self.row.title, "language": own_name(self.language)}

    def page(self) -> EventPage:
        """The page as it is in the database now, locked. Raises PermissionDenied if the user may not edit it."""
        page = EventPage.objects.select_for_update().get(pk=self.version.pk)
        if not page.permissions_for_user(self.user).can_edit():
            raise PermissionDenied
        return page

    def clean(self):
        """Refuse while somebody else has the page."""
        self.refuse_in_hands_of_others()
        return super().clean()

    def refuse_in_hands_of_others(self) -> None:
        """Raise ValidationError while somebody else has the page."""
        if _is_in_hands_of_others(self.version, self.user):
            raise ValidationError(IN_HANDS_OF_OTHERS)

    def show(self, page: EventPage, document) -> str:
        """Show a file in the row of the page; returns the sentence about what readers see now."""

        def change(edited: EventPage) -> None:
            row = self.row_of(edited)
            row.title, row.document = self.document_title(self.cleaned_data), document
            edited.documents.add(row)

        return self.saved(save_fact(page, change, self.user))

    def row_of(self, page: EventPage) -> EventDocument:
        """The row of a page, or a new one at its end. Raises Http404 if somebody has removed the row since."""
        if self.key is None:
            last = max((row.sort_order or 0 for row in page.documents.all()), default=-1)
            return EventDocument(locale=page.locale, sort_order=last + 1)
        row = _row(page, self.key)
        if row is None:
            raise Http404
        return row

    def saved(self, is_public: bool) -> str:
        """The sentence about a change."""
        if is_public:
            return _("Saved and public.")
        return _("Saved as a draft. Readers see it when the page is published.")


class OriginalDocumentForm(EventDocumentForm):
    """Adds a document to an event, replaces its file or title, or removes it, in every language."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=EventDocument._meta.get_field("title").max_length)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.initial = {"title": self.row.title}
            self.fields["file"].help_text = _("Leave empty to keep the file and change only the title.")
            self.remove_label = _("Remove from the page")

    @transaction.atomic
    def save(self) -> str:
        return self.show(self.page(), self.stored())

    @transaction.atomic
    def remove(self) -> str:
        self.refuse_in_hands_of_others()

        def change(edited: EventPage) -> None:
            edited.documents.remove(self.row_of(edited))

        return self.saved(save_fact(self.page(), change, self.user))


class TranslatedDocumentForm(EventDocumentForm):
    """Gives a translation a file of its own, or the file of the original again. Its title is translated elsewhere."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["title"]
        self.fields["file"].required = True
        if self._override().exists():
            self.remove_label = _("Use the file of the original")

    def document_title(self, data):
        return self.row.title

    def _override(self) -> QuerySet[SegmentOverride]:
        """What this language has instead of the file of the original."""
        return SegmentOverride.objects.filter(context__in=_places(self.version, self.key), locale=self.version.locale)

    @transaction.atomic
    def save(self) -> str:
        page, document = self.page(), self.stored()
        SegmentOverride.objects.update_or_create(
            context=_places(page, self.key).get(),
            locale=page.locale,
            defaults={"data_json": json.dumps(document.pk), "last_translated_by": self.user},
        )
        return self.show(page, document)

    @transaction.atomic
    def remove(self) -> str:
        self.refuse_in_hands_of_others()
        page = self.page()
        self.cleaned_data: dict = {}
        self._override().delete()
        return self.show(page, self.row_of(original_of(page)).document)
