"""Measure the processor time of pages, made for each reader and kept: `python -m scripts.page_times [PATH …]`.

The portal is that of DJANGO_SETTINGS_MODULE, DATA_DIR and DATABASE_URL. Times are milliseconds of this process, with
the test client's own share of about one.
"""

import argparse
import sys
import time

import django
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.utils import timezone


def home_and_sections() -> list[str]:
    """Return the paths of the home page in the first language, and of the public pages below it."""
    from wagtail.models import Page

    home = Page.objects.filter(depth=2, live=True).order_by("path")[0]
    return [page.url for page in (home, *home.get_children().live().order_by("path"))]


def measured(path: str, times: int) -> tuple[float, int]:
    """Return the processor time of one request (ms) and its queries. Raises ValueError for a path without a page."""
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
    begun = time.process_time()
    for _ in range(times):
        reader.get(path)
    return (time.process_time() - begun) / times * 1_000, queries


def main(arguments: list[str]) -> None:
    """Print one line for each path."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH")
    given = parser.parse_args(arguments)
    django.setup()
    paths = given.paths or home_and_sections()
    caches["pages"].clear()
    kept_for = settings.PAGE_CACHE_SECONDS or 900
    print(f"{timezone.now():%Y-%m-%d %H:%M} · {'path':<40} made ms  queries   kept ms  queries   times faster")
    for path in paths:
        settings.PAGE_CACHE_SECONDS = 0
        made, many = measured(path, 20)
        settings.PAGE_CACHE_SECONDS = kept_for
        kept, few = measured(path, 200)
        print(f"{'':19}{path:<40} {made:7.1f} {many:8} {kept:9.2f} {few:8} {made / kept:13.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])
