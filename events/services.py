"""Move, postpone and cancel public events: for editors in the admin, and for code.

Each function writes the public page, its draft and its scheduled version in one transaction, so that none of them
brings an old date back. `EventPage.save()` writes the history, raises SEQUENCE and queues the index. A forbidden change
raises ValidationError with a message for the editor and writes nothing. A repeated call with the same arguments, too,
writes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import LogContext

from core.i18n.places import zone_of
from core.local_times.conversion import local_instant
from events.calendar_facts import Facts, end_of, facts_of, local_start
from events.models import EventPage
from events.vocabularies import EventState

# What a move can change.
MOVED_FIELDS = ("starts_at", "ends_at", "first_day", "last_day", "time_zone", "mode", "host_city", "venue")


def move_event(
    event: EventPage, *, note: str, facts: Mapping[str, Any], moves_programme: bool = False, user=None
) -> EventPage:
    """Give a public event other dates or another place.

    event: any version. note: what readers are told, in the language of the original. facts: new values by the names
    in `MOVED_FIELDS`; the others stay. moves_programme: move each item of the programme by as many days and hours, on
    the clocks of the place, as the start. user: who decides.
    Returns the original. Raises ValidationError when nothing changes, when the event would be over, when the note is
    empty or that of an earlier change, and for what the page itself does not allow.
    """
    if unknown := facts.keys() - set(MOVED_FIELDS):
        raise TypeError(f"An event cannot be moved by {sorted(unknown)}.")
    return _change(event, {**facts, "state": EventState.MOVED}, note, user, moves_programme=moves_programme)


def postpone_event(event: EventPage, *, note: str, user=None) -> EventPage:
    """Say that a public event does not take place when announced, and that its new date is not known yet.

    Arguments, result and errors as in `move_event`. It keeps its dates as those that were planned.
    """
    return _change(event, {"state": EventState.POSTPONED}, note, user)


def cancel_event(event: EventPage, *, note: str, user=None) -> EventPage:
    """Cancel a public event. Arguments, result and errors as in `move_event`."""
    return _change(event, {"state": EventState.CANCELLED}, note, user)


def confirm_event(event: EventPage, *, note: str, user=None) -> EventPage:
    """Say that a postponed or cancelled event takes place when announced after all. As `move_event`."""
    return _change(event, {"state": EventState.PLANNED}, note, user)


@transaction.atomic
def _change(
    event: EventPage, values: Mapping[str, Any], note: str, user, *, moves_programme: bool = False
) -> EventPage:
    note, now = note.strip(), timezone.now()
    # With the lock, a second click waits until the first one has written its row.
    versions = EventPage.objects.select_for_update().filter(translation_key=event.translation_key)
    original = next(version for version in versions.select_related("locale") if version.is_original)
    before = facts_of(original)
    _set(original, values)
    if facts_of(original) == before and original.change_note == note:
        return original
    _validate(original, before, now)
    original.change_note = note
    if moves_programme:
        _move_programme(original, before)
    original.last_published_at = now
    with LogContext(user=user):
        original.save()
        _rewrite_drafts(original, {**values, "change_note": note}, user, before if moves_programme else None)
    return original


def _validate(original: EventPage, before: Facts, now: datetime) -> None:
    if not original.live:
        raise ValidationError(_("This event is not public. Change its dates, its place and its status on its page."))
    after = facts_of(original)
    if after == before:
        raise ValidationError(_("Nothing changes: the event has these dates, this place and this status already."))
    if end_of(before) <= now and before["state"] != EventState.POSTPONED:
        raise ValidationError(_("This event is over. Correct what is wrong on its page."))
    if original.state == EventState.MOVED and end_of(after) <= now:
        raise ValidationError(_("The new dates are already over."))
    if original.state == EventState.MOVED and after == {**before, "state": original.state}:
        raise ValidationError(_("Enter other dates or another place."))


def _move_programme(version: EventPage, before: Facts) -> None:
    """Move the programme of a version, in memory, from the start in `before` to the start that it has now."""
    zone_before, zone = zone_of(before["time_zone"]), zone_of(version.time_zone)
    shift = local_start(facts_of(version)) - local_start(before)
    rows = list(version.sessions.all())
    for row in rows:
        for name in ("starts_at", "ends_at"):
            local = getattr(row, name).astimezone(zone_before).replace(tzinfo=None)
            setattr(row, name, local_instant(local + shift, zone))
    version.sessions.set(rows)


def _rewrite_drafts(original: EventPage, values: Mapping[str, Any], user, moved_from: Facts | None) -> None:
    """Bring the revisions that can be published later in line with the public page.

    moved_from: the facts from which the programme moves; None if it stays.
    """
    latest = original.get_latest_revision()
    if latest is None or not original.has_unpublished_changes:
        revision = original.save_revision(user=user, changed=False, clean=False)
        EventPage.objects.filter(pk=original.pk).update(live_revision=revision)
    else:
        draft = latest.as_object()
        _bring_in_line(draft, values, moved_from)
        draft.save_revision(user=user, clean=False)
    for scheduled in original.revisions.filter(approved_go_live_at__isnull=False):
        version = scheduled.as_object()
        _bring_in_line(version, values, moved_from)
        scheduled.content = version.serializable_data()
        scheduled.save(update_fields=["content"])


def _bring_in_line(version: EventPage, values: Mapping[str, Any], moved_from: Facts | None) -> None:
    _set(version, values)
    if moved_from is not None:
        _move_programme(version, moved_from)


def _set(version: EventPage, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(version, name, value)
