"""Measurements of one network. Each function returns numbers; times are in milliseconds."""

import cProfile
import io
import pstats
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from statistics import quantiles
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from modelsearch.backends import get_search_backend
from wagtail.models import Locale

from core.search_document import SearchDocument
from practices.models import PracticePage
from scripts.bench import searches
from scripts.bench.serving import served
from search import reading
from search.current_engine import current_engine
from search.rebuild import rebuild_index
from search_engines import EngineUnavailable
from search_engines.elasticsearch import queries
from search_engines.elasticsearch.client import CONTROL_TIMEOUT, connect
from search_engines.elasticsearch.indices import Indices

READERS = 8
COUNTED_PAGES = 40
PROFILED_PAGES = 200
PROFILED_LINES = 25
# A rebuild of the embedded engine writes in a second process.
PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
CHUNK = 500

Numbers = dict[str, Any]


def engine(asked: int) -> Numbers:
    """Measure the engine of the settings. Its index is built and, on a server, removed at the end."""
    numbers: Numbers = {}
    try:
        numbers |= _build()
        numbers |= _calls(asked)
        numbers |= _pages(asked)
    finally:
        if settings.SEARCH_ENGINE == "elasticsearch":
            current_engine().destroy()
    return numbers


def profile() -> str:
    """Return the functions that take the time of two hundred results pages."""
    if not current_engine().is_usable():
        rebuild_index()
    reader = Client(SERVER_NAME="localhost")
    addresses = [searches.address(criteria) for criteria in searches.mixed(PROFILED_PAGES)]
    for address in addresses[:20]:
        reader.get(address)
    profiler = cProfile.Profile()
    profiler.enable()
    for address in addresses:
        reader.get(address)
    profiler.disable()
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).sort_stats("cumulative").print_stats(r"/(search|core|practices|cities)/", 25)
    pstats.Stats(profiler, stream=text).sort_stats("tottime").print_stats(PROFILED_LINES)
    return text.getvalue()


def wagtail(asked: int, budget: float) -> Numbers:
    """Measure Wagtail's own search of practices as a new site has it: all words must match, no facets.

    budget: seconds for each part. The numbers tell how far it came when the time was over.
    """
    backend = get_search_backend()
    index = backend.get_index_for_model(PracticePage)
    started = time.monotonic()
    indexed = 0
    pages: list[PracticePage] = []
    for page in PracticePage.objects.order_by("pk").iterator(chunk_size=CHUNK):
        pages.append(page)
        if len(pages) == CHUNK:
            index.add_items(PracticePage, pages)
            indexed, pages = indexed + CHUNK, []
            if time.monotonic() - started > budget:
                return {"stopped": f"its index had {indexed} pages after {budget:.0f} s"}
    if pages:
        index.add_items(PracticePage, pages)
    numbers: Numbers = {"build rate": (indexed + len(pages)) / (time.monotonic() - started)}
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    times = []
    started = time.monotonic()
    for criteria in searches.mixed(asked):
        found = PracticePage.objects.live().filter(locale=locales[criteria.language]).search(criteria.words)
        times.append(_timed(partial(_first_page, found)))
        if time.monotonic() - started > budget:
            numbers["stopped"] = f"{len(times)} of {asked} searches after {budget:.0f} s"
            break
    return numbers | {"search": percentiles(times)}


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile, in milliseconds."""
    cuts = quantiles(seconds, n=20, method="inclusive")
    return 1000 * cuts[9], 1000 * cuts[18]


def _first_page(found) -> None:
    list(found[:20])
    found.count()


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _build() -> Numbers:
    """Measure a rebuild, with separate times for reading the database and for the engine."""
    reading = 0.0

    def watched(documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
        nonlocal reading
        documents = iter(documents)
        while True:
            started = time.perf_counter()
            document = next(documents, None)
            reading += time.perf_counter() - started
            if document is None:
                return
            yield document

    started = time.perf_counter()
    rebuilt = rebuild_index(watched)
    took = time.perf_counter() - started
    return {
        "documents": rebuilt.documents,
        "build rate": rebuilt.documents / took,
        "reading rate": rebuilt.documents / reading,
        "engine rate": rebuilt.documents / (took - reading),
        "engine share": (took - reading) / took,
        "build memory": sum(resource.getrusage(who).ru_maxrss for who in PROCESSES) * 1024,
        "index size": _index_size(),
    }


def _index_size() -> int:
    if settings.SEARCH_ENGINE == "embedded":
        return sum(path.stat().st_size for path in settings.SEARCH_DIRECTORY.rglob("*") if path.is_file())
    client, live = _client()
    client.indices.refresh(index=live)
    return client.indices.stats(index=live, metric="store")["_all"]["total"]["store"]["size_in_bytes"]


def _client():
    """Return a client like the portal's, and the alias of the live index."""
    client = connect(settings.ELASTICSEARCH_URLS, timeout=CONTROL_TIMEOUT, retries=0)
    return client, Indices(client, settings.SEARCH_INDEX_PREFIX, 0).live


def _calls(asked: int) -> Numbers:
    """Measure the calls of the engine in this process."""
    asking = current_engine()
    # Warm up: a running portal has answered other searches before.
    for criteria in searches.mixed(asked, draw="before"):
        _answered(partial(asking.search, criteria))
    calls: dict[str, list[Callable[[], object]]] = {
        "search": [partial(asking.search, criteria) for criteria in searches.mixed(asked)],
        "browsing": [partial(asking.search, criteria) for criteria in searches.browsing(asked)],
        "suggest": [partial(asking.suggest, *typed) for typed in searches.typed(asked)],
    }
    numbers: Numbers = {"unanswered": 0}
    for name, questions in calls.items():
        times = []
        for question in questions:
            started = time.perf_counter()
            numbers["unanswered"] += not _answered(question)
            times.append(time.perf_counter() - started)
        numbers[name] = percentiles(times)
    if settings.SEARCH_ENGINE == "elasticsearch":
        client, live = _client()
        bodies = [queries.search(criteria) for criteria in searches.mixed(asked)]
        client.search(index=live, body=bodies[0])
        numbers["raw request"] = percentiles([_timed(partial(client.search, index=live, body=body)) for body in bodies])
    return numbers


def _answered(question: Callable[[], object]) -> bool:
    """Whether the engine answers within the time limit of the settings; a cold one may not."""
    try:
        question()
    except EngineUnavailable:
        return False
    return True


def _pages(asked: int) -> Numbers:
    """Measure whole results pages over HTTP, and count their queries."""
    mixed = [searches.address(criteria) for criteria in searches.mixed(asked)]
    full = [searches.address(criteria) for criteria in searches.full(asked)]
    numbers: Numbers = {"SQL": max(_queries(address) for address in mixed[:COUNTED_PAGES])}
    shown = [len(reading.answer(criteria).hits) for criteria in searches.full(asked)]
    with served() as portal:
        before = [searches.address(criteria) for criteria in searches.mixed(2 * asked, draw="before")]
        portal.ask(before, READERS)
        numbers["page"] = percentiles(portal.ask(mixed))
        numbers[f"page, {READERS} readers"] = percentiles(portal.ask(mixed, READERS))
        numbers["full page"] = percentiles(
            [seconds for seconds, hits in zip(portal.ask(full), shown, strict=True) if hits == 20]
        )
        numbers["full pages"] = shown.count(20)
        numbers["page memory"] = portal.memory()
    return numbers


def _queries(address: str) -> int:
    """Return the number of queries of a page with warm caches."""
    reader = Client(SERVER_NAME="localhost")
    reader.get(address)
    with CaptureQueriesContext(connection) as captured:
        reader.get(address)
    return len(captured)
