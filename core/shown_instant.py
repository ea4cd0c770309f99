"""The instant as of which a page is shown: now, unless a preview of the admin has set another one."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.validators import YEARS

# The name of the attribute of a request. Only previews of the admin set it; no request from outside can.
SHOWN_INSTANT = "shown_instant"


def shown_instant(request: HttpRequest) -> datetime:
    """Return the instant (aware) as of which this request shows pages."""
    return getattr(request, SHOWN_INSTANT, None) or timezone.now()


def is_preview_of_instant(request: HttpRequest) -> bool:
    """Whether a preview of the admin asks for a page as of an instant."""
    return getattr(request, SHOWN_INSTANT, None) is not None


def parse_instant(text: str) -> datetime | None:
    """Return the instant (UTC) of a text in ISO 8601 with a UTC offset, as in `?at=`; None for another text."""
    try:
        at = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return at.astimezone(UTC) if at and at.utcoffset() is not None and at.year in YEARS else None
