"""With a scanner, a file waits until the scanner says that it is clean; every other answer means that nobody knows."""

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from audit.models import AuditEntry
from desk.files import scanner, services
from desk.files.checking import FileChecks
from desk.models import DeskFile
from tests.core.media.test_media import pdf, picture
from tests.desk.files.test_files import city, copy, media, person, upload  # noqa: F401
from tests.services import CLAMD, need
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MARK = b"A word that the scanner of the tests takes for a virus"


class Daemon:
    """Speaks clamd's protocol on a Unix socket. `answer` is what it says to each stream; None: it hangs up early."""

    def __init__(self, folder: Path):
        self.path = folder / "clamd.sock"
        self.answer: str | None = "stream: OK"
        self.received: list[bytes] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.path))
        self._listening.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            with connection:
                try:
                    self._answer(connection)
                except OSError:
                    continue

    def _answer(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if command == b"zPING\0":
            connection.sendall(b"PONG\0")
            return
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            if self.answer is None:
                return
            content += stream.read(size)
        self.received.append(content)
        if self.answer:
            connection.sendall(self.answer.encode() + b"\0")

    def close(self) -> None:
        self._listening.close()
        self.path.unlink(missing_ok=True)


@pytest.fixture
def daemon(tmp_path, settings) -> Iterator[Daemon]:
    started = Daemon(tmp_path)
    settings.CLAMD_SOCKET = str(started.path)
    yield started
    started.close()


@pytest.fixture
def waiting(copy, person) -> DeskFile:  # noqa: F811
    return services.receive(upload(), copy, DeskFile.Kind.PICTURE, by=person)


def state_of(file: DeskFile) -> tuple[str, str]:
    return DeskFile.objects.values_list("state", "reason").get(pk=file.pk)


def test_a_file_that_the_scanner_calls_clean_is_accepted(daemon, waiting):
    content = Path(waiting.unchecked.path).read_bytes()
    FileChecks()()
    assert daemon.received == [content]
    assert state_of(waiting) == ("accepted", "")


def test_a_file_with_a_virus_is_refused_and_never_decoded(daemon, waiting):
    daemon.answer = "stream: Eicar-Signature FOUND"
    FileChecks()()
    assert state_of(waiting) == ("refused", "virus")
    assert AuditEntry.objects.get(action="file.refused").details == {"kind": waiting.kind, "reason": "virus"}
    assert DeskFile.objects.get(pk=waiting.pk).image is None


@pytest.mark.parametrize("answer", [None, "", "INSTREAM size limit exceeded. ERROR", "stream: OK FOUND ERROR", "OK"])
def test_any_other_answer_leaves_the_file_waiting(daemon, waiting, answer):
    daemon.answer = answer
    checks = FileChecks()
    assert checks()
    assert state_of(waiting) == ("waiting", "")
    assert not checks(), "it rests before it is tried again"


def test_a_file_waits_while_the_scanner_is_away_longer_each_time_and_holds_up_no_other(
    daemon,
    waiting,
    copy,  # noqa: F811
    person,  # noqa: F811
    settings,
):
    settings.CLAMD_SOCKET = "/nowhere/clamd.sock"
    checks, pauses = FileChecks(), []
    for _attempt in range(4):
        started = time.monotonic()
        checks()
        failures, again = checks.later[waiting.pk]
        pauses.append(int(again - started))
        checks.later[waiting.pk] = failures, started - 1
    assert pauses == [2, 4, 8, 16]
    settings.CLAMD_SOCKET = str(daemon.path)
    other = services.receive(upload("b.png"), copy, DeskFile.Kind.PICTURE, by=person)
    while checks():
        pass
    assert state_of(waiting) == state_of(other) == ("accepted", "")
    assert not checks.later


def test_a_scanner_that_hangs_is_given_up(daemon, waiting, settings, monkeypatch):
    monkeypatch.setattr(scanner, "SECONDS", 0.2)
    silent = socket.socket(socket.AF_UNIX)
    silent.bind(str(daemon.path) + ".silent")
    silent.listen()
    settings.CLAMD_SOCKET = str(daemon.path) + ".silent"
    with silent:
        FileChecks()()
    assert state_of(waiting) == ("waiting", "")


def test_readyz_tells_whether_there_is_a_scanner_and_stays_green(client, settings, daemon):
    def told() -> tuple[str, bool]:
        answer = client.get("/readyz").json()
        return answer["file_scanner"], "file_scanner" in answer and answer["ready"] == all(
            value for key, value in answer.items() if isinstance(value, bool) and key not in {"ready", "degraded"}
        )

    assert told() == ("ok", True)
    settings.CLAMD_SOCKET = "/nowhere/clamd.sock"
    assert told() == ("no answer", True)
    settings.CLAMD_SOCKET = ""
    assert told() == ("none", True)


@pytest.fixture
def clamd(tmp_path, settings) -> Iterator[None]:
    """The real daemon, with one signature of our own."""
    program = need(CLAMD)
    folder = Path(f"/tmp/{tmp_path.name[-40:]}-{id(tmp_path)}")
    folder.mkdir()
    (folder / "own.ndb").write_text(f"Own.Test:0:*:{MARK.hex()}\n")
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}\nLocalSocket {folder}/clamd.sock\nForeground yes\nStreamMaxLength 1M\n"
    )
    daemon = subprocess.Popen(
        [program, "--config-file", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    settings.CLAMD_SOCKET = str(folder / "clamd.sock")
    try:
        wait_until(scanner.answers)
        yield
    finally:
        daemon.terminate()
        daemon.wait(timeout=30)
        shutil.rmtree(folder)


def test_the_real_scanner_tells_a_clean_file_from_one_with_a_signature_and_refuses_long_ones(clamd, media):  # noqa: F811
    assert scanner.is_clean(BytesIO(picture("PNG")))
    assert scanner.is_clean(BytesIO(pdf()))
    assert not scanner.is_clean(BytesIO(b"Words. " + MARK))
    with pytest.raises(scanner.NotScanned):
        scanner.is_clean(BytesIO(bytes(3 * 1024 * 1024)))
