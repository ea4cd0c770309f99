"""The engine on an Elasticsearch cluster, of version 8.19 or 9."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from elasticsearch import ApiError, NotFoundError, helpers

from core.search_document import SearchDocument, clean_text
from search_engines import folding
from search_engines.analysis.searches import pairs_apart
from search_engines.analysis.vocabulary import may_be_unfinished
from search_engines.base import Contents, EngineUnavailable, Rebuilt, Refusal, Replay, SearchEngine, StoredDocument
from search_engines.criteria import Criteria, settled
from search_engines.elasticsearch import answers, queries, stored
from search_engines.elasticsearch.client import (
    CONTROL_TIMEOUT,
    WRITE_DEADLINE,
    WRITE_TIMEOUT,
    cause,
    cluster_faults,
    connect,
    one_line,
    patiently,
)
from search_engines.elasticsearch.indices import HEARTBEAT, Indices
from search_engines.elasticsearch.rebuilding import Rebuild
from search_engines.elasticsearch.writing import (
    CHUNK_DOCUMENTS,
    IndexReplaced,
    Write,
    additions,
    journal_entry,
    newest_version,
    replacements,
    send,
)
from search_engines.results import Results, Suggestion
from search_engines.time_limit import Answer, within

logger = logging.getLogger(__name__)

MAX_TYPED, MAX_TYPED_WORDS = 100, 8
_MORE = 3
"""Times as many titles as are wanted are asked for, so that those which begin as typed are among them."""
REPLACED = {400, 404, 503}
"""What a search answers whose index is being removed: its analyzers are closed, it is gone, or its shard is."""
MAX_CORRECTED = 3
"""Words corrected in one search; a text with more is in another language, not badly typed."""
_DOCUMENTS_ONLY = {"exists": {"field": "id"}}
_ENTRIES = [{"exists": {"field": "journal"}}, {"ids": {"values": [HEARTBEAT, stored.NEWEST_VERSION]}}]
"""What the portal keeps in an index beside documents."""


class ElasticsearchEngine(SearchEngine):
    """Keeps its index in the cluster at ``urls``, under names that begin with ``prefix``.

    ``timeout`` and ``deadline`` are seconds: for one attempt at one node, and for the whole answer to a
    reader. ``takeover_after``: seconds without a heartbeat after which a rebuild counts as dead.
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
        """Return what `ask` gives within a reader's deadline.

        Asked once more when the index was removed during the first attempt: a rebuild has ended.
        """

        def twice() -> Answer:
            try:
                return ask()
            except ApiError as error:
                if error.status_code not in REPLACED:
                    raise
                return ask()

        with cluster_faults():
            return within(self._deadline, twice)

    def _search(self, criteria: Criteria, *, by_beginnings: bool = False) -> Results:
        criteria = self._settled(criteria)
        body = queries.search(criteria, by_beginnings=by_beginnings)
        answer = self._client.search(index=self._indices.live, body=body).body
        total = answer["hits"]["total"]["value"]
        last = max(1, -(-min(total, queries.MAX_WINDOW) // criteria.per_page))
        if criteria.page > last:
            return self._search(replace(criteria, page=last), by_beginnings=by_beginnings)
        if not (total or by_beginnings) and (found := self._found_otherwise(criteria)):
            return found
        answer["hits"]["hits"] = _shown(answer["hits"])
        spelling = self._spelling(answer, criteria)
        return answers.results(answer, criteria, spelling, by_beginnings=by_beginnings)

    def _settled(self, criteria: Criteria) -> Criteria:
        """Return the criteria whose phrases are required: those that some document has."""

        def are_found(phrases: Iterable[str]) -> bool:
            body = queries.phrases(phrases, criteria.language)
            return bool(self._client.search(index=self._indices.live, body=body)["hits"]["total"]["value"])

        return settled(criteria, are_found)

    def _found_otherwise(self, criteria: Criteria) -> Results | None:
        """What has one pair of a Chinese name, else titles with the beginnings of the words.

        Only if no document has the words, under any filter.
        """
        if criteria.phrases:
            return None
        if criteria.selections or criteria.ranges or criteria.between:
            (is_found,) = self._found([_unfiltered(criteria)])
            if is_found:
                return None
        if (apart := pairs_apart(criteria.words)) != criteria.words:
            found = self._search(replace(criteria, words=apart))
            if found.total:
                return found
        begun = self._search(criteria, by_beginnings=True) if may_be_unfinished(criteria.words) else None
        return begun if begun and begun.total else None

    def _spelling(self, answer: Mapping, criteria: Criteria) -> str | None:
        """Return the corrected search, if a word is unknown everywhere and the correction has hits.

        The vocabulary of the index still contains words of deleted documents, and knows neither other
        forms of a word nor what is shown to whom, so the corrections are searched for. Only when there
        are any.
        """
        nearest = answers.corrections(answer)
        if not nearest:
            return None
        words = [word for word in folding.words(criteria.words) if word.folded in nearest]
        alone = _unfiltered(criteria)
        known = self._found([replace(alone, words=word.written) for word in words])
        words = [word for word, is_known in zip(words, known, strict=True) if not is_known]
        if not words or len(words) > MAX_CORRECTED:
            return None
        candidates = [near for word in words for near in nearest[word.folded]]
        body = queries.spellings(candidates, criteria.language)
        written = answers.spellings(self._client.search(index=self._indices.live, body=body).body)
        text = criteria.words
        for word in reversed(words):
            correction = next((written[near] for near in nearest[word.folded] if near in written), None)
            if correction:
                text = text[: word.start] + correction + text[word.end :]
        if text == criteria.words:
            return None
        corrected = replace(criteria, words=text, page=1)
        (has_hits,) = self._found([corrected])
        return corrected.text if has_hits else None

    def _found(self, searches: Sequence[Criteria]) -> list[bool]:
        """Return for each of ``searches`` whether it has any hit."""
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
        for typos in (False, True):
            lines += [{}, queries.suggest(typed, language, limit * _MORE, typos=typos)]
        responses = self._client.msearch(index=self._indices.live, searches=lines)["responses"]
        exact, forgiving = (_hits(response) for response in responses)
        return answers.suggestions(_shown(exact) or _shown(forgiving), typed, limit)

    # Writing

    def replace(
        self, groups: Mapping[str, Iterable[SearchDocument]], *, version: int | None = None
    ) -> tuple[Refusal, ...]:
        # Before the database is read: a rebuild that begins later reads the same state or a newer one.
        targets = self._targets()
        refusals: list[Refusal] = []
        writes = list(replacements(groups, dict.fromkeys(groups, version), refusals))
        return (*refusals, *self._write(targets, writes))

    def index(self, documents: Iterable[SearchDocument], *, version: int | None = None) -> tuple[Refusal, ...]:
        targets = self._targets()
        refusals: list[Refusal] = []
        writes = list(additions(documents, version, refusals))
        return (*refusals, *self._write(targets, writes))

    def delete(self, ids: Iterable[str], *, version: int | None = None) -> None:
        targets = self._targets()
        with cluster_faults():
            rows = helpers.scan(
                self._writer,
                index=",".join(targets),
                query={"query": {"terms": {"id": list(ids)}}, "_source": ["group"]},
            )
            places = {row["_id"]: row["_source"].get("group", "") for row in rows}
        self._write(targets, [Write(place, group, None, version) for place, group in sorted(places.items())])

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
            actions += [journal_entry(self._indices.next, group, version) for group, version in groups.items()]
        if versions := [write.version for write in writes if write.version is not None]:
            actions += [newest_version(target, max(versions)) for target in targets]
        return self._send(actions)

    def _send(self, actions: list[dict]) -> tuple[Refusal, ...]:
        def ask() -> tuple[Refusal, ...]:
            refusals = send(self._writer, actions, self._indices.next)
            # What was written is found from now on.
            self._writer.indices.refresh(index=self._indices.live)
            return refusals

        with cluster_faults():
            # What is sent all the same after the deadline does no harm: versions keep the order.
            return within(WRITE_DEADLINE, ask)

    def destroy(self) -> None:
        with cluster_faults():
            for index in self._indices.all():
                self._indices.remove(index.name)

    # Rebuilding

    def rebuild(self, documents: Iterable[SearchDocument], replay: Replay) -> Rebuilt:
        # Requests of a rebuild are patient: first see whether anybody answers at all.
        with cluster_faults():
            within(WRITE_DEADLINE, lambda: self._indices.all(patient=True))
        refusals = Rebuild(self._client, self._indices).run(documents, replay)
        with cluster_faults():
            return Rebuilt(documents=patiently(self._count), refusals=tuple(refusals))

    def rebuild_reason(self, *, patient: bool = True) -> str:
        deadline = WRITE_DEADLINE if patient else self._deadline
        with cluster_faults():
            return within(deadline, lambda: self._indices.rebuild_reason(patient=patient))

    def condemn(self, reason: str) -> None:
        with cluster_faults():
            self._indices.condemn(reason)

    # Comparing with the database

    def contents(self, groups: Iterable[str] | None = None) -> Contents:
        """As the contract says. Hashes are computed from what the index stores, so that any change shows."""
        query: dict = {"bool": {"must_not": _ENTRIES}}
        if groups is not None:
            query["bool"]["filter"] = {"terms": {"group": list(groups)}}
        documents: dict[str, StoredDocument] = {}
        foreign = []
        with cluster_faults():
            for row in helpers.scan(
                self._writer, index=self._indices.live, query={"query": query}, size=CHUNK_DOCUMENTS
            ):
                if identified := stored.identified(row):
                    documents[identified[0]] = identified[1]
                else:
                    foreign.append(row["_id"])
        return Contents(documents, tuple(foreign) if groups is None else ())

    def remove_foreign(self, names: Iterable[str]) -> None:
        live = self._indices.live
        self._send([{"_op_type": "delete", "_index": live, "_id": name} for name in names])

    def count(self) -> int:
        with cluster_faults():
            return self._count()

    def _count(self) -> int:
        client = self._client.options(request_timeout=CONTROL_TIMEOUT)
        return client.count(index=self._indices.live, query=_DOCUMENTS_ONLY)["count"]

    def newest_version(self) -> int:
        with cluster_faults():
            try:
                return self._writer.get(index=self._indices.live, id=stored.NEWEST_VERSION)["_version"]
            except NotFoundError:
                return 0


def _unfiltered(criteria: Criteria) -> Criteria:
    return replace(criteria, phrases=(), selections={}, ranges={}, between={}, page=1)


def _hits(response: Mapping) -> Mapping:
    """Return the hits of one answer among several. Raises ``EngineUnavailable`` for one that failed."""
    if "error" in response:
        raise EngineUnavailable(one_line(f"Elasticsearch answers {response.get('status')}: {cause(response)}"))
    return response["hits"]


def _shown(found: Mapping) -> list[Mapping]:
    """Return the rows that can be shown; the others are logged."""
    shown, foreign = stored.hits(found["hits"])
    if foreign:
        logger.error(
            "The index has documents that the portal did not write (%s). Remove them: manage.py search check --repair",
            ", ".join(map(repr, foreign)),
        )
    return shown
