"""Readers of the embedded index: always the newest commit of the generation that answers.

Safe for threads, which share one immutable snapshot, and for forks: a child opens the index anew.
"""

import json
import os
import threading
from dataclasses import dataclass, field
from functools import cached_property

import tantivy

from search.engines.base import EngineUnavailable
from search.engines.embedded.analysis import analysis_code
from search.engines.embedded.generations import Generations


@dataclass(frozen=True)
class Snapshot:
    """One commit of one generation."""

    generation: str
    index: tantivy.Index
    searcher: tantivy.Searcher
    browsed: dict = field(default_factory=dict, compare=False)
    """Counts of what was looked through without words, by what they depend on."""

    @cached_property
    def language_sizes(self) -> dict[str, int]:
        """Documents by analysis code."""
        everything = tantivy.Query.all_query()
        wanted = {"language": {"terms": {"field": "language", "size": 1000}}}
        sizes: dict[str, int] = {}
        for bucket in self.searcher.aggregate(everything, wanted)["language"]["buckets"]:
            code = analysis_code(bucket["key"])
            sizes[code] = sizes.get(code, 0) + bucket["doc_count"]
        return sizes

    def number_of_hits(self, query: tantivy.Query) -> int:
        """How many living documents match a query."""
        found = self.searcher.search(query, 1, count=True)
        return found.count  # type: ignore[attr-defined]  # missing in Tantivy's stubs

    def source(self, address: tantivy.DocAddress) -> dict:
        """The stored copy of a document, as `schema` wrote it."""
        stored = self.searcher.doc(address).get_first("source")
        return json.loads(stored)  # type: ignore[arg-type]  # every document has its source


class Reader:
    """Gives out the newest snapshot; looks at two small files for each request to know it."""

    def __init__(self, generations: Generations):
        self._generations = generations
        self.forget()

    def forget(self) -> None:
        """Drop what is open, for example after damage was met."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._open: tuple[object, Snapshot] | None = None

    def snapshot(self) -> Snapshot:
        """The newest commit. Raises ``EngineUnavailable`` or what Tantivy raises while opening."""
        if self._pid != os.getpid():
            self.forget()
        generation = self._generations.current()
        state = self._state(generation)
        kept = self._open
        if kept and kept[0] == state:
            return kept[1]
        with self._lock:
            kept = self._open
            if not (kept and kept[0] == state):
                kept = self._open = (state, self._load(generation, kept))
            return kept[1]

    def _state(self, generation: str) -> tuple:
        """Changes with every commit: Tantivy replaces ``meta.json`` each time."""
        try:
            meta = (self._generations.path(generation) / "meta.json").stat()
        except OSError as error:
            raise EngineUnavailable(f"the embedded index is gone: {error}") from error
        return generation, meta.st_ino, meta.st_mtime_ns, meta.st_size

    def _load(self, generation: str, kept) -> Snapshot:
        if kept and kept[1].generation == generation:
            index = kept[1].index
        else:
            if not self._generations.is_current_format(generation):
                raise EngineUnavailable("the embedded index was made by another version")
            index = tantivy.Index.open(str(self._generations.path(generation)))
            # Manual: the default's watching thread does not survive a fork.
            index.config_reader("manual", 0)
        index.reload()
        return Snapshot(generation, index, index.searcher())
