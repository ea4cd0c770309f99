"""The shipped nginx file, with nginx as a real process in front of a small server that shows what it is asked."""

import json
import os
import socket
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings

from portal.logs.masking import masked
from tests import services
from tests.ports import free_port
from tests.waiting import wait_until

DEPLOY = Path(settings.BASE_DIR) / "deploy" / "nginx"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
TOKEN = "zyxSecretToken"
KEPT = dict.fromkeys(("/en/kept/", "/en/kept/?page=2"), "public, max-age=0, s-maxage=60")
KEPT["/en/brief/"] = "public, max-age=55, s-maxage=1"
SECRETS_OF_STAFF = ("/admin/invitation/", "/admin/bulk/undo/", "/admin/password_reset/confirm/")


class Portal(BaseHTTPRequestHandler):
    """Answers with the headers that it got. What is in KEPT may be kept; each answer has another number."""

    asked: list[str] = []
    status = 200
    """Of each answer; 0: it ends the connection instead."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append(self.path)
        if not self.status:
            self.close_connection = True
            return
        content = json.dumps({"number": len(self.asked), **dict(self.headers)}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(content)))
        if self.status == 200 and self.path in KEPT:
            self.send_header("Cache-Control", KEPT[self.path])
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *args) -> None:
        """Say nothing."""


class Server:
    """nginx, and the addresses at which it listens."""

    def __init__(self, folder: Path):
        self.folder, self.port, self.secure_port = folder, free_port(), free_port()

    def get(self, path: str, *, headers: dict | None = None, data: bytes | None = None):
        """Return status, headers and content of an answer."""
        return self._ask(f"https://127.0.0.1:{self.secure_port}{path}", headers, data)

    def plain(self, path: str):
        """The same without TLS."""
        return self._ask(f"http://127.0.0.1:{self.port}{path}", None, None)

    def _ask(self, address: str, headers: dict | None, data: bytes | None):
        context = ssl.create_default_context(cafile=str(self.folder / "etc" / "tls" / "fullchain.pem"))
        opener = urllib.request.build_opener(Unredirected(), urllib.request.HTTPSHandler(context=context))
        request = urllib.request.Request(address, data=data, headers=headers or {})
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()


class Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    program = services.need(services.NGINX)
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    server = Server(folder)
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    for name in ("etc/nginx", "etc/tls", "data/static", "data/media", "log", "cache"):
        (folder / name).mkdir(parents=True)
    for name in ("images", "original_images", "documents", "withheld", "unchecked"):
        (folder / "data/media" / name).mkdir()
        (folder / "data/media" / name / "file.png").write_text(name)
    (folder / "data/static/portal.css").write_text("body { }")
    places = {
        "/srv/lyceum/data": folder / "data",
        "/etc/lyceum": folder / "etc",
        "/var/log/nginx": folder / "log",
        "/var/cache/nginx": folder / "cache",
        "127.0.0.1:8000": f"127.0.0.1:{portal.server_port}",
        # The clock of the micro-cache is a header of the request.
        "map $time_iso8601 ": "map $http_x_now ",
        "listen 80;": f"listen 127.0.0.1:{server.port};",
        "listen 443 ssl": f"listen 127.0.0.1:{server.secure_port} ssl",
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
    }
    for path in DEPLOY.iterdir():
        text = path.read_text()
        for old, new in places.items():
            text = text.replace(old, str(new))
        (folder / "etc/nginx" / path.name).write_text(text)
    folders = "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log/error.log; {'user root;' if os.getuid() == 0 else ''}\n"
        "worker_processes 1; events {}\n"
        "http { include /etc/nginx/mime.types;\n" + folders + f"include {folder}/etc/nginx/lyceum.conf; }}\n"
    )
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    key = ["-keyout", folder / "etc/tls/privkey.pem", "-out", folder / "etc/tls/fullchain.pem"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run(["openssl", "req", "-x509", *curve, "-nodes", *subject, *key], check=True, capture_output=True)
    command = [program, "-p", folder, "-c", folder / "nginx.conf"]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen(command)
    wait_until(lambda: _listens(server.secure_port))
    yield server
    process.terminate()
    process.wait()
    portal.shutdown()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_only_public_pictures_are_served_of_the_stored_files(nginx):
    status, headers, content = nginx.get("/media/images/file.png")
    assert (status, content) == (200, b"images")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    others = [path.name for path in (nginx.folder / "data/media").iterdir() if path.name != "images"]
    assert len(others) == 4
    for path in [f"/media/{name}/file.png" for name in others] + [
        "/media/images/../documents/file.png",
        "/media/images/%2e%2e/documents/file.png",
        "/static/../media/documents/file.png",
        "/static../media/documents/file.png",
        "/media/",
        "/media/images/",
    ]:
        status, _headers, content = nginx.get(path)
        assert (path, status) in {(path, 403), (path, 404)} or b"number" in content, path
        assert b"documents" not in content.replace(path.encode(), b"")


def test_static_files_are_kept_for_a_year(nginx):
    status, headers, _content = nginx.get("/static/portal.css")
    assert (status, headers["Content-Type"]) == (200, "text/css")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert nginx.get("/static/missing.css")[0] == 404


def test_the_portal_learns_how_and_by_whom_it_is_asked(nginx):
    _status, _headers, content = nginx.get(
        "/en/", headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}
    )
    told = json.loads(content)
    assert told["X-Forwarded-Proto"] == "https"
    assert told["X-Forwarded-For"] == "192.0.2.7, 127.0.0.1"
    assert told["Host"] == "127.0.0.1"
    status, headers, _content = nginx.plain("/en/?q=a")
    assert (status, headers["Location"]) == (301, "https://127.0.0.1/en/?q=a")


def test_what_the_portal_lets_be_kept_is_kept_for_readers_only(nginx):
    def number(path: str, **headers: str) -> int:
        return json.loads(nginx.get(path, headers=headers)[2])["number"]

    first = number("/en/kept/")
    assert number("/en/kept/") == first
    assert number("/en/kept/?page=2") != first
    signed_in = number("/en/kept/", Cookie="any=a")
    assert signed_in != first
    assert number("/en/kept/") == first
    assert number("/en/other/") != number("/en/other/")
    ids = {nginx.get("/en/kept/", headers={"X-Request-ID": "chosen-by-a-visitor"})[1]["X-Request-ID"] for _ in range(2)}
    assert len(ids) == 2
    assert "chosen-by-a-visitor" not in ids
    assert len(json.loads(nginx.get("/en/other/")[2])["X-Request-ID"]) == 32


def test_while_the_portal_does_not_answer_readers_get_what_was_kept_in_this_quarter_of_an_hour(nginx, monkeypatch):
    def at(clock: str, path: str = "/en/brief/", **headers: str):
        return nginx.get(path, headers={"X-Now": f"2030-10-27T{clock}", **headers})

    def is_stale() -> bool:
        return at("01:45:00+02:00")[1]["Cache-Control"] == "no-cache"

    first = at("01:45:00+02:00")
    assert first[1]["Cache-Control"] == KEPT["/en/brief/"]
    monkeypatch.setattr(Portal, "status", 503)
    wait_until(is_stale)
    for status, answered in ((503, 200), (502, 200), (504, 200), (0, 200), (500, 500), (404, 404), (403, 403)):
        monkeypatch.setattr(Portal, "status", status)
        answer = at("01:59:59+02:00")
        assert answer[0] == answered, status
        assert (answer[2] == first[2]) == (answered == 200), status
    monkeypatch.setattr(Portal, "status", 503)
    # The next quarter, the one before, the same one of the next hour, of another day, and after the clock was set back.
    for clock in ("02:00:00+02:00", "01:44:59+02:00", "02:45:00+02:00", "01:45:00+01:00"):
        assert at(clock)[0] == 503, clock
    assert nginx.get("/en/brief/", headers={"X-Now": "2030-10-28T01:45:00+02:00"})[0] == 503
    # What was not kept, and whoever may be signed in.
    assert at("01:45:00+02:00", "/en/other/")[0] == 503
    assert at("01:45:00+02:00", Cookie="any=a")[0] == 503
    monkeypatch.setattr(Portal, "status", 200)
    answer = at("01:45:00+02:00")
    assert answer[2] != first[2]
    assert answer[1]["Cache-Control"] == KEPT["/en/brief/"]


@pytest.mark.parametrize("quarter", [0, 15, 30, 45])
def test_each_minute_belongs_to_its_quarter_of_an_hour(nginx, quarter):
    def number(minute: int) -> int:
        clock = {"X-Now": f"2030-01-01T{10 + minute // 60}:{minute % 60:02}:30+00:00"}
        return json.loads(nginx.get("/en/kept/", headers=clock)[2])["number"]

    assert len({number(minute) for minute in range(quarter, quarter + 15)}) == 1
    assert len({number(minute) for minute in (quarter - 1, quarter, quarter + 15)}) == 3


def test_the_largest_upload_passes_and_a_larger_request_does_not(nginx):
    largest = max(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
    form = 100_000
    assert nginx.get("/en/desk/", data=bytes(largest + form))[0] == 200
    try:
        status = nginx.get("/en/desk/", data=bytes(largest + 2 * 1024 * 1024))[0]
    except urllib.error.URLError:  # it does not read to the end
        status = 413
    assert status == 413


def test_no_token_and_no_query_is_in_the_log(nginx):
    for path in ("/fr/desk/sign-in/link/", "/zh-hans/desk/sign-in/link/", *SECRETS_OF_STAFF):
        assert masked(f"{path}{TOKEN}/") == f"{path}…"
        nginx.get(f"{path}{TOKEN}/?q={TOKEN}")
    nginx.get("/en/last/")
    log = nginx.folder / "log" / "access.log"
    wait_until(lambda: "/en/last/" in log.read_text())
    assert [len(line.split()[-1]) for line in log.read_text().splitlines()[-2:]] == [32, 32]
    assert "/zh-hans/desk/sign-in/link/..." in log.read_text()
    assert TOKEN not in log.read_text()
