"""Fill a new generation on two cores: this process reads documents, a second one writes them.

Reading a document from the database takes about as long as analysing it. The second process
has no database connection; when this one ends, for whatever reason, it ends without a commit.
"""

import fcntl
import multiprocessing
import signal
import traceback
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from multiprocessing.connection import Connection
from os import PathLike

import tantivy

from core.search_document import SearchDocument
from search_engines.base import EngineUnavailable, Refusal
from search_engines.embedded.faults import tantivy_faults
from search_engines.embedded.schema import SCHEMA
from search_engines.embedded.writer import open_batch

HEAP = 60_000_000
FEW = 1_000
"""Documents that are written sooner than a second process has started."""
CHUNK = 100

# Spawned, not forked: a copy of this process would have its connections, but not its threads.
_processes = multiprocessing.get_context("spawn")


def fill(path: str | PathLike, documents: Iterable[SearchDocument]) -> list[Refusal]:
    """Make an index of ``documents`` in the directory ``path``; return those that were refused.

    Raises ``EngineUnavailable``, and what ``documents`` raise; then nothing is committed. An error of our
    own in the second process is a ``RuntimeError`` with its traceback here.
    """
    documents = iter(documents)
    few = list(islice(documents, FEW))
    if len(few) < FEW:
        return write(path, few)
    reading, sending = _processes.Pipe(duplex=False)
    answers, answering = _processes.Pipe(duplex=False)
    writer = _processes.Process(target=_write_received, args=(path, reading, answering), daemon=True)
    writer.start()
    reading.close()
    answering.close()
    _widen(sending)
    with answers:
        try:
            with sending:
                for chunk in _chunks(chain(few, documents)):
                    if not _send(sending, chunk):
                        break
                _send(sending, [])
            answer = _answer(answers)
        finally:
            writer.join()
    if isinstance(answer, Exception):
        raise answer
    return answer


def write(path: str | PathLike, documents: Iterable[SearchDocument]) -> list[Refusal]:
    """Do the same in this process alone."""
    with tantivy_faults():
        tantivy.Index(SCHEMA, str(path))
    seen: set[str] = set()
    with open_batch(path, HEAP) as batch:
        for document in documents:
            batch.add(document, replacing=document.id in seen)
            seen.add(document.id)
    return batch.refusals


def _widen(sending: Connection) -> None:
    """Make room for two chunks in the pipe, so that neither process waits for the other; Linux can."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(sending.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)


def _chunks(documents: Iterator[SearchDocument]) -> Iterator[list[SearchDocument]]:
    while chunk := list(islice(documents, CHUNK)):
        yield chunk


def _send(sending: Connection, documents: list[SearchDocument]) -> bool:
    """Return False when the writer has ended; its answer tells why."""
    try:
        sending.send(documents)
    except BrokenPipeError:
        return False
    return True


def _answer(answers: Connection) -> list[Refusal] | Exception:
    try:
        return answers.recv()
    except EOFError:
        return EngineUnavailable("the process that writes the index has ended")


def _write_received(path: str | PathLike, reading: Connection, answering: Connection) -> None:
    """Run as the second process: write until an empty chunk comes, and answer."""
    # Ctrl-C is for the process that reads, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer: list[Refusal] | Exception
    try:
        answer = write(path, _received(reading))
    except EngineUnavailable as error:
        answer = EngineUnavailable(str(error))
    except EOFError:
        return
    except Exception:
        answer = RuntimeError(f"The process that writes the index failed:\n{traceback.format_exc()}")
    answering.send(answer)


def _received(reading: Connection) -> Iterator[SearchDocument]:
    """Yield documents. Raises ``EOFError`` when the process that reads has ended before its last document."""
    while documents := reading.recv():
        yield from documents
