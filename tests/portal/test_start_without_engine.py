"""`manage.py start` while Elasticsearch is slow or away: the portal serves, and the worker builds the index later."""

import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from django.conf import settings as project

from portal.supervision import readiness
from tests import demonstration as network
from tests.elasticsearch.fault_proxy import HANG, PASS, REFUSE, fault_proxy, slow
from tests.search_engines.conftest import elasticsearch_engine
from tests.waiting import CEILING, wait_until

NOTICE = "The search is not working properly"


@pytest.fixture
def portal(demonstration, elasticsearch_url, tmp_path):
    """Start the demonstration behind a proxy to Elasticsearch; yields a function that does, and the proxy."""
    data = tmp_path / "data"
    shutil.copytree(demonstration, data)
    shutil.rmtree(data / "search")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    prefix = f"test-{secrets.token_hex(6)}"
    started = []

    with fault_proxy(elasticsearch_url) as proxy, elasticsearch_engine(elasticsearch_url, prefix=prefix):

        def start():
            environment = network.environment(
                data,
                PORT=str(port),
                SEARCH_ENGINE="elasticsearch",
                ELASTICSEARCH_URL=proxy.url,
                SEARCH_INDEX_PREFIX=prefix,
            )
            network.manage(data, "shell", "-c", MARK_AS_PREPARED)
            started.append(
                subprocess.Popen(
                    [sys.executable, "manage.py", "start"],
                    cwd=project.BASE_DIR,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=(data / "output").open("w"),
                    stderr=subprocess.STDOUT,
                )
            )
            return port, data

        yield start, proxy
        for process in started:
            process.send_signal(signal.SIGINT)
            process.wait(CEILING)


# The demonstration and the static files of the shared folder are there already.
MARK_AS_PREPARED = """
from django.conf import settings
from portal.bootstrap import database_birth, static_fingerprint
(settings.DATA_DIR / "demonstration-loaded").write_text(database_birth())
(settings.DATA_DIR / "static-collected").write_text(static_fingerprint())
"""


def page(port, path):
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=30) as answer:
        assert answer.status == 200
        return answer.read().decode()


def logs(data):
    return "\n".join(file.read_text() for file in [data / "output", *(data / "log").glob("*.log")])


@pytest.mark.parametrize("fault", [REFUSE, HANG, slow(3)], ids=["refused", "hanging", "slow"])
def test_the_portal_serves_and_the_worker_builds_the_index_later(portal, fault):
    start, proxy = portal
    proxy.mode = fault
    port, data = start()
    output = wait_until(lambda: "Ctrl-C ends it." in (text := (data / "output").read_text()) and text, 2 * CEILING)
    assert re.search(r"Search index not built: Elasticsearch (does not answer|has not answered)", output)
    assert "Search is degraded" in output
    assert "Lyceum" in page(port, "/en/")
    assert NOTICE in page(port, "/en/search/?q=library")
    assert wait_until(lambda: readiness(port))["search"] is False

    proxy.mode = PASS
    wait_until(lambda: (parts := readiness(port)) and parts["search"], 2 * CEILING)
    wait_until(lambda: NOTICE not in page(port, "/en/search/?q=library"))
    assert "Traceback" not in logs(data)
