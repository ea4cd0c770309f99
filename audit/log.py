"""Writing the audit log, and forgetting what is older than the setting allows."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import Action
from audit.json_lines import as_line
from audit.models import AuditEntry
from core.client_address import client_address

logger = logging.getLogger("audit")


def record(
    action: Action,
    on: models.Model,
    *,
    by=None,
    version: int | None = None,
    request: HttpRequest | None = None,
    **details,
) -> AuditEntry:
    """Record that `by` (a user; None for the portal itself) did `action` on a thing, in the transaction of the change.

    When the transaction is committed, the entry is also written to the log of the process, as a line of JSON.

    version: the primary key of the revision. request: where the network address is read from. details: codes and
    numbers, never text that somebody wrote, and no names or addresses of people.
    """
    entry = AuditEntry.objects.create(
        action=action,
        recorded_by=by if by is not None and by.is_authenticated else None,
        object_type=on._meta.label_lower,
        object_key=object_key(on),
        version=version,
        address=client_address(request) if request is not None else None,
        details=details,
    )
    # A log that cannot be written must not undo what is done.
    transaction.on_commit(lambda: logger.info("%s", as_line(entry)), robust=True)
    return entry


@contextmanager
def without_lines() -> Iterator[None]:
    """Within this context, entries are recorded but not written to the log of the process.

    For a command that makes a demonstration: on the console, the lines would hide what it says itself.
    """
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def object_key(thing: models.Model) -> str:
    """The key by which the log names a thing: translation key, code, else primary key."""
    for name in KEY_FIELDS:
        if value := getattr(thing, name, None):
            return str(value)
    return str(thing.pk)


# The first of these that a thing has is its key in the log.
KEY_FIELDS = ("translation_key", "code")


def forget() -> int:
    """Delete the entries that are older than AUDIT_LOG_DAYS, and return how many; a periodic task of the worker."""
    return AuditEntry.objects.forget(timezone.now() - timedelta(days=settings.AUDIT_LOG_DAYS))
