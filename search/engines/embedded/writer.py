"""Writing batches of documents into one Tantivy index."""

from contextlib import contextmanager, suppress

import tantivy

from core.search_document import SearchDocument
from search.engines.base import Refusal
from search.engines.embedded.faults import engine_faults
from search.engines.embedded.schema import to_document

BATCH_HEAP = 15_000_000
"""Bytes; the least that Tantivy takes for one thread."""


class Batch:
    """Changes that become visible together."""

    def __init__(self, writer: tantivy.IndexWriter):
        self._writer = writer
        self.refusals: list[Refusal] = []

    def delete(self, field: str, value: str) -> None:
        """Remove what has ``value`` in the keyword ``field``."""
        with engine_faults():
            self._writer.delete_documents_by_term(field, value)

    def add(self, document: SearchDocument, *, replacing: bool = True) -> None:
        """Add a document in place of one with the same id, or refuse it when it fits no field.

        Types are checked here: a wrong one would only fail at the commit, and take the batch with it.
        """
        try:
            made = to_document(document)
        except ValueError as error:
            self.refusals.append(Refusal(document.id, str(error)))
            return
        if replacing:
            self.delete("id", document.id)
        with engine_faults():
            self._writer.add_document(made)


@contextmanager
def open_batch(path, heap: int = BATCH_HEAP):
    """Open the index anew, give out a batch, commit it, and wait until merges are done.

    A kept ``Index`` object loses track of files that other processes write, and without waiting for
    merges an index grows to hundreds of segments. After an error nothing of the batch remains.
    """
    with engine_faults():
        writer = tantivy.Index.open(str(path)).writer(heap, 1)
    try:
        yield Batch(writer)
        with engine_faults():
            writer.commit()
    except BaseException:
        with suppress(ValueError):
            writer.rollback()
        raise
    finally:
        # Also gives the lock back, which the traceback of an error would keep otherwise.
        with engine_faults():
            writer.wait_merging_threads()
