"""Write batches of documents into one Tantivy index."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike

import tantivy

from core.search_document import SearchDocument
from search_engines.base import Refusal
from search_engines.embedded.faults import panics_as_errors, tantivy_faults
from search_engines.embedded.schema import to_document

BATCH_HEAP = 15_000_000
"""Bytes; the least that Tantivy takes for one thread."""


class Batch:
    """Changes that become visible together. Methods raise ``EngineUnavailable``."""

    def __init__(self, writer: tantivy.IndexWriter):
        self._writer = writer
        self.refusals: list[Refusal] = []

    def delete(self, field: str, value: str) -> None:
        """Remove the documents with ``value`` in the keyword ``field``."""
        with tantivy_faults():
            self._writer.delete_documents_by_term(field, value)

    def delete_matches(self, query: tantivy.Query) -> None:
        """Remove the documents that a query finds."""
        with tantivy_faults():
            self._writer.delete_documents_by_query(query)

    def add(self, document: SearchDocument, *, replacing: bool = True) -> None:
        """Add a document in place of one with the same id, or refuse it when it does not fit the schema.

        Types are checked here: Tantivy notices a wrong one only at the commit, which then loses the whole batch.
        """
        try:
            with panics_as_errors():
                made = to_document(document)
        except ValueError as error:
            self.refusals.append(Refusal(document.id, str(error)))
            return
        if replacing:
            self.delete("id", document.id)
        with tantivy_faults():
            self._writer.add_document(made)


@contextmanager
def open_batch(path: str | PathLike, heap: int = BATCH_HEAP) -> Iterator[Batch]:
    """Open the index again, yield a batch, commit it, and wait until merges are done.

    heap: bytes that Tantivy may use. Raises ``EngineUnavailable``. An ``Index`` object that is kept loses
    track of files that other processes write, and without waiting for merges an index grows to hundreds
    of segments. After an error nothing of the batch remains.
    """
    with tantivy_faults():
        writer = tantivy.Index.open(str(path)).writer(heap, 1)
    try:
        yield Batch(writer)
        with tantivy_faults():
            writer.commit()
    except BaseException:
        with suppress(ValueError):
            writer.rollback()
        raise
    finally:
        # This also returns Tantivy's own lock, which the traceback of an error would keep otherwise.
        with tantivy_faults():
            writer.wait_merging_threads()
