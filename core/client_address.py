"""The network address of a visitor, behind the proxies that the setting counts."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the visitor; None if it is not known (a Unix socket, no address in the header).

    Each of the `TRUSTED_PROXY_COUNT` proxies in front of the portal appends the address that it sees to
    X-Forwarded-For, so the visitor's is that many from the end. What stands before it was sent by the visitor
    and is not read.
    """
    count = settings.TRUSTED_PROXY_COUNT
    if count == 0:
        return _valid(request.META.get("REMOTE_ADDR", ""))
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return _valid(forwarded[-count]) if len(forwarded) >= count else None


def _valid(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
