"""What is asked of a page or a city profile before a bulk action changes it."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.locks import ScheduledForPublishLock
from wagtail.models import WorkflowState

from editorial.bulk.acting import LeftOut


def locked(version: Any) -> Any:
    """The specific page or the profile, read again, and locked until the end of the transaction."""
    return type(version)._default_manager.select_for_update().get(pk=version.pk)


def in_hands_of_others(version: Any, user, *, while_waiting: bool = False) -> None:
    """Raise LeftOut for a version that somebody else has now: locked, scheduled, or between its author and a decision.

    while_waiting: whether the action is possible while a submission waits for a decision.
    """
    state = version.current_workflow_state
    if state is not None:
        if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            raise LeftOut(_("Changes were requested, and it has not been submitted again."))
        if not while_waiting:
            raise LeftOut(_("It waits for a decision."))
    lock = version.get_lock()
    if isinstance(lock, ScheduledForPublishLock):
        raise LeftOut(_("It is scheduled for publication."))
    if lock is not None and lock.for_user(user):
        raise LeftOut(_("Another person has locked it."))
