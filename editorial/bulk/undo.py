"""Undoing a bulk action: within some minutes, by the person who did it, for every page that nobody has changed since.

What is needed for it is in the session of the person: keys and codes of the pages before and after.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.models import Page

from core.i18n import dates

SESSION_KEY = "bulk_undo"
TIME_TO_UNDO = timedelta(minutes=15)


@dataclass(frozen=True)
class Step:
    """What was done to one page."""

    page: int
    after: list
    """Its state afterwards, as `state_of()` gives it: undone is only what nobody has changed since."""
    before: dict[str, Any] = field(default_factory=dict)
    """What the action needs to restore, as JSON."""


@dataclass(frozen=True)
class Undo:
    """How the steps of one kind of bulk action are undone."""

    code: str
    restore: Callable[[Page, dict, Any], None]
    """(page, before, user): restore one page. Raises PermissionDenied for a user who may not."""


KINDS: dict[str, Undo] = {}


def register(kind: Undo) -> Undo:
    """Make a kind known to the view."""
    KINDS[kind.code] = kind
    return kind


def state_of(page: Page) -> list:
    """What changes with every edit, publication and unpublication of a page, read from the database."""
    row = Page.objects.filter(pk=page.pk).values_list("latest_revision", "live_revision", "live", "path").first()
    return list(row) if row else []


def buttons(request: HttpRequest, kind: Undo, steps: Sequence[Step], next_url: str) -> list:
    """The button “Undo” of a message about what was done; it leads to the page that undoes it."""
    token = secrets.token_urlsafe(12)
    request.session[SESSION_KEY] = {
        "token": token,
        "kind": kind.code,
        "at": timezone.now().isoformat(),
        "steps": [asdict(step) for step in steps],
    }
    url = f"{reverse('bulk-undo', args=[token])}?{urlencode({'next': next_url})}"
    return [messages.button(url, _("Undo"))]


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """What will be restored, and the form that does it. 404 for what this person has not done in this session."""
    stored = request.session.get(SESSION_KEY)
    if not stored or not secrets.compare_digest(stored["token"].encode(), token.encode()):
        raise Http404
    next_url = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(next_url, {request.get_host()}, require_https=request.is_secure()):
        next_url = reverse("wagtailadmin_home")
    if timezone.now() - datetime.fromisoformat(stored["at"]) > TIME_TO_UNDO:
        messages.error(request, _("It is too late to undo this. Change the pages one by one."))
        return redirect(next_url)
    steps = [Step(**step) for step in stored["steps"]]
    pages = Page.objects.specific().defer_streamfields().in_bulk([step.page for step in steps])
    possible = [step for step in steps if step.page in pages and state_of(pages[step.page]) == step.after]
    if request.method == "POST":
        del request.session[SESSION_KEY]
        _restore(request, KINDS[stored["kind"]], possible, pages, len(steps))
        return redirect(next_url)
    changed = [step for step in steps if step not in possible]
    context = {
        "title": _("Undo"),
        "restored": [pages[step.page] for step in possible],
        "changed": [pages[step.page] for step in changed if step.page in pages],
        "next": next_url,
    }
    return render(request, "editorial/admin/bulk_undo.html", context)


def _restore(request, kind: Undo, steps: Sequence[Step], pages: dict[int, Page], total: int) -> None:
    """Restore what nobody has changed, the last first, and tell it."""
    restored = 0
    for step in reversed(steps):
        page = pages[step.page]
        try:
            with transaction.atomic():
                kind.restore(page, step.before, request.user)
        except (PermissionDenied, ValidationError):
            continue
        restored += 1
    if restored:
        text = ngettext("%(count)s page is as it was before.", "%(count)s pages are as they were before.", restored)
        messages.success(request, text % {"count": dates.number(restored)})
    if restored < total:
        count = total - restored
        text = ngettext(
            "%(count)s page was not restored: it was changed since, or you are not allowed to change it.",
            "%(count)s pages were not restored: they were changed since, or you are not allowed to change them.",
            count,
        )
        messages.warning(request, text % {"count": dates.number(count)})
