"""The entries of a feed: hits of a search, read again from the database through the visibility rule."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page

from calls.models import Call, CallPage
from calls.presentation import preview
from calls.states import history, next_change
from core.i18n import dates
from core.i18n.addresses import absolute
from core.identity import lasting_id
from core.querysets.visibility import public
from core.templatetags.portal_components import STATUSES
from core.vocabularies import Licence
from events.notes import note_of, read_notes
from events.presentation import event_timing, item_status
from events.vocabularies import EventState
from practices import cards
from practices.models import PracticePage
from search.atom import Entry
from search.hits import version_label
from search_engines.kinds import KINDS
from search_engines.results import Hit

# The field with the one sentence about a page; "lede" where none is named.
SUMMARIES = {"practice": "one_line_result", "cluster": "introduction"}
_NEVER = datetime.fromtimestamp(0, UTC)


def entries_of(hits: Sequence[Hit], most: int, network: UUID, publisher: str) -> tuple[list[Entry], timedelta | None]:
    """Return the entries of the hits that are pages, the newest `most`, and how long they stay as they are.

    A call comes again as new when its dates move. network: from `core.identity.network_id`. publisher: the name of
    the network, the author of what no city has written. The time is None if only editors change the entries. The
    number of queries is fixed.
    """
    found = {int(hit.id.partition(":")[2]): hit for hit in hits if hit.id.startswith("page:")}
    rows = public(Page.objects.filter(pk__in=found)).select_related("locale")
    dated = rows.only("translation_key", "locale", "first_published_at", "last_published_at")
    calls = _calls(number for number, hit in found.items() if hit.type == "call")

    def place(page: Page) -> tuple[datetime, str]:
        published, updated = _instants(page, calls.get(page.pk))
        return updated if page.pk in calls else published, _id(page, network)

    newest = sorted(dated, key=place, reverse=True)[:most]
    # Only of these all columns are read: a page has a long text.
    pages = {page.pk: page for page in Page.objects.filter(pk__in=[page.pk for page in newest]).specific()}
    _read_rows(pages.values(), found)
    changes = (next_change(call) for call in calls.values())
    next_one = min(filter(None, changes), default=None)
    entries = [
        _entry(pages[page.pk], found[page.pk], calls.get(page.pk), network, publisher)
        for page in newest
        if page.pk in pages
    ]
    return entries, next_one - timezone.now() if next_one else None


def _read_rows(pages: Collection[Page], found: dict[int, Hit]) -> None:
    """Read the languages of the versions and the cities that entries name."""
    prefetch_related_objects(list(pages), "locale")
    for kind, city in (("practice", "city"), ("event", "host_city")):
        if of_kind := [page for page in pages if found[page.pk].type == kind]:
            prefetch_related_objects(of_kind, f"{city}__names")
            if kind == "event":
                read_notes(of_kind)


def _calls(numbers: Iterable[int]) -> dict[int, Call]:
    """The calls of pages by the primary keys of the pages."""
    of_page = dict(CallPage.objects.filter(pk__in=list(numbers)).values_list("pk", "call"))
    calls = Call.objects.with_history(timezone.now()).in_bulk(of_page.values())
    return {page: calls[call] for page, call in of_page.items() if call in calls}


def _instants(page: Page, call: Call | None) -> tuple[datetime, datetime]:
    """When a page was published, and when it was last changed. call: of a page of a call."""
    published = page.first_published_at or page.last_published_at or _NEVER
    return published, max([published, page.last_published_at or published, *(_turns(call) if call else [])])


def _id(page: Page, network: UUID) -> str:
    return lasting_id(network, "page", page.translation_key, page.locale.language_code)


def _entry(page, hit: Hit, call: Call | None, network: UUID, publisher: str) -> Entry:
    published, updated = _instants(page, call)
    facts: dict = {"kind": KINDS[hit.type].singular, "summary": getattr(page, SUMMARIES.get(hit.type, "lede"), "")}
    author, licence = publisher, None
    if isinstance(page, PracticePage):
        place, licence = cards.place(page.city), Licence(page.licence)
        facts["facts"] = [place]
        author = place if page.authored_by == PracticePage.AuthoredBy.CITY else publisher
    elif hit.type == "event":
        facts |= _event_facts(page)
    elif call is not None:
        facts |= {"call": preview(call), "is_example": call.is_example}
    reader = get_language()
    if page.language != reader or hit.origin == "machine":
        facts["label"] = version_label(page.language, hit.origin)
    if page.text_outdated_since and not page.is_original:
        facts["outdated"] = STATUSES["out-of-date"].label
    context = {"page_language": page.language, "reader": reader, "type": hit.type, **facts}
    return Entry(
        id=_id(page, network),
        title=page.title,
        url=absolute(page.address),
        language=page.language,
        published=published,
        updated=updated,
        author=author,
        summary=render_to_string("search/feed_entry.html", context).strip(),
        licence=str(licence.label) if licence else "",
        licence_url=licence.url if licence else "",
    )


def _event_facts(event) -> dict:
    timing = event_timing(event, timezone.now())
    place = event.host_city.name if event.host_city else event.venue or event.get_mode_display()
    when = dates.day_range(timing.first_day, timing.last_day)
    status = item_status(event, timing)
    marks = [STATUSES[status].label] if status in EventState.values else []
    return {"facts": [*marks, when, place], "is_example": event.is_example, "note": note_of(event)}


def _turns(call: Call) -> list[datetime]:
    """When the call had news so far: its opening, each announcement of a moved date, and its results."""
    instants = [call.opening, call.results_published_at, *(move.announced_at for move in history(call))]
    return [instant for instant in instants if instant and instant <= call.as_of]
