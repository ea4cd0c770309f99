"""One search, answered from one snapshot: counts first, then only the hits of the wanted page."""

import json
from datetime import UTC, datetime, timedelta
from functools import cached_property

from tantivy import Order

from search.criteria import FACETS, MAX_ROWS, Criteria, Facet
from search.engines.embedded.analysis import analysis_code
from search.engines.embedded.highlighting import find_marks, passage, segments
from search.engines.embedded.queries import Queries
from search.engines.embedded.reader import Snapshot
from search.engines.embedded.schema import clamp_instant
from search.engines.embedded.spelling import did_you_mean
from search.results import Hit, Results

MAX_FACET_VALUES = 2_000
"""More than any facet has values (cities are the longest list): below it, counts are exact."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HALF_SECOND = 500_000_000


class Answer:
    """Works out the results of ``criteria`` on ``snapshot``."""

    def __init__(self, snapshot: Snapshot, criteria: Criteria):
        self.snapshot = snapshot
        self.searcher = snapshot.searcher
        self.criteria = criteria
        self.queries = Queries(snapshot, criteria)

    def results(self) -> Results:
        """The whole answer."""
        languages = self._counts["language"]
        total, own = sum(languages.values()), languages.get(self.criteria.language, 0)
        page = self._clamped_page(total)
        return Results(
            hits=self._hits(page, own),
            total=total,
            own_language_total=own,
            facets=self._facets(),
            spelling=did_you_mean(self.snapshot, self.criteria) if self.criteria.words else None,
            page=page,
        )

    def _clamped_page(self, total: int) -> int:
        size = self.criteria.per_page
        reachable = min(total, MAX_ROWS // size * size)
        return min(self.criteria.page, max(1, -(-reachable // size)))

    # Counts

    @cached_property
    def _counts(self) -> dict[str, dict[str, int]]:
        """Counts of languages and of every facet without a selection, in one call."""
        free = [facet for facet in FACETS if facet.code not in self.criteria.selections]
        return self._count(self.queries.narrowed(), [Facet("language"), *free])

    def _facets(self) -> dict[str, dict[str, int]]:
        facets = {}
        for facet in FACETS:
            selected = self.criteria.selections.get(facet.code, ())
            if selected:
                # A facet's own counts ignore its own selection, so it needs a call of its own.
                query = self.queries.narrowed(leave_out=facet.code)
                counts = self._count(query, [facet])[facet.code]
            else:
                counts = self._counts[facet.code]
            facets[facet.code] = {**dict.fromkeys(selected, 0), **counts}
        return facets

    def _count(self, query, facets: list[Facet]) -> dict[str, dict[str, int]]:
        """Number of documents by value for each of ``facets``; values without any are absent."""
        wanted = {}
        for facet in facets:
            if facet.timed:
                for value in facet.spans:
                    wanted[f"{facet.code} {value}"] = _within(self.queries.spans(facet.code, value))
            else:
                wanted[facet.code] = {"terms": {"field": facet.code, "size": MAX_FACET_VALUES}}
        found = self.searcher.aggregate(query, wanted)
        return {facet.code: _read_counts(facet, found) for facet in facets}

    # Hits

    def _hits(self, page: int, own: int) -> tuple[Hit, ...]:
        """The rows of one page: the reader's language first, then the versions that stand in."""
        offset, size = (page - 1) * self.criteria.per_page, self.criteria.per_page
        found = []
        if offset < own:
            found += self._rows(self.queries.own, offset, size)
        if len(found) < size:
            found += self._rows(self.queries.others, max(offset - own, 0), size - len(found))
        return tuple(self._hit(address, score) for score, address in found)

    def _rows(self, query, offset: int, limit: int):
        sort = self.criteria.sort
        if sort == "relevance" and not self.queries.has_text:
            sort = "newest"
        order = {
            "relevance": {"weight_by_field": "weight"},
            "newest": {"order_by_field": "newest", "order": Order.Desc},
            "title": {"order_by_field": "sort_title", "order": Order.Asc},
        }[sort]
        rows = self.searcher.search(query, limit, count=False, offset=offset, **order).hits
        # The first of a pair is the sorting key, a score only when sorted by relevance.
        return [(key if sort == "relevance" else 0.0, address) for key, address in rows]

    def _hit(self, address, score: float) -> Hit:
        source = json.loads(self.searcher.doc(address).get_first("source"))
        code = analysis_code(source["language"])
        terms = self._terms(code)
        return Hit(
            **{name: source[name] for name in ("id", "group", "language", "type", "url", "origin")},
            title=segments(source["title"], find_marks(source["title"], code, terms)),
            passage=passage(source["summary"], source["body"], code, terms),
            score=score,
        )

    def _terms(self, code: str) -> frozenset[str]:
        if code not in self._marked:
            self._marked[code] = self.queries.marked(code)
        return self._marked[code]

    @cached_property
    def _marked(self) -> dict[str, frozenset[str]]:
        return {}


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
