"""Undoing a bulk action: within some minutes, by the person who did it, for every row that nobody has changed since.

What is needed for it is in the session of the person: keys and codes of the pages or city profiles before and after.
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
    """What was done to one page or city profile."""

    row: int
    after: list
    """Its state afterwards, as `state_of()` gives it: undone is only what nobody has changed since."""
    before: dict[str, Any] = field(default_factory=dict)
    """What the action needs to restore, as JSON."""


@dataclass(frozen=True)
class Undo:
    """How the steps of one kind of bulk action are undone."""

    code: str
    restore: Callable[[Any, dict, Any], None]
    """(row, before, user): restore one row. Raises PermissionDenied for a user who may not."""
    model: Any = Page

    @property
    def title_template(self) -> str:
        """Shows the title of a `row`."""
        return f"editorial/admin/{'bulk_title' if self.model is Page else 'bulk_profile'}.html"

    def rows(self, keys: Sequence[int]) -> dict[int, Any]:
        """The rows by key: pages as those of their own class."""
        if self.model is Page:
            return Page.objects.specific().defer_streamfields().in_bulk(keys)
        return self.model._default_manager.in_bulk(keys)


KINDS: dict[str, Undo] = {}


def register(kind: Undo) -> Undo:
    """Make a kind known to the view."""
    KINDS[kind.code] = kind
    return kind


def state_of(row: Any) -> list:
    """What changes with every edit, publication and unpublication of a row, read from the database."""
    is_page = isinstance(row, Page)
    fields = ("latest_revision", "live_revision", "live", *(("path",) if is_page else ()))
    rows = (Page if is_page else type(row))._default_manager.filter(pk=row.pk)
    return list(rows.values_list(*fields).first() or ())


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
        messages.error(request, _("It is too late to undo this. Make the changes one by one."))
        return redirect(next_url)
    kind = KINDS[stored["kind"]]
    steps = [Step(**step) for step in stored["steps"]]
    rows = kind.rows([step.row for step in steps])
    possible = [step for step in steps if step.row in rows and state_of(rows[step.row]) == step.after]
    if request.method == "POST":
        del request.session[SESSION_KEY]
        _restore(request, kind, possible, rows, len(steps))
        return redirect(next_url)
    changed = [step for step in steps if step not in possible]
    context = {
        "title": _("Undo"),
        "title_template": kind.title_template,
        "restored": [rows[step.row] for step in possible],
        "changed": [rows[step.row] for step in changed if step.row in rows],
        "next": next_url,
    }
    return render(request, "editorial/admin/bulk_undo.html", context)


def _restore(request, kind: Undo, steps: Sequence[Step], rows: dict[int, Any], total: int) -> None:
    """Restore what nobody has changed, the last first, and tell it."""
    restored = 0
    for step in reversed(steps):
        try:
            with transaction.atomic():
                kind.restore(rows[step.row], step.before, request.user)
        except (PermissionDenied, ValidationError):
            continue
        restored += 1
    if restored:
        text = ngettext("%(count)s change was undone.", "%(count)s changes were undone.", restored)
        messages.success(request, text % {"count": dates.number(restored)})
    if restored < total:
        count = total - restored
        text = ngettext(
            "%(count)s change was not undone: there was another one since, or you are not allowed to make it.",
            "%(count)s changes were not undone: there were others since, or you are not allowed to make them.",
            count,
        )
        messages.warning(request, text % {"count": dates.number(count)})
