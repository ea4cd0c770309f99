"""A rebuild: fill a new index, read once more what changed meanwhile, switch.

Writers send each change to the old and to the new index, and leave the group's name in the new one's
journal.
"""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from elasticsearch import Elasticsearch

from core.search_document import SearchDocument
from search_engines.base import EngineUnavailable, Refusal, Replay
from search_engines.elasticsearch.client import CONTROL_TIMEOUT, cluster_faults, patiently
from search_engines.elasticsearch.indices import Indices
from search_engines.elasticsearch.writing import additions, chunks, replacements, send, without_conflicts

BEAT_EVERY = 3.0
JOURNAL_ROUND, MAX_ROUNDS = 1_000, 20
BUSY_RETRIES = 3


class Rebuild:
    """One rebuild. Raises ``EngineUnavailable``; what ``documents`` and ``replay`` raise passes through."""

    def __init__(self, client: Elasticsearch, indices: Indices):
        self._client = client.options(request_timeout=CONTROL_TIMEOUT, max_retries=0)
        self._indices = indices

    def run(self, documents: Iterable[SearchDocument], replay: Replay) -> list[Refusal]:
        """Build a new index and switch to it; return the documents that were refused."""
        with cluster_faults():
            index = self._indices.begin()
        try:
            refusals = self._fill(index, documents)
            refusals += self._catch_up(index, replay)
            with cluster_faults():
                self._indices.finish(index)
        except BaseException:
            with suppress(EngineUnavailable), cluster_faults():
                self._indices.remove(index)
            raise
        return refusals

    def _fill(self, index: str, documents: Iterable[SearchDocument]) -> list[Refusal]:
        refusals: list[Refusal] = []
        # The lowest version: what a writer puts there during the rebuild is newer.
        writes = additions(self._watched(index, documents), 0, refusals)
        actions = (write.action(self._indices.next) for write in writes)
        # While the cluster takes some documents, the next ones are read from the database.
        with ThreadPoolExecutor(1, thread_name_prefix="rebuild") as sender:
            sending = None
            for chunk in chunks(actions):
                refusals += without_conflicts(sending.result()) if sending else ()
                sending = sender.submit(self._send, chunk)
            refusals += without_conflicts(sending.result()) if sending else ()
        return refusals

    def _watched(self, index: str, documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
        """Yield the documents, and show every few seconds that this rebuild is alive."""
        beaten = time.monotonic()
        for document in documents:
            if time.monotonic() - beaten > BEAT_EVERY:
                with cluster_faults():
                    self._indices.beat(index)
                beaten = time.monotonic()
            yield document

    def _send(self, actions: list[dict]) -> tuple[Refusal, ...]:
        with cluster_faults():
            # Safe to repeat, because of the versions.
            return patiently(lambda: send(self._client, actions, self._indices.next, retries=BUSY_RETRIES))

    def _catch_up(self, index: str, replay: Replay) -> list[Refusal]:
        """Read once more what was written meanwhile.

        External versions alone keep the order, except for deletions after a node has restarted: it
        forgets their versions.
        """
        refusals: list[Refusal] = []
        for _round in range(MAX_ROUNDS):
            with cluster_faults():
                self._indices.beat(index)
                entries = self._journal_entries(index)
            if not entries:
                break
            versions: dict[str, int | None] = {}
            for _entry, group, version in entries:
                versions[group] = version if version is None else max(version, versions.get(group) or 0)
            groups: dict[str, list[SearchDocument]] = {group: [] for group in versions}
            for document in replay(list(versions)):
                groups[document.group].append(document)
            writes = replacements(groups, versions, refusals)
            actions = [write.action(self._indices.next) for write in writes]
            actions += [{"_op_type": "delete", "_index": self._indices.next, "_id": entry} for entry, *_ in entries]
            # A conflict is with a writer who was later and left an entry too.
            refusals += without_conflicts(self._send(actions))
        return refusals

    def _journal_entries(self, index: str) -> list[tuple[str, str, int | None]]:
        """Return id, group and version of what was written since the last round."""
        patiently(lambda: self._client.indices.refresh(index=index))
        answer = patiently(
            lambda: self._client.search(
                index=index,
                query={"exists": {"field": "journal"}},
                size=JOURNAL_ROUND,
                source={"includes": ["journal", "journal_version"]},
            )
        )
        return [
            (row["_id"], row["_source"]["journal"], row["_source"].get("journal_version"))
            for row in answer["hits"]["hits"]
        ]
