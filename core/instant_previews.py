"""Previews for editors: a public page as it will read at an instant, or after a change that is not saved."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from core.pages import PortalPage
from core.shown_instant import SHOWN_INSTANT

# Set on the page object: what the notice on the preview says besides the instant.
IS_DRAFT = "is_previewed_draft"

Shown = TypeVar("Shown")


def version_as_of(page: PortalPage, at: datetime) -> PortalPage:
    """Return what is public at an instant: the scheduled revision, else the published text, else the draft."""
    due = page.revisions.filter(approved_go_live_at__lte=at).order_by("approved_go_live_at", "pk").last()
    if due is not None:
        return due.as_object()
    if page.live:
        return page
    return page.get_latest_revision_as_object()


def is_public_at(page: PortalPage, at: datetime) -> bool:
    """Return whether readers can see a page at an instant, as far as its schedule says."""
    if page.expire_at and page.expire_at <= at:
        return False
    return page.live or page.revisions.filter(approved_go_live_at__lte=at).exists()


def preview_response(page: PortalPage, at: datetime, request: HttpRequest) -> HttpResponse:
    """Return the public page as it reads at an instant, rendered by the real template. Nothing may keep or index it."""
    version = version_as_of(page, at)
    setattr(version, IS_DRAFT, not is_public_at(page, at))
    response = version.make_preview_request(request, extra_request_attrs={SHOWN_INSTANT: at})
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    return response


def as_if(change: Callable[[], object], render: Callable[[], Shown]) -> Shown:
    """Return what `render` returns while a change is applied; then the change is rolled back.

    Raises what `change` raises.
    """
    with transaction.atomic():
        change()
        shown = render()
        transaction.set_rollback(True)
    return shown
