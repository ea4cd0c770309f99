"""What a person decides about an address: its fault is none, or it is one after all."""

from django.utils import timezone

from links.models import Address


def dismiss(address: Address, *, by) -> None:
    """Take the fault of an address for none, until it has another one."""
    address.dismissed_fault, address.dismissed_by, address.dismissed_at = address.fault, by, timezone.now()
    address.save(update_fields=["dismissed_fault", "dismissed_by", "dismissed_at"])


def take_back(address: Address) -> None:
    """Let the fault of an address count again."""
    address.dismissed_fault, address.dismissed_by, address.dismissed_at = "", None, None
    address.save(update_fields=["dismissed_fault", "dismissed_by", "dismissed_at"])
