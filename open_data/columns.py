"""The columns of a dataset: one definition for every file format, the API, the data dictionary and the exports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any, cast

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail_localize.fields import SynchronizedField

from core.fields import CodesField, LanguageCodesField
from core.vocabularies import DatePrecision

Text = str | Promise


class Type(StrEnum):
    """What a column holds, and so how each format writes it."""

    TEXT = "text"
    CODE = "code"
    URL = "url"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    PARTIAL_DATE = "partial-date"
    INSTANT = "instant"
    CODES = "codes"
    TEXTS = "texts"
    RECORDS = "records"

    @property
    def label(self) -> Promise:
        """Its name in the data dictionary."""
        return TYPE_LABELS[self]


TYPE_LABELS: dict[str, Promise] = {
    Type.TEXT: pgettext_lazy("type of a column", "Text"),
    Type.CODE: pgettext_lazy("type of a column", "Code"),
    Type.URL: pgettext_lazy("type of a column", "Web address"),
    Type.INTEGER: pgettext_lazy("type of a column", "Whole number"),
    Type.NUMBER: pgettext_lazy("type of a column", "Number"),
    Type.BOOLEAN: pgettext_lazy("type of a column", "true or false"),
    Type.DATE: pgettext_lazy("type of a column", "Date (ISO 8601)"),
    Type.PARTIAL_DATE: pgettext_lazy("type of a column", "Year, month or day, as far as known (ISO 8601)"),
    Type.INSTANT: pgettext_lazy("type of a column", "Date and time with UTC offset (ISO 8601)"),
    Type.CODES: pgettext_lazy("type of a column", "List of codes"),
    Type.TEXTS: pgettext_lazy("type of a column", "List of texts"),
    Type.RECORDS: pgettext_lazy("type of a column", "List of records"),
}


class Source(StrEnum):
    """Where the values of a column come from."""

    FACT = "fact"
    TEXT = "text"
    COMPUTED = "computed"

    @property
    def label(self) -> Promise:
        """Its name in the data dictionary."""
        return SOURCE_LABELS[self]


SOURCE_LABELS: dict[str, Promise] = {
    Source.FACT: _("Fact: the same in every language"),
    Source.TEXT: _("Text: written in each language"),
    Source.COMPUTED: _("Computed by the portal"),
}


@dataclass(frozen=True)
class Row:
    """One row of a dataset: an object of the database, its language, and what was read for it besides."""

    item: Any
    language: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column."""

    code: str
    """Its name in every format. It never changes."""
    label: Text
    type: Type
    read: Callable[[Row], Any]
    """Returns the value of a row; None where it is not on record."""
    description: Text = ""
    source: Source = Source.FACT
    vocabulary: Mapping[str, Text] | None = None
    """Code → label, where the codes are a vocabulary of the software."""
    parts: tuple["Column", ...] = ()
    """The columns of the records of `Type.RECORDS`; each reads one record."""
    is_licensed: bool = False
    """Whether it holds text under the row's own licence, and not a fact, a title or a name."""

    def value(self, row: Row) -> Any:
        """The value of a row as plain Python: None, str, int, bool, Decimal, date, aware datetime, list or dict."""
        value = self.read(row)
        if self.type == Type.RECORDS:
            return [{part.code: part.value(Row(record, row.language)) for part in self.parts} for record in value]
        return None if value == "" else value


def model_column(model: type[models.Model], name: str, *, path: str = "item", code: str = "", **changes) -> Column:
    """Return the column of a model's field: label, type, vocabulary and source follow from the field.

    path: where the object is in a row. code: by default the name of the field. changes: other values for the column.
    """
    model_field = cast(models.Field, model._meta.get_field(name))
    kind = type_of(model_field)
    vocabulary = _vocabulary(model_field)
    if kind == Type.TEXT and vocabulary is not None:
        kind = Type.CODE
    values: dict[str, Any] = {
        "code": code or name,
        "label": model_field.verbose_name,
        "type": kind,
        "read": attrgetter(f"{path}.{name}"),
        "source": Source.TEXT if kind == Type.TEXT and not _is_fact(model, name) else Source.FACT,
        "vocabulary": vocabulary,
    }
    return Column(**(values | changes))


# A subclass comes before its base.
_TYPES: tuple[tuple[type[models.Field], Type], ...] = (
    (CodesField, Type.CODES),
    (LanguageCodesField, Type.CODES),
    (models.URLField, Type.URL),
    (models.CharField, Type.TEXT),
    (models.TextField, Type.TEXT),
    (models.BooleanField, Type.BOOLEAN),
    (models.DateTimeField, Type.INSTANT),
    (models.DateField, Type.DATE),
    (models.IntegerField, Type.INTEGER),
    (models.DecimalField, Type.NUMBER),
)


def type_of(model_field: models.Field) -> Type:
    """Return the type of a column for a model's field. Raises ValueError for a field that no column can hold."""
    for known, kind in _TYPES:
        if isinstance(model_field, known):
            return kind
    raise ValueError(f"no column can hold {model_field}")


def _vocabulary(model_field: models.Field) -> Mapping[str, Text] | None:
    if isinstance(model_field, CodesField):
        return dict(model_field.vocabulary.choices)
    choices = model_field.choices
    # Countries and languages are no vocabulary of the software: their codes are those of ISO 3166 and BCP 47.
    if not choices or model_field.name in {"country", "language", "original_language"}:
        return None
    return dict(model_field.flatchoices)


def _is_fact(model: type[models.Model], name: str) -> bool:
    """Whether a text field is the same in every language: synchronised, or of a model that is not translated."""
    rules = getattr(model, "override_translatable_fields", None)
    if rules is None:
        return True
    return any(isinstance(rule, SynchronizedField) and rule.field_name == name for rule in rules)


def partial_date(day: date | None, precision: str) -> str | None:
    """Return a date as far as it is known: "2016", "2016-04", "2016-04-03"; None without a date."""
    if day is None:
        return None
    return day.isoformat()[: {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(DatePrecision(precision), 10)]
