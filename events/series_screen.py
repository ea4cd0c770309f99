"""A series of events with its editions on one screen in the admin: year, host, dates, outcomes and what is missing."""

from collections import defaultdict

from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from core.i18n import dates
from core.i18n.editions import edition_ordinal
from core.i18n.languages import own_name, settings_order
from core.i18n.text import comma_list
from core.querysets.children import prefetch_children
from events.attention import reasons
from events.document_grid import document_grid
from events.models import EventPage
from events.overview import event_url, outcome_rows
from events.presentation import event_timing, place_in_words, state_in_words


def series_rows(series: str) -> list[dict]:
    """Return the editions of a series, the newest first, for templates/events/admin/series.html.

    Events of the series without an edition come last. The number of queries is fixed.
    """
    found = EventPage.objects.filter(series=series).select_related("locale", "host_city")
    versions = sorted(found.prefetch_related("host_city__names"), key=lambda event: settings_order(event.language))
    prefetch_children(versions, "sessions", "outcomes", "documents")
    prefetch_related_objects([row for version in versions for row in version.documents.all()], "document")
    prefetch_related_objects(versions, "outcome_document")
    groups = defaultdict(list)
    for version in versions:
        groups[version.translation_key].append(version)
    originals = [version for version in versions if version.is_original]
    originals.sort(key=lambda event: (event.edition is None, -(event.edition or 0), event.pk))
    return [_row(event, groups[event.translation_key]) for event in originals]


def latest_edition(series: str) -> EventPage | None:
    """Return the original of the edition with the highest number; None without one."""
    editions = EventPage.objects.filter(series=series, edition__isnull=False)
    return editions.filter(locale__language_code=F("original_language")).order_by("-edition").first()


def _row(event: EventPage, versions: list[EventPage]) -> dict:
    now = timezone.now()
    timing = None if event.missing_to_show() else event_timing(event, now)
    return {
        "title": event.draft_title or event.title,
        "url": event_url("screen", event),
        "edition": edition_ordinal(event.edition) if event.edition else "",
        "year": dates.year(timing.first_day) if timing else "",
        "days": dates.day_range(timing.first_day, timing.last_day) if timing else "",
        "host": place_in_words(event),
        "state": state_in_words(event, timing),
        "is_live": event.live,
        "languages": comma_list(own_name(version.language) for version in versions if version.live),
        "outcome_document": event.outcome_document,
        "outcomes": outcome_rows(event, versions),
        "documents": [
            {
                "title": line["title"],
                "own": comma_list(cell["label"] for cell in line["cells"] if cell["is_own"]),
                "missing": comma_list(cell["label"] for cell in line["cells"] if cell["file"] is None),
            }
            for line in document_grid(versions)
        ],
        "needs": reasons(event, versions, now),
    }
