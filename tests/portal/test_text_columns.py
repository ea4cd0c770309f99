"""Erasing words: every column of every table in which somebody's words can stand is found, or has its reason."""

import json
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from portal import text_columns
from portal.text_columns import pattern_for, replace

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

WORD = "zyxcanary"
NAME = f"Ana {WORD.title()}"
PLANTED = f"By {NAME}, {WORD}@example.org"
# Columns that keep what was planted, and why no words of a person are there.
KEPT = {
    "audit_auditentry.address": "a network address: `erase` takes those of the person out of the log",
    "django_migrations.app": "the name of an app",
    "django_migrations.name": "the name of a migration",
    "django_session.session_key": "a random key; the sessions of a person are deleted",
}


def tables() -> list[str]:
    """All tables but those of the full text search of SQLite, which a trigger writes."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return sorted(name for name in names if "_fts" not in name)


def columns(table: str) -> list[tuple[str, str, bool, bool]]:
    """The columns of a table: name, type, whether it needs a value, whether it is the key."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({connection.ops.quote_name(table)})")
        return [(name, kind.lower(), bool(needed), bool(key)) for _n, name, kind, needed, _default, key in cursor]


def is_text(kind: str) -> bool:
    """Whether a column of this type of SQLite may hold words: text, JSON, characters of no fixed short length."""
    length = re.search(r"\((\d+)\)", kind)
    return ("text" in kind or "char" in kind) and (length is None or int(length[1]) >= len(NAME))


def plant(table: str) -> set[str]:
    """Put a row with the words in every column of text into a table; return the names of these columns."""
    kinds = {
        field.column: field.get_internal_type()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table
        for field in model._meta.local_concrete_fields
    }
    values: dict[str, Any] = {}
    planted = set()
    for name, kind, needed, key in columns(table):
        length = re.search(r"\((\d+)\)", kind)
        if kinds.get(name) == "JSONField":
            values[name] = json.dumps({"deep": [{"said": PLANTED}]})
            planted.add(name)
        elif is_text(kind) and kinds.get(name) not in {"UUIDField", "ForeignKey", "OneToOneField"}:
            values[name] = PLANTED if length is None or int(length[1]) >= len(PLANTED) else NAME
            planted.add(name)
        elif key and kind.startswith(("integer", "bigint")):
            values[name] = 987_654
        elif needed:
            values[name] = timezone.now().isoformat() if "date" in kind or "time" in kind else 1
            values[name] = "x" if "char" in kind or "text" in kind else values[name]
    names = ", ".join(map(connection.ops.quote_name, values))
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({marks})", [*values.values()])
    return planted


def with_the_word() -> set[str]:
    found = set()
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    f"{table}.{name}" for name, value in zip(names, row, strict=True) if WORD in str(value).lower()
                }
    return found


def test_a_word_in_any_column_of_any_table_is_found_and_replaced_or_the_column_has_a_reason():
    # Rows of nothing but planted words: no other row has to exist.
    with transaction.atomic():
        for table in tables():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        planted = {f"{table}.{name}" for table in tables() for name in plant(table)}
        assert len(planted) > 300
        assert with_the_word() == planted
        replace(pattern_for([NAME, f"{WORD}@example.org"]))
        files = {
            f"{model._meta.db_table}.{field.column}"
            for model in apps.get_models()
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.FileField)
        }
        left = with_the_word()
        # A row is named for a path that keeps the word: `personal_data` renames the file.
        named = {
            f"{apps.get_model(mention.model)._meta.db_table}.{column}"
            for mention in text_columns.mentions(pattern_for([NAME]))
            for column in mention.columns
        }
        assert left & files <= named
        assert left - files == set(KEPT), "replaced by nothing"
        transaction.set_rollback(True)
