"""From the query string of an address to criteria, and back. No query string breaks a page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.http import QueryDict

from core.search_document import clean_text
from search.criteria import SORTS, Criteria, parse_words
from search.facets import PERIOD, VALUE_FACETS
from search.filters import Names

MAX_PAGE = 10_000
FIRST_YEAR, LAST_YEAR = 1, 9999

Fields = list[tuple[str, str]]


def criteria_from(
    query: QueryDict, language: str, now: datetime, names: Names, fixed: Mapping[str, str] | None = None
) -> Criteria:
    """Return the criteria of a query string; unknown, empty and repeated values are dropped.

    names: the known values of every facet, from `search.filters.value_names`.
    fixed: values that the page itself selects, such as the type on the list of practices.
    """
    words, phrases = parse_words(query.get("q", ""))
    selections = {code: _values(query, code, names[code]) for code in names}
    selections |= {code: (value,) for code, value in (fixed or {}).items()}
    years = _years(query)
    sort = query.get("sort", "")
    return Criteria(
        language=language,
        instant=now,
        words=words,
        phrases=phrases,
        selections={code: values for code, values in selections.items() if values},
        ranges={PERIOD.code: years} if any(years) else {},
        sort=sort if sort in SORTS else SORTS[0],
        page=_page(query.get("page", "")),
    )


def _values(query: QueryDict, facet: str, known: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(value for value in dict.fromkeys(query.getlist(facet)) if value in known)


def _years(query: QueryDict) -> tuple[int | None, int | None]:
    """The years from and to, in ascending order."""
    first, last = _year(query.get("from", "")), _year(query.get("to", ""))
    return (last, first) if first and last and first > last else (first, last)


def _year(text: str) -> int | None:
    """A year in digits of any script, clamped to the calendar; None for anything else."""
    text = text.strip()
    if not text.isdecimal():
        return None
    # A longer number is not parsed: it can have any length.
    year = int(text) if len(text) <= 4 else LAST_YEAR
    return max(year, FIRST_YEAR)


def _page(text: str) -> int:
    text = text.strip()[:6]
    return min(int(text), MAX_PAGE) if text.isascii() and text.isdigit() and int(text) else 1


def fields_of(criteria: Criteria, fixed: Mapping[str, str] | None = None) -> Fields:
    """Return the names and values of the query string of this search, without the fixed selections."""
    first, last = criteria.years(PERIOD.code)
    fields: list[tuple[str, object]] = [("q", criteria.text)]
    fields += [
        (code, value)
        for code in VALUE_FACETS
        if code not in (fixed or {})
        for value in criteria.selections.get(code, ())
    ]
    fields += [("from", first), ("to", last)]
    fields += [("sort", criteria.sort)] if criteria.sort != SORTS[0] else []
    fields += [("page", criteria.page)] if criteria.page > 1 else []
    return [(name, str(value)) for name, value in fields if value]


def address_of(criteria: Criteria, path: str, fixed: Mapping[str, str] | None = None, **changes) -> str:
    """Return the address of a search with some of its fields changed: `address_of(criteria, path, page=2)`."""
    query = QueryDict(mutable=True)
    for name, value in fields_of(replace(criteria, **changes), fixed):
        query.appendlist(name, value)
    encoded = query.urlencode()
    return f"{path}?{encoded}" if encoded else path


def looked_for(query: QueryDict) -> str:
    """Return the words as the reader typed them, for the search field."""
    return clean_text(query.get("q", ""), 300)
