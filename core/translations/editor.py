"""What the translation editor shows: strings and values in the order of the page, their states, the possible actions.

The page is HTML that works without scripts; `static/js/translation_editor.js` saves without loading it again.
wagtail-localize's own editor is not used: it joins the lines of pasted text, saves with Enter, and cannot show what
changed in the original.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.admin.widgets import AdminPageChooser
from wagtail.documents.models import AbstractDocument
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.models import AbstractImage
from wagtail.images.widgets import AdminImageChooser
from wagtail.models import Page
from wagtail.snippets.widgets import AdminSnippetChooser
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    get_edit_url,
)

from core.translations.earlier import EarlierString, Part, compared, earlier_strings
from core.translations.locked import lock_message
from core.translations.paths import is_link, part_at
from core.translations.strings import reasons_against_publishing
from core.translations.submission import can_publish
from core.translations.terms import TermHint, TermList
from core.translations.typed_text import TextKind, text_kind, typed

# Characters in a line of a text field, for its height without scripts.
LINE = 60


@dataclass(frozen=True)
class Before:
    """What an open string and its translation were before the original changed."""

    source: list[Part]
    translation: str


@dataclass(frozen=True)
class EditorString:
    """A string of the original with its translation, as the translator types it."""

    pk: int
    url: str
    label: str
    help_text: str
    kind: TextKind
    source: list[Part]
    text: str
    before: Before | None
    error: str
    translator: str
    terms: tuple[TermHint, ...] = ()

    @property
    def anchor(self) -> str:
        return f"string-{self.pk}"

    @property
    def state(self) -> str:
        """`done`, `open`, `outdated` (open, with another text before) or `error`."""
        if self.error:
            return "error"
        if self.text:
            return "done"
        return "outdated" if self.before else "open"

    @property
    def is_open(self) -> bool:
        return self.state != "done"

    @property
    def state_label(self) -> str:
        labels = {
            "done": _("Translated"),
            "open": _("Not translated yet"),
            "outdated": _("The original has changed"),
            "error": _("Cannot be used"),
        }
        return labels[self.state]

    @property
    def has_lines(self) -> bool:
        return self.kind is not TextKind.LINE

    @property
    def has_tags(self) -> bool:
        return self.kind is TextKind.RICH and any("<" in part.text for part in self.source)

    @property
    def rows(self) -> int:
        text = self.text or "".join(part.text for part in self.source)
        return sum(1 + len(line) // LINE for line in text.split("\n")) + (1 if self.has_lines else 0)


@dataclass(frozen=True)
class EditorValue:
    """A file, picture or address of the original, which a language can have an own one of."""

    pk: int
    url: str
    label: str
    original: str
    has_own: bool
    error: str
    widget: forms.Widget
    value: object

    @property
    def anchor(self) -> str:
        return f"value-{self.pk}"

    @property
    def state(self) -> str:
        """`original`, `own` or `error`."""
        if self.error:
            return "error"
        return "own" if self.has_own else "original"

    @property
    def state_label(self) -> str:
        labels = {
            "original": _("As in the original"),
            "own": _("Own value of this language"),
            "error": _("Cannot be used"),
        }
        return labels[self.state]

    @property
    def takes_text(self) -> bool:
        return isinstance(self.widget, forms.TextInput)

    @property
    def html(self) -> str:
        attributes = {"id": f"{self.anchor}-value"}
        if self.error:
            attributes |= {"aria-invalid": "true", "aria-describedby": f"{self.anchor}-error"}
        return self.widget.render("value", self.value, attributes)


@dataclass(frozen=True)
class Group:
    """The strings and values of one field, block or row. tab: set where the first group of a tab is."""

    label: str
    tab: str
    items: list[EditorString | EditorValue] = field(default_factory=list)


@dataclass(frozen=True)
class Location:
    """Where wagtail-localize's editor shows a segment."""

    tab: str
    group: tuple[str, str | None]
    label: str
    help_text: str


class TranslationEditor:
    """The editor of one translation for one user. props: what wagtail-localize passes to its own editor, as JSON."""

    def __init__(self, record: Translation, version, user, props: str):
        self.record = record
        self.version = version
        self.user = user
        self.props = json.loads(props)
        # Where programs find the strings, as in wagtail-localize's own page, without its links to what is refused.
        self.props_json = json.dumps({"segments": self.props["segments"]})
        self.lock = lock_message(version, user)

    @cached_property
    def groups(self) -> list[Group]:
        tabs = {tab["slug"]: tab["label"] for tab in self.props["tabs"]}
        items: dict[tuple[str, int], EditorString | EditorValue]
        terms = TermList(self.record.source.locale.language_code, self.record.target_locale.language_code)
        items = {("string", item.pk): item for item in _strings(self.record, self._locations("string"), terms)}
        values = _values(self.record, self._locations("synchronised_value"))
        items |= {("synchronised_value", item.pk): item for item in values}
        groups: list[Group] = []
        last_tab = last = None
        for segment in self.props["segments"]:
            item = items.get((segment["type"], segment["id"]))
            if item is None:
                continue
            place = _location(segment)
            if place.group != last:
                heading = tabs.get(place.tab, "") if place.tab != last_tab and len(tabs) > 1 else ""
                groups.append(Group(place.group[0], heading))
                last, last_tab = place.group, place.tab
            groups[-1].items.append(item)
        return groups

    @cached_property
    def strings(self) -> list[EditorString]:
        return [item for group in self.groups for item in group.items if isinstance(item, EditorString)]

    @property
    def open_strings(self) -> list[EditorString]:
        return [item for item in self.strings if item.is_open]

    @property
    def media(self) -> forms.Media:
        values = (item for group in self.groups for item in group.items if isinstance(item, EditorValue))
        return sum((item.widget.media for item in values), forms.Media())

    @property
    def open_message(self) -> str:
        return open_message(len(self.open_strings))

    @property
    def download_url(self) -> str:
        return reverse("wagtail_localize:download_pofile", args=[self.record.pk])

    @property
    def upload_url(self) -> str:
        return reverse("wagtail_localize:upload_pofile", args=[self.record.pk])

    @property
    def previews(self) -> list[dict]:
        return self.props["previewModes"]

    def _locations(self, kind: str) -> dict[int, dict]:
        return {segment["id"]: segment for segment in self.props["segments"] if segment["type"] == kind}


def open_message(count: int) -> str:
    """Return how many strings are open, in a sentence."""
    if not count:
        return _("All strings are translated.")
    return ngettext("%(count)d string is open.", "%(count)d strings are open.", count) % {"count": count}


# wagtail-localize's place of a segment whose label is not shown.
NOWHERE = {"location": {"tab": "", "field": "", "blockId": None, "subField": "", "fieldHelpText": ""}}


def saved_string(record: Translation, number: int) -> EditorString:
    """Return one string as it is stored now, without its label."""
    (found,) = _strings(record, {number: NOWHERE})
    return found


def saved_value(record: Translation, number: int) -> EditorValue:
    """Return one value as it is stored now, without its label."""
    (found,) = _values(record, {number: NOWHERE})
    return found


def _strings(record: Translation, segments: dict[int, dict], terms: TermList | None = None) -> Iterator[EditorString]:
    """Yield strings of a translation. segments: what wagtail-localize's editor knows of each, by number."""
    model = record.source.specific_content_type.model_class()
    rows = StringSegment.objects.filter(pk__in=segments).select_related("context", "string")
    known = {
        (row.context_id, row.translation_of_id): row
        for row in StringTranslation.objects.filter(
            context__in=[row.context_id for row in rows], locale=record.target_locale
        ).select_related("last_translated_by")
    }
    earlier = earlier_strings(record)
    for row in rows:
        kind = text_kind(part_at(model, row.context.field_path))
        translation = known.get((row.context_id, row.string_id))
        place = _location(segments[row.pk])
        source, before = _with_changes(row.string.data, earlier.get((row.context.path, row.string.data)), kind)
        yield EditorString(
            pk=row.pk,
            url=reverse("wagtail_localize:edit_string_translation", args=[record.pk, row.pk]),
            label=place.label,
            help_text=place.help_text,
            kind=kind,
            source=source,
            text=typed(translation.data, kind).strip() if translation else "",
            before=before,
            error=str(translation.get_error() or "") if translation and translation.has_error else "",
            translator=_translator(translation),
            terms=terms.hints(strip_tags(row.string.data)) if terms else (),
        )


def _values(record: Translation, segments: dict[int, dict]) -> Iterator[EditorValue]:
    """Yield values that a language can have own ones of; `segments` as in `_strings`."""
    model = record.source.specific_content_type.model_class()
    rows = OverridableSegment.objects.filter(pk__in=segments).select_related("context")
    own = {
        row.context_id: row
        for row in SegmentOverride.objects.filter(
            context__in=[row.context_id for row in rows], locale=record.target_locale
        )
    }
    for row in rows:
        part = None if is_link(row.context.path) else part_at(model, row.context.field_path)
        override = own.get(row.context_id)
        place = _location(segments[row.pk])
        yield EditorValue(
            pk=row.pk,
            url=reverse("wagtail_localize:edit_override", args=[record.pk, row.pk]),
            label=_("Address of the link") if is_link(row.context.path) else place.label or place.group[0],
            original=_shown(part, row.data),
            has_own=override is not None,
            error=str(override.get_error() or "") if override and override.has_error else "",
            widget=_widget(part),
            value=override.data if override else row.data,
        )


def _with_changes(data: str, earlier: EarlierString | None, kind: TextKind) -> tuple[list[Part], Before | None]:
    source = typed(data, kind)
    if earlier is None:
        return [Part(source, is_changed=False)], None
    old, new = compared(typed(earlier.source, kind), source)
    return new, Before(old, typed(earlier.translation, kind))


def _translator(translation: StringTranslation | None) -> str:
    if translation is None:
        return ""
    if translation.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE:
        return _("by a machine")
    return translation.last_translated_by.get_full_name() if translation.last_translated_by else ""


def _location(segment: dict) -> Location:
    place = segment["location"]
    return Location(
        tab=place["tab"],
        group=(place["field"], place["blockId"]),
        label=str(place["subField"] or ""),
        help_text=str(place["fieldHelpText"] or ""),
    )


def _target(part: models.Field | blocks.Block | None) -> type[models.Model] | None:
    """Return the model of what a chooser chooses; None for text."""
    if isinstance(part, blocks.ChooserBlock):
        return part.model_class
    return part.related_model if isinstance(part, models.ForeignKey) else None


def _widget(part: models.Field | blocks.Block | None) -> forms.Widget:
    target = _target(part)
    if target is None:
        # No type="url": a path such as /fr/ is an address, too.
        return forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"})
    if issubclass(target, AbstractImage):
        return AdminImageChooser(show_clear_link=False)
    if issubclass(target, AbstractDocument):
        return AdminDocumentChooser(show_clear_link=False)
    if issubclass(target, Page):
        return AdminPageChooser(target_models=[target], show_clear_link=False)
    return AdminSnippetChooser(target, show_clear_link=False)


def _shown(part: models.Field | blocks.Block | None, value) -> str:
    target = _target(part)
    if target is None:
        return str(value)
    found = target._default_manager.filter(pk=value).first()
    return str(found) if found else _("It was deleted.")


@dataclass(frozen=True)
class Actions:
    """What a user can do with a translation now; nothing that would be refused. URLs are empty where it is not."""

    edit_url: str
    can_publish: bool
    reasons: list[str]
    """Why the user, who may publish, cannot publish now."""
    live_url: str
    unpublish_url: str
    delete_url: str


def actions_for(version, user) -> Actions:
    """Return what `user` can do with a translation now."""
    may_publish = can_publish(version, user)
    reasons = reasons_against_publishing(version) if may_publish else []
    if isinstance(version, Page):
        allowed = version.permissions_for_user(user)
        may_unpublish, may_delete = allowed.can_unpublish(), allowed.can_delete()
        names = {"unpublish": "wagtailadmin_pages:unpublish", "delete": "wagtailadmin_pages:delete"}
    else:
        policy = version.snippet_viewset.permission_policy
        may_unpublish = version.live and policy.user_has_permission_for_instance(user, "unpublish", version)
        may_delete = policy.user_has_permission_for_instance(user, "delete", version)
        names = {name: version.snippet_viewset.get_url_name(name) for name in ("unpublish", "delete")}
    return Actions(
        edit_url=get_edit_url(version),
        can_publish=may_publish and not reasons,
        reasons=reasons,
        live_url=(version.full_url or "") if isinstance(version, Page) and version.live else "",
        unpublish_url=reverse(names["unpublish"], args=[version.pk]) if may_unpublish else "",
        delete_url=reverse(names["delete"], args=[version.pk]) if may_delete else "",
    )
