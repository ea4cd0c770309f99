"""The admin's history of times: each change of a date or instant as it was, in the time of its place of then.

A log entry of the action MOVED keeps instants and codes of places, so it says the same after the place has changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.models import get_all_child_relations
from wagtail.log_actions import LogFormatter, log
from wagtail.models import PageLogEntry

from core.i18n import dates
from core.i18n.places import place_name, zone_of
from core.i18n.text import detail_list, sentence_start
from core.local_times.conversion import moment_at
from core.local_times.fields import InstantField, PlaceField, instant_fields

MOVED = "core.times_moved"


@contextmanager
def log_moved_times(instance: models.Model) -> Iterator[None]:
    """Log which times of a row and of its child rows are others in the database after the block than before.

    Nothing is logged for a new row, and for times that are entered for the first time.
    """
    before, was_public = _stored_times(instance) if instance.pk else ({}, False)
    yield
    after, _is_public = _stored_times(instance) if before else ({}, False)
    moves = [
        {"model": key[0], "field": key[2], "title": title, "old": old, "new": after[key][0]}
        for key, (old, title) in before.items()
        if key in after and old["value"] and old != after[key][0]
    ]
    if moves:
        log(instance=instance, action=MOVED, data={"moves": moves, "was_public": was_public})


def moved_from(pages: models.QuerySet, *fields: str) -> list[str]:
    """The public times from which pages were moved, the latest first: dates, and instants with their offset of then.

    pages: the versions of one page. fields: names of date and instant fields. What was moved while the page was not
    published does not count.
    """
    moves = PageLogEntry.objects.filter(page__in=pages.values("pk"), action=MOVED)
    found = (
        _own_time(move["old"])
        for data in moves.order_by("-timestamp", "-pk").values_list("data", flat=True)
        for move in data.get("moves", [])
        if data.get("was_public")
        if move["model"] == pages.model._meta.label_lower and move["field"] in fields
    )
    return list(dict.fromkeys(found))


def _own_time(side: dict) -> str:
    """A logged time in the time of its place: an instant with its offset; a date as it is."""
    if not side.get("place"):
        return side["value"]
    return datetime.fromisoformat(side["value"]).astimezone(zone_of(side["place"])).isoformat(timespec="seconds")


def _stored_times(instance: models.Model) -> tuple[dict[tuple, tuple[dict, str]], bool]:
    """Return the times in the database by model, primary key and field: what they are, and the title of the row.

    Also whether the row is a page that is published.
    """
    model = type(instance)
    row = model._default_manager.filter(pk=instance.pk).first()
    if row is None:
        return {}, False
    rows = [("", row)]
    for relation in get_all_child_relations(model):
        if instant_fields(relation.related_model):
            for child in relation.related_model._default_manager.filter(**{relation.field.attname: row.pk}):
                setattr(child, relation.field.name, row)
                rows.append((str(getattr(child, "title", "")), child))
    times = {
        (child._meta.label_lower, child.pk, field.name): (_time(child, field), title)
        for title, child in rows
        for field in child._meta.concrete_fields
        if field in child._meta.local_concrete_fields
        if isinstance(field, InstantField | PlaceField) or type(field) is models.DateField
    }
    return times, bool(getattr(row, "live", False))


def _time(row: models.Model, field: models.Field) -> dict:
    value = getattr(row, field.attname)
    if isinstance(field, InstantField):
        return {"value": value.isoformat() if value else "", "place": getattr(row, "place_of_times", "")}
    return {"value": value.isoformat() if isinstance(value, date) else value or ""}


class MovedTimesFormatter(LogFormatter):
    """Shows a log entry of `log_moved_times` in the editor's language."""

    label = gettext_lazy("Move times")

    def format_message(self, log_entry):
        moves = log_entry.data.get("moves", [])
        lines = format_html_join("; ", "{}: {} → {}", ((_name(move), *_texts(move)) for move in moves))
        return format_html(_("Times moved: {}"), lines)


def _name(move: dict) -> str:
    try:
        name = sentence_start(str(apps.get_model(move["model"])._meta.get_field(move["field"]).verbose_name))
    except (LookupError, FieldDoesNotExist):
        name = move["field"]
    return detail_list([move["title"], name])


def _texts(move: dict) -> list[str]:
    return [_text(move["model"], move["field"], side) for side in (move["old"], move["new"])]


def _text(model: str, field: str, side: dict) -> str:
    value = side["value"]
    if not value:
        return "–"
    if "place" in side:
        return moment_at(datetime.fromisoformat(value), side["place"])
    try:
        return dates.day(date.fromisoformat(value))
    except ValueError:
        return place_name(value)
