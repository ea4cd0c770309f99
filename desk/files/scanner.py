"""Asking ClamAV's daemon about a file, over its Unix socket (clamd(8), INSTREAM).

Only the answer "OK" means that a file is clean. Everything else but a found virus, such as no answer, an error or a
connection that breaks (clamd closes it above its StreamMaxLength), means that nobody knows.
"""

import socket
import struct
from typing import IO

from django.conf import settings

CHUNK = 65_536
# Of one step: connecting, sending a part, waiting for the answer.
SECONDS = 60
LONGEST_ANSWER = 4_096


class NotScanned(Exception):
    """The scanner has not said whether the file is clean."""


def is_configured() -> bool:
    """Whether uploaded files are read by a scanner."""
    return bool(settings.CLAMD_SOCKET)


def is_clean(file: IO[bytes]) -> bool:
    """Whether the scanner finds nothing in a file; False if it names a virus. Raises NotScanned."""
    file.seek(0)
    try:
        with _connection() as connection:
            connection.sendall(b"zINSTREAM\0")
            while part := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(part)) + part)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
    except OSError as error:
        raise NotScanned(f"the scanner does not answer: {error}") from error
    if answer == "stream: OK":
        return True
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return False
    raise NotScanned(f"the scanner answers: {answer[:200]!r}")


def answers() -> bool:
    """Whether the scanner is there (clamd(8), PING)."""
    try:
        with _connection(seconds=3) as connection:
            connection.sendall(b"zPING\0")
            return _answer(connection) == "PONG"
    except OSError:
        return False


def _connection(seconds: float | None = None) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(seconds or SECONDS)
    try:
        connection.connect(settings.CLAMD_SOCKET)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    """Everything that the scanner says until it ends its answer with a NUL or closes the connection."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (part := connection.recv(LONGEST_ANSWER)):
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace")
