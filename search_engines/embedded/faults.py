"""Turn the errors of Tantivy and of the disk into ``EngineUnavailable``.

Each context manager belongs around the calls that its name gives, and around nothing else: a mistake in
our own code must show as what it is.
"""

from collections.abc import Callable
from contextlib import contextmanager

from search_engines.base import EngineUnavailable


def is_panic(error: BaseException) -> bool:
    """Return whether ``error`` is a panic of Tantivy's Rust code.

    Its class derives from ``BaseException``, so that ``except Exception`` lets it through to the
    server, and cannot be imported before the first panic: it is recognised by its name.
    """
    return type(error).__name__ == "PanicException"


@contextmanager
def disk_faults():
    """Around reading and writing files of the index: raise ``EngineUnavailable`` for an ``OSError``."""
    try:
        yield
    except OSError as error:
        raise EngineUnavailable(f"the files of the embedded index cannot be used: {error}") from error


@contextmanager
def tantivy_faults(on_damage: Callable[[str], object] = lambda reason: None):
    """Around a call of Tantivy: raise ``EngineUnavailable`` for what it raises.

    on_damage: called with the reason for an error that only damaged files cause once an index is open
    (``ValueError`` and panics, which no argument of ours causes; not a full disk).
    """
    with disk_faults():
        try:
            yield
        except EngineUnavailable:
            raise
        except BaseException as error:
            if not (isinstance(error, ValueError) or is_panic(error)):
                raise
            on_damage(str(error))
            raise EngineUnavailable(f"Tantivy cannot use the embedded index: {error}") from error


@contextmanager
def panics_as_errors():
    """Around our own code: raise ``RuntimeError`` for a panic, which no ``except Exception`` would catch.

    A query that is made wrongly panics, for example a phrase of one word.
    """
    try:
        yield
    except BaseException as error:
        if not is_panic(error):
            raise
        raise RuntimeError(f"Tantivy panicked: {error}") from error
