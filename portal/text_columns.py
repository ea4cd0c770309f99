"""Words in any text of the database: where they stand, and replacing them.

It reads tables and columns as the database names them, so that nothing is missed that a model hides: histories,
revisions, JSON inside JSON.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

REPLACEMENT = "[…]"
"""What stands where a name or address was erased."""

# Columns of other types cannot hold a word that somebody typed.
TEXT_FIELDS = (models.CharField, models.TextField, models.FileField)
BATCH = 500
"""Rows that are read at once."""


@dataclass(frozen=True)
class Mention:
    """A row in which a word stands."""

    model: str
    """Label of the model: "practices.PracticePage"."""
    key: str
    columns: tuple[str, ...] = field(default=())

    def __str__(self):
        return f"{self.model} {self.key} ({', '.join(self.columns)})"


def pattern_for(words: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of the words in upper or lower case; None without any.

    Letters beside a word keep it from being found: "Anna" is not in "Annapolis", nor "ana@x.org" in "susana@x.org".
    In Chinese, where words stand side by side, they do not.
    """
    wanted = sorted({word.strip() for word in words} - {""}, key=len, reverse=True)
    bounded = [f"{_before(word[0])}{re.escape(word)}{_after(word[-1])}" for word in wanted]
    return re.compile("|".join(bounded), re.IGNORECASE) if bounded else None


def _before(first: str) -> str:
    return r"(?<![\w.+-])" if _has_boundaries(first) else ""


def _after(last: str) -> str:
    return r"(?!\w)" if _has_boundaries(last) else ""


def _has_boundaries(character: str) -> bool:
    """Whether words of the script of this character are separated: not in Chinese and Japanese."""
    return not "\u3040" <= character <= "\u9fff"


def mentions(pattern: re.Pattern[str], wanted: Iterable[type[models.Model]] | None = None) -> Iterator[Mention]:
    """Yield the rows of the models (default: all) in which the pattern is found."""
    for model in _concrete(wanted):
        for key, values in _rows(model):
            if found := tuple(name for name, value in values.items() if _replaced(value, pattern) != value):
                yield Mention(model._meta.label, str(key), found)


def replace(pattern: re.Pattern[str], wanted: Iterable[type[models.Model]] | None = None) -> list[Mention]:
    """Replace what the pattern finds in all rows of the models (default: all), and return these rows.

    It changes the tables and nothing else: no signal is sent and no history is written.
    """
    changed = []
    for model in _concrete(wanted):
        for key, values in _rows(model):
            paths = {_name(column) for column in _columns(model) if isinstance(column, models.FileField)}
            # A path is left as it is: the file would not be found. `mentions` names it.
            new = {name: _replaced(value, pattern) for name, value in values.items() if name not in paths}
            new = {name: value for name, value in new.items() if value != values[name]}
            if new:
                _update(model, key, new)
                changed.append(Mention(model._meta.label, str(key), tuple(new)))
    return changed


def _concrete(wanted: Iterable[type[models.Model]] | None) -> list[type[models.Model]]:
    """The models that have a table of their own."""
    chosen = apps.get_models(include_auto_created=True) if wanted is None else wanted
    return [model for model in chosen if model._meta.managed and not model._meta.proxy]


def _columns(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.local_concrete_fields
        # A key by which others find the row is no text, and is never changed.
        if (isinstance(field, TEXT_FIELDS) or _is_json(field)) and not field.primary_key
    ]


def _is_json(field: models.Field) -> bool:
    """Whether the column is JSON: also that of a StreamField, which is no JSONField."""
    return field.get_internal_type() == "JSONField"


def _name(field: models.Field) -> str:
    """The name of the column of a field."""
    assert field.column is not None  # noqa: S101  # None only for a many-to-many field
    return field.column


def _rows(model: type[models.Model]) -> Iterator[tuple[Any, dict[str, str]]]:
    """The primary key and the texts of each row of a table, as the database keeps them."""
    columns = _columns(model)
    if not columns:
        return
    quote = connection.ops.quote_name
    key = _name(model._meta.pk)
    names = ", ".join(quote(name) for name in (key, *map(_name, columns)))
    after: tuple = ()
    while True:
        where = f"WHERE {quote(key)} > %s " if after else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {names} FROM {quote(model._meta.db_table)} {where}ORDER BY {quote(key)} LIMIT {BATCH}",  # noqa: S608
                after,
            )
            found = cursor.fetchall()
        for row in found:
            values = {
                _name(column): value for column, value in zip(columns, row[1:], strict=True) if isinstance(value, str)
            }
            if values:
                yield row[0], values
        if len(found) < BATCH:
            return
        after = (found[-1][0],)


def _update(model: type[models.Model], key: Any, values: dict[str, str]) -> None:
    quote = connection.ops.quote_name
    json_columns = {_name(column) for column in _columns(model) if _is_json(column)}
    cast = "%s::jsonb" if connection.vendor == "postgresql" else "%s"
    assignments = ", ".join(f"{quote(name)} = {cast if name in json_columns else '%s'}" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {quote(_name(model._meta.pk))} = %s",  # noqa: S608
            (*values.values(), key),
        )


def _replaced(text: str, pattern: re.Pattern[str]) -> str:
    """The text without what the pattern finds; JSON is read, so that its escapes hide nothing."""
    if text[:1] in "[{" and text[-1:] in "]}":
        try:
            value = json.loads(text)
        except ValueError:
            pass
        else:
            new = _walked(value, pattern)
            return text if new == value else json.dumps(new)
    return pattern.sub(REPLACEMENT, text)


def _walked(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return _replaced(value, pattern)
    if isinstance(value, list):
        return [_walked(item, pattern) for item in value]
    if isinstance(value, dict):
        # Names of fields are the portal's, but keys of rows and languages may be anybody's.
        return {pattern.sub(REPLACEMENT, name): _walked(item, pattern) for name, item in value.items()}
    return value
