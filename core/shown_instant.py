"""The instant as of which a page is shown: now, unless a preview of the admin has set another one."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

# The name of the attribute of a request. Only previews of the admin set it; no request from outside can.
SHOWN_INSTANT = "shown_instant"


def shown_instant(request: HttpRequest) -> datetime:
    """Return the instant (aware) as of which this request shows pages."""
    return getattr(request, SHOWN_INSTANT, None) or timezone.now()


def is_preview_of_instant(request: HttpRequest) -> bool:
    """Whether a preview of the admin asks for a page as of an instant."""
    return getattr(request, SHOWN_INSTANT, None) is not None
