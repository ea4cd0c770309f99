"""`manage.py start` while Elasticsearch is slow or away: the portal serves, and the worker builds the index later."""

import re
import secrets
import shutil
import signal
import subprocess
import sys
import urllib.request

import pytest
from django.conf import settings as project

from portal.supervision import readiness
from tests import demonstration as network
from tests.elasticsearch.fault_proxy import HANG, PASS, REFUSE, fault_proxy, slow
from tests.ports import free_port
from tests.search_engines.conftest import elasticsearch_engine
from tests.waiting import CEILING, wait_until

NOTICE = "The search is not working properly"


@pytest.fixture
def portal(demonstration, migrated_database, elasticsearch_url, tmp_path):
    """Start a small portal behind a proxy to Elasticsearch; yields a function that does, and the proxy."""
    data = tmp_path / "data"
    shutil.copytree(demonstration / "static", data / "static")
    shutil.copyfile(migrated_database, data / "portal.sqlite3")
    port = free_port()
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
            network.manage(data, "shell", "-c", PREPARED)
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


# A network with one page that a search finds, and the marks of what `start` would prepare otherwise.
PREPARED = """
from django.conf import settings
from home.models import StandardPage
from home.structure import create_source_tree
from portal.bootstrap import database_birth, static_fingerprint
page = StandardPage(title="The library of the harbour", slug="library", body=[("text", "<p>Books for everybody.</p>")])
create_source_tree().add_child(instance=page).save_revision().publish()
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
    assert "/en/library/" in page(port, "/en/search/?q=library")
    assert "Traceback" not in logs(data)
