"""The engine on an Elasticsearch cluster, of version 8.19 or 9.

Writes carry the outbox's version as Elasticsearch's external version: what arrives late never
replaces what is newer. During a rebuild each write goes to the old and to the new index, and leaves
the group's name in the new one's journal, so that it is read from the truth once more at the end.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

from elasticsearch import ApiError, Elasticsearch, helpers

from core.search_document import SearchDocument, clean_text
from search.criteria import Criteria
from search.engines import folding
from search.engines.base import EngineUnavailable, Rebuilt, Refusal, Replay, SearchEngine
from search.engines.elasticsearch import answers, queries
from search.engines.elasticsearch.client import (
    REBUILD_TIMEOUT,
    WRITE_DEADLINE,
    WRITE_TIMEOUT,
    Answer,
    cluster_faults,
    connect,
    within,
)
from search.engines.elasticsearch.definition import LANGUAGES
from search.engines.elasticsearch.documents import from_source, key, to_source
from search.engines.elasticsearch.indices import Indices
from search.results import Results, Suggestion

MAX_TYPED, MAX_TYPED_WORDS = 100, 8
_MORE = 3
"""Times as many titles as are wanted are asked for, so that those which begin as typed are among them."""
CHUNK_DOCUMENTS, CHUNK_BYTES = 500, 8_000_000
JOURNAL_ROUND, MAX_ROUNDS = 1_000, 20
BEAT_EVERY = 3.0
TAKEN_AWAY = {400, 404, 503}
"""What a search answers whose index is removed: its analyzers are closed, it is gone, or its shard is."""
MAX_CORRECTED = 3
"""Words corrected in one search; a text with more is in another language, not badly typed."""
_DOCUMENTS_ONLY = {"exists": {"field": "id"}}


class IndexReplaced(EngineUnavailable):
    """A rebuild has ended, and the index that was written to is gone."""


@dataclass(frozen=True)
class Write:
    """One version of a group to be put in place, or with ``source`` None to be removed."""

    group: str
    language: str
    source: dict | None
    version: int | None

    def action(self, target: str) -> dict:
        """The write as the bulk helper takes it."""
        action: dict[str, object] = {"_op_type": "index", "_index": target, "_id": key(self.group, self.language)}
        if self.source is None:
            action["_op_type"] = "delete"
        else:
            action["_source"] = self.source
        if self.version is not None:
            # "Or equal", because a repeated attempt carries the same version and newer content.
            action |= {"version": self.version, "version_type": "external_gte"}
        return action


class ElasticsearchEngine(SearchEngine):
    """Keeps its index in the cluster at ``urls``, under names that begin with ``prefix``.

    ``timeout`` and ``deadline`` are seconds: for one attempt at one node, and for the whole answer to a
    reader. ``takeover_after``: seconds without a sign of life after which a rebuild counts as dead.
    """

    name = "elasticsearch"

    def __init__(
        self,
        *,
        urls: Sequence[str],
        prefix: str,
        timeout: float = 1.0,
        retries: int = 1,
        deadline: float = 1.5,
        takeover_after: float = 15.0,
        **credentials: str,
    ):
        self.prefix = prefix
        self._client = connect(urls, timeout=timeout, retries=retries, **credentials)
        self._writer = self._client.options(request_timeout=WRITE_TIMEOUT, max_retries=max(retries, 2))
        self._deadline = deadline
        self._indices = Indices(self._writer, prefix, takeover_after)

    # Reading

    def search(self, criteria: Criteria) -> Results:
        return self._read(lambda: self._search(criteria))

    def _read(self, ask: Callable[[], Answer]) -> Answer:
        """What `ask` gives within a reader's patience.

        Asked once more when the index was taken away under the first attempt: a rebuild has ended.
        """

        def twice() -> Answer:
            try:
                return ask()
            except ApiError as error:
                if error.status_code not in TAKEN_AWAY:
                    raise
                return ask()

        with cluster_faults():
            return within(self._deadline, twice)

    def _search(self, criteria: Criteria) -> Results:
        answer = self._client.search(index=self._indices.live, body=queries.search(criteria)).body
        last = max(1, -(-min(answer["hits"]["total"]["value"], queries.MAX_WINDOW) // criteria.per_page))
        if criteria.page > last:
            return self._search(replace(criteria, page=last))
        return answers.results(answer, criteria, self._spelling(answer, criteria))

    def _spelling(self, answer: Mapping, criteria: Criteria) -> str | None:
        """The corrected search, if a word is unknown everywhere and the correction has hits.

        The vocabulary of the index still holds words of deleted documents, and knows neither other
        forms of a word nor what is shown to whom: only a search tells. It is made only when there is
        something to correct.
        """
        changes = answers.corrections(answer)
        if not changes:
            return None
        words = [criteria.words[start:end] for start, end, _correction in changes]
        alone = replace(criteria, phrases=(), selections={}, ranges={}, between={}, page=1)
        corrected = _corrected(criteria, changes)
        *known, has_hits = self._found([*(replace(alone, words=word) for word in words), corrected])
        unknown = [change for change, is_known in zip(changes, known, strict=True) if not is_known]
        if not unknown or len(unknown) > MAX_CORRECTED:
            return None
        if unknown != changes:
            corrected = _corrected(criteria, unknown)
            (has_hits,) = self._found([corrected])
        return corrected.text if has_hits else None

    def _found(self, searches: Sequence[Criteria]) -> list[bool]:
        """Whether each of ``searches`` has any hit."""
        lines: list[dict] = []
        for criteria in searches:
            lines += [{}, queries.total(criteria)]
        responses = self._client.msearch(index=self._indices.live, searches=lines)["responses"]
        return [bool(_hits(response)["total"]["value"]) for response in responses]

    def suggest(self, text: str, language: str, limit: int = 8) -> tuple[Suggestion, ...]:
        typed = [word.folded for word in folding.words(clean_text(text, MAX_TYPED))][:MAX_TYPED_WORDS]
        limit = min(max(limit, 1), 50)
        if not typed:
            return ()
        return self._read(lambda: self._suggest(typed, language, limit))

    def _suggest(self, typed: list[str], language: str, limit: int) -> tuple[Suggestion, ...]:
        lines: list[dict] = []
        for slips in (False, True):
            lines += [{}, queries.suggest(typed, language, limit * _MORE, slips=slips)]
        responses = self._client.msearch(index=self._indices.live, searches=lines)["responses"]
        exact, forgiving = (_hits(response) for response in responses)
        return answers.suggestions(exact["hits"] or forgiving["hits"], typed, limit)

    def hashes(self) -> dict[str, str]:
        """Computed anew from what the index holds, so that whatever was altered there is seen."""
        with cluster_faults():
            rows = helpers.scan(
                self._writer, index=self._indices.live, query={"query": _DOCUMENTS_ONLY}, size=CHUNK_DOCUMENTS
            )
            return {row["_source"]["id"]: _hash(row["_source"]) for row in rows}

    def count(self) -> int:
        with cluster_faults():
            return self._client.count(index=self._indices.live, query=_DOCUMENTS_ONLY)["count"]

    def is_usable(self) -> bool:
        try:
            with cluster_faults():
                return within(self._deadline, self._indices.is_usable)
        except EngineUnavailable:
            return False

    # Writing

    def replace(
        self, groups: Mapping[str, Iterable[SearchDocument]], *, version: int | None = None
    ) -> tuple[Refusal, ...]:
        # Before the truth is read: a rebuild that begins later reads what we were told.
        targets = self._targets()
        writes, refusals = _replacements(groups, dict.fromkeys(groups, version))
        return (*refusals, *self._write(targets, writes))

    def index(self, documents: Iterable[SearchDocument], *, version: int | None = None) -> tuple[Refusal, ...]:
        targets = self._targets()
        writes, refusals = [], []
        for document in documents:
            try:
                writes.append(Write(document.group, document.language, to_source(document), version))
            except ValueError as error:
                refusals.append(Refusal(document.id, str(error)))
        return (*refusals, *self._write(targets, writes))

    def delete(self, ids: Iterable[str], *, version: int | None = None) -> None:
        targets = self._targets()
        with cluster_faults():
            rows = helpers.scan(
                self._writer,
                index=",".join(targets),
                query={"query": {"terms": {"id": list(ids)}}, "_source": ["group", "language"]},
            )
            places = {(row["_source"]["group"], row["_source"]["language"]) for row in rows}
        self._write(targets, [Write(group, language, None, version) for group, language in sorted(places)])

    def _targets(self) -> list[str]:
        with cluster_faults():
            return within(WRITE_DEADLINE, self._indices.targets)

    def _write(self, targets: Sequence[str], writes: Sequence[Write]) -> tuple[Refusal, ...]:
        try:
            return self._write_to(targets, writes)
        except IndexReplaced:  # while the write was under way
            return self._write_to(self._targets(), writes)

    def _write_to(self, targets: Sequence[str], writes: Sequence[Write]) -> tuple[Refusal, ...]:
        actions = [write.action(target) for write in writes for target in targets]
        if self._indices.next in targets:
            groups = {write.group: write.version for write in writes}
            actions += [_journal(self._indices.next, group, version) for group, version in groups.items()]

        def send() -> tuple[Refusal, ...]:
            refusals = self._send(self._writer, actions)
            # Whoever is told that something was written finds it.
            self._writer.indices.refresh(index=self._indices.live)
            return refusals

        with cluster_faults():
            # What is sent all the same after the deadline does no harm: versions keep the order.
            return within(WRITE_DEADLINE, send)

    def _send(self, client: Elasticsearch, actions: Iterable[dict]) -> tuple[Refusal, ...]:
        """Send ``actions``; returns what can never be taken, raises when something has to be repeated."""
        refused: dict[str, Refusal] = {}
        outcomes = helpers.streaming_bulk(
            client,
            actions,
            chunk_size=CHUNK_DOCUMENTS,
            max_chunk_bytes=CHUNK_BYTES,
            raise_on_error=False,
            yield_ok=False,
            require_alias=True,
        )
        for _ok, outcome in outcomes:
            ((operation, result),) = outcome.items()
            if refusal := self._judge(operation, result):
                refused[refusal.id] = refusal
        return tuple(refused.values())

    def _judge(self, operation: str, result: Mapping) -> Refusal | None:
        """What one failed item of a bulk means. Raises ``EngineUnavailable`` if it has to be repeated."""
        status, error = result["status"], result.get("error")
        if status == 409:  # something newer is there
            return None
        if status == 404 and (not error or result["_index"] == self._indices.next):
            return None  # nothing there to delete; or the rebuild has ended meanwhile
        reason = f"{error.get('type')}: {error.get('reason')}" if isinstance(error, Mapping) else str(error)
        if status in {400, 413}:
            document = result.get("data", {}).get("id") or result["_id"]
            return Refusal(document, reason[:500])
        if status == 404:
            raise IndexReplaced(f"the index has been replaced: {reason}"[:300])
        raise EngineUnavailable(f"Elasticsearch could not {operation} a document: {status} {reason}"[:300])

    def destroy(self) -> None:
        with cluster_faults():
            for index in self._indices.all():
                self._indices.remove(index.name)

    # Rebuilding

    def rebuild(self, documents: Iterable[SearchDocument], replay: Replay) -> Rebuilt:
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
        return Rebuilt(documents=self.count(), refusals=tuple(refusals))

    def _fill(self, index: str, documents: Iterable[SearchDocument]) -> list[Refusal]:
        refusals: list[Refusal] = []

        def actions() -> Iterator[dict]:
            beaten = time.monotonic()
            for document in documents:
                if time.monotonic() - beaten > BEAT_EVERY:
                    self._indices.beat(index)
                    beaten = time.monotonic()
                try:
                    # The lowest version: whatever a writer puts there during the rebuild is newer.
                    yield Write(document.group, document.language, to_source(document), 0).action(self._indices.next)
                except ValueError as error:
                    refusals.append(Refusal(document.id, str(error)))

        patient = self._client.options(request_timeout=REBUILD_TIMEOUT)
        # While the cluster takes some documents, the next ones are read from the database.
        with cluster_faults(), ThreadPoolExecutor(1, thread_name_prefix="rebuild") as sender:
            sending = None
            for some in _chunks(actions()):
                refusals += sending.result() if sending else ()
                sending = sender.submit(self._send, patient, some)
            refusals += sending.result() if sending else ()
        return refusals

    def _catch_up(self, index: str, replay: Replay) -> list[Refusal]:
        """Read once more what was written meanwhile.

        External versions alone keep the order, except for deletions when a node has restarted since:
        it forgets them.
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
            writes, refused = _replacements(groups, versions)
            actions = [write.action(self._indices.next) for write in writes]
            actions += [{"_op_type": "delete", "_index": self._indices.next, "_id": entry} for entry, *_ in entries]
            with cluster_faults():
                refusals += [*refused, *self._send(self._writer, actions)]
        return refusals

    def _journal_entries(self, index: str) -> list[tuple[str, str, int | None]]:
        """Id, group and version of what was written since the last look."""
        self._writer.indices.refresh(index=index)
        answer = self._writer.search(
            index=index,
            query={"exists": {"field": "journal"}},
            size=JOURNAL_ROUND,
            source={"includes": ["journal", "journal_version"]},
        )
        return [
            (row["_id"], row["_source"]["journal"], row["_source"].get("journal_version"))
            for row in answer["hits"]["hits"]
        ]


def _chunks(actions: Iterator[dict]) -> Iterator[list[dict]]:
    return iter(lambda: list(islice(actions, CHUNK_DOCUMENTS)), [])


def _corrected(criteria: Criteria, changes: list[tuple[int, int, str]]) -> Criteria:
    return replace(criteria, words=answers.corrected(criteria.words, changes), page=1)


def _replacements(
    groups: Mapping[str, Iterable[SearchDocument]], versions: Mapping[str, int | None]
) -> tuple[list[Write], list[Refusal]]:
    """The writes that make each group consist of exactly the given documents, in every language."""
    writes, refusals = [], []
    for group, documents in groups.items():
        sources = {}
        for document in documents:
            try:
                sources[document.language] = to_source(document)
            except ValueError as error:
                refusals.append(Refusal(document.id, str(error)))
        writes += [Write(group, language, sources.get(language), versions[group]) for language in LANGUAGES]
    return writes, refusals


def _journal(target: str, group: str, version: int | None) -> dict:
    entry = {"journal": group} if version is None else {"journal": group, "journal_version": version}
    return {"_op_type": "index", "_index": target, "_source": entry}


def _hits(response: Mapping) -> Mapping:
    """The hits of one answer among several. Raises ``EngineUnavailable`` for one that failed."""
    if "error" in response:
        raise EngineUnavailable(f"Elasticsearch does not answer: {response['error'].get('type')}")
    return response["hits"]


def _hash(source: Mapping) -> str:
    """The content hash of what is stored; "" for what is no document of ours any more."""
    try:
        return from_source(source).content_hash
    except (KeyError, ValueError, TypeError):
        return ""
