"""Searches that hang in a web server: the other readers of its pages are not kept waiting."""

import threading
import time
import urllib.request

from tests.demonstration import served
from tests.elasticsearch.fault_proxy import HANG, fault_proxy

AT_ONCE = 60
LONGEST = 12.0
"""Seconds, in a process of four threads on a machine that is busy with other tests. Searches that wait one
after the other for the engine's time limit take twice as long."""


def test_plain_pages_are_not_kept_waiting_by_searches_that_hang(demonstration, elasticsearch_url, tmp_path):
    with (
        fault_proxy(elasticsearch_url) as proxy,
        served(
            demonstration,
            tmp_path / "data",
            SEARCH_ENGINE="elasticsearch",
            ELASTICSEARCH_URL=proxy.url,
            SEARCH_INDEX_PREFIX="test-hanging",
        ) as address,
    ):
        took = {"first": [], "search": [], "page": [], "late": []}

        def ask(kind, path):
            begun = time.monotonic()
            with urllib.request.urlopen(f"{address}{path}", timeout=60) as answer:
                assert answer.status == 200
                text = answer.read().decode()
            took[kind].append(time.monotonic() - begun)
            return text

        ask("first", "/en/about/")
        ask("first", "/en/search/?q=library")
        proxy.mode = HANG
        searches = [threading.Thread(target=ask, args=("search", f"/en/search/?q=library+{n}")) for n in range(AT_ONCE)]
        for search in searches:
            search.start()
        for _page in range(10):
            ask("page", "/en/about/")
        for search in searches:
            search.join()
        assert len(took["search"]) == AT_ONCE  # none failed
        assert sorted(took["page"])[-2] < LONGEST
        assert "not working properly" in ask("late", "/en/search/?q=library")
        assert took["late"][0] < LONGEST
