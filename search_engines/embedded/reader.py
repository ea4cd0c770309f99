"""Readers of the embedded index: always the newest commit of the live generation.

Safe for threads, which share one immutable snapshot, and for forks: a child opens the index again.
"""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import tantivy

from search_engines.analysis.terms import analysis_code
from search_engines.base import EngineUnavailable
from search_engines.embedded.faults import disk_faults, tantivy_faults
from search_engines.embedded.generations import Generations

SOURCE_FIELDS = frozenset(("id", "group", "language", "type", "url", "origin", "title", "summary", "body", "words"))
"""What the schema keeps of each document for a hit."""
FREQUENCIES = 20_000
"""How many document frequencies a snapshot caches: about 4 MB."""


class Searcher:
    """Tantivy's searcher; each of its calls raises ``EngineUnavailable`` for what Tantivy raises.

    on_damage: called with the reason when a call meets damaged files.
    """

    def __init__(self, searcher: tantivy.Searcher, on_damage: Callable[[str], object]):
        self._searcher = searcher
        self._on_damage = on_damage

    @property
    def num_docs(self) -> int:
        """The number of documents, without deleted ones."""
        return self._searcher.num_docs

    def search(self, *args, **options) -> tantivy.SearchResult:
        """As ``tantivy.Searcher.search``."""
        return self._ask(self._searcher.search, *args, **options)

    def aggregate(self, *args) -> dict:
        """As ``tantivy.Searcher.aggregate``."""
        return self._ask(self._searcher.aggregate, *args)

    def doc(self, address: tantivy.DocAddress) -> tantivy.Document:
        """As ``tantivy.Searcher.doc``."""
        return self._ask(self._searcher.doc, address)

    def doc_freq(self, *args) -> int:
        """As ``tantivy.Searcher.doc_freq``."""
        return self._ask(self._searcher.doc_freq, *args)

    def terms_with_prefix(self, *args) -> list[tuple[str, int]]:
        """As ``tantivy.Searcher.terms_with_prefix``."""
        return self._ask(self._searcher.terms_with_prefix, *args)

    def _ask(self, call: Callable, *args, **options):
        with tantivy_faults(self._on_damage):
            return call(*args, **options)


@dataclass(frozen=True)
class Snapshot:
    """One commit of one generation."""

    generation: str
    index: tantivy.Index
    searcher: Searcher
    on_damage: Callable[[str], object]
    browsed: dict = field(default_factory=dict, compare=False)
    """Cached facet counts of searches without words, by what they depend on."""

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

    @cached_property
    def frequency(self) -> Callable[[str, str], int]:
        """A function of a field and a term: in how many documents it occurs; deleted documents may count.

        Cached, because the words of searches repeat and Tantivy reads its dictionary again each time.
        """
        return lru_cache(maxsize=FREQUENCIES)(self.searcher.doc_freq)

    def number_of_hits(self, query: tantivy.Query) -> int:
        """Return how many documents match a query."""
        found = self.searcher.search(query, 1, count=True)
        return found.count  # type: ignore[attr-defined]  # missing in Tantivy's stubs

    def source(self, address: tantivy.DocAddress) -> dict:
        """Return what a document keeps for a hit. Raises ``EngineUnavailable`` when it is not what we wrote there."""
        stored = self.searcher.doc(address).get_first("source")
        try:
            source = json.loads(stored)  # type: ignore[arg-type]  # None is caught here
            if source.keys() >= SOURCE_FIELDS:
                return source
            reason = "a document lacks fields"
        except (TypeError, ValueError, AttributeError) as error:
            reason = f"a document cannot be read: {error}"
        self.on_damage(reason)
        raise EngineUnavailable(f"the embedded index is damaged: {reason}")


class Reader:
    """Returns the newest snapshot; each request looks at two small files to know whether there is a newer one."""

    def __init__(self, generations: Generations):
        self._generations = generations
        self.forget()

    def forget(self) -> None:
        """Close what is open, for example after damaged files were met."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._open: tuple[object, Snapshot] | None = None

    def snapshot(self) -> Snapshot:
        """Return the newest commit. Raises ``EngineUnavailable``."""
        if self._pid != os.getpid():
            self.forget()
        with disk_faults():
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
        """Return what changes with every commit: Tantivy replaces ``meta.json`` each time."""
        meta = (self._generations.path(generation) / "meta.json").stat()
        return generation, meta.st_ino, meta.st_mtime_ns, meta.st_size

    def _load(self, generation: str, kept) -> Snapshot:
        if kept and kept[1].generation == generation:
            index = kept[1].index
        else:
            self._generations.need_current_format(generation)
            path = str(self._generations.path(generation))
            with tantivy_faults():
                index = tantivy.Index.open(path)
                # Manual: the thread that watches by default does not survive a fork.
                index.config_reader("manual", 0)
        with tantivy_faults():
            index.reload()
            searcher = index.searcher()

        def on_damage(reason: str) -> None:
            self._meet_damage(generation, reason)

        return Snapshot(generation, index, Searcher(searcher, on_damage), on_damage)

    def _meet_damage(self, generation: str, reason: str) -> None:
        self._generations.mark_damaged(generation, reason)
        self.forget()
