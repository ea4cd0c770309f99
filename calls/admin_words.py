"""How the admin names a call and its dates, in the language and the time zone of the editor."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from calls.deadlines import A_MINUTE
from calls.vocabularies import Clock
from core.i18n.languages import active_language, best_language
from core.local_times.words import TimeInZones, in_zones


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


def date_in_zones(call, clock: str, instant: datetime) -> TimeInZones:
    """Return one date of a call like `in_zones`: an opening as its moment, a deadline as its last minute."""
    return in_zones(instant if clock == Clock.OPENING else instant - A_MINUTE, call.place_of_times)
