"""What this machine can run: the one place that decides which tests may be skipped.

A test that needs something beside Python asks with `need(SERVICE)`. Found: the test runs. Absent
on a developer's machine: it is skipped, and the last lines of the run say what was skipped and
which command installs it. Absent where `CI` is set: it fails.

`python -m tests.services` prints pytest's option for the coverage that is demanded: only a
machine that skips nothing can measure it.
"""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.elasticsearch import distribution

COVERAGE_PERCENT = 95
MARK = "This machine has no "


@dataclass(frozen=True)
class Service:
    """Something that not every machine has: how to find it and what installs it."""

    name: str
    find: Callable[[], str | None]
    install: str


def _executable(*names: str) -> Callable[[], str | None]:
    return lambda: next(filter(None, map(shutil.which, names)), None)


def _chinese_font() -> str | None:
    fonts = Path("/usr/share/fonts").rglob("NotoSansCJK*")
    return next((str(path) for path in fonts), None)


def _elasticsearch() -> str | None:
    return os.environ.get("ELASTICSEARCH_URL") or distribution.tools()


CHROMIUM = Service(
    "Chromium",
    _executable("chromium", "chromium-browser", "google-chrome"),
    "apt-get install chromium",
)
CHINESE_FONT = Service("Chinese font for PDF files", _chinese_font, "apt-get install fonts-noto-cjk")
MAKES_ELASTICSEARCH = "apt-get install default-jdk-headless maven"
ELASTICSEARCH = Service("Elasticsearch", _elasticsearch, f"{MAKES_ELASTICSEARCH}, or set ELASTICSEARCH_URL")
# For tests that start and kill nodes of their own, which a given server does not allow.
ELASTICSEARCH_NODES = Service("JDK and Maven to make Elasticsearch nodes", distribution.tools, MAKES_ELASTICSEARCH)
REDIS = Service("Redis server", _executable("redis-server"), "apt-get install redis-server")
SERVICES = (CHROMIUM, CHINESE_FONT, ELASTICSEARCH, ELASTICSEARCH_NODES, REDIS)


def need(service: Service) -> str:
    """Where the service is found; otherwise the test that asks is skipped, or fails under CI."""
    found = service.find()
    if found:
        return found
    reason = f"{MARK}{service.name}: {service.install}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def absent() -> list[Service]:
    """The services that this machine lacks."""
    return [service for service in SERVICES if not service.find()]


def report_skipped(terminal) -> None:
    """Sum up in pytest's last lines what was skipped and what would install it."""
    reasons: Counter[str] = Counter()
    for report in terminal.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if MARK in reason:
            reasons[reason[reason.index(MARK) :]] += 1
    if reasons:
        terminal.section("NOT EVERYTHING WAS TESTED", sep="!", red=True, bold=True)
        for reason, count in reasons.most_common():
            terminal.line(f"{count} tests skipped. {reason}", red=True)


def main() -> None:
    """Print the demanded coverage as an option of pytest, or say why none is demanded."""
    lacking = absent()
    if lacking and not os.environ.get("CI"):
        for service in lacking:
            print(f"{MARK}{service.name}: {service.install}", file=sys.stderr)
        print("So coverage is not judged.", file=sys.stderr)
    else:
        print(f"--cov-fail-under={COVERAGE_PERCENT}")


if __name__ == "__main__":
    main()
