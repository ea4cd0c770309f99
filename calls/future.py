"""What will change on a call's page, and when: its opening, its deadlines, planned announcements, results.

Calls come from `Call.objects.with_history(at)`. Nothing here asks the database again.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from calls.deadlines import A_MINUTE, DATE_NAMES, deadline_text, opening_text
from calls.states import end_of_results, next_change, state_of
from calls.timeline import place_changed_sentence
from calls.vocabularies import FIRST_DATES, CallState, Clock, DateReason
from core.i18n.places import place_name

# A call has three dates, results and the announcements that are planned; a longer list helps nobody.
MOST_TURNS = 12


@dataclass(frozen=True)
class Turn:
    """An instant at which the page of a call changes by itself.

    at: from then on. shown: the instant to show, the last minute before a deadline. texts: what happens, as sentences
    in the active language. state: the state from then on. announces: whether a planned change becomes public.
    """

    at: datetime
    shown: datetime
    state: CallState
    texts: tuple[str, ...]
    announces: bool


def as_of(call, at: datetime):
    """Return the same call as of another instant, as `Call.objects.with_history(at)` would.

    call: from `with_history`, whichever its instant is.
    """
    then = copy(call)
    then.as_of = at
    announced = [change for change in call.valid_changes if change.announce_at <= at]
    for clock, name in DATE_NAMES.items():
        changes = [change for change in announced if change.clock == clock]
        setattr(then, name, changes[-1].new if changes else getattr(call, FIRST_DATES[Clock(clock)]))
    places = [change.place for change in announced if change.clock == Clock.PLACE]
    then.place = places[-1] if places else call.time_zone
    first = [c.new for c in announced if c.clock == Clock.CITY and c.reason == DateReason.FIRST_DATE]
    then.first_known_deadline = call.first_deadline or (first[0] if first else None)
    then.closes_at = then.deadline or then.commission_deadline
    return then


def turns(call) -> list[Turn]:
    """Return the instants after `call.as_of` at which readers see something else, the next one first."""
    found: list[Turn] = []
    for before, then in _instants(call):
        texts = tuple(_what_happens(before, then))
        if texts:
            is_deadline = then.as_of in (then.deadline, then.commission_deadline)
            shown = then.as_of - A_MINUTE if is_deadline else then.as_of
            found.append(Turn(then.as_of, shown, state_of(then), texts, bool(_announced(then))))
        if len(found) == MOST_TURNS:
            break
    return found


def _instants(call) -> Iterator[tuple]:
    """Yield the call before and at each next change."""
    before = call
    while instant := next_change(before):
        then = as_of(call, instant)
        yield before, then
        before = then


def _announced(call) -> list:
    """The changes that become public at the instant of the call."""
    return [change for change in call.valid_changes if change.announce_at == call.as_of]


def _what_happens(before, then) -> Iterator[str]:
    """Yield what happens between two states of a call that follow each other, as sentences."""
    at = then.as_of
    for change in _announced(then):
        yield _announcement(then, change)
    if then.opening == at:
        yield _("The call opens.")
    if then.deadline == at:
        yield _("The call closes for cities.")
    if then.commission_deadline == at:
        yield _("The call closes for National Commissions.")
    state = state_of(then)
    if state == CallState.CLOSING_SOON and state_of(before) != state:
        yield _("The page says “Closing soon”.")
    if then.results_published_at == at:
        yield _("The results are public.")
    elif then.results_on and end_of_results(then) == at and state_of(before) == CallState.UNDER_REVIEW:
        yield _("The time in which results were expected is over. Say on the call when they are published.")


def _announcement(then, change) -> str:
    """What becomes public: "Announced: the deadline for cities moves to 30 June 2026, 23:59 (Hamburg)."."""
    if change.clock == Clock.PLACE:
        return place_changed_sentence(place_name(change.old_place), place_name(change.place))
    if change.new is None:
        return _("Announced: “%(date)s” is no longer on record.") % {"date": change.get_clock_display()}
    text = opening_text if change.clock == Clock.OPENING else deadline_text
    return _("Announced: “%(date)s” is now %(new)s.") % {
        "date": change.get_clock_display(),
        "new": text(then, change.new),
    }
