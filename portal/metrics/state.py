"""What the database knows at the moment of a scrape: which parts work, how long work waits, what the worker has done.

The worker writes down its runs (`portal.task_runs`), so the web server tells them, too: the worker needs no port.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from portal.models import TaskRun
from portal.parts import NEEDED, works
from search.models import IndexTask


class PortalState(Collector):
    """Asks parts and queues. With a database that is away it tells only which parts work."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: what is there depends on the database, which is not asked at the start."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges, with their values."""
        parts = GaugeMetricFamily("lyceum_part_works", "1 for a part that works, else 0: as /readyz", labels=["part"])
        for name, check in NEEDED.items():
            parts.add_metric([name], works(check))
        yield parts
        with suppress(DatabaseError):
            yield from _queues()
        with suppress(DatabaseError):
            yield from _worker()


def _queues() -> Iterator[GaugeMetricFamily]:
    now = timezone.now()
    queues = {
        "mail": (Email.objects.filter(status__in=[STATUS.queued, STATUS.requeued]), "created"),
        "search": (IndexTask.objects.waiting(), "due_at"),
        "tasks": (DBTaskResult.objects.ready(), "enqueued_at"),
    }
    sizes = GaugeMetricFamily("lyceum_queue_size", "How much waits for the worker", labels=["queue"])
    ages = GaugeMetricFamily("lyceum_queue_age_seconds", "How long the oldest of it has waited", labels=["queue"])
    for name, (rows, since) in queues.items():
        found = rows.order_by().aggregate(number=Count("pk"), oldest=Min(since))
        sizes.add_metric([name], found["number"])
        ages.add_metric([name], max(0, (now - (found["oldest"] or now)).total_seconds()))
    yield sizes
    yield ages
    parked = GaugeMetricFamily("lyceum_search_parked", "Changes that cannot be indexed and were set aside")
    parked.add_metric([], IndexTask.objects.parked().count())
    yield parked


def _worker() -> Iterator[GaugeMetricFamily]:
    runs = list(TaskRun.objects.all())
    worked = GaugeMetricFamily(
        "lyceum_task_worked_timestamp_seconds", "When a periodic task last worked, to the minute", labels=["task"]
    )
    failed = GaugeMetricFamily(
        "lyceum_task_failed_timestamp_seconds", "When a periodic task last failed", labels=["task"]
    )
    failures = GaugeMetricFamily(
        "lyceum_task_failures", "How often in a row a periodic task has failed", labels=["task"]
    )
    for run in runs:
        failures.add_metric([run.name], run.failures)
        for gauge, moment in ((worked, run.worked_at), (failed, run.failed_at)):
            if moment:
                gauge.add_metric([run.name], moment.timestamp())
    yield from (worked, failed, failures)
    moments: list[datetime] = [moment for run in runs for moment in (run.worked_at, run.failed_at) if moment]
    if moments:
        seen = GaugeMetricFamily("lyceum_worker_seen_timestamp_seconds", "When the worker last did anything")
        seen.add_metric([], max(moments).timestamp())
        yield seen
