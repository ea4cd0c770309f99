"""A call as JSON data. docs/calls.md documents the format. It is stable: fields are only added."""

from datetime import UTC, datetime

from calls.deadlines import DATE_NAMES, last_minute
from calls.presentation import public_documents
from calls.states import history, shows_old_date, state_of
from calls.vocabularies import Clock, Precision
from core.i18n.addresses import absolute
from core.i18n.languages import SOURCE_LANGUAGE
from core.i18n.places import place_name, zone_name

VERSION = 1
LICENCE_NOTE = (
    "Dates, figures and codes are facts and free to use; name the network and this address as the source. "
    "Each document carries its own licence."
)


def call_data(call, pages) -> dict:
    """Return the public data of a call at the instant `call.as_of`, ready for JSON.

    call: from `Call.objects.with_history(at)`. pages: its public pages, in display order.
    """
    moves = history(call)
    return {
        "version": VERSION,
        "code": call.code,
        "kind": call.kind,
        "is_example": call.is_example,
        "state": state_of(call).value,
        "as_of": call.as_of.astimezone(UTC).isoformat(timespec="seconds"),
        "time_zone": zone_name(call.place_of_times),
        "time_zone_label": place_name(call.place_of_times, SOURCE_LANGUAGE),
        "precision": call.precision,
        "opens_at": _instant(call, call.opening),
        "deadlines": {
            clock.value: _deadline(call, clock, sum(move.moves(clock) for move in moves))
            for clock in (Clock.CITY, Clock.COMMISSION)
        },
        "history": [_move(call, move) for move in moves],
        "quota_per_country": call.quota_per_country,
        "clusters": [cluster.code for cluster in call.clusters.all()],
        "results": {
            "expected": _partial(call.results_on, call.results_precision),
            "published_at": _instant(call, _past(call.results_published_at, call.as_of)),
        },
        "application_url": call.application_url,
        "contact_email": call.contact_email,
        "sessions": [_session(call, session) for session in call.sessions.all()],
        "documents": [_document(call, row) for row in public_documents(call)],
        "pages": [{"language": page.language, "title": page.title, "url": absolute(page.url)} for page in pages],
        "calendar_url": absolute(f"/calls/{call.code}.ics"),
        "source": {"title": call.source, "url": call.source_url} if call.source else None,
        "licence_note": LICENCE_NOTE,
    }


def _instant(call, instant: datetime | None) -> str | None:
    """Format an instant as ISO 8601 with the UTC offset of the call's time zone."""
    return instant.astimezone(call.zone).isoformat(timespec="seconds") if instant else None


def _past(instant: datetime | None, at: datetime) -> datetime | None:
    return instant if instant and instant <= at else None


def _partial(day, precision: str) -> str | None:
    return day.isoformat()[: {"year": 4, "month": 7, "day": 10}[precision]] if day else None


def _deadline(call, clock: str, sequence: int) -> dict | None:
    """Return one deadline, or None when it is not on record. sequence: the number of announced changes."""
    deadline = getattr(call, DATE_NAMES[clock])
    if deadline is None:
        return None
    local = last_minute(call, deadline)
    return {
        "too_late_from": _instant(call, deadline),
        "last_day": local.date().isoformat(),
        "last_minute": local.isoformat(timespec="minutes") if call.precision == Precision.MINUTE else None,
        "sequence": sequence,
    }


def _move(call, move) -> dict:
    return {
        "clock": move.clock,
        "old": _instant(move.old_face, move.old),
        "new": _instant(move.new_face, move.new),
        "old_time_zone": zone_name(move.old_face.place),
        "new_time_zone": zone_name(move.new_face.place),
        "reason": move.reason,
        "decided_by": move.decided_by,
        "announced_at": _instant(call, move.announced_at) if move.announcement_on_record else None,
    }


def _session(call, session) -> dict:
    return {
        "starts_at": _instant(call, session.starts_at),
        "ends_at": _instant(call, session.ends_at),
        "languages": session.languages,
        "url": session.url,
    }


def _document(call, row) -> dict:
    document = row.document
    return {
        "kind": row.kind,
        "language": row.language,
        "version": row.version,
        "url": absolute(document.url),
        "type": document.file_extension.lower(),
        "pages": document.pages,
        "bytes": document.file_size,
        "licence": document.licence,
        "shows_deadline": row.shows_deadline.isoformat() if row.shows_deadline else None,
        "outdated": shows_old_date(row, call),
    }
