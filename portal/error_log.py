"""The last errors, for administrators: how often, since when and where in the code.

A handler of `logging` appends a line for each record to a file, so that errors are kept also while the database is away
and when the transaction around them is rolled back. A line has no message, because messages quote names, addresses and
what people typed: the log of the process has it, at the same time.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from django.conf import settings

from portal.settings.environment import BASE_DIR

NAME = "errors.jsonl"
# Bytes. A full file becomes the older one of two.
LARGEST_FILE = 64_000


@dataclass(frozen=True)
class LoggedError:
    """An error with all its occurrences that are kept."""

    logger: str
    kind: str
    """The type of the exception, or the status of the answer; empty for an error that was only reported."""
    place: str
    """File and line."""
    count: int
    first_at: datetime
    last_at: datetime


class ErrorLog(logging.Handler):
    """Keeps errors in `DATA_DIR`, without their messages."""

    def emit(self, record: logging.LogRecord) -> None:
        """Append a line. A disk that takes none is no reason to fail."""
        error = record.exc_info[1] if record.exc_info else None
        status = getattr(record, "status_code", "")
        if error is None and status == 503:  # the health check says so, and the engine's own log why
            return
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "logger": record.name,
            "kind": type(error).__name__ if error else str(status),
            "place": place(error.__traceback__) if error else f"{_relative(record.pathname)}:{record.lineno}",
        }
        with suppress(OSError):
            file = _file()
            if file.exists() and file.stat().st_size > LARGEST_FILE:
                file.replace(_older())
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(line) + "\n")


def last_errors(most: int) -> list[LoggedError]:
    """The errors that are kept, the newest first, each once; at most `most`."""
    found: dict[tuple[str, str, str], list[datetime]] = {}
    for line in _lines():
        found.setdefault((line["logger"], line["kind"], line["place"]), []).append(datetime.fromisoformat(line["at"]))
    errors = [LoggedError(*key, len(times), min(times), max(times)) for key, times in found.items()]
    return sorted(errors, key=lambda error: error.last_at, reverse=True)[:most]


def _file() -> Path:
    return settings.DATA_DIR / NAME


def _older() -> Path:
    return settings.DATA_DIR / f"{NAME}.1"


def _lines() -> Iterator[dict[str, str]]:
    for file in (_older(), _file()):
        with suppress(OSError), file.open(encoding="utf-8") as lines:
            for line in lines:
                with suppress(ValueError):  # half a line, after a crash or on a full disk
                    yield json.loads(line)


def place(trace: TracebackType | None) -> str:
    """Where an exception was raised: the innermost line of the portal's own code, else the innermost of all."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if _is_own(Path(frame.filename))]
    return f"{_relative((own or frames)[-1].filename)}:{(own or frames)[-1].lineno}" if frames else ""


def _is_own(path: Path) -> bool:
    return path.is_relative_to(BASE_DIR) and "site-packages" not in path.parts


def _relative(path: str) -> str:
    if _is_own(Path(path)):
        return str(Path(path).relative_to(BASE_DIR))
    return "/".join(Path(path).parts[-2:])
