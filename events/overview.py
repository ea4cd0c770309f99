"""The screen of an event in the admin: what readers see now and later, history, programme, documents, outcomes."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, direction, html_code, own_name
from core.i18n.text import comma_list
from core.local_times.words import how_far, in_zones
from core.querysets.children import prefetch_children
from core.templatetags.portal_components import STATUSES
from core.translations.version_rows import version_rows
from events.attention import reasons
from events.document_grid import EventDocumentForm, document_grid, hindrances
from events.history import EventChange
from events.models import EventPage
from events.past_facts import cities_of, dates_text, has_other_dates, has_other_place, place_text
from events.presentation import event_facts, event_timing, programme, status_tags
from events.vocabularies import WILL_NOT, EventState


def event_url(view: str, event, *arguments) -> str:
    """The address of a view of an event."""
    return reverse(f"events:{view}", args=[event.pk, *arguments])


def event_overview(
    event: EventPage, versions: Sequence[EventPage], user, drafts: Sequence[EventPage], form: EventDocumentForm | None
) -> dict:
    """Return the context of templates/events/admin/event.html.

    event: the original. versions: all of them, this object among them. user: who sees only what they may do.
    drafts: the versions as they were saved last, from `document_grid.newest`. form: that of a document, if one is open.
    """
    now = timezone.now()
    prefetch_children(versions, "sessions", "documents", "outcomes")
    has_dates = not event.missing_to_show()
    timing = event_timing(event, now) if has_dates else None
    changes = list(EventChange.objects.filter(page=event).select_related("recorded_by"))
    rows = version_rows(
        versions,
        user,
        preview_url=lambda language: event_url("preview", event, language),
        translate_url=lambda language: event_url("translate", event, language),
    )
    permissions = event.permissions_for_user(user)
    hindered = hindrances(versions, user)
    return {
        "event": event,
        "is_live": event.live,
        "tags": [_tag(tag) for tag in status_tags(event, timing)] if timing else [],
        "facts": event_facts(event, timing) if timing else [],
        "needs": reasons(event, versions, now),
        "notes": _notes(event, versions),
        "public_pages": [row for row in rows if row["is_public"]],
        "turns": _turns(event, versions, now) if timing else [],
        "actions": _actions(event, timing) if permissions.can_publish() else [],
        "may_publish": permissions.can_publish(),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[event.pk]),
        "series_url": reverse("events:series", args=[event.series]) if event.series else "",
        "series": event.get_series_display(),
        "again_url": event_url("again", event),
        "changes": _changes(changes, event),
        "pages": rows,
        "days": programme(event) if timing else [],
        "grid_languages": _grid_languages(versions),
        "grid": document_grid(drafts, hindered, form),
        "no_new_document": hindered.get(event.language, ""),
        "document_form": form,
        "document_url": event_url("document", event),
        "outcomes": outcome_rows(event, versions),
        "outcome_document": event.outcome_document,
    }


def _tag(tag: dict) -> dict:
    """A tag of the public page with its words."""
    return {"kind": tag["kind"], "text": tag.get("text") or STATUSES[tag["kind"]].label}


def _notes(event: EventPage, versions: Sequence[EventPage]) -> list[dict]:
    """The note about the last change by language: {language, code, direction, text}; "" is not translated."""
    if not event.change_note or not event.noted_sequence:
        return []
    return [
        {
            "language": own_name(version.language),
            "code": html_code(version.language),
            "direction": direction(version.language),
            "text": version.change_note if version.note_is_about == version.noted_sequence else "",
        }
        for version in versions
        if version.live
    ]


def _turns(event: EventPage, versions: Sequence[EventPage], now: datetime) -> list[dict]:
    """The instants after now at which readers see something else, the next one first."""
    timing = event_timing(event, now)
    found: list[tuple[datetime, str]] = []
    if event.live and event.state not in WILL_NOT:
        found = [(timing.start, _("The event begins.")), (timing.end, _("The event is over: nobody can register."))]
    scheduled = Revision.page_revisions.filter(
        object_id__in=[str(version.pk) for version in versions], approved_go_live_at__isnull=False
    ).values_list("object_id", "approved_go_live_at")
    names = {str(version.pk): own_name(version.language) for version in versions}
    for key, at in scheduled:
        found.append((at, _("A text is published: %(language)s") % {"language": names[key]}))
    for version in versions:
        if version.live and version.expire_at:
            text = _("The page is taken offline: %(language)s") % {"language": names[str(version.pk)]}
            found.append((version.expire_at, text))
    return [
        {
            "moment": in_zones(at, event.place_of_times),
            "far": how_far(at, now),
            "texts": [text],
            "previews": [
                {
                    "language": own_name(version.language),
                    "code": html_code(version.language),
                    "url": f"{event_url('preview', event, version.language)}?{urlencode({'at': at.isoformat()})}",
                }
                for version in versions
            ],
        }
        for at, text in sorted(found)
        if at > now
    ]


def _actions(event: EventPage, timing) -> list[dict]:
    """The changes that a public event can have now."""
    if timing is None or not event.live or (timing.phase == "past" and event.state != EventState.POSTPONED):
        return []
    names = ["move"]
    if event.state in WILL_NOT:
        names += ["confirm"] if timing.phase != "past" else []
    else:
        names += ["postpone"]
    names += ["cancel"] if event.state != EventState.CANCELLED else []
    return [{"name": name, "url": event_url(name, event)} for name in names]


def _changes(changes: Sequence[EventChange], event: EventPage) -> list[dict]:
    """The history for templates/events/admin/history.html, the last change first."""
    cities = cities_of(changes)
    rows = []
    for change in changes:
        parts = []
        if has_other_dates(change):
            parts.append({"label": _("Dates"), "old": dates_text(change.before), "new": dates_text(change.after)})
        if has_other_place(change):
            old, new = place_text(change.before, cities), place_text(change.after, cities)
            parts.append({"label": _("Place"), "old": old, "new": new})
        rows.append(
            {
                "state": change.get_state_display(),
                "parts": parts,
                "note": change.note,
                "language": html_code(change.language),
                "direction": direction(change.language),
                "moment": in_zones(change.recorded_at, event.place_of_times),
                "recorded_by": change.recorded_by,
                "sequence": dates.number(change.sequence),
            }
        )
    return rows


def _grid_languages(versions: Sequence[EventPage]) -> list[dict]:
    present = {version.language for version in versions}
    return [{"code": html_code(code), "name": own_name(code)} for code in LANGUAGE_CODES if code in present]


def outcome_rows(event: EventPage, versions: Sequence[EventPage]) -> list[dict]:
    """The outcomes with the languages in which they are named: [{title, url, is_guiding, missing}]."""
    rows = []
    for outcome in event.outcomes.all():
        without = [
            own_name(version.language)
            for version in versions
            if all(row.translation_key != outcome.translation_key for row in version.outcomes.all())
        ]
        rows.append(
            {
                "title": outcome.title,
                "url": outcome.url,
                "is_guiding": outcome.is_guiding,
                "missing": comma_list(without),
            }
        )
    return rows
