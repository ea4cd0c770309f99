"""The outbox of the search index: which groups the worker still has to index.

`enqueue` writes rows in the transaction that changes something, so that no request waits for an engine
and no change is lost. `drain` takes the rows that are due and indexes their groups from the current
state of the database; it may run twice or be killed at any time. A group that fails again and again
while others succeed is *parked*: its rows wait for an operator (`manage.py search sync --parked`) or for
the group's next change, and block no other.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import F
from django.utils import timezone

from core.search_document import clean_text
from search.current_engine import current_engine
from search.indexing import index_groups
from search.models import IndexTask
from search_engines import EngineUnavailable

logger = logging.getLogger(__name__)

BATCH = 100
"""Rows that are indexed together."""
LONGEST_PAUSE = 15
"""Seconds. Pauses after failed attempts are 1, 2, 4 … seconds up to this, so that work resumes soon after an outage."""
SUSPECT_AFTER = 3
"""Failed attempts with an engine that does not answer, after which a batch is checked for a group that causes them."""
PARK_AFTER = 5
"""Failed attempts that a group itself caused, after which it is parked."""
_NO_GROUP = "page:00000000-0000-0000-0000-000000000000"

Rows = Sequence[IndexTask]


def enqueue(keys: Iterable[str], due_at: datetime | None = None) -> None:
    """Record, in the current transaction, that groups may have changed, or will at `due_at` (aware)."""
    due_at = due_at or timezone.now()
    IndexTask.objects.bulk_create([IndexTask(key=key, due_at=due_at) for key in dict.fromkeys(keys)])


def drain(limit: int = BATCH, until: datetime | None = None) -> int:
    """Index the groups of up to `limit` rows that are due by `until` (default: now); return how many rows were done.

    Rows are deleted after the engine has answered: a crash repeats work and never loses any. Rows that
    fail are postponed, or parked; they never keep others from being indexed.
    """
    rows = list(IndexTask.objects.due(until or timezone.now())[:limit])
    if not rows:
        return 0
    try:
        return _index(rows)
    except EngineUnavailable as error:
        suspect = max(row.attempts for row in rows) >= SUSPECT_AFTER
        if not (suspect and _engine_takes_writes()):
            _postpone(rows, error)
            return 0
    except Exception:
        # One of the groups cannot be read: it is logged when it fails alone.
        logger.info("A batch of %d changes is indexed group by group", len(rows))
    return _index_one_by_one(rows)


def unpark() -> int:
    """Let the worker try parked groups again; return how many."""
    return IndexTask.objects.parked().update(
        parked_at=None, attempts=0, failures=0, last_error="", due_at=timezone.now()
    )


def clock_was_set_back(by: timedelta) -> None:
    """Let no change wait that was due before the clock was set back, by at least so much and a minute more at most.

    What is announced for a later instant cannot be told apart: it is indexed once more now, and waits as before.
    """
    now = timezone.now()
    waiting = IndexTask.objects.waiting().filter(due_at__gt=now)
    waiting.filter(attempts__gt=0).update(due_at=now)
    enqueue(waiting.filter(due_at__lte=now + by + timedelta(minutes=1)).values_list("key", flat=True))
    IndexTask.objects.filter(parked_at__gt=now).update(parked_at=now)


def _index(rows: Rows) -> int:
    began = timezone.now()
    keys = {row.key for row in rows}
    index_groups(keys)
    IndexTask.objects.filter(pk__in=[row.pk for row in rows]).delete()
    # What a parked row announced is in the index too: the group was read as a whole.
    IndexTask.objects.filter(key__in=keys, parked_at__lt=began).delete()
    return len(rows)


def _index_one_by_one(rows: Rows) -> int:
    """Index each group alone after a batch failed; those that fail again are the cause."""
    groups: dict[str, list[IndexTask]] = {}
    for row in rows:
        groups.setdefault(row.key, []).append(row)
    done = 0
    while groups:
        key, group = groups.popitem()
        try:
            done += _index(group)
        except EngineUnavailable as error:
            if not _engine_takes_writes():
                _postpone([*group, *chain.from_iterable(groups.values())], error)
                break
            _note_failure(group, error)
        except Exception as error:
            logger.exception("The group %s cannot be indexed", key)
            _note_failure(group, error)
    return done


def _engine_takes_writes() -> bool:
    """Return whether the engine works, so that a failing batch is the fault of one of its groups."""
    try:
        if current_engine().rebuild_reason():
            return False
        index_groups([_NO_GROUP])
    except EngineUnavailable:
        return False
    return True


def _note_failure(rows: Rows, error: Exception) -> None:
    """Postpone a group that failed by its own fault; park it after `PARK_AFTER` times."""
    failures = max(row.failures for row in rows) + 1
    if failures < PARK_AFTER:
        _postpone(rows, error)
        IndexTask.objects.filter(pk__in=[row.pk for row in rows]).update(failures=failures)
        return
    *older, newest = rows
    text = _as_text(error)
    IndexTask.objects.filter(pk__in=[row.pk for row in older]).delete()
    IndexTask.objects.parked().filter(key=newest.key).delete()
    IndexTask.objects.filter(pk=newest.pk).update(
        parked_at=timezone.now(), attempts=F("attempts") + 1, failures=failures, last_error=text
    )
    logger.error(
        "%s is parked after %d failed attempts (%s). Try it again: manage.py search sync --parked",
        newest.key,
        failures,
        text,
    )


def _postpone(rows: Rows, error: Exception) -> None:
    pause = min(2 ** min(max(row.attempts for row in rows), 10), LONGEST_PAUSE)
    text = _as_text(error)
    logger.warning("%d changes are not in the search index yet (%s); next attempt in %d s", len(rows), text, pause)
    IndexTask.objects.filter(pk__in=[row.pk for row in rows]).update(
        attempts=F("attempts") + 1,
        last_error=text,
        due_at=timezone.now() + timedelta(seconds=pause),
    )


def _as_text(error: Exception) -> str:
    """Return the error as text in one line that every database and log takes, cut to the column."""
    return " ".join(clean_text(f"{type(error).__name__}: {error}", 500).split())
