"""The requests of a rebuild: patient, repeated, and with Elasticsearch's own reason when they are refused."""

import logging
import secrets
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from elasticsearch import Elasticsearch

from search.rebuild import rebuild_if_needed
from search_engines import EngineUnavailable, get_engine
from search_engines.elasticsearch import client, definition, indices
from search_engines.elasticsearch import engine as engine_module
from tests import factories
from tests.elasticsearch.fault_proxy import HANG, PASS, REFUSE, fault_proxy, slow, status
from tests.search_engines.conftest import elasticsearch_engine, make_document
from tests.waiting import own_seconds


@pytest.fixture
def prefix():
    return f"test-{secrets.token_hex(6)}"


@pytest.fixture
def proxy(elasticsearch_url, prefix):
    with fault_proxy(elasticsearch_url) as proxy, elasticsearch_engine(elasticsearch_url, prefix=prefix):
        yield proxy


@pytest.fixture
def engine(proxy, prefix):
    """An engine as a portal has it, behind the proxy, with nothing built."""
    return get_engine("elasticsearch", urls=[proxy.url], prefix=prefix)


@pytest.fixture
def server(elasticsearch_url):
    return Elasticsearch(elasticsearch_url, request_timeout=30)


# Patience


def test_a_slow_cluster_is_rebuilt_though_no_reader_and_no_writer_would_wait_so_long(engine, proxy, monkeypatch):
    monkeypatch.setattr(engine_module, "WRITE_TIMEOUT", 0.3)
    patient = get_engine("elasticsearch", urls=[proxy.url], prefix=engine.prefix, timeout=0.3)
    proxy.mode = slow(0.6)
    assert patient.rebuild([make_document("page", "Libraries")], lambda groups: []).documents == 1
    proxy.mode = PASS
    assert set(engine.hashes()) == {"page"}


@pytest.mark.parametrize("fault", [REFUSE, status(503), status(429)], ids=["refused", "503", "429"])
def test_a_fault_of_some_seconds_costs_no_rebuild(engine, proxy, fault):
    repairs = []

    def pages():
        yield make_document("page", "Libraries")
        proxy.mode = fault
        repairs.append(threading.Timer(2, setattr, (proxy, "mode", PASS)))
        repairs[0].start()

    assert engine.rebuild(pages(), lambda groups: []).documents == 1
    repairs[0].join()


def test_a_request_that_was_carried_out_though_its_answer_was_lost_can_be_repeated(engine, server):
    """Each request of a rebuild, sent twice, as after a lost answer."""
    known = engine._indices
    name = known.begin()
    known._create(name)
    known.beat(name)
    known.beat(name)
    known.finish(name)
    known.finish(name)
    known.remove(name)
    known.remove(name)
    assert list(server.indices.get(index=f"{engine.prefix}.*", expand_wildcards="all")) == []


def test_where_nobody_answers_a_rebuild_does_not_begin(engine, proxy, monkeypatch):
    monkeypatch.setattr(engine_module, "WRITE_DEADLINE", 1.0)
    proxy.mode = HANG
    began = own_seconds()
    with pytest.raises(EngineUnavailable, match="has not answered within"):
        engine.rebuild([], lambda groups: [])
    assert own_seconds() - began < 10


# Refusals


@pytest.fixture
def portal(settings, proxy, prefix, db):
    """The portal on that cluster, with something to index."""
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URLS = (proxy.url,)
    settings.SEARCH_INDEX_PREFIX = prefix
    factories.tree()


@pytest.fixture
def index_settings(server, prefix):
    """Give every new index of the prefix certain settings, as an operator or a full disk would."""

    def give(**settings):
        server.indices.put_index_template(
            name=prefix, index_patterns=[f"{prefix}.*"], template={"settings": settings}, priority=1_000
        )

    yield give
    server.indices.delete_index_template(name=prefix)


@pytest.fixture
def missing_module(monkeypatch):
    """A server without one of the modules that the index needs does not know a type of filter."""
    analysis = definition.SETTINGS["analysis"]
    filters = analysis["filter"] | {"stem_light_english": {"type": "stemmer_of_a_missing_module"}}
    monkeypatch.setitem(definition.SETTINGS, "analysis", analysis | {"filter": filters})


def assert_shown(reason, caplog):
    """The reason stands in one line in the command's output, and in one line of the worker's log."""
    with pytest.raises(CommandError) as failure:
        call_command("search", "rebuild", stdout=StringIO())
    assert reason in str(failure.value)
    assert "\n" not in str(failure.value)
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert not rebuild_if_needed()
    (line,) = [record for record in caplog.records if reason in record.getMessage()]
    assert "\n" not in line.getMessage()
    assert line.exc_info is None


def test_a_missing_module_is_named(portal, missing_module, caplog):
    assert_shown("Unknown filter type [stemmer_of_a_missing_module]", caplog)


def test_a_cluster_that_puts_the_index_nowhere_gives_its_reason(
    portal, index_settings, server, prefix, monkeypatch, caplog
):
    """As above the disk watermark: Elasticsearch makes the index, but no node takes it."""
    monkeypatch.setattr(indices, "SHARD_TIMEOUT", "1s")
    index_settings(**{"index.routing.allocation.require._name": "a-node-that-there-is-not"})
    assert_shown("node does not match index setting", caplog)
    assert not server.indices.exists(index=f"{prefix}.*", expand_wildcards="all", allow_no_indices=False)


def test_an_index_that_a_full_disk_has_blocked_says_so(portal, index_settings, monkeypatch, caplog):
    monkeypatch.setattr(client, "CONTROL_PAUSES", (0.1,))
    index_settings(**{"index.blocks.read_only_allow_delete": True})
    assert_shown("disk usage exceeded flood-stage watermark", caplog)
