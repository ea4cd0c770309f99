"""Counts of languages and facet values, computed on other threads while this thread finds the hits.

Tantivy releases the GIL while it counts, so a page waits for the longer of the two. Counts that no other
thread has started by then are computed by the waiting thread.
"""

import os
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache

from tantivy import Query

from search_engines.embedded.queries import Queries, all_of
from search_engines.embedded.schema import counted_field, values_of
from search_engines.facets import CODE_FACETS, TIMED_FACETS, VALUE_FACETS

MAX_FACET_VALUES = 2_000
"""More values than any facet has (cities are the most); below it, counts are exact."""
HELPERS = max((os.cpu_count() or 1) - 1, 1)
"""Threads that count: one for each processor, but for the one that finds the hits. More would slow it down."""
MOST_KEPT = 300
"""Counts that are kept until the index changes: readers who browse without words ask for much the same."""
LANGUAGE = "language"
"""The one field that is counted and is not a facet."""


@lru_cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=HELPERS, thread_name_prefix="facets")


# A forked child has none of its parent's threads.
os.register_at_fork(after_in_child=_threads.cache_clear)


class Counting:
    """Starts to count when it is made; reading a count waits for it."""

    def __init__(self, queries: Queries):
        self._queries = queries
        self._criteria = queries.criteria
        selections = self._criteria.selections
        codes = [LANGUAGE, *(code for code in CODE_FACETS if code not in selections)]
        timed = [code for code in TIMED_FACETS if code not in selections]
        calls: list[tuple[str | None, list[str]]] = [
            (None, facets) for facets in (*(codes[part::HELPERS] for part in range(HELPERS)), timed) if facets
        ]
        # The counts of a facet ignore its own selection, so it needs a call of its own.
        calls += [(code, [code]) for code in VALUE_FACETS if code in selections]
        self._calls = [(_threads().submit(self._count, *call), call) for call in calls]

    @property
    def languages(self) -> dict[str, int]:
        """Language → number of hits of the whole search."""
        return self._counts[LANGUAGE]

    @property
    def facets(self) -> dict[str, dict[str, int]]:
        """Facet → value → number of hits; a value without hits is absent, unless it is selected."""
        selections = self._criteria.selections
        return {code: dict.fromkeys(selections.get(code, ()), 0) | self._counts[code] for code in VALUE_FACETS}

    @cached_property
    def _counts(self) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for begun, call in reversed(self._calls):
            counts |= self._count(*call) if begun.cancel() else begun.result()
        return counts

    def _count(self, leave_out: str | None, facets: list[str]) -> dict[str, dict[str, int]]:
        """Counts of `facets` under all selections but one."""
        kept, key = self._queries.snapshot.browsed, self._key(leave_out, facets)
        if key in kept:
            return kept[key]
        query = self._queries.narrowed(leave_out)
        counts = self._codes(query, [code for code in facets if code not in TIMED_FACETS])
        counts |= {code: self._timed(query, code) for code in facets if code in TIMED_FACETS}
        if key and len(kept) < MOST_KEPT:
            kept[key] = counts
        return counts

    def _codes(self, query: Query, facets: list[str]) -> dict[str, dict[str, int]]:
        wanted = {code: {"terms": {"field": counted_field(code), "size": MAX_FACET_VALUES}} for code in facets}
        found = self._queries.snapshot.searcher.aggregate(query, wanted) if wanted else {}
        return {code: _read_counts(code, found[code]["buckets"]) for code in found}

    def _timed(self, query: Query, facet: str) -> dict[str, int]:
        """Counted with the query that selects each value; first whether any document has one of them."""
        values = tuple(TIMED_FACETS[facet].values)
        if len(values) > 1 and not self._number(query, facet, values):
            return {}
        counts = {value: self._number(query, facet, (value,)) for value in values}
        return {value: count for value, count in counts.items() if count}

    def _number(self, query: Query, facet: str, values: tuple[str, ...]) -> int:
        chosen = all_of([query, self._queries.selection(facet, values)])
        return self._queries.snapshot.number_of_hits(chosen)

    def _key(self, leave_out: str | None, facets: list[str]) -> Hashable:
        """What these counts depend on within a snapshot; None where words or the moment decide."""
        criteria = self._criteria
        if self._queries.has_text or any(code in TIMED_FACETS for code in (*facets, *criteria.selections)):
            return None
        chosen = (frozenset(given.items()) for given in (criteria.selections, criteria.ranges, criteria.between))
        return criteria.language, leave_out, tuple(facets), *chosen


def _read_counts(code: str, buckets: list[dict]) -> dict[str, int]:
    """Value → number, from buckets of values or of sets of values."""
    counts: dict[str, int] = {}
    for bucket in buckets:
        for value in values_of(code, bucket["key"]):
            counts[value] = counts.get(value, 0) + bucket["doc_count"]
    return counts
