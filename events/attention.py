"""What about an event needs an editor. The list and the screen of events say it, and other pages count by it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import LANGUAGE_CODES
from events.calendar_facts import end_of, facts_of
from events.vocabularies import EventKind, EventMode, EventState

# From this time before its start on, people look for the programme of an event.
PROGRAMME_BEFORE = timedelta(days=60)
# What people expect to read after such an event.
WITH_OUTCOMES = (EventKind.CONFERENCE,)


class Attention(TextChoices):
    """Why an event needs an editor. The codes are part of addresses: `?needs=programme`."""

    DATES = "dates", _("No dates")
    PLACE = "place", _("No place")
    NEW_DATE = "new-date", _("Postponed, without a new date")
    PROGRAMME = "programme", _("No programme")
    OUTCOMES = "outcomes", _("Over, without outcomes")
    NOTE = "note", _("The note for readers is not translated")
    TRANSLATION = "translation", _("A translation is missing or out of date")


def reasons(event, versions: Sequence, now: datetime) -> list[Attention]:
    """Return why an event needs an editor at an instant, in the order of urgency.

    event: the original. versions: all of them. Sessions, outcomes and documents of the original are prefetched.
    """
    return [reason for reason, applies in _TESTS.items() if applies(event, versions, now)]


def _has_dates(event) -> bool:
    return bool((event.starts_at and event.ends_at) or (event.first_day and event.last_day))


def _is_over(event, now: datetime) -> bool:
    return _has_dates(event) and end_of(facts_of(event)) <= now


def _is_expected(event, now: datetime) -> bool:
    return event.state in (EventState.PLANNED, EventState.MOVED) and not _is_over(event, now)


def _no_dates(event, _versions, _now) -> bool:
    return not _has_dates(event)


def _no_place(event, _versions, now: datetime) -> bool:
    has_place = event.mode == EventMode.ONLINE or event.host_city_id or event.venue
    return _is_expected(event, now) and not has_place


def _no_new_date(event, _versions, _now) -> bool:
    return event.state == EventState.POSTPONED


def _no_programme(event, _versions, now: datetime) -> bool:
    if not _is_expected(event, now) or not _has_dates(event) or event.kind == EventKind.WEBINAR:
        return False
    start = event.starts_at.date() if event.starts_at else event.first_day
    return start <= (now + PROGRAMME_BEFORE).date() and not event.sessions.all()


def _no_outcomes(event, _versions, now: datetime) -> bool:
    took_place = event.state in (EventState.PLANNED, EventState.MOVED) and _is_over(event, now)
    has_outcomes = event.outcome_document_id or event.outcomes.all() or event.documents.all()
    return took_place and event.kind in WITH_OUTCOMES and not has_outcomes


def _note_to_translate(event, versions, now: datetime) -> bool:
    if not event.noted_sequence or not event.change_note or _is_over(event, now):
        return False
    return any(v.live and v.note_is_about != v.noted_sequence for v in versions if v is not event)


def _translation(event, versions, _now) -> bool:
    if not event.live:
        return False
    public = [version for version in versions if version.live]
    outdated = any(version.text_outdated_since for version in public if not version.is_original)
    return outdated or len({version.language for version in public}) < len(LANGUAGE_CODES)


_TESTS = {
    Attention.DATES: _no_dates,
    Attention.NEW_DATE: _no_new_date,
    Attention.PLACE: _no_place,
    Attention.NOTE: _note_to_translate,
    Attention.PROGRAMME: _no_programme,
    Attention.OUTCOMES: _no_outcomes,
    Attention.TRANSLATION: _translation,
}
