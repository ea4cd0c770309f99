"""The outbox of the search index: which groups the worker still has to index.

`enqueue` writes rows in the transaction that changes something, so that no request waits for an engine
and no change is lost. `drain` takes the rows that are due and indexes their groups from the current
state of the database; it may run twice or be killed at any time.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from search.engines import EngineUnavailable
from search.indexing import index_groups
from search.models import IndexTask

logger = logging.getLogger(__name__)

BATCH = 100
"""Rows that are indexed together."""
LONGEST_PAUSE = 15
"""Seconds. Pauses after failed attempts are 1, 2, 4 … seconds up to this, so that an outage ends soon for us too."""


def enqueue(keys: Iterable[str], due_at: datetime | None = None) -> None:
    """Record, in the current transaction, that groups may have changed, or will at `due_at` (aware)."""
    due_at = due_at or timezone.now()
    IndexTask.objects.bulk_create([IndexTask(key=key, due_at=due_at) for key in dict.fromkeys(keys)])


def drain(limit: int = BATCH) -> int:
    """Index the groups of up to `limit` due rows; return how many rows were done.

    Rows are deleted after the engine has answered: a crash repeats work and never loses any. While the
    engine does not answer, the rows stay and are tried again after a pause. A group whose documents
    cannot be made does not block the others.
    """
    rows = list(IndexTask.objects.filter(due_at__lte=timezone.now()).order_by("pk")[:limit])
    if not rows:
        return 0
    try:
        return _index(rows)
    except EngineUnavailable as error:
        _postpone(rows, error)
        return 0
    except Exception:
        # One of the groups is broken: which one, each shows on its own.
        return sum(_index_alone([row for row in rows if row.key == key]) for key in {row.key for row in rows})


def _index(rows: Sequence[IndexTask]) -> int:
    index_groups(row.key for row in rows)
    IndexTask.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _index_alone(rows: Sequence[IndexTask]) -> int:
    """Index one group, whose rows these are, after a batch that contained it failed."""
    try:
        return _index(rows)
    except Exception as error:
        logger.exception("The documents of %s cannot be made", rows[0].key)
        _postpone(rows, error)
        return 0


def _postpone(rows: Sequence[IndexTask], error: Exception) -> None:
    attempts = max(row.attempts for row in rows) + 1
    pause = min(2 ** (attempts - 1), LONGEST_PAUSE)
    logger.warning("%d changes are not in the search index yet (%s); next attempt in %d s", len(rows), error, pause)
    IndexTask.objects.filter(pk__in=[row.pk for row in rows]).update(
        attempts=attempts,
        last_error=str(error)[:500],
        due_at=timezone.now() + timedelta(seconds=pause),
    )
