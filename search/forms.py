"""From the query string of an address to criteria, and back. No query string breaks a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import QueryDict

from core.search_document import clean_text
from search.filters import Names
from search_engines.criteria import SORTS, Criteria, parse_words
from search_engines.facets import PERIOD, VALUE_FACETS

MAX_PAGE = 10_000
FIRST_YEAR, LAST_YEAR = 1, 9999
LONGEST_INPUT = 300


def criteria_from(query: QueryDict, language: str, now: datetime, names: Names, preset: Mapping[str, str]) -> Criteria:
    """Return the criteria of a query string; unknown, empty and repeated values are dropped.

    names: the known values of every facet, from `search.filters.value_names`.
    preset: values that the page itself selects, such as the type on the list of practices.
    """
    words, phrases = parse_words(query.get("q", ""))
    selections = {code: _values(query, code, names[code]) for code in names}
    selections |= {code: (value,) for code, value in preset.items()}
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


def typed_words(query: QueryDict) -> str:
    """Return the words as the reader typed them, for the search field."""
    return clean_text(query.get("q", ""), LONGEST_INPUT)


@dataclass(frozen=True)
class Link:
    """A link on the search page."""

    label: str
    url: str
    current: bool = False
    """Whether it leads to what the page already shows."""
    hreflang: str = ""
    """The language that it leads to; "" for the language of the page."""


@dataclass(frozen=True)
class SearchUrls:
    """The URLs of searches on one page."""

    path: str
    """The path of the page: `/en/search/`."""
    preset: Mapping[str, str] = field(default_factory=dict)
    """Facet code → the value that the page itself selects; it is in no query string."""

    def of(self, criteria: Criteria, **changes) -> str:
        """Return the URL of a search with some of its fields changed: `urls.of(criteria, page=2)`."""
        query = QueryDict(mutable=True)
        for name, value in self.parameters(replace(criteria, **changes)):
            query.appendlist(name, value)
        encoded = query.urlencode()
        return f"{self.path}?{encoded}" if encoded else self.path

    def parameters(self, criteria: Criteria) -> list[tuple[str, str]]:
        """Return the names and values of the query string of a search."""
        first, last = criteria.years(PERIOD.code)
        parameters: list[tuple[str, object]] = [("q", criteria.text)]
        parameters += [
            (code, value)
            for code in VALUE_FACETS
            if code not in self.preset
            for value in criteria.selections.get(code, ())
        ]
        parameters += [("from", first), ("to", last)]
        parameters += [("sort", criteria.sort)] if criteria.sort != SORTS[0] else []
        parameters += [("page", criteria.page)] if criteria.page > 1 else []
        return [(name, str(value)) for name, value in parameters if value]
