"""Counts of languages and facet values, made on other threads while the hits are looked up.

Tantivy leaves Python's lock while it counts, so a page waits for the longer of the two, not for both. What
no other thread has begun when the hits are there is counted by the one that waits.
"""

import os
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache

from tantivy import Query

from search.criteria import FACETS, FACETS_BY_CODE, Facet
from search.engines.embedded.queries import Queries, all_of
from search.engines.embedded.schema import counted_field, values_of

MAX_FACET_VALUES = 2_000
"""More than any facet has values (cities are the longest list): below it, counts are exact."""
HELPERS = max((os.cpu_count() or 1) - 1, 1)
"""Threads that count, on the processors that are left by the one which looks up the hits. More of them would
get in its way."""
MOST_KEPT = 300
"""Counts that are kept until something changes: what is looked through without words is much the same for all."""
LANGUAGE = Facet("language")


@lru_cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=HELPERS, thread_name_prefix="facets")


# A forked child has none of its parent's threads.
os.register_at_fork(after_in_child=_threads.cache_clear)


class Counting:
    """Begins to count when it is made; whoever asks for a number waits for it."""

    def __init__(self, queries: Queries):
        self._queries = queries
        self._criteria = queries.criteria
        selections = self._criteria.selections
        free = [LANGUAGE, *(facet for facet in FACETS if facet.code not in selections)]
        lasting, timed = ([facet for facet in free if facet.timed is so] for so in (False, True))
        calls: list[tuple[str | None, list[Facet]]] = [
            (None, facets) for facets in (*(lasting[part::HELPERS] for part in range(HELPERS)), timed) if facets
        ]
        # A facet's own counts ignore its own selection, so it needs a call of its own.
        calls += [(facet.code, [facet]) for facet in FACETS if facet.code in selections]
        self._calls = [(_threads().submit(self._count, *call), call) for call in calls]

    @property
    def languages(self) -> dict[str, int]:
        """Hits of the whole search by the language they are in."""
        return self._counts[LANGUAGE.code]

    @property
    def facets(self) -> dict[str, dict[str, int]]:
        """Hits by value for every facet; values without any are absent, unless they are selected."""
        selections = self._criteria.selections
        return {
            facet.code: dict.fromkeys(selections.get(facet.code, ()), 0) | self._counts[facet.code] for facet in FACETS
        }

    @cached_property
    def _counts(self) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for begun, call in reversed(self._calls):
            counts |= self._count(*call) if begun.cancel() else begun.result()
        return counts

    def _count(self, leave_out: str | None, facets: list[Facet]) -> dict[str, dict[str, int]]:
        """Counts for `facets`, among what all selections but one leave."""
        kept, key = self._queries.snapshot.browsed, self._key(leave_out, facets)
        if key in kept:
            return kept[key]
        query = self._queries.narrowed(leave_out)
        counts = self._lasting(query, [facet for facet in facets if not facet.timed])
        counts |= {facet.code: self._timed(query, facet) for facet in facets if facet.timed}
        if key and len(kept) < MOST_KEPT:
            kept[key] = counts
        return counts

    def _lasting(self, query: Query, facets: list[Facet]) -> dict[str, dict[str, int]]:
        fields = {facet.code: counted_field(facet.code) for facet in facets}
        wanted = {code: {"terms": {"field": name, "size": MAX_FACET_VALUES}} for code, name in fields.items()}
        found = self._queries.snapshot.searcher.aggregate(query, wanted) if wanted else {}
        return {code: _read_counts(code, found[code]["buckets"]) for code in found}

    def _timed(self, query: Query, facet: Facet) -> dict[str, int]:
        """By the very query that a value would choose with, if any document has one of the values."""
        values = tuple(facet.spans)
        if len(values) > 1 and not self._number(query, facet, values):
            return {}
        counts = {value: self._number(query, facet, (value,)) for value in values}
        return {value: count for value, count in counts.items() if count}

    def _number(self, query: Query, facet: Facet, values: tuple[str, ...]) -> int:
        chosen = all_of([query, self._queries.selection(facet.code, values)])
        return self._queries.snapshot.number_of_hits(chosen)

    def _key(self, leave_out: str | None, facets: list[Facet]) -> Hashable:
        """What these counts depend on within a snapshot; None for those of words, or of what the clock changes."""
        criteria = self._criteria
        asked = [*facets, *(FACETS_BY_CODE[code] for code in criteria.selections)]
        if self._queries.has_text or any(facet.timed for facet in asked):
            return None
        chosen = (frozenset(given.items()) for given in (criteria.selections, criteria.ranges, criteria.between))
        return criteria.language, leave_out, tuple(facet.code for facet in facets), *chosen


def _read_counts(code: str, buckets: list[dict]) -> dict[str, int]:
    """Values and their numbers out of buckets, each of which may be of a set of values."""
    counts: dict[str, int] = {}
    for bucket in buckets:
        for value in values_of(code, bucket["key"]):
            counts[value] = counts.get(value, 0) + bucket["doc_count"]
    return counts
