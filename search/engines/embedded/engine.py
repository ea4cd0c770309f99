"""The embedded engine: Tantivy within the portal's own processes, so that no server is needed.

Any process may read. Writing is for the worker, and for the ``search`` command while none runs; locks
make it safe all the same, one batch after the other.
"""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager

import tantivy

from core.search_document import SearchDocument
from search.criteria import Criteria
from search.engines.base import EngineUnavailable, Rebuilt, Refusal, Replay, SearchEngine
from search.engines.embedded import suggestions
from search.engines.embedded.answers import Answer
from search.engines.embedded.faults import engine_faults
from search.engines.embedded.filling import fill
from search.engines.embedded.generations import Generations
from search.engines.embedded.reader import Reader
from search.engines.embedded.schema import SCHEMA
from search.engines.embedded.writer import open_batch
from search.results import Results, Suggestion

FEW = 50
"""Groups that a rebuild replays while writers wait; more are replayed beside them."""
MAX_ROUNDS = 20


class EmbeddedEngine(SearchEngine):
    """Keeps its index in generations below ``path``."""

    name = "embedded"

    def __init__(self, path):
        self._generations = Generations(path)
        self._reader = Reader(self._generations)

    # Reading

    def search(self, criteria: Criteria) -> Results:
        with self._reading() as snapshot:
            return Answer(snapshot, criteria).results()

    def suggest(self, text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
        with self._reading() as snapshot:
            return suggestions.suggest(snapshot, text, language, limit)

    def hashes(self) -> dict[str, str]:
        with self._reading() as snapshot:
            living = tantivy.Query.all_query()
            found = snapshot.searcher.terms_with_prefix("fingerprint", "", living)
            return dict(term.rsplit(" ", 1) for term, count in found if count)

    def count(self) -> int:
        with self._reading() as snapshot:
            return snapshot.searcher.num_docs

    def is_usable(self) -> bool:
        try:
            with self._reading() as snapshot:
                return not self._generations.is_damaged(snapshot.generation)
        except EngineUnavailable:
            return False

    @contextmanager
    def _reading(self):
        with engine_faults():
            snapshot = self._reader.snapshot()
        with engine_faults(on_damage=lambda: self._met_damage(snapshot.generation)):
            yield snapshot

    def _met_damage(self, generation: str) -> None:
        self._generations.mark_damaged(generation)
        self._reader.forget()

    # Writing

    def replace(
        self, groups: Mapping[str, Iterable[SearchDocument]], *, version: int | None = None
    ) -> tuple[Refusal, ...]:
        with self._writing() as batch:
            self._record(groups)
            for group, documents in groups.items():
                batch.delete("group", group)
                for document in documents:
                    batch.add(document)
        return tuple(batch.refusals)

    def index(self, documents: Iterable[SearchDocument], *, version: int | None = None) -> tuple[Refusal, ...]:
        groups = set()
        with self._writing() as batch:
            for document in documents:
                groups.add(document.group)
                batch.add(document)
            self._record(groups)
        return tuple(batch.refusals)

    def delete(self, ids: Iterable[str], *, version: int | None = None) -> None:
        ids = list(ids)
        with self._writing() as batch:
            self._record(self._groups_of(ids))
            for document_id in ids:
                batch.delete("id", document_id)

    @contextmanager
    def _writing(self):
        """A batch on the generation that answers, for the time of one turn."""
        with self._turn():
            with engine_faults():
                generation = self._generations.current()
                if not self._generations.is_current_format(generation):
                    raise EngineUnavailable("the embedded index was made by another version")
                path = self._generations.path(generation)
            with open_batch(path) as batch:
                yield batch

    @contextmanager
    def _turn(self):
        """The write turn; its own faults are the engine's, those of the body are not touched."""
        turn = self._generations.write_turn()
        with engine_faults():
            turn.__enter__()
        try:
            yield
        finally:
            turn.__exit__(None, None, None)

    def _record(self, groups: Iterable[str]) -> None:
        with engine_faults():
            self._generations.record(groups)

    def _groups_of(self, ids: list[str]) -> list[str]:
        with self._reading() as snapshot:
            query = tantivy.Query.term_set_query(SCHEMA, "id", ids)
            wanted = {"group": {"terms": {"field": "group", "size": len(ids) + 1}}}
            buckets = snapshot.searcher.aggregate(query, wanted)["group"]["buckets"]
            return [bucket["key"] for bucket in buckets]

    def destroy(self) -> None:
        with self._turn(), engine_faults():
            self._generations.remove_all()
            self._reader.forget()

    # Rebuilding

    def rebuild(self, documents: Iterable[SearchDocument], replay: Replay) -> Rebuilt:
        with self._generations.rebuild_lock():
            with self._turn(), engine_faults():
                generation = self._generations.begin()
            try:
                refusals = fill(self._generations.path(generation), documents)
                refusals += self._catch_up(generation, replay)
            except BaseException:
                with engine_faults():
                    self._generations.abandon()
                raise
        return Rebuilt(documents=len(self.hashes()), refusals=tuple(refusals))

    def _catch_up(self, generation: str, replay: Replay) -> list[Refusal]:
        """Bring in what was written meanwhile, the last of it while writers wait, and change over."""
        refusals: list[Refusal] = []
        offset = 0
        for _round in range(MAX_ROUNDS):
            with engine_faults():
                groups, end = self._generations.recorded(offset)
            if len(groups) < FEW:
                break
            refusals += self._replay(generation, groups, replay)
            offset = end
        with self._turn():
            with engine_faults():
                groups, _end = self._generations.recorded(offset)
            refusals += self._replay(generation, groups, replay)
            with engine_faults():
                self._generations.finish(generation)
        return refusals

    def _replay(self, generation: str, groups: list[str], replay: Replay) -> list[Refusal]:
        if not groups:
            return []
        with open_batch(self._generations.path(generation)) as batch:
            for group in groups:
                batch.delete("group", group)
            for document in replay(groups):
                batch.add(document)
        return batch.refusals
