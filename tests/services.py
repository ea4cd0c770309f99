"""The programs that tests need besides Python, and which tests may be skipped without them.

A test calls `need(SERVICE)`. Without the service it is skipped on a developer's machine: the last lines
of the run name what was skipped and the command that installs it. Where `CI` is set, the test fails.

`python -m tests.services` prints pytest's option for the required coverage. Only a machine that skips
nothing can measure it.
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
    """A program or file that not every machine has: how to find it, and the command that installs it."""

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
AXE = Service("npm to fetch axe", _executable("npm"), "apt-get install npm")
CHINESE_FONT = Service("Chinese font for PDF files", _chinese_font, "apt-get install fonts-noto-cjk")
MAKES_ELASTICSEARCH = "apt-get install default-jdk-headless maven"
ELASTICSEARCH = Service("Elasticsearch", _elasticsearch, f"{MAKES_ELASTICSEARCH}, or set ELASTICSEARCH_URL")
# For tests that start and kill their own nodes: a server in ELASTICSEARCH_URL is not enough.
ELASTICSEARCH_NODES = Service("JDK and Maven to make Elasticsearch nodes", distribution.tools, MAKES_ELASTICSEARCH)
REDIS = Service("Redis server", _executable("redis-server"), "apt-get install redis-server")
CLAMD = Service("ClamAV daemon", _executable("clamd"), "apt-get install clamav-daemon")
NGINX = Service("nginx", _executable("nginx", "/usr/sbin/nginx"), "apt-get install nginx-light")
SYSTEMD = Service("systemd", _executable("systemd-analyze"), "apt-get install systemd")
SERVICES = (CHROMIUM, AXE, CHINESE_FONT, ELASTICSEARCH, ELASTICSEARCH_NODES, REDIS, CLAMD, NGINX, SYSTEMD)


def need(service: Service) -> str:
    """Return where the service is. Without it, skip the test; under CI, fail it."""
    found = service.find()
    if found:
        return found
    reason = f"{MARK}{service.name}: {service.install}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def absent() -> list[Service]:
    """Return the services that this machine lacks."""
    return [service for service in SERVICES if not service.find()]


def report_skipped(terminal) -> None:
    """Write to pytest's summary what was skipped, and the commands that install it."""
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
    """Print the required coverage as an option of pytest, or why none is required."""
    lacking = absent()
    if lacking and not os.environ.get("CI"):
        for service in lacking:
            print(f"{MARK}{service.name}: {service.install}", file=sys.stderr)
        print("So coverage is not judged.", file=sys.stderr)
    else:
        print(f"--cov-fail-under={COVERAGE_PERCENT}")


if __name__ == "__main__":
    main()
