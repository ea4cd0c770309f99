"""`make bench [SIZES="1000 10000 100000"]`: measure the search and the pages, and compare the times with the targets.

The data is generated from a fixed seed, in a temporary folder with its own database. Measured are both
engines and Wagtail's own search, and a page of each kind beside one of a bare Wagtail. Elasticsearch is the server in
ELASTICSEARCH_URL, else one that is started here if possible. The exit code is 1 if a page takes too many queries.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from scripts.bench import bare, pages_table, table
from tests.elasticsearch import server

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 10_000, 100_000)
READERS = 4


class Portal:
    """The data of a portal, in its own folder."""

    def __init__(self, folder: Path, code: Path = ROOT):
        self.folder, self._code = folder, code

    def step(self, name: str, *arguments: int, **environment: str):
        """Run a function of this package and return its answer. Raises CalledProcessError if it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "scripts.bench.step", name, *map(str, arguments)],
            cwd=self._code,
            env=os.environ
            | {
                "PYTHONPATH": str(ROOT),
                "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
                "DATA_DIR": str(self.folder),
                "DATABASE_URL": f"sqlite:///{self.folder / 'portal.sqlite3'}",
                "SEARCH_ENGINE": "embedded",
                # Measured is what it takes to make a page, unless a step says otherwise.
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


def measure_search(portal: Portal, size: int, asked: int, budget: int, address: str) -> dict[str, dict]:
    """Measure the search at one size and return the numbers by column; print one line for each step."""
    steps: dict[str, tuple[str, int, dict[str, str]]] = {"embedded": ("measure.engine", asked, {})}
    if address:
        own = {
            "SEARCH_ENGINE": "elasticsearch",
            "ELASTICSEARCH_URL": address,
            "SEARCH_INDEX_PREFIX": f"bench-{os.getpid()}-{size}",
        }
        steps["elasticsearch"] = ("measure.engine", asked, own)
    numbers = {}
    for name, (step, count, environment) in steps.items():
        _tell(f"{size} practices: {name}")
        numbers[name] = portal.step(step, count, **environment)
    _tell(f"{size} practices: Wagtail's own search")
    numbers["wagtail"] = portal.step("measure.wagtail", asked, budget)
    return numbers


def measure_pages(portal: Portal, size: int, is_served: bool) -> dict[str, dict[str, float]]:
    """Measure the pages at one size and return the numbers by kind of page and name."""
    _tell(f"{size} practices: pages")
    numbers = portal.step("pages.made")
    for name, seconds in {"cold": "0", "warm": "900"}.items() if is_served else ():
        _tell(f"{size} practices: pages under gunicorn, {name}")
        for kind, rate in portal.step("pages.rates", READERS, PAGE_CACHE_SECONDS=seconds).items():
            numbers[kind][name] = rate
    return numbers


def measure_bare(folder: Path, is_served: bool) -> dict[str, float]:
    """Measure the page of a bare Wagtail."""
    _tell("a bare Wagtail")
    environment = bare.start(folder)
    site = Portal(folder, folder)
    numbers = {"made": site.step("bare.made", **environment)}
    if is_served:
        numbers["cold"] = site.step("bare.rate", READERS, **environment)
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
    parser.add_argument("--only", choices=("search", "pages"), help="measure only one of them")
    parser.add_argument("--served", action="store_true", help="ask for the pages under gunicorn, too, made and kept")
    arguments = parser.parse_args()
    found, pages = {}, {}
    with tempfile.TemporaryDirectory(prefix="lyceum-bench-") as temporary:
        folder = Path(temporary)
        _tell("an empty portal in seven languages")
        empty = Portal(folder / "empty")
        empty.folder.mkdir()
        empty.step("network.prepare")
        if arguments.profile:
            for size in arguments.sizes:
                portal = empty.copy(folder / str(size))
                portal.step("network.fill", size)
                print(f"{size} practices\n{portal.step('measure.profile')}")
            return 0
        wagtail = measure_bare(folder / "bare", arguments.served) if arguments.only != "search" else {}
        with server.measured() if arguments.only != "pages" else nullcontext("") as address:
            for size in arguments.sizes:
                portal = empty.copy(folder / str(size))
                _tell(f"{size} practices: writing them")
                portal.step("network.fill", size)
                if arguments.only != "pages":
                    found[size] = measure_search(portal, size, arguments.asked, arguments.budget, address)
                    print(table.of_size(size, found[size]), flush=True)
                if arguments.only != "search":
                    pages[size] = measure_pages(portal, size, arguments.served)
                shutil.rmtree(portal.folder)
    if found:
        print(table.targets(found))
    if pages:
        print(pages_table.of_sizes(pages, wagtail))
    return 1 if table.too_many_queries(found) or pages_table.too_many_queries(pages) else 0


if __name__ == "__main__":
    sys.exit(main())
