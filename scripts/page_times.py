"""Measure the processor time of pages, made for each reader and kept: `python -m scripts.page_times [PATH …]`.

The portal is that of DJANGO_SETTINGS_MODULE, DATA_DIR and DATABASE_URL. Times are milliseconds of this process, with
the test client's own share of about one. `make bench` measures the pages of generated networks in the same way.
"""

import argparse
import sys
import time
from statistics import median
from typing import NamedTuple

import django
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone


class Cost(NamedTuple):
    """What one request costs."""

    time: float
    """Milliseconds of the processor: the median of several requests."""
    queries: int


def home_and_sections() -> list[str]:
    """Return the paths of the home page in the first language, and of the public pages below it."""
    from wagtail.models import Page

    home = Page.objects.filter(depth=2, live=True).order_by("path")[0]
    return [page.url for page in (home, *home.get_children().live().order_by("path"))]


def measured(path: str, times: int) -> Cost:
    """Measure the path with warm caches. Raises ValueError for a path without a page."""
    reader = Client(headers={"host": "localhost", "accept-encoding": "gzip"})
    if (status := reader.get(path).status_code) != 200:
        raise ValueError(f"{path} answers {status}")
    queries = 0

    def count(execute, *statement):
        nonlocal queries
        queries += 1
        return execute(*statement)

    with connection.execute_wrapper(count):
        reader.get(path)
    taken = []
    for _ in range(times):
        begun = time.process_time()
        reader.get(path)
        taken.append(time.process_time() - begun)
    return Cost(median(taken) * 1_000, queries)


def made_and_kept(path: str, times: int) -> tuple[Cost, Cost]:
    """Measure the path made for each reader, and from the page cache. Raises ValueError for a path without a page."""
    with override_settings(PAGE_CACHE_SECONDS=0):
        made = measured(path, times)
    with override_settings(PAGE_CACHE_SECONDS=settings.PAGE_CACHE_SECONDS or 900):
        return made, measured(path, 5 * times)


def main(arguments: list[str]) -> None:
    """Print one line for each path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    given = parser.parse_args(arguments)
    django.setup()
    caches["pages"].clear()
    print(f"{timezone.now():%Y-%m-%d %H:%M} · {'path':<40} made ms  queries   kept ms  queries   times faster")
    for path in given.paths or home_and_sections():
        made, kept = made_and_kept(path, 20)
        numbers = f"{made.time:7.1f} {made.queries:8} {kept.time:9.2f} {kept.queries:8} {made.time / kept.time:13.0f}"
        print(f"{'':19}{path:<40} {numbers}")


if __name__ == "__main__":
    main(sys.argv[1:])
