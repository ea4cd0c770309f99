"""What administrators read about the search: its engine, its index, and the changes that are not in it yet."""

from dataclasses import dataclass

from search.current_engine import current_engine
from search.models import IndexTask
from search.versions import latest_version
from search_engines import EngineUnavailable
from search_engines.time_limit import within

# Seconds for all questions to the engine together: a page waits for them.
SECONDS = 3.0


@dataclass(frozen=True)
class EngineOverview:
    """What the engine says about its index."""

    name: str
    error: str = ""
    """Why it does not answer, in one line."""
    rebuild_reason: str = ""
    documents: int = 0
    newest_write: int = 0
    """The number of the last write (`search.versions`)."""
    newest_drawn: int = 0
    """The last number that the database has drawn."""


@dataclass(frozen=True)
class OutboxOverview:
    """The changes that the index does not have yet."""

    waiting: int
    parked: tuple[IndexTask, ...]


def engine_overview() -> EngineOverview:
    """Ask the engine; it has three seconds."""
    engine = current_engine()
    try:
        reason, documents, newest = within(
            SECONDS,
            lambda: (engine.rebuild_reason(patient=False), engine.count(), engine.newest_version()),
            name=engine.name,
        )
    except EngineUnavailable as error:
        return EngineOverview(engine.name, error=str(error))
    return EngineOverview(engine.name, "", reason, documents, newest, latest_version())


def outbox_overview() -> OutboxOverview:
    """Read the outbox."""
    return OutboxOverview(IndexTask.objects.waiting().count(), tuple(IndexTask.objects.parked()))
