"""Counts of languages and facet values, made on other threads while the hits are looked up.

Tantivy leaves Python's lock while it counts, so a page waits for the longer of the two, not for both.
"""

import os
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache

from search.criteria import FACETS, FACETS_BY_CODE, Facet
from search.engines.embedded.queries import Queries
from search.engines.embedded.schema import clamp_instant

MAX_FACET_VALUES = 2_000
"""More than any facet has values (cities are the longest list): below it, counts are exact."""
PARTS = 2
"""Calls among which the facets without a selection are shared out."""
MOST_KEPT = 300
"""Counts that are kept until something changes: what is looked through without words is much the same for all."""
LANGUAGE = Facet("language")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HALF_SECOND = 500_000_000


@lru_cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="facets")


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
        calls = [(None, facets) for facets in (*(lasting[part::PARTS] for part in range(PARTS)), timed) if facets]
        # A facet's own counts ignore its own selection, so it needs a call of its own.
        calls += [(facet.code, [facet]) for facet in FACETS if facet.code in selections]
        self._calls = [_threads().submit(self._count, *call) for call in calls]

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
        counts = {}
        for call in self._calls:
            counts |= call.result()
        return counts

    def _count(self, leave_out: str | None, facets: list[Facet]) -> dict[str, dict[str, int]]:
        """Counts for `facets`, among what all selections but one leave."""
        kept, key = self._queries.snapshot.browsed, self._key(leave_out, facets)
        if key in kept:
            return kept[key]
        wanted = {}
        for facet in facets:
            if facet.timed:
                for value in facet.spans:
                    wanted[f"{facet.code} {value}"] = _within(self._queries.spans(facet.code, value))
            else:
                wanted[facet.code] = {"terms": {"field": facet.code, "size": MAX_FACET_VALUES}}
        found = self._queries.snapshot.searcher.aggregate(self._queries.narrowed(leave_out), wanted)
        counts = {facet.code: _read_counts(facet, found) for facet in facets}
        if key and len(kept) < MOST_KEPT:
            kept[key] = counts
        return counts

    def _key(self, leave_out: str | None, facets: list[Facet]) -> Hashable:
        """What these counts depend on within a snapshot; None for those of words, or of what the clock changes."""
        criteria = self._criteria
        asked = [*facets, *(FACETS_BY_CODE[code] for code in criteria.selections)]
        if self._queries.has_text or any(facet.timed for facet in asked):
            return None
        chosen = (frozenset(given.items()) for given in (criteria.selections, criteria.ranges, criteria.between))
        return criteria.language, leave_out, tuple(facet.code for facet in facets), *chosen


def _within(spans) -> dict:
    """An aggregation that counts documents whose instants lie in all of ``spans``, one in another.

    Limits are set half a second beside whole ones, since they are computed in floating point.
    """
    (name, first, last), *others = spans
    limits = {"key": "within"}
    if first is not None:
        limits["from"] = _nanoseconds(first) - _HALF_SECOND
    if last is not None:
        limits["to"] = _nanoseconds(last) + _HALF_SECOND
    wanted = {"range": {"field": name, "ranges": [limits]}}
    if others:
        wanted["aggs"] = {"and": _within(others)}
    return wanted


def _nanoseconds(instant: datetime) -> int:
    return (clamp_instant(instant) - _EPOCH) // timedelta(microseconds=1) * 1000


def _read_counts(facet: Facet, found: dict) -> dict[str, int]:
    if not facet.timed:
        return {bucket["key"]: bucket["doc_count"] for bucket in found[facet.code]["buckets"]}
    counts = {value: _read_within(found[f"{facet.code} {value}"]) for value in facet.spans}
    return {value: count for value, count in counts.items() if count}


def _read_within(found: dict) -> int:
    for bucket in found["buckets"]:
        if bucket["key"] == "within":
            return _read_within(bucket["and"]) if "and" in bucket else bucket["doc_count"]
    return 0
