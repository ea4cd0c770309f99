"""The results of one search from one snapshot: the hits of the requested page, and counts."""

from dataclasses import replace

from tantivy import DocAddress, Order

from search_engines.analysis.searches import pairs_apart
from search_engines.analysis.vocabulary import may_be_unfinished
from search_engines.criteria import MAX_ROWS, Criteria
from search_engines.embedded.counting import Counting
from search_engines.embedded.queries import Queries
from search_engines.embedded.reader import Snapshot
from search_engines.embedded.spelling import did_you_mean
from search_engines.highlighting import Highlighting
from search_engines.results import Hit, Results


class Answer:
    """Computes the results of ``criteria`` on ``snapshot``.

    by_beginnings: of the titles with the beginnings of all words, because no document has one of the words.
    """

    def __init__(self, snapshot: Snapshot, criteria: Criteria, *, by_beginnings: bool = False):
        self.snapshot = snapshot
        self.searcher = snapshot.searcher
        self.criteria = criteria
        self.queries = Queries(snapshot, criteria, by_beginnings=by_beginnings)
        self._highlighting = Highlighting(criteria, by_beginnings=by_beginnings)
        self._counting = Counting(self.queries)

    def results(self) -> Results:
        """Return the results."""
        hits = tuple(self._hit(address, score) for score, address in self._found())
        if not hits and (found := self._found_otherwise()):
            return found
        # Last of what does not need the counts.
        spelling = did_you_mean(self.snapshot, self.criteria) if self.criteria.words else None
        return Results(
            hits=hits,
            total=self._total,
            own_language_total=self._own_total,
            facets=self._counting.facets,
            spelling=spelling,
            page=self._page,
        )

    def _found_otherwise(self) -> Results | None:
        """What has one pair of a Chinese name, else titles with the beginnings of the words.

        Only if no document has the words, under any filter.
        """
        criteria = self.criteria
        if self.queries.by_beginnings or criteria.phrases or self.snapshot.number_of_hits(self.queries.everything):
            return None
        answers = []
        if (apart := pairs_apart(criteria.words)) != criteria.words:
            answers.append(Answer(self.snapshot, replace(criteria, words=apart)))
        if may_be_unfinished(criteria.words):
            answers.append(Answer(self.snapshot, criteria, by_beginnings=True))
        return next((found for answer in answers if (found := answer.results()).total), None)

    def _hit(self, address: DocAddress, score: float) -> Hit:
        source = self.snapshot.source(address)
        return self._highlighting.hit(source, source["type"], score)

    @property
    def _total(self) -> int:
        return sum(self._counting.languages.values())

    @property
    def _own_total(self) -> int:
        return self._counting.languages.get(self.criteria.language, 0)

    @property
    def _page(self) -> int:
        """The requested page, or the last one."""
        size = self.criteria.per_page
        reachable = min(self._total, MAX_ROWS // size * size)
        return min(self.criteria.page, max(1, -(-reachable // size)))

    def _found(self) -> list[tuple[float, DocAddress]]:
        """The rows of one page: the reader's language first, then fallback versions in other languages."""
        size = self.criteria.per_page
        # The first page needs no totals, so it does not wait for the counts.
        offset, own = (0, 0) if self.criteria.page == 1 else ((self._page - 1) * size, self._own_total)
        found = self._rows(self.queries.own, offset, size) if offset <= own else []
        if len(found) < size:
            found += self._rows(self.queries.others, max(offset - own, 0), size - len(found))
        return found

    def _rows(self, query, offset: int, limit: int):
        sort = self.criteria.sort
        if sort == "relevance" and not self.queries.has_text:
            sort = "newest"
        orders: dict[str, dict] = {
            "relevance": {"weight_by_field": "weight"},
            "newest": {"order_by_field": "newest", "order": Order.Desc},
            "title": {"order_by_field": "sort_title", "order": Order.Asc},
        }
        rows = self.searcher.search(query, limit, count=False, offset=offset, **orders[sort]).hits
        # The first item of a pair is the sort key; it is a score only when sorted by relevance.
        return [(key if sort == "relevance" else 0.0, address) for key, address in rows]
