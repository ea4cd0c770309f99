"""How the admin names a call, its times and its languages, in the language and the time zone of the editor."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.deadlines import A_MINUTE
from calls.vocabularies import Clock
from core.i18n import dates
from core.i18n.languages import active_language, best_language
from core.i18n.places import place_name, zone_name, zone_of


def page_for(call, language: str):
    """Return the page of a call for somebody who reads `language`, published or not; None if it has no page.

    call: with `pages__locale` prefetched.
    """
    pages = {page.language: page for page in call.pages.all()}
    if not pages:
        return None
    original = next(iter(pages.values())).original_language
    chosen = best_language(pages, language, original)
    return pages[chosen] if chosen else None


@dataclass(frozen=True)
class CallTitle:
    """How a call is called. language: that of the title, "" for words of the admin itself."""

    text: str
    language: str = ""

    def __str__(self):
        return self.text


def title_of(call) -> CallTitle:
    """Return the title of a call for the admin, in the editor's language where a page has it.

    A call without a page is named by its kind. call: with `pages__locale` prefetched, or costs a query.
    """
    page = page_for(call, active_language())
    if page is None:
        return CallTitle(_("%(kind)s, no page yet") % {"kind": call.get_kind_display()})
    return CallTitle(page.title if page.live else page.draft_title or page.title, page.language)


@dataclass(frozen=True)
class TimeInZones:
    """One instant in the time of the editor, in UTC, and in the call's own time if it is neither of them."""

    iso: str
    own: str
    utc: str
    place: str


def in_zones(instant: datetime, place: str) -> TimeInZones:
    """Return an instant in words, by the zones that an editor needs.

    place: the code of the call's place.
    """
    editor = timezone.get_current_timezone_name()
    local = instant.astimezone(timezone.get_current_timezone())
    utc = dates.moment(instant.astimezone(UTC), "UTC")
    there = dates.moment(instant.astimezone(zone_of(place)), place_name(place))
    own = utc if editor == "UTC" else dates.moment(local, dates.zone_place(editor))
    # The editor's own time has the call's name of the place if both are in one zone.
    if editor == zone_name(place):
        own = there
    return TimeInZones(
        iso=instant.astimezone(UTC).isoformat(timespec="minutes"),
        own=own,
        utc="" if editor == "UTC" else utc,
        place="" if there == own or zone_name(place) == "UTC" else there,
    )


def date_in_zones(call, clock: str, instant: datetime) -> TimeInZones:
    """Return one date of a call like `in_zones`: an opening as its moment, a deadline as its last minute."""
    return in_zones(instant if clock == Clock.OPENING else instant - A_MINUTE, call.place_of_times)


def days_until(day: date, today: date) -> str:
    """Return how far away a day is: "today", "tomorrow", "in 12 days"."""
    days = (day - today).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


def how_far(instant: datetime, now: datetime) -> str:
    """Return how far away an instant is, in days of the editor's time zone."""
    zone = timezone.get_current_timezone()
    return days_until(instant.astimezone(zone).date(), now.astimezone(zone).date())
