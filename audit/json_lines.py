"""Entries of the audit log as JSON, one line each: for the log of the process and for `manage.py audit export`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from audit.models import AuditEntry


def as_value(entry: AuditEntry) -> dict[str, Any]:
    """One entry as codes, keys and ids, without names and e-mail addresses.

    time: ISO 8601 in UTC. person: the id of the account; None for the portal itself. version: the id of the revision.
    address: the network address; None if it is not known.
    """
    return {
        "id": entry.pk,
        "time": entry.recorded_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "action": str(entry.action),
        "person": entry.recorded_by_id,
        "object": {"type": entry.object_type, "key": entry.object_key},
        "version": entry.version,
        "address": entry.address,
        "details": entry.details,
    }


def as_line(entry: AuditEntry) -> str:
    """One entry (`as_value`) as JSON without a line break."""
    return json.dumps(as_value(entry), ensure_ascii=False, cls=DjangoJSONEncoder)


def lines(entries: QuerySet[AuditEntry], since: datetime | None = None, until: datetime | None = None) -> Iterator[str]:
    """Yield the entries as JSON, the oldest first. since: the first instant; until: the first instant after them."""
    if since is not None:
        entries = entries.filter(recorded_at__gte=since)
    if until is not None:
        entries = entries.filter(recorded_at__lt=until)
    for entry in entries.order_by("recorded_at", "pk").iterator(chunk_size=1_000):
        yield as_line(entry)
