"""“Same again, new edition”: begin an event from an earlier one, as a draft with new dates.

Title, words, picture, clusters and translations are copied. Programme, documents, outcomes, note and award are not.
"""

from typing import Any

from django.db import transaction
from wagtail.coreutils import find_available_slug

from core.pages import readable_slug
from core.translations.copies import copy_as_draft
from events.models import EventPage
from events.vocabularies import EventState

# What belongs to one event only.
ROWS_LEFT_OUT = ("sessions", "documents", "outcomes", "event_practices")
LEFT_OUT = (*ROWS_LEFT_OUT, "outcome_document", "award_year", "registration_url", "source", "source_url")


def next_edition(event: EventPage) -> int | None:
    """Return the number of the next edition of its series; None if the event is no edition."""
    if not (event.series and event.edition):
        return None
    editions = EventPage.objects.filter(series=event.series, edition__isnull=False)
    return max(editions.values_list("edition", flat=True), default=0) + 1


@transaction.atomic
def begin_again(event: EventPage, *, title: str, facts: dict[str, Any], edition: int | None, user) -> EventPage:
    """Return a new draft that begins from `event`, with its translations as drafts.

    event: the original. facts: dates and place of the new one, by the names of `events.services.MOVED_FIELDS`.
    Raises ValidationError when the dates or the place cannot be.
    """
    parent = event.get_parent()
    slug = find_available_slug(parent, readable_slug(title) or "event")
    values = {**facts, "title": title, "slug": slug, "edition": edition, "state": EventState.PLANNED}
    return copy_as_draft(event, values=values, left_out=LEFT_OUT, user=user)[0]
