"""Writing the audit log."""

from django.db import models
from django.http import HttpRequest

from audit.actions import Action
from audit.models import AuditEntry
from core.client_address import client_address


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

    version: the primary key of the revision. request: where the network address is read from. details: codes and
    numbers, never text that somebody wrote, and no names or addresses of people.
    """
    return AuditEntry.objects.create(
        action=action,
        recorded_by=by if by is not None and by.is_authenticated else None,
        object_type=on._meta.label_lower,
        object_key=object_key(on),
        version=version,
        address=client_address(request) if request is not None else None,
        details=details,
    )


def object_key(thing: models.Model) -> str:
    """The key by which the log names a thing: translation key, code, else primary key."""
    for name in ("translation_key", "code"):
        if value := getattr(thing, name, None):
            return str(value)
    return str(thing.pk)
