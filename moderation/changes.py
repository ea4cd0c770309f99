"""Two versions of a practice side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel
from wagtail.fields import StreamField

from core.i18n import dates
from core.i18n.text import comma_list, stream_text
from core.translations.earlier import Part, compared
from moderation.remarks import section_label
from practices.models import PracticePage


@dataclass(frozen=True)
class Row:
    """A field or relation: its parts in the earlier and in the later version; those that differ are marked."""

    section: str
    label: str | Promise
    before: list[Part]
    after: list[Part]

    @property
    def is_changed(self) -> bool:
        return any(part.is_changed for part in [*self.before, *self.after])


def compare(before: PracticePage | None, after: PracticePage) -> list[Row]:
    """All fields and relations that one of the versions fills, in the order of the editor."""
    rows = []
    for name in sections():
        texts = ["" if page is None else text_of(page, name) for page in (before, after)]
        if any(texts):
            rows.append(Row(name, section_label(name), *compared(*texts)))
    return rows


def sections() -> list[str]:
    """The names of the fields and relations in the editor of a practice, in its order, without those of schedules."""
    names = dict.fromkeys(_names(PracticePage.get_edit_handler()))
    return [name for name in names if name not in {"go_live_at", "expire_at"}]


def _names(panel: Panel) -> Iterator[str]:
    if isinstance(panel, InlinePanel):
        yield panel.relation_name
    elif isinstance(panel, FieldPanel):
        yield panel.field_name
    for child in getattr(panel, "children", ()):
        yield from _names(child)


def text_of(page: PracticePage, name: str) -> str:
    """A field as text, or a relation with a paragraph for each row."""
    field = page._meta.get_field(name)
    if field.one_to_many:
        return "\n\n".join(_text_of_row(row, field.field.name) for row in getattr(page, name).all())
    return _display(page, field)


def _text_of_row(row: models.Model, parent: str) -> str:
    hidden = {parent, "id", "sort_order", "translation_key", "locale"}
    filled = []
    for field in row._meta.get_fields():
        if field.concrete and field.name not in hidden and (text := _display(row, field)):
            filled.append((field, text))
    if len(filled) == 1:
        return filled[0][1]
    return "\n".join(
        _("%(label)s: %(value)s") % {"label": capfirst(field.verbose_name), "value": text} for field, text in filled
    )


def _display(thing: models.Model, field: models.Field) -> str:
    if isinstance(field, StreamField):
        return stream_text(getattr(thing, field.name))
    if field.many_to_one:
        return str(getattr(thing, field.name) or "")
    show = getattr(thing, f"get_{field.name}_display", None)
    value = show() if show else getattr(thing, field.name)
    if isinstance(value, Decimal):
        return dates.number(value)
    if isinstance(value, date):
        return dates.day(value)
    if isinstance(value, list | tuple):
        return comma_list(map(str, value))
    return "" if value is None or value is False else str(value)
