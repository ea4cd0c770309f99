"""What readers see of the facets: the filter panel, and the names of the chosen values."""

from collections.abc import Mapping
from functools import cache

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.i18n import dates
from search_engines.criteria import Criteria
from search_engines.facets import FACETS, VALUE_FACETS, Facet, ValueFacet
from search_engines.kinds import KINDS
from search_engines.results import Results

Names = Mapping[str, Mapping[str, str]]
"""Facet code → value code → name in the active language."""

# Up to `MOST_SHOWN` options are all shown; of more, the `LARGEST` most frequent, and the others behind "Show more".
MOST_SHOWN = 10
LARGEST = 8
# A list of thousands of cities helps nobody and is larger than the rest of the page.
MOST_OPTIONS = 100
# So many filters of the panel are open when the page is loaded.
OPEN_AT_FIRST = 3


def value_names(rows: Names) -> Names:
    """Return the names of all values of all facets; a value that is not among them is unknown.

    rows: the names of values that are rows of the database. Raises KeyError for a missing facet.
    """
    return {code: rows[code] if names is None else names for code, names in _software_names(get_language()).items()}


@cache
def _software_names(_language: str) -> dict[str, Mapping[str, str] | None]:
    """The names that do not come from the database, in the active language, which is the key of the cache."""
    return {facet.code: facet.names() for facet in VALUE_FACETS.values()}


def panel(criteria: Criteria, results: Results, names: Names, preset: Mapping[str, str]) -> list[dict]:
    """Return the filters as templates/components/filters.html takes them, without those that the page itself selects.

    A filter is left out when the chosen kinds do not have it, and when no hit has a value of it;
    never while one of its values is chosen.
    """
    rows: list[dict] = []
    for facet in FACETS:
        if facet.code in preset or not _is_offered(facet, criteria, results):
            continue
        row: dict = {"name": facet.code, "label": facet.label, "years": None, "options": [], "more": []}
        row["help_url"] = reverse(facet.help_url) if facet.help_url else ""
        if isinstance(facet, ValueFacet):
            row |= _options(facet, names[facet.code], criteria, results)
        else:
            first, last = criteria.years(facet.code)
            row["years"] = {"from": first or "", "to": last or ""}
        row["open"] = len(rows) < OPEN_AT_FIRST or criteria.is_chosen(facet.code)
        rows.append(row)
    return rows


def _is_offered(facet: Facet, criteria: Criteria, results: Results) -> bool:
    if criteria.is_chosen(facet.code):
        return True
    kinds = criteria.selections.get("type") or KINDS
    if not any(kind in facet.kinds for kind in kinds):
        return False
    if isinstance(facet, ValueFacet):
        return any(results.facets.get(facet.code, {}).values())
    counts = results.facets.get("type", {})
    return any(counts.get(kind) for kind in facet.kinds)


def _options(facet: ValueFacet, names: Mapping[str, str], criteria: Criteria, results: Results) -> dict:
    """The values that occur or are chosen: `options` are shown at once, `more` behind a button."""
    counts = results.facets.get(facet.code, {})
    chosen = criteria.selections.get(facet.code, ())
    options: list[dict] = [
        {
            "value": value,
            "label": name,
            "count": counts.get(value, 0),
            "checked": value in chosen,
            "language": value if facet.in_own_language else "",
        }
        for value, name in names.items()
        if counts.get(value) or value in chosen or facet.show_all
    ]
    by_frequency = sorted(options, key=lambda option: (not option["checked"], -option["count"], option["label"]))
    if len(options) <= MOST_SHOWN:
        return {"options": by_frequency if facet.by_frequency else options, "more": []}
    more = by_frequency[LARGEST:MOST_OPTIONS]
    return {"options": by_frequency[:LARGEST], "more": sorted(more, key=lambda option: option["label"])}


def most_frequent(counts: Mapping[str, int]) -> list[str]:
    """Return the `MOST_OPTIONS` most frequent values, and those that tie with the last of them."""
    least = sorted(counts.values(), reverse=True)[:MOST_OPTIONS]
    return [value for value, count in counts.items() if count >= least[-1]]


def chosen_facets(criteria: Criteria, preset: Mapping[str, str]) -> list[Facet]:
    """Return the facets of which the reader has chosen something, in the order of the panel."""
    return [facet for facet in FACETS if facet.code not in preset and criteria.is_chosen(facet.code)]


def chosen_values(facet: Facet, criteria: Criteria, names: Names) -> dict[str, str]:
    """Return the chosen values of a facet with their names, for chips and links; years as one value without a code."""
    if isinstance(facet, ValueFacet):
        chosen = {value: names[facet.code][value] for value in criteria.selections[facet.code]}
    else:
        chosen = {"": format_years(*criteria.years(facet.code))}
    if facet.label_in_chips:
        return {value: _("%(filter)s: %(value)s") % {"filter": facet.label, "value": chosen[value]} for value in chosen}
    return chosen


def format_years(first: int | None, last: int | None) -> str:
    """Return years in words: "2015–2019", "since 2015", "until 2019"."""
    if first and last:
        return dates.year_range(first, last)
    if first:
        return _("since %(year)s") % {"year": first}
    return _("until %(year)s") % {"year": last}
