"""The filters that readers see: which, in which order, and what their values are called."""

from collections.abc import Mapping
from functools import cache

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from cities.vocabularies import Region
from core.i18n.countries import country_names
from core.i18n.languages import LANGUAGE_CODES, own_name
from practices.vocabularies import (
    ActionLine,
    CostBand,
    Evidence,
    PracticeState,
    SustainableDevelopmentGoal,
    TargetGroup,
)
from search.criteria import Criteria
from search.results import Results

Names = Mapping[str, Mapping[str, str]]

TYPES = {
    "practice": gettext_lazy("Practices"),
    "city": gettext_lazy("Cities"),
    "cluster": gettext_lazy("Clusters"),
    "event": gettext_lazy("Events"),
    "call": gettext_lazy("Calls"),
    "news": gettext_lazy("News"),
    "page": gettext_lazy("Pages of text"),
    "document": gettext_lazy("Documents"),
}

# What one of them is called, above its title.
KINDS = {
    "practice": pgettext_lazy("kind of a search result", "Practice"),
    "city": pgettext_lazy("kind of a search result", "City"),
    "cluster": pgettext_lazy("kind of a search result", "Cluster"),
    "event": pgettext_lazy("kind of a search result", "Event"),
    "call": pgettext_lazy("kind of a search result", "Call"),
    "news": pgettext_lazy("kind of a search result", "News"),
    "page": pgettext_lazy("kind of a search result", "Page"),
    "document": pgettext_lazy("kind of a search result", "Document"),
}

LESSONS = {
    "not-again": gettext_lazy("Says what it would not do again"),
    "stopped-or-failed": gettext_lazy("Stopped or failed"),
}
CALLS = {
    "open": pgettext_lazy("calls, as a filter", "Open now"),
    "upcoming": pgettext_lazy("calls, as a filter", "Not open yet"),
    "closed": pgettext_lazy("calls, as a filter", "Closed"),
}
EVENTS = {
    "upcoming": pgettext_lazy("events, as a filter", "To come"),
    "current": pgettext_lazy("events, as a filter", "Going on now"),
    "past": pgettext_lazy("events, as a filter", "Past"),
}
CONFIRMED = {"recently": gettext_lazy("Within the last 12 months")}

PERIOD = "period"

# Facet code → its label, in the order of the panel: what most readers decide by stands first.
LABELS = {
    "type": gettext_lazy("Kind"),
    "cluster": gettext_lazy("Cluster"),
    "cost_band": gettext_lazy("Cost a year"),
    "lessons": gettext_lazy("Lessons"),
    "audience": gettext_lazy("For whom"),
    "call": gettext_lazy("Calls"),
    "event": gettext_lazy("Events"),
    "region": gettext_lazy("Region"),
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "sdg": gettext_lazy("Sustainable Development Goal"),
    "action_line": gettext_lazy("Action line"),
    "evidence": gettext_lazy("Evidence"),
    "state": pgettext_lazy("filter of a search", "State"),
    "confirmed": gettext_lazy("Confirmed by the city"),
    PERIOD: gettext_lazy("Period"),
    "original_language": pgettext_lazy("filter of a search", "Written in"),
    "available_language": pgettext_lazy("filter of a search", "Can be read in"),
}

# The kinds of things that have a value, where not all have; elsewhere the filter would only take room.
KINDS_WITH = {
    "cluster": {"practice", "city", "cluster", "event", "call"},
    "cost_band": {"practice"},
    "lessons": {"practice"},
    "audience": {"practice"},
    "call": {"call"},
    "event": {"event"},
    "region": {"practice", "city", "event", "news"},
    "country": {"practice", "city", "event", "news"},
    "city": {"practice", "city", "event", "news"},
    "sdg": {"practice"},
    "action_line": {"practice"},
    "evidence": {"practice"},
    "state": {"practice"},
    "confirmed": {"practice"},
    PERIOD: {"practice"},
    # A city's page is made of facts and exists in every language.
    "original_language": set(TYPES) - {"city"},
    "available_language": set(TYPES) - {"city"},
}

# Chips of these would not be understood without the filter's name: two are languages.
NAMED_CHIPS = {"call", "event", "confirmed", "original_language", "available_language"}
# Short vocabularies that are shown whole: that there is nothing of a value tells something, too.
WHOLE = {"cost_band", "lessons", "call", "event", "region", "evidence", "state"}
# Vocabularies without an order of their own: the most frequent value first.
BY_FREQUENCY = {"cluster", "country", "city"}
# Up to so many options are all shown; of more, the largest, the others behind "show more".
MOST_SHOWN = 10
LARGEST = 8
# A list of thousands of cities helps nobody and weighs more than the page.
MOST_OPTIONS = 100
OPEN_AT_FIRST = 3


def value_names(clusters: dict[int, dict], cities: Mapping[str, str]) -> Names:
    """Facet code → its values with their names in the active language; what is not in it is unknown.

    clusters: from `Cluster.objects.links`; cities: their names by their codes.
    """
    return _vocabularies(get_language()) | {
        "cluster": {cluster["code"]: cluster["name"] for cluster in clusters.values()},
        "country": country_names(get_language()),
        "city": cities,
    }


@cache
def _vocabularies(_language: str) -> dict[str, dict[str, str]]:
    """The names that the software knows, in the active language, which is named to keep them by it."""
    languages = {code: own_name(code) for code in LANGUAGE_CODES}
    return {
        "type": _words(TYPES),
        "cost_band": {code: name for code, name in _choices(CostBand).items() if code != CostBand.UNKNOWN},
        "lessons": _words(LESSONS),
        "audience": _choices(TargetGroup),
        "call": _words(CALLS),
        "event": _words(EVENTS),
        "region": _choices(Region),
        "sdg": {
            code: _("Goal %(number)s: %(name)s") % {"number": code, "name": name}
            for code, name in _choices(SustainableDevelopmentGoal).items()
        },
        "action_line": _choices(ActionLine),
        "evidence": _choices(Evidence),
        "state": _choices(PracticeState),
        "confirmed": _words(CONFIRMED),
        "original_language": languages,
        "available_language": languages,
    }


def _words(values: Mapping) -> dict[str, str]:
    return {code: str(name) for code, name in values.items()}


def _choices(vocabulary) -> dict[str, str]:
    return {code: str(name) for code, name in vocabulary.choices}


def panel(criteria: Criteria, results: Results, names: Names, fixed: Mapping[str, str]) -> list[dict]:
    """The filters as templates/components/filters.html takes them, without the fixed ones.

    A filter is left out where the chosen kinds have no such value, and where nothing that was
    found has one; never while one of its values is chosen.
    """
    facets: list[dict] = []
    for code, label in LABELS.items():
        if code in fixed or not _makes_sense(code, criteria, results):
            continue
        facet: dict = {"name": code, "label": label, "years": None, "options": [], "more": []}
        if code == PERIOD:
            first, last = period(criteria)
            facet |= {"years": {"from": first or "", "to": last or ""}}
        else:
            facet |= _options(code, names[code], criteria, results)
        facet["open"] = len(facets) < OPEN_AT_FIRST or is_chosen(code, criteria)
        facets.append(facet)
    return facets


def is_chosen(code: str, criteria: Criteria) -> bool:
    """Whether the reader has chosen a value of this filter."""
    return any(period(criteria)) if code == PERIOD else bool(criteria.selections.get(code))


def period(criteria: Criteria) -> tuple[int | None, int | None]:
    """The years from and to that were chosen; None for an open end."""
    return criteria.ranges.get(PERIOD, (None, None))


def _makes_sense(code: str, criteria: Criteria, results: Results) -> bool:
    if is_chosen(code, criteria):
        return True
    kinds = KINDS_WITH.get(code, set(TYPES))
    chosen = criteria.selections.get("type")
    if chosen and kinds.isdisjoint(chosen):
        return False
    counts = results.facets.get("type" if code == PERIOD else code, {})
    return any(counts.get(kind) for kind in kinds) if code == PERIOD else any(counts.values())


def _options(code: str, names: Mapping[str, str], criteria: Criteria, results: Results) -> dict:
    """Values that occur or are chosen, and how many are shown at once."""
    counts = results.facets.get(code, {})
    chosen = criteria.selections.get(code, ())
    options: list[dict] = [
        {
            "value": value,
            "label": name,
            "count": counts.get(value, 0),
            "checked": value in chosen,
            "language": value if code.endswith("_language") else "",
        }
        for value, name in names.items()
        if counts.get(value) or value in chosen or code in WHOLE
    ]
    by_frequency = sorted(options, key=lambda option: (not option["checked"], -option["count"], option["label"]))
    if len(options) <= MOST_SHOWN:
        return {"options": by_frequency if code in BY_FREQUENCY else options, "more": []}
    more = by_frequency[LARGEST:MOST_OPTIONS]
    return {"options": by_frequency[:LARGEST], "more": sorted(more, key=lambda option: option["label"])}


def most_frequent(counts: Mapping[str, int]) -> list[str]:
    """The values of which the largest `MOST_OPTIONS` can be chosen, those that tie for the last place included."""
    least = sorted(counts.values(), reverse=True)[:MOST_OPTIONS]
    return [value for value, count in counts.items() if count >= least[-1]]


def chosen_names(criteria: Criteria, names: Names, fixed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """The chosen values in the order of the panel: (facet, value, name), for the chips above the results."""
    chosen = []
    for code in LABELS:
        if code == PERIOD and any(period(criteria)):
            chosen.append((PERIOD, "", years_words(*period(criteria))))
        elif code not in fixed and code in names:
            chosen += [(code, value, _chip(code, names[code][value])) for value in criteria.selections.get(code, ())]
    return chosen


def _chip(code: str, name: str) -> str:
    if code not in NAMED_CHIPS:
        return name
    return _("%(filter)s: %(value)s") % {"filter": LABELS[code], "value": name}


def years_words(first: int | None, last: int | None) -> str:
    """A period as a reader says it: "2015 to 2019", "since 2015", "until 2019"."""
    if first and last:
        return _("%(start)s to %(end)s") % {"start": first, "end": last} if first != last else str(first)
    if first:
        return _("since %(start)s") % {"start": first}
    return _("until %(end)s") % {"end": last}
