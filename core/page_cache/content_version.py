"""The content version: a text that is different after every change which the public can see."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from core.page_cache.models import ContentChange

# Older rows are deleted when an id is a multiple of this.
KEPT_ROWS = 100


@dataclass(frozen=True)
class ContentVersion:
    """The state of the public content that a connection sees."""

    code: str
    changed_at: datetime | None
    """When the newest change was noted; None before the first."""


# The smallest id changes when old rows are deleted, the number when a transaction ends that drew its id earlier.
_QUERY = (
    "SELECT id, mark, noted_at, (SELECT COUNT(*) FROM core_contentchange), (SELECT MIN(id) FROM core_contentchange)"
    " FROM core_contentchange ORDER BY id DESC LIMIT 1"
)


def current() -> ContentVersion:
    """Return the version that this connection sees now, in one query. Raises DatabaseError."""
    connection = connections[DEFAULT_DB_ALIAS]
    _let_the_next_change_be_noted(connection)
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        row = cursor.fetchone()
    if row is None:
        return ContentVersion("0", None)
    newest, mark, at, number, oldest = row
    if isinstance(at, str):  # SQLite
        at = datetime.fromisoformat(at)
    return ContentVersion(f"{newest}.{number}.{oldest}.{mark}", at if at.tzinfo else at.replace(tzinfo=UTC))


def note_change(using: str = DEFAULT_DB_ALIAS) -> None:
    """Give the content a new version, in the current transaction. Once per transaction is enough."""
    connection = connections[using]
    if connection.in_atomic_block:
        if _is_noted(connection):
            return
        # Django forgets this when it rolls back the transaction or the savepoint, and with it the row.
        transaction.on_commit(_noted, using=using)
    change = ContentChange.objects.using(using).create()
    if change.pk % KEPT_ROWS == 0:
        # A statement of its own: `delete()` begins a transaction, which SQLite cannot end inside an INSERT … RETURNING.
        table = connection.ops.quote_name(ContentChange._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id < %s", [change.pk])  # noqa: S608


def _noted() -> None:
    """Marks a transaction that has noted its change."""


def _is_noted(connection) -> bool:
    return any(call[1] is _noted for call in connection.run_on_commit)


def _let_the_next_change_be_noted(connection) -> None:
    """Whoever reads the version inside a transaction sees another one after the next change."""
    if connection.in_atomic_block and _is_noted(connection):
        connection.run_on_commit = [call for call in connection.run_on_commit if call[1] is not _noted]
