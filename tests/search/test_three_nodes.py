"""A cluster of three nodes, of which one is killed while people search and editors publish."""

import secrets
import threading

import pytest
from django.test import Client
from django.utils import timezone
from elasticsearch import Elasticsearch

from search import outbox, reading, reconciliation
from search.current_engine import current_engine
from search.models import IndexTask
from search.rebuild import rebuild_index
from search_engines.criteria import Criteria
from tests import factories, services
from tests.elasticsearch import server
from tests.waiting import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.django_db]

PATIENT = {"timeout": 15.0, "deadline": 30.0}
"""Seconds: for one attempt at one node, and for the whole answer to a reader."""


@pytest.fixture
def nodes(settings):
    services.need(services.ELASTICSEARCH_NODES)
    with server.cluster(3) as nodes:
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.ELASTICSEARCH_URLS = tuple(node.url for node in nodes)
        # On a busy machine a node that nobody kills can be slower than a reader's second.
        settings.ELASTICSEARCH = settings.ELASTICSEARCH | PATIENT
        settings.SEARCH_INDEX_PREFIX = f"test-{secrets.token_hex(6)}"
        yield nodes


def node_of_the_primary(nodes):
    """The node whose death costs most: it has to hand its shard over to another one."""
    client = Elasticsearch(nodes[0].url, request_timeout=10)
    alias = f"{current_engine().prefix}.live"
    client.cluster.health(index=alias, wait_for_status="green", timeout="60s")
    names = {about["name"]: about["http"]["publish_address"] for about in client.nodes.info()["nodes"].values()}
    (primary,) = [row for row in client.cat.shards(index=alias, format="json") if row["prirep"] == "p"]
    address = names[primary["node"]]
    return next(node for node in nodes if node.url.endswith(address.rpartition(":")[2]))


def test_a_killed_node_costs_no_page_and_no_change(nodes):
    factories.tree()
    for number in range(10):
        factories.practice(title=f"Lighthouse {number}")
    rebuild_index()
    IndexTask.objects.all().delete()
    killed = node_of_the_primary(nodes)
    stop, answers = threading.Event(), []

    def search():
        while not stop.is_set():
            criteria = Criteria(language="en", instant=timezone.now(), words="lighthouse")
            answers.append(reading.answer(criteria))

    readers = [threading.Thread(target=search, daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(10, 30):
        factories.practice(title=f"Lighthouse {number}")
        outbox.drain()
        assert Client().get("/en/search/", {"q": "lighthouse"}).status_code == 200
        if number == 15:
            killed.kill()
            before = len(answers)
    wait_until(lambda: len(answers) > before + 20)
    stop.set()
    for reader in readers:
        reader.join()

    wait_until(lambda: outbox.drain() == 0 and not IndexTask.objects.exists())
    assert list(reconciliation.differences()) == []
    assert not any(answer.degraded for answer in answers)
    assert min(answer.total for answer in answers) >= 10
