"""Which calls an editor should look at: what is due, what is planned, which flyers are at fault.

The list of calls filters by it, and other pages of the admin count by it, so that a number and its list agree.
Calls come from `Call.objects.with_history(at)`, with `pages__locale` and `documents` prefetched.
"""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from calls.deadlines import DATE_NAMES
from calls.states import next_change, shows_old_date, state_of
from core.i18n.languages import settings_order

# What happens within this time is due.
DUE_WITHIN = timedelta(days=30)


class Attention(TextChoices):
    """Why a call needs an editor. The codes are part of addresses: `?needs=flyer`."""

    DUE = "due", _("Opens or closes within 30 days")
    ANNOUNCEMENT = "announcement", _("An announcement is planned")
    FLYER = "flyer", _("A flyer shows an old date")


def needs(call, attention: str) -> bool:
    """Return whether a call needs an editor for this reason at `call.as_of`."""
    if attention == Attention.DUE:
        instants = [getattr(call, name) for name in DATE_NAMES.values()]
        return any(instant and call.as_of < instant <= call.as_of + DUE_WITHIN for instant in instants)
    if attention == Attention.ANNOUNCEMENT:
        return any(change.announce_at > call.as_of for change in call.valid_changes)
    return bool(outdated_documents(call))


def outdated_documents(call) -> list:
    """Return the documents that show another deadline than the one in effect, in the order of the languages."""
    rows = [row for row in call.documents.all() if shows_old_date(row, call)]
    return sorted(rows, key=lambda row: (settings_order(row.language), row.kind, row.version))


def languages_without_flyer(call) -> list[str]:
    """Return the languages of a call's pages in which it has no flyer; none for a call without any flyer."""
    flyers = {row.language for row in call.documents.all() if row.kind == "flyer"}
    languages = sorted({page.language for page in call.pages.all()}, key=settings_order)
    return [code for code in languages if flyers and code not in flyers]


def by_what_is_due(calls) -> list:
    """Return calls in the order of the work: what changes next, then those without dates, then what is over."""
    return sorted(calls, key=_order)


def _order(call) -> tuple:
    if instant := next_change(call):
        return 0, instant.timestamp(), -call.pk
    if state_of(call).is_to_come:
        return 1, 0.0, -call.pk
    dates = [call.results_published_at, call.commission_deadline, call.deadline, call.opening]
    last = max((instant for instant in dates if instant), default=None)
    return 2, -last.timestamp() if last else 0.0, -call.pk
