"""Filling a new generation on two cores: this process reads documents, one of its own writes them.

To read a document from the database takes about as long as to cut it into words. The other process
knows no database; when this one ends, in whatever way, it ends without a commit.
"""

import fcntl
import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from multiprocessing.connection import Connection
from os import PathLike

import tantivy

from core.search_document import SearchDocument
from search.engines.base import EngineUnavailable, Refusal
from search.engines.embedded.faults import engine_faults
from search.engines.embedded.schema import SCHEMA
from search.engines.embedded.writer import open_batch

HEAP = 60_000_000
FEW = 1_000
"""Documents that are written sooner than another process has begun."""
CHUNK = 100

# Started anew, not forked: a copy of this process would have its connections, but not its threads.
_processes = multiprocessing.get_context("spawn")


def fill(path: str | PathLike, documents: Iterable[SearchDocument]) -> list[Refusal]:
    """Make an index of ``documents`` in the directory ``path``; return those that were refused.

    Raises ``EngineUnavailable``, and whatever ``documents`` raise; then nothing is committed.
    """
    documents = iter(documents)
    few = list(islice(documents, FEW))
    if len(few) < FEW:
        return write(path, few)
    reading, sending = _processes.Pipe(duplex=False)
    answers, answering = _processes.Pipe(duplex=False)
    writer = _processes.Process(target=_write_what_comes, args=(path, reading, answering), daemon=True)
    writer.start()
    reading.close()
    answering.close()
    _widen(sending)
    with answers:
        try:
            with sending:
                for chunk in _chunks(chain(few, documents)):
                    if not _sent(sending, chunk):
                        break
                _sent(sending, [])
            answer = _answer(answers)
        finally:
            writer.join()
    if isinstance(answer, EngineUnavailable):
        raise answer
    return answer


def write(path: str | PathLike, documents: Iterable[SearchDocument]) -> list[Refusal]:
    """The same on this process alone."""
    with engine_faults():
        tantivy.Index(SCHEMA, str(path))
    seen: set[str] = set()
    with open_batch(path, HEAP) as batch:
        for document in documents:
            batch.add(document, replacing=document.id in seen)
            seen.add(document.id)
    return batch.refusals


def _widen(sending: Connection) -> None:
    """Let two chunks lie in the pipe, so that neither side waits for the other's next step; Linux can."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(sending.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)


def _chunks(documents: Iterator[SearchDocument]) -> Iterator[list[SearchDocument]]:
    while chunk := list(islice(documents, CHUNK)):
        yield chunk


def _sent(sending: Connection, documents: list[SearchDocument]) -> bool:
    """False when the writer is gone; its answer says why."""
    try:
        sending.send(documents)
    except BrokenPipeError:
        return False
    return True


def _answer(answers: Connection) -> list[Refusal] | EngineUnavailable:
    try:
        return answers.recv()
    except EOFError:
        return EngineUnavailable("the process that writes the index has ended")


def _write_what_comes(path: str | PathLike, reading: Connection, answering: Connection) -> None:
    """The other process: writes until an empty chunk comes, and answers."""
    # Who presses Ctrl-C means the process that reads, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer: list[Refusal] | EngineUnavailable
    try:
        answer = write(path, _received(reading))
    except EngineUnavailable as error:
        answer = EngineUnavailable(str(error))
    except EOFError:
        return
    answering.send(answer)


def _received(reading: Connection) -> Iterator[SearchDocument]:
    """Raises ``EOFError`` when the process that reads has ended before its last document."""
    while documents := reading.recv():
        yield from documents
