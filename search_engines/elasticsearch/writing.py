"""Writes in bulk, and what Elasticsearch's answers to them mean.

A write carries the outbox's version as Elasticsearch's external version: what arrives late never
replaces what is newer. An entry of each live index has the version of the last write, so that an index
which is ahead of its database is noticed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from elasticsearch import Elasticsearch, helpers

from core.search_document import SearchDocument
from search_engines.base import Conflict, EngineUnavailable, Refusal
from search_engines.elasticsearch.client import cause, one_line
from search_engines.elasticsearch.definition import LANGUAGES
from search_engines.elasticsearch.documents import key, to_source
from search_engines.elasticsearch.stored import NEWEST_VERSION

CHUNK_DOCUMENTS, CHUNK_BYTES = 500, 8_000_000


class IndexReplaced(EngineUnavailable):
    """A rebuild has ended, and the index that was written to is gone."""


@dataclass(frozen=True)
class Write:
    """A version of a document to be stored, or with ``source`` None to be removed."""

    key: str
    """Its ``_id``."""
    group: str
    source: dict | None
    version: int | None

    def action(self, target: str) -> dict:
        """Return the write as the bulk helper takes it."""
        action: dict[str, object] = {"_op_type": "index", "_index": target, "_id": self.key}
        if self.source is None:
            action["_op_type"] = "delete"
        else:
            action["_source"] = self.source
        return action | _external(self.version)


def additions(documents: Iterable[SearchDocument], version: int | None, refusals: list[Refusal]) -> Iterator[Write]:
    """Yield the writes that store the documents; one that does not fit is added to ``refusals`` instead."""
    for document in documents:
        try:
            source = to_source(document)
        except ValueError as error:
            refusals.append(Refusal(document.id, str(error)))
        else:
            yield Write(key(document.group, document.language), document.group, source, version)


def replacements(
    groups: Mapping[str, Iterable[SearchDocument]], versions: Mapping[str, int | None], refusals: list[Refusal]
) -> Iterator[Write]:
    """Yield the writes that make each group consist of exactly the given documents, in every language.

    A document that does not fit is added to ``refusals``, and nothing is stored in its place.
    """
    for group, documents in groups.items():
        writes = {write.key: write for write in additions(documents, versions[group], refusals)}
        for language in LANGUAGES:
            place = key(group, language)
            yield writes.get(place) or Write(place, group, None, versions[group])


def journal_entry(target: str, group: str, version: int | None) -> dict:
    """Return the action that records a group for a running rebuild."""
    entry: dict = {"journal": group} if version is None else {"journal": group, "journal_version": version}
    return {"_op_type": "index", "_index": target, "_source": entry}


def newest_version(target: str, version: int) -> dict:
    """Return the action that records the version of the last write."""
    source = {"journal_version": version}
    return {"_op_type": "index", "_index": target, "_id": NEWEST_VERSION, "_source": source} | _external(version)


def _external(version: int | None) -> dict[str, object]:
    # "Or equal", because a repeated attempt carries the same version and newer content.
    return {} if version is None else {"version": version, "version_type": "external_gte"}


def chunks(actions: Iterator[dict]) -> Iterator[list[dict]]:
    """Yield the actions in lists of the size of one request."""
    return iter(lambda: list(islice(actions, CHUNK_DOCUMENTS)), [])


def send(client: Elasticsearch, actions: Iterable[dict], next_alias: str, retries: int = 0) -> tuple[Refusal, ...]:
    """Send actions; return what was refused, and a `Conflict` for each document that the index has a newer one of.

    next_alias: the alias of a rebuild, which may have ended meanwhile. retries: further attempts at items
    that a busy cluster rejects. Raises ``EngineUnavailable`` when something has to be repeated.
    """
    refused: dict[str, Refusal] = {}
    outcomes = helpers.streaming_bulk(
        client,
        actions,
        chunk_size=CHUNK_DOCUMENTS,
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=retries,
        raise_on_error=False,
        yield_ok=False,
        require_alias=True,
    )
    for _ok, outcome in outcomes:
        ((operation, result),) = outcome.items()
        if refusal := _refusal(operation, result, next_alias):
            refused[refusal.id] = refusal
    return tuple(refused.values())


def without_conflicts(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Return the refusals that are not because something newer is stored."""
    return [refusal for refusal in refusals if not isinstance(refusal, Conflict)]


def _refusal(operation: str, result: Mapping, next_alias: str) -> Refusal | None:
    """Return what one failed item of a bulk means. Raises ``EngineUnavailable`` if it has to be repeated."""
    status, error, place = result["status"], result.get("error"), result["_id"]
    reason = one_line(cause(error))
    if status == 409:
        return None if place == NEWEST_VERSION else Conflict(place, reason, place.rpartition(":")[0])
    if status == 404 and (not error or result["_index"] == next_alias):
        return None  # nothing there to delete; or the rebuild has ended meanwhile
    if status in {400, 413}:
        return Refusal(result.get("data", {}).get("id") or place, reason)
    if status == 404:
        raise IndexReplaced(f"the index has been replaced: {reason}")
    raise EngineUnavailable(f"Elasticsearch could not {operation} a document: {status} {reason}")
