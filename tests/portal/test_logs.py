"""The log: one line for each request and each failure, with its cause, as text or as JSON."""

import json
import logging
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import path

import portal.urls
from portal.logs.json_lines import JsonLines
from portal.settings.logs import logging_of_django
from portal.worker import PeriodicTask, Worker
from tests import factories

BROKEN = "The engine of lena@example.org is on fire"


def breaks(request):
    raise RuntimeError(BROKEN)


def forbids(request):
    raise PermissionDenied("Not for you")


urlpatterns = [
    path("breaks/", breaks),
    path("forbids/", forbids),
    path("works/", lambda request: HttpResponse("ok")),
    *portal.urls.urlpatterns,
]
handler400, handler403, handler404, handler500 = (
    getattr(portal.urls, f"handler{code}") for code in (400, 403, 404, 500)
)


class Lines(logging.Handler):
    """Keeps lines of JSON, behind the filters of the console."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[dict] = []

    def emit(self, record):
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def lines():
    """The lines of JSON that are logged meanwhile."""
    console = next(handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler)
    handler = Lines()
    handler.filters = console.filters
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def browser(settings):
    settings.ROOT_URLCONF = "tests.portal.test_logs"
    return Client(raise_request_exception=False)


def test_a_request_is_one_line_without_its_query(browser, lines):
    answer = browser.get("/works/?q=a+name&next=/en/", headers={"X-Request-ID": "proxy-0123.abc_DEF"})
    (line,) = lines
    assert line.pop("duration_ms") >= 0
    assert re.fullmatch(r"GET /works/ 200 in [\d.]+ ms", line.pop("message"))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "portal.requests",
        "method": "GET",
        "path": "/works/",
        "status": 200,
        "request_id": "proxy-0123.abc_DEF",
    }
    assert answer["X-Request-ID"] == "proxy-0123.abc_DEF"


@pytest.mark.parametrize(
    "sent", ["", "short", "a" * 65, "with spaces in it", "<script>alert(1)</script>", "id-ü-12345678"]
)
def test_an_id_that_is_no_short_token_is_replaced(browser, lines, sent):
    answer = browser.get("/works/", headers={"X-Request-ID": sent} if sent else {})
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])
    assert lines[0]["request_id"] == answer["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "level", "error"),
    [
        ("/breaks/", 500, "ERROR", "RuntimeError"),
        ("/forbids/", 403, "WARNING", "PermissionDenied"),
        ("/admin/nothing/", 302, "INFO", None),
        ("/en/nothing/", 404, "WARNING", None),
        ("/en/desk/sign-in/link/a%00/", 400, "WARNING", "BadRequest"),
    ],
)
def test_a_failure_is_one_line_with_its_cause(browser, lines, address, status, level, error):
    factories.tree()
    lines.clear()
    assert browser.get(address).status_code == status
    (line,) = lines
    assert (line["status"], line["level"], line.get("error")) == (status, level, error)
    assert ("traceback" in line) == (error is not None)
    if status == 500:
        assert line["error_message"] == "The engine of … is on fire"
        assert re.fullmatch(r"tests/portal/test_logs\.py:\d+", line["error_place"])
        assert "lena" not in json.dumps(line)


@pytest.mark.django_db
def test_a_foreign_host_and_a_form_without_its_token_say_why(browser, lines):
    assert browser.get("/works/", headers={"Host": "evil.example.org"}).status_code == 400
    assert Client(enforce_csrf_checks=True).post("/en/desk/sign-in/", {"email": "a@example.org"}).status_code == 403
    host, form = lines
    assert "Invalid HTTP_HOST header: 'evil.example.org'" in host["message"]
    assert host["error"] == "DisallowedHost"
    assert "Forbidden (CSRF cookie not set.)" in form["message"]


@pytest.mark.django_db
def test_only_staff_are_named_and_only_by_number(lines, sign_in):
    factories.tree()
    member, editor = factories.user(), factories.user("Editors")
    lines.clear()
    sign_in(member).get("/en/desk/")
    sign_in(member).get("/admin/")
    sign_in(editor).get("/admin/")
    assert [line.get("user_id") for line in lines if line["logger"] == "portal.requests"] == [None, None, editor.pk]


def test_a_line_of_the_worker_has_the_name_of_its_task(lines):
    def work() -> bool:
        logging.getLogger("portal.other").warning("Somebody waits")
        worker.stop()
        raise ValueError("no mail server")

    worker = Worker([PeriodicTask("mail", work, interval=1)])
    worker.run(lambda: None)
    logging.getLogger("portal.other").warning("Not of a task")
    said, failed, other = lines
    assert said["task"] == failed["task"] == "mail"
    assert (failed["error"], failed["error_message"]) == ("ValueError", "no mail server")
    assert "task" not in other


def test_people_read_text_and_only_what_is_wrong(monkeypatch):
    monkeypatch.delenv("LOG_FORMAT", raising=False)
    chosen = logging_of_django()
    assert chosen["handlers"]["console"]["formatter"] == "text"
    assert chosen["loggers"]["portal.requests"] == {}
    assert chosen["root"]["level"] == "WARNING"
