"""What operators see of a served portal, with two processes of gunicorn: its log and its numbers."""

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email
from prometheus_client.parser import text_string_to_metric_families
from sentry_sdk.envelope import Envelope

from portal.models import TaskRun
from search.models import IndexTask
from tests import factories
from tests.ports import free_port
from tests.waiting import wait_until

COOKIE = "c29tZS1zZXNzaW9u"
TOKEN = "Zm9vYmFyLXRva2Vu"
LINK = f"/en/desk/sign-in/link/{TOKEN}/"
ROUTE = "desk-sign-in-link"


class Receiver(BaseHTTPRequestHandler):
    """Takes reports of errors as Sentry does."""

    received: list[bytes] = []

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[self.headers["Content-Encoding"]]
        self.received.append(unpack(content))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    """The DSN of a server that keeps reports."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/1"
    server.shutdown()


def status(address: str) -> int:
    request = urllib.request.Request(address, headers={"Cookie": f"sessionid={COOKIE}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def scrape(address: str) -> dict[tuple, float]:
    """The samples by their name and the values of their labels, in the order of the names of these."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    assert TOKEN not in text
    return {
        (sample.name, *(value for _name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def logged(log) -> Iterator[dict]:
    return map(json.loads, log.read_text().splitlines())


@pytest.mark.one_database
def test_what_a_served_portal_tells_its_operators(serve, tmp_path, own_database, receiver):
    factories.tree()
    now = timezone.now()
    TaskRun.objects.create(name="tidying up", worked_at=now - timedelta(hours=2), failed_at=now, failures=3)
    IndexTask.objects.create(key="city:de-koeln", parked_at=now)
    Email.objects.create(from_email="a@example.org", to=["b@example.org"], status=STATUS.queued)
    Email.objects.update(created=now - timedelta(seconds=400))
    # The pages were perhaps made for an earlier test.
    assert DBTaskResult.objects.update(enqueued_at=now - timedelta(seconds=1400))
    port = free_port()
    address = serve(LOG_FORMAT="json", METRICS_PORT=str(port), SENTRY_DSN=receiver)
    metrics, log = f"http://127.0.0.1:{port}", tmp_path / "gunicorn.log"
    wait_until(lambda: log.read_text().count("Booting worker") == 2)

    assert status(f"{address}/metrics") == 404, "only the port of the metrics answers"
    assert status(f"{metrics}/en/") == 404, "the port of the metrics answers nothing else"
    assert status(f"{address}/en/search/?q=a+name") == 200
    with ThreadPoolExecutor(8) as readers:
        assert set(readers.map(status, [f"{address}{LINK}?q={TOKEN}"] * 24)) == {410}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE accounts_emaillink")
    assert status(f"{address}{LINK}?q={TOKEN}") == 503

    # Whichever process answers, it tells the numbers of both.
    for _again in range(6):
        found = scrape(metrics)
        assert found["lyceum_requests_total", "GET", ROUTE, "4xx"] == 24
        assert found["lyceum_requests_total", "GET", ROUTE, "5xx"] == 1
        assert found["lyceum_request_seconds_count", "GET", ROUTE] == 25
        assert found["lyceum_request_seconds_bucket", "+Inf", "GET", ROUTE] == 25
        assert found["lyceum_search_fallbacks_total",] == 1
    assert (found["lyceum_part_works", "database"], found["lyceum_part_works", "worker"]) == (1, 0)
    assert found["lyceum_part_works", "search"] == 0, "there is no index"
    assert found["lyceum_queue_size", "mail"] == 1
    assert 400 <= found["lyceum_queue_age_seconds", "mail"] < 1000
    assert 1400 <= found["lyceum_queue_age_seconds", "tasks"] < 2000
    assert found["lyceum_task_failures", "tidying up"] == 3
    assert found["lyceum_search_parked",] == 1
    assert found["lyceum_task_failed_timestamp_seconds", "tidying up"] == pytest.approx(now.timestamp())
    assert found["lyceum_task_worked_timestamp_seconds", "tidying up"] == pytest.approx(now.timestamp() - 7200)
    assert found["lyceum_worker_seen_timestamp_seconds",] == pytest.approx(now.timestamp())

    assert TOKEN not in log.read_text()
    assert any(line["logger"] == "gunicorn.error" and "Booting worker" in line["message"] for line in logged(log))
    (failed,) = (line for line in logged(log) if line["level"] == "ERROR")
    assert (failed["path"], failed["status"], failed["error"]) == (
        "/en/desk/sign-in/link/…",
        503,
        "OperationalError",
    )
    answers = [line["status"] for line in logged(log) if line.get("path", "").startswith("/en/desk/sign-in/link")]
    assert answers == [410] * 24 + [503]

    # The failure was reported once, and none of the refused requests.
    wait_until(lambda: Receiver.received)
    (content,) = Receiver.received
    (item,) = Envelope.deserialize(content).items
    event = item.payload.json
    assert item.type == "event"
    assert [error["type"] for error in event["exception"]["values"]][-1] == "OperationalError"
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert any(frame["function"] == "link_view" for frame in frames)
    assert not any("vars" in frame for frame in frames)
    assert event["tags"] == {"request_id": failed["request_id"]}
    assert event["extra"]["path"] == "/en/desk/sign-in/link/…"
    assert not {"request", "user", "breadcrumbs"} & event.keys()
    for secret in (TOKEN, COOKIE, "no such table", "127.0.0.1"):
        assert secret not in content.decode(), secret
