"""Tantivy's faults, turned into the one error that callers know."""

from contextlib import contextmanager

from search.engines.base import EngineUnavailable


def is_panic(error: BaseException) -> bool:
    """Whether ``error`` is a panic of the Rust code.

    Its class derives from ``BaseException``, so that ``except Exception`` lets it through to the
    server, and cannot be imported before the first panic: it is known by its name.
    """
    return type(error).__name__ == "PanicException"


@contextmanager
def engine_faults(on_damage=None):
    """Raise ``EngineUnavailable`` for what Tantivy and the disk raise; let everything else pass.

    ``on_damage`` is called for what only damaged files bring once an index is open: what could panic
    or be refused for another reason is clamped before it reaches the engine.
    """
    try:
        yield
    except EngineUnavailable:
        raise
    except (OSError, OverflowError) as error:
        raise EngineUnavailable(f"the embedded index cannot be used: {error}") from error
    except BaseException as error:
        if not (isinstance(error, ValueError) or is_panic(error)):
            raise
        if on_damage:
            on_damage()
        raise EngineUnavailable(f"the embedded index is damaged: {error}") from error
