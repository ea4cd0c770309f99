"""The only writers of reports of mistakes."""

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.log import record
from feedback.models import MistakeReport, ReportState


def report(page: str, language: str, text: str, email: str = "") -> MistakeReport:
    """Keep what a reader says is wrong on a page."""
    return MistakeReport.objects.create(page=page, language=language, text=text, email=email)


@transaction.atomic
def set_state(pk: int, state: str, *, by, request=None) -> MistakeReport:
    """Mark a report as done, or as new again. Raises MistakeReport.DoesNotExist. Without a change nothing is logged."""
    found = MistakeReport.objects.select_for_update().get(pk=pk)
    if found.state == state:
        return found
    is_done = state == ReportState.DONE
    found.state = state
    found.closed_by, found.closed_at = (by, timezone.now()) if is_done else (None, None)
    found.save(update_fields=["state", "closed_by", "closed_at"])
    record(Action.REPORT_DONE if is_done else Action.REPORT_OPENED, found, by=by, request=request)
    return found
