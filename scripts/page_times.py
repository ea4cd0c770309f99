"""Measure the processor time of pages, made for each reader and kept: `python -m scripts.page_times [PATH …]`.

Made is a page for a reader with a cookie, for whom none is kept; what is counted from all content is kept nevertheless
(core/page_cache/kept_values.py). Recounted is one made after a change, when nothing is kept. The portal is that of
DJANGO_SETTINGS_MODULE, DATA_DIR and DATABASE_URL. Times are milliseconds of this process, with the test client's own
share of about one. `make bench` measures the pages of generated networks in the same way.
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


class Costs(NamedTuple):
    """What a page costs in each case."""

    made: Cost
    recounted: Cost
    kept: Cost


def measured(path: str, times: int, **headers: str) -> Cost:
    """Measure the path with warm caches. Raises ValueError for a path without a page."""
    reader = Client(headers={"host": "localhost", "accept-encoding": "gzip", **headers})
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


def costs(path: str, times: int) -> Costs:
    """Measure the path in each case. Raises ValueError for a path without a page."""
    with override_settings(PAGE_CACHE_SECONDS=0):
        recounted = measured(path, times)
    with override_settings(PAGE_CACHE_SECONDS=settings.PAGE_CACHE_SECONDS or 900):
        return Costs(measured(path, times, cookie="seen=1"), recounted, measured(path, 5 * times))


def main(arguments: list[str]) -> None:
    """Print one line for each path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    given = parser.parse_args(arguments)
    django.setup()
    caches["pages"].clear()
    print(f"{timezone.now():%Y-%m-%d %H:%M} · {'path':<40} made ms  queries  recounted   kept ms   times faster")
    for path in given.paths or home_and_sections():
        made, recounted, kept = costs(path, 20)
        numbers = (
            f"{made.time:7.1f} {made.queries:8} {recounted.time:9.1f} {kept.time:9.2f} {made.time / kept.time:14.0f}"
        )
        print(f"{'':19}{path:<40} {numbers}")


if __name__ == "__main__":
    main(sys.argv[1:])
