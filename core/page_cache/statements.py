"""Notice every statement that changes what the public can see, whatever sends it.

The statements are read and not Django's signals: `update()`, `bulk_create()`, fast deletions and SQL send none. Each
table counts unless `unread` names it, so a new model is right before anybody thinks of it.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from django.apps import apps
from django.db import transaction
from django.db.backends.signals import connection_created
from django.db.models import Model

from core.page_cache.content_version import note_change
from core.page_cache.models import ContentChange

# What may change rows. Definitions of tables belong to an upgrade, which has new code and so a cache of its own.
_WRITE = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|COPY|WITH)\b", re.IGNORECASE)
_TABLE = re.compile(
    r'\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+"?(?P<table>\w+)"?(?P<rest>.*)',
    re.IGNORECASE | re.DOTALL,
)
_WITH_READS = re.compile(r"\s*WITH\b(?!.*\b(?:INSERT|UPDATE|DELETE)\b)", re.IGNORECASE | re.DOTALL)
# The columns of an UPDATE that sets plain values; any other form is not taken apart.
_PLAIN_SET = re.compile(r'\s+SET\s+(?P<columns>"\w+" = (?:%s|NULL)(?:, "\w+" = (?:%s|NULL))*)\s+WHERE\b.*', re.DOTALL)
_COLUMN = re.compile(r'"(\w+)" =')

# Statements after which the number of rows is known; where it is 0, nothing has changed.
_COUNTED = re.compile(r"\s*(?:UPDATE|DELETE)\b", re.IGNORECASE)
_INSERT = re.compile(r"\s*INSERT\b", re.IGNORECASE)

# Table → the columns that no public page reads; None stands for all.
_unread: dict[str, frozenset[str] | None] = {ContentChange._meta.db_table: None, "django_migrations": None}
# Tables in which a page itself inserts what it shows.
_filled_by_pages: set[str] = set()


def register_unread_models(labels: Mapping[str, str]) -> None:
    """Say which models no public page reads. labels: label of the model → the reason."""
    for label in labels:
        _unread[apps.get_model(label)._meta.db_table] = None


def register_unread_columns(label: str, names: Mapping[str, str]) -> None:
    """Say which fields of a model no public page reads. names: name of the field → the reason."""
    meta = apps.get_model(label)._meta
    _unread[meta.db_table] = frozenset(meta.get_field(name).column for name in names)


def register_filled_by_pages(labels: Mapping[str, str]) -> None:
    """Say in which models a page inserts what it then shows: only later changes count. labels: label → the reason."""
    _filled_by_pages.update(apps.get_model(label)._meta.db_table for label in labels)


def is_read(model: type[Model]) -> bool:
    """Whether the table of a model counts as content that the public can see."""
    return _unread.get(model._meta.db_table, frozenset()) is not None


def changes_content(sql: str) -> bool:
    """Whether a statement may change what the public can see."""
    if not _WRITE.match(sql) or _WITH_READS.match(sql):
        return False
    if not (found := _TABLE.match(sql)):
        return True
    columns = _unread.get(found["table"], frozenset())
    if columns is None or (found["table"] in _filled_by_pages and _INSERT.match(sql)):
        return False
    if not columns or not (plain := _PLAIN_SET.fullmatch(found["rest"])):
        return True
    return not columns.issuperset(_COLUMN.findall(plain["columns"]))


def connect() -> None:
    """Watch all connections; called once, when all models are loaded."""
    connection_created.connect(_watch)


def _watch(connection, **kwargs) -> None:
    if _note_changes not in connection.execute_wrappers:
        connection.execute_wrappers.append(_note_changes)


_decide = lru_cache(maxsize=4_096)(changes_content)


def _note_changes(execute: Callable, sql, params, many: bool, context: dict):
    """Execute a statement; note, in the transaction that it belongs to, that it changes content."""
    if not isinstance(sql, str) or not _WRITE.match(sql):
        return execute(sql, params, many, context)
    # Long statements, such as those with many rows, are not remembered.
    decide = _decide if len(sql) < 2_000 else changes_content
    connection = context["connection"]
    if not decide(sql) or not _has_table(connection):
        return execute(sql, params, many, context)
    alone = not connection.in_atomic_block and connection.get_autocommit()
    # In SQLite a statement with RETURNING ends when its rows are read. What is written until then commits with it.
    if alone and not (connection.vendor == "sqlite" and " RETURNING " in sql):
        with transaction.atomic(using=connection.alias):
            return _execute_and_note(execute, sql, params, many, context)
    return _execute_and_note(execute, sql, params, many, context)


def _execute_and_note(execute: Callable, sql: str, params, many: bool, context: dict):
    result = execute(sql, params, many, context)
    if not _COUNTED.match(sql) or " RETURNING " in sql or context["cursor"].rowcount != 0:
        note_change(context["connection"].alias)
    return result


def _has_table(connection) -> bool:
    """Whether the migration that makes the table has run; asked until it has."""
    name = connection.settings_dict["NAME"]
    if getattr(connection, "notes_content_changes_in", None) != name:
        if ContentChange._meta.db_table not in connection.introspection.table_names():
            return False
        connection.notes_content_changes_in = name
    return True
