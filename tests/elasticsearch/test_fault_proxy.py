"""The faults of the proxy, as the client of Elasticsearch sees them."""

import threading
import time
from uuid import uuid4

import pytest
from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch
from elasticsearch import ConnectionError as NoConnection

from tests.elasticsearch.fault_proxy import DRIP, HANG, PASS, REFUSE, RESET, fault_proxy, slow, status
from tests.waiting import CEILING


@pytest.fixture
def proxy(elasticsearch_url):
    with fault_proxy(elasticsearch_url) as proxy:
        yield proxy


@pytest.fixture
def client(proxy):
    client = Elasticsearch(proxy.url, request_timeout=CEILING, max_retries=0)
    yield client
    client.close()


@pytest.fixture
def impatient(client):
    """The same client, with a time-out of one second."""
    return client.options(request_timeout=1)


def test_the_server_answers_through_the_proxy_over_one_connection(proxy, client):
    for _ in range(3):
        assert client.cluster.health()["number_of_nodes"] >= 1
    assert (proxy.requests, proxy.connections) == (3, 1)


@pytest.mark.parametrize("is_connected", [False, True], ids=["new connection", "open connection"])
@pytest.mark.parametrize(
    ("mode", "error"),
    [(REFUSE, NoConnection), (RESET, NoConnection), (HANG, ConnectionTimeout), (slow(3), ConnectionTimeout)],
)
def test_a_fault_is_an_error_until_it_ends(proxy, client, impatient, mode, error, is_connected):
    if is_connected:
        client.cluster.health()
    proxy.mode = mode
    with pytest.raises(error) as failure:
        impatient.cluster.health()
    assert isinstance(failure.value, error)
    assert error is ConnectionTimeout or not isinstance(failure.value, ConnectionTimeout)
    proxy.mode = PASS
    assert client.cluster.health()["number_of_nodes"] >= 1


@pytest.mark.parametrize("code", [429, 503])
def test_an_error_of_the_server_comes_over_the_open_connection(proxy, client, code):
    client.cluster.health()
    proxy.mode = status(code)
    with pytest.raises(ApiError) as failure:
        client.cluster.health()
    assert failure.value.status_code == code
    proxy.mode = PASS
    assert client.cluster.health()["number_of_nodes"] >= 1
    assert proxy.connections == 1


def test_a_slow_answer_comes_later(proxy, client):
    proxy.mode = slow(0.5)
    started = time.monotonic()
    assert client.cluster.health()["number_of_nodes"] >= 1
    assert time.monotonic() - started >= 0.5


def test_an_answer_that_drips_may_take_longer_than_the_timeout(proxy, client):
    client.cluster.health()
    proxy.mode = DRIP
    end_of_fault = threading.Timer(5, setattr, (proxy, "mode", PASS))
    end_of_fault.start()
    started = time.monotonic()
    # Many times the pause between two bytes: a busy machine does not reach it.
    assert client.options(request_timeout=4).cluster.health()["number_of_nodes"] >= 1
    assert time.monotonic() - started > 4
    end_of_fault.join()


def test_a_hanging_server_never_hears_of_a_request(proxy, client, impatient):
    index, later = f"test-{uuid4()}", f"test-{uuid4()}"
    proxy.mode = HANG
    with pytest.raises(ConnectionTimeout):
        impatient.indices.create(index=index)
    proxy.mode = PASS
    # The server makes indices one after the other: when the later one is there, the first would be, too.
    client.indices.create(index=later)
    assert not client.indices.exists(index=index)
    client.indices.delete(index=later)


def test_nothing_is_left_of_a_proxy(elasticsearch_url):
    before = threading.active_count()
    with fault_proxy(elasticsearch_url) as proxy:
        client = Elasticsearch(proxy.url, request_timeout=CEILING, max_retries=0)
        client.cluster.health()
    assert threading.active_count() == before
    with pytest.raises(NoConnection):
        client.cluster.health()
