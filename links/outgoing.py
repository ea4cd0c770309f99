"""Ask another site whether something is at an address, without ever reaching a machine that is not public.

The name of the host is resolved here, each of its addresses is checked, and the connection goes to an address that was
checked: an answer of the name server that changes between the two (DNS rebinding) changes nothing. Each redirect is a
new address, which is checked in the same way.
"""

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

IPAddress = IPv4Address | IPv6Address

TIMEOUT = 10.0  # seconds, of each step and of the whole
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
# A server that answers so to HEAD is asked by GET.
NOT_BY_HEAD = {400, 403, 404, 405, 406, 410, 500, 501, 503}
# Nothing that browsers and libraries read differently.
SUSPICIOUS = re.compile(r"[\s\\\x00-\x1f\x7f]")
# Networks of IPv6 whose addresses stand for one of IPv4: that one counts.
EMBEDDING = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"), ip_network("2001::/32"))


class Refused(Exception):
    """An address that is not asked: it is none, or leads to a machine that is not public."""


@dataclass(frozen=True)
class Answer:
    """What a site answered: the last status, the address of the last permanent redirect, and why it gave no answer."""

    status: int = 0
    moved_to: str = ""
    error: str = ""


def is_public(address: IPAddress) -> bool:
    """Whether an IP address is one of the public internet."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in EMBEDDING):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True)
class Rule:
    """What may be asked. Only tests have another one than PUBLIC."""

    allows: Callable[[IPAddress], bool] = is_public
    ports: frozenset[int] = frozenset(PORTS.values())


PUBLIC = Rule()


def ask(url: str, rule: Rule = PUBLIC) -> Answer:
    """Ask by HEAD, then by GET where a server does not know HEAD; follow at most MOST_REDIRECTS redirects.

    Never raises for what a site does.
    """
    until, moved_to, is_permanent = time.monotonic() + TIMEOUT, "", True
    try:
        for _number in range(MOST_REDIRECTS + 1):
            status, location = _ask_once(url, rule, until, "HEAD")
            if status in NOT_BY_HEAD:
                status, location = _ask_once(url, rule, until, "GET")
            if status not in REDIRECTS or not location:
                return Answer(status, moved_to)
            url = urljoin(url, location)
            is_permanent = is_permanent and status in PERMANENT
            moved_to = url if is_permanent else moved_to
    except Refused:
        return Answer(error="refused")
    except TimeoutError:
        return Answer(error="timeout")
    except ssl.SSLError:
        return Answer(error="certificate")
    except (OSError, http.client.HTTPException, ValueError, UnicodeError):
        return Answer(error="connection")
    return Answer(error="redirects")


def _ask_once(url: str, rule: Rule, until: float, method: str) -> tuple[int, str]:
    parts = _parts(url, rule)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    address = _checked_address(host, port, rule)
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection = _Pinned(host, port, address=address, is_secure=parts.scheme == "https", timeout=left)
    # The time limit of a socket is for each of its reads: a server that sends a byte now and then would last for ever.
    watch = threading.Timer(left, connection.abort)
    watch.start()
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        headers = {"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers.get("Location", "")
    finally:
        watch.cancel()
        connection.close()


def _parts(url: str, rule: Rule) -> SplitResult:
    """The parts of an address that everybody reads in the same way. Raises Refused."""
    if SUSPICIOUS.search(url):
        raise Refused
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused from error
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise Refused
    if port is not None and port not in rule.ports:
        raise Refused
    return parts


def _checked_address(host: str, port: int, rule: Rule) -> tuple:
    """The first socket address of a host. Raises Refused if one of its addresses is not public, OSError for no host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for _family, _kind, _protocol, _name, address in found:
        if not rule.allows(ip_address(str(address[0]).partition("%")[0])):
            raise Refused
    return found[0][4]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked. The name of the host is in the header and in the certificate."""

    def __init__(self, host: str, port: int, *, address: tuple, is_secure: bool, timeout: float):
        super().__init__(host, port, timeout=timeout)
        self.address, self.is_secure = address, is_secure
        if is_secure:
            self.default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Connect to the checked address, whatever the name of the host means by now."""
        self.sock = socket.create_connection(self.address[:2], self.timeout)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def abort(self) -> None:
        """End the connection from another thread."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def user_agent() -> str:
    """Who asks, and whom the owner of a site can write to."""
    return f"Mozilla/5.0 (compatible; link check of {settings.WAGTAILADMIN_BASE_URL}; {settings.DEFAULT_FROM_EMAIL})"
