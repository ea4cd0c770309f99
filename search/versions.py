"""The versions of writes to the index: numbers that the database draws and that only rise.

They are ids of the outbox's table, because both databases keep the highest one for ever: in a sequence
(PostgreSQL) or in `sqlite_sequence` (SQLite), also beyond deleted rows.
"""

from django.db import connection, transaction

from search.models import IndexTask


def next_version() -> int:
    """Draw a number above all earlier ones.

    A writer draws it before it reads the database: of two writes the later one counts. The ids of the
    outbox rows at hand would not do: a row for a later time is older than writes that are already done.
    """
    with transaction.atomic():
        row = IndexTask.objects.create(key="version")
        version = row.pk
        row.delete()
    return version


def latest_version() -> int:
    """Return the highest number that the database has drawn; 0 before the first."""
    table = IndexTask._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)", [table])
        row = cursor.fetchone()
    return row[0] or 0 if row else 0
