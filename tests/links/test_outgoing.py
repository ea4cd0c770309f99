"""Other sites are asked whether an address answers; a machine that is not public never gets a connection."""

import socket
import threading
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from links import external, outgoing
from links.external import check_next_external, fault_of, store
from links.models import Address, Fault, key_of
from links.outgoing import Answer, Rule, ask, is_public


class Site(BaseHTTPRequestHandler):
    """Answers by the path: /404, /302/next, and remembers what it was asked."""

    asked: list[tuple[str, str]] = []

    def do_HEAD(self):
        self.asked.append((self.command, self.path))
        first, _slash, rest = self.path.lstrip("/").partition("/")
        status = int(first)
        if status == 405 and self.command == "GET":
            status = 200
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"/{rest}" if not rest.startswith("http:") else rest)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    """A site on this machine, and the rule under which a test may ask it."""
    Site.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    loopback = Rule(lambda address: address.is_loopback, frozenset({port}))
    yield f"http://127.0.0.1:{port}", loopback
    server.shutdown()
    server.server_close()


@contextmanager
def listener():
    """A port of this machine that counts connections."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        yield listening.getsockname()[1], listening


def was_reached(listening: socket.socket) -> bool:
    try:
        listening.accept()
    except TimeoutError:
        return False
    return True


def test_answers_are_told_apart(site):
    base, rule = site
    assert ask(f"{base}/200", rule) == Answer(200)
    assert ask(f"{base}/404", rule) == Answer(404)
    assert ask(f"{base}/405", rule) == Answer(200)
    assert ask(f"{base}/302/200", rule) == Answer(200)
    assert ask(f"{base}/301/308/200", rule) == Answer(200, moved_to=f"{base}/200")
    assert ask(f"{base}/301/302/200", rule) == Answer(200, moved_to=f"{base}/302/200")
    assert ask(f"{base}/301/301/301/301/301/301/200", rule).error == "redirects"
    assert ask("http://127.0.0.1:1/", Rule(lambda _address: True, frozenset({1}))).error == "connection"
    assert [method for method, path in Site.asked if path == "/405"] == ["HEAD", "GET"]
    assert "lyceum@example.org" in outgoing.user_agent()


ADDRESSES_OF_THIS_MACHINE = (
    "http://127.0.0.1:{0}/",
    "http://localhost:{0}/",
    "http://2130706433:{0}/",
    "http://0177.0.0.1:{0}/",
    "http://0x7f.1:{0}/",
    "http://127.1:{0}/",
    "http://0.0.0.0:{0}/",
    "http://[::1]:{0}/",
    "http://[::ffff:127.0.0.1]:{0}/",
    "http://[::ffff:7f00:1]:{0}/",
    "http://example.org\\@127.0.0.1:{0}/",
    "http://example.org@127.0.0.1:{0}/",
    "http://127.0.0.1:{0}\\@example.org/",
    "http://127.0.0.1%09:{0}/",
    "http://\uff11\uff12\uff17.0.0.1:{0}/",
)


def test_this_machine_is_reached_under_none_of_its_names():
    with listener() as (port, listening):
        rule = Rule(ports=frozenset({port}))
        for address in ADDRESSES_OF_THIS_MACHINE:
            assert ask(address.format(port), rule).error, address
        assert ask(f"http://127.0.0.1:{port}/").error == "refused"
        assert not was_reached(listening)


def test_a_redirect_to_this_machine_is_not_followed(site):
    base, rule = site
    with listener() as (port, listening):
        other = Rule(rule.allows, frozenset({*rule.ports, port}))
        for target in (f"http://[::1]:{port}/", f"http://0.0.0.0:{port}/", "file:///etc/passwd", "http://10.0.0.1/"):
            assert ask(f"{base}/302/{target}", other).error, target
        assert not was_reached(listening)
    with listener() as (port, listening):
        assert ask(f"{base}/302/http://127.0.0.1:{port}/", rule).error == "refused"
        assert not was_reached(listening)


def test_the_name_server_is_asked_once_and_the_connection_goes_to_what_was_checked(site, monkeypatch):
    """DNS rebinding: the second answer of the name server would be a private address."""
    _base, rule = site
    port = next(iter(rule.ports))
    answers = iter([[(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]])
    resolve = socket.getaddrinfo

    def name_server(host, *args, **kwargs):
        return next(answers) if host == "rebinding.example" else resolve(host, *args, **kwargs)

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", name_server)
    assert ask(f"http://rebinding.example:{port}/200", rule) == Answer(200)
    assert next(answers, None) is None

    mixed = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.216.34", "127.0.0.1")]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *args, **kwargs: mixed)
    with listener() as (_port, listening):
        assert ask(f"http://rebinding.example:{port}/", Rule(ports=frozenset({port}))).error == "refused"
        assert not was_reached(listening)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:1::1", "fd00:ec2::254"),
    ],
)
def test_networks_that_are_not_public(address):
    assert not is_public(ip_address(address))


def test_public_networks():
    assert all(is_public(ip_address(address)) for address in ("93.184.216.34", "2606:2800:220:1::1"))


@pytest.mark.django_db
def test_an_address_is_at_fault_after_three_days_and_fine_at_once(site, settings, monkeypatch):
    base, rule = site
    address = Address.objects.create(key=key_of(f"{base}/404"), address=f"{base}/404")
    settings.CHECK_EXTERNAL_LINKS = False
    check_next_external(rule)
    assert Site.asked == []
    settings.CHECK_EXTERNAL_LINKS = True
    check_next_external(rule)
    check_next_external(rule)  # not due, and its host rests
    assert len(Site.asked) == 2  # HEAD and GET
    seen = []
    for day in (date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 9)):
        monkeypatch.setattr(external.timezone, "localdate", lambda day=day: day)
        address.refresh_from_db()
        store(address, Answer(404))
        seen.append(address.fault)
    assert seen == ["", "", Fault.NOT_FOUND, Fault.NOT_FOUND]
    store(address, Answer(200))
    assert (address.fault, address.failures, address.since) == ("", 0, None)


def test_what_answers_mean():
    expected = {
        Answer(200): "",
        Answer(401): "",
        Answer(403): "",
        Answer(429): "",
        Answer(410): Fault.NOT_FOUND,
        Answer(503): Fault.UNREACHABLE,
        Answer(error="timeout"): Fault.UNREACHABLE,
        Answer(error="refused"): Fault.NOT_PUBLIC,
        Answer(200, "https://example.org/new"): Fault.MOVED,
    }
    assert {answer: fault_of(answer) for answer in expected} == expected
