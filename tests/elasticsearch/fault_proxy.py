"""A proxy in front of a server that simulates faults of networks and servers.

    with fault_proxy(url) as proxy:
        client = Elasticsearch(proxy.url)
        proxy.mode = HANG

A mode applies as soon as the assignment returns; to open connections from their next request.
"""

import asyncio
import json
import re
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

DRIP_SECONDS = 0.2


@dataclass(frozen=True)
class Mode:
    """What happens to a request."""

    name: str
    value: float = 0
    text: str = ""


PASS = Mode("pass")
REFUSE = Mode("refuse")  # nobody listens, open connections are reset
RESET = Mode("reset")  # the connection is accepted and reset
DRIP = Mode("drip")  # the answer comes byte by byte, one every DRIP_SECONDS
HANG = Mode("hang")  # the server never gets the request; the connection is reset when the mode changes


def status(code: int) -> Mode:
    """The answer is an error in the format of Elasticsearch (429, 503 …); the server never gets the request."""
    return Mode("status", code)


def status_for(text: str, code: int) -> Mode:
    """The same for requests that contain a text, as a firewall would answer; others are passed on."""
    return Mode("status", code, text)


def slow(seconds: float) -> Mode:
    """The request reaches the server so many seconds later, even if the client no longer waits."""
    return Mode("slow", seconds)


@contextmanager
def fault_proxy(target: str) -> Iterator["FaultProxy"]:
    """Yield a proxy for the server with this URL. It passes everything on until its mode is changed."""
    proxy = FaultProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()


class FaultProxy:
    """A running proxy at `url`. It counts `connections` and `requests`."""

    def __init__(self, target: str):
        address = urlsplit(target)
        self._target = (address.hostname, address.port)
        # Reserves the port while nobody listens.
        self._reservation = _bound_socket()
        self.url = f"http://127.0.0.1:{self._port}"
        self.connections = self.requests = 0
        self._mode = REFUSE
        self._mode_changed = asyncio.Event()
        self._listener: asyncio.Server | None = None
        self._serving: set[asyncio.Task] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy")
        self._thread.start()
        self.mode = PASS

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._run(self._switch(mode))

    def close(self) -> None:
        """Reset all connections and end the thread."""
        self.mode = REFUSE
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._reservation.close()

    @property
    def _port(self) -> int:
        return self._reservation.getsockname()[1]

    def _run(self, coroutine: Coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _switch(self, mode: Mode) -> None:
        self._mode = mode
        self._mode_changed.set()
        self._mode_changed = asyncio.Event()
        if mode != REFUSE and not self._listener:
            self._listener = await asyncio.start_server(self._serve, sock=_bound_socket(self._port))
        elif mode == REFUSE and self._listener:
            self._listener.close()
            self._listener = None
            serving = list(self._serving)
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, from its first request to its end."""
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        upstream = None
        answering = None
        try:
            while self._mode not in (RESET, REFUSE):
                request = await _request(reader)
                self.requests += 1
                match self._mode:
                    case Mode("reset") | Mode("refuse"):
                        break
                    case Mode("hang"):
                        await self._mode_changed.wait()
                        break
                    case Mode("status", code, text) if text.encode() in request:
                        writer.write(_error(HTTPStatus(int(code)), with_body=not request.startswith(b"HEAD ")))
                        continue
                    case Mode("slow", seconds):
                        await asyncio.sleep(seconds)
                if not upstream:
                    answers, upstream = await asyncio.open_connection(*self._target)
                    answering = asyncio.create_task(self._answer(answers, writer))
                upstream.write(request)
                await upstream.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # one side has closed the connection, or the mode is "refuse" now
        finally:
            if answering:
                answering.cancel()
            if upstream:
                upstream.transport.abort()
            _cut(writer)
            self._serving.discard(task)

    async def _answer(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass the answers of the server on."""
        with suppress(OSError):
            while rest := await answers.read(65536):
                while rest and self._mode == DRIP:
                    writer.write(rest[:1])
                    rest = rest[1:]
                    await asyncio.sleep(DRIP_SECONDS)
                if self._mode == HANG:
                    await self._mode_changed.wait()
                    break
                writer.write(rest)
                await writer.drain()
        writer.close()


def _bound_socket(port: int = 0) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Return the next request unchanged. Raises asyncio.IncompleteReadError if the client has gone."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


def _error(code: HTTPStatus, with_body: bool) -> bytes:
    cause = {"type": "fault_proxy_exception", "reason": code.phrase}
    body = json.dumps({"error": {"root_cause": [cause], **cause}, "status": code}).encode()
    head = (
        f"HTTP/1.1 {code.value} {code.phrase}\r\nX-Elastic-Product: Elasticsearch\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + (body if with_body else b"")


def _cut(writer: asyncio.StreamWriter) -> None:
    """Reset the connection. One that is closing already continues to close."""
    if writer.is_closing():
        return
    writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
