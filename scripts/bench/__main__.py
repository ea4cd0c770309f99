"""`make bench [SIZES="1000 10000 100000"]`: measure the search, and compare the times with the targets.

The data is generated from a fixed seed, in a temporary folder with its own database. Measured are both
engines and Wagtail's own search. Elasticsearch is the server in ELASTICSEARCH_URL, else one that is started
here if possible. The exit code is 1 if a page takes too many queries.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.bench import table
from tests.elasticsearch import distribution, server

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 10_000, 100_000)
# For measurements: the full compiler, and enough memory.
JAVA_OPTIONS = "-Xms1g -Xmx1g"


class Portal:
    """The data of a portal, in its own folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def step(self, name: str, *arguments: int, **environment: str):
        """Run a step of scripts/bench/step.py and return its answer. Raises CalledProcessError if it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "scripts.bench.step", name, *map(str, arguments)],
            cwd=ROOT,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
                "DATA_DIR": str(self.folder),
                "DATABASE_URL": f"sqlite:///{self.folder / 'portal.sqlite3'}",
                "SEARCH_ENGINE": "embedded",
                # Measured is what it takes to make a page: scripts/page_times.py measures kept ones.
                "PAGE_CACHE_SECONDS": "0",
            }
            | environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        return json.loads(done.stdout)

    def copy(self, folder: Path) -> "Portal":
        """Return another portal with the same data."""
        shutil.copytree(self.folder, folder)
        return Portal(folder)


@contextmanager
def elasticsearch() -> Iterator[str]:
    """Yield the URL of a server; "" if there is none."""
    if given := os.environ.get("ELASTICSEARCH_URL", ""):
        yield given
    elif distribution.tools():
        with server.node(JAVA_OPTIONS) as node:
            yield node.url
    else:
        yield ""


def measure(portal: Portal, size: int, asked: int, budget: int, address: str) -> dict[str, dict]:
    """Measure one size and return the numbers by column; print one line for each step."""
    steps: dict[str, tuple[str, int, dict[str, str]]] = {"embedded": ("engine", asked, {})}
    if address:
        own = {
            "SEARCH_ENGINE": "elasticsearch",
            "ELASTICSEARCH_URL": address,
            "SEARCH_INDEX_PREFIX": f"bench-{os.getpid()}-{size}",
        }
        steps["elasticsearch"] = ("engine", asked, own)
    numbers = {}
    _tell(f"{size} practices: writing them")
    portal.step("fill", size)
    for name, (step, count, environment) in steps.items():
        _tell(f"{size} practices: {name}")
        numbers[name] = portal.step(step, count, **environment)
    _tell(f"{size} practices: Wagtail's own search")
    numbers["wagtail"] = portal.step("wagtail", asked, budget)
    return numbers


def _tell(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, "...", file=sys.stderr, flush=True)


def main() -> int:
    """Measure every size and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="SIZE", help="numbers of practices")
    parser.add_argument("--asked", type=int, default=200, help="searches of each kind (default: %(default)s)")
    parser.add_argument("--budget", type=int, default=120, help="seconds for each part of Wagtail's own search")
    parser.add_argument("--profile", action="store_true", help="only show which functions take the time of the pages")
    arguments = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory(prefix="lyceum-bench-") as folder:
        _tell("an empty portal in seven languages")
        empty = Portal(Path(folder) / "empty")
        empty.folder.mkdir()
        empty.step("prepare")
        if arguments.profile:
            for size in arguments.sizes:
                portal = empty.copy(Path(folder) / str(size))
                portal.step("fill", size)
                print(f"{size} practices\n{portal.step('profile')}")
            return 0
        with elasticsearch() as address:
            for size in arguments.sizes:
                portal = empty.copy(Path(folder) / str(size))
                found[size] = measure(portal, size, arguments.asked, arguments.budget, address)
                print(table.of_size(size, found[size]), flush=True)
                shutil.rmtree(portal.folder)
    print(table.targets(found))
    return 1 if table.too_many_queries(found) else 0


if __name__ == "__main__":
    sys.exit(main())
