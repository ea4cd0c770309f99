"""Large uploads at once: the web server, started as `make run` starts it, needs little more memory than before."""

import http.cookiejar
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from tests.demonstration import environment, manage
from tests.ports import free_port
from tests.waiting import wait_until

MEGABYTES = 300
UPLOADS = 10
# The largest that is accepted: 24.9 megapixels, WebP and AVIF 8.
LARGE, LARGE_THIRD = (5_760, 4_320), (3_300, 2_500)
# How a picture was compressed makes no difference to the memory that its pixels take.
FAST = {"compress_level": 1, "method": 0}
BOUNDARY = "a-boundary"
FIELDS = {"title": "Large", "collection": "1", "licence": "cc-by-4.0", "credit": "City", "consent": "on"}


def picture(kind: str, mode: str, size: tuple[int, int]) -> bytes:
    file = BytesIO()
    Image.effect_noise((72, 54), 60).convert(mode).resize(size).save(file, kind, **FAST)
    return file.getvalue()


def large_pdf() -> bytes:
    """A PDF of one page with a large picture that cannot be made smaller."""
    writer, file = PdfWriter(), BytesIO()
    page = writer.add_blank_page(width=210, height=297)
    noise = DecodedStreamObject()
    noise.set_data(os.urandom(9 * 1024 * 1024))
    pictures = DictionaryObject({NameObject("/Noise"): writer._add_object(noise)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): pictures})
    writer.write(file)
    return file.getvalue()


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A browser that stays where it is: the list that follows an upload is not measured."""

    def redirect_request(self, *_arguments) -> None:
        return None


class Editor:
    """Somebody who has signed in at the admin and sends files."""

    def __init__(self, base: str):
        self.base, cookies = base, http.cookiejar.CookieJar()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), NoRedirects)
        form = {"username": "editor@example.org", "password": "a-long-password", **self._token("/admin/login/")}
        self._send("/admin/login/", urllib.parse.urlencode(form).encode(), {})
        self._fields = {**FIELDS, **self._token("/admin/images/add/")}

    def _token(self, path: str) -> dict[str, str]:
        text = self.read(path)
        (token,) = re.findall(r'csrfmiddlewaretoken" value="([^"]+)', text)[:1]
        return {"csrfmiddlewaretoken": token}

    def read(self, path: str) -> str:
        with self._browser.open(self.base + path, timeout=300) as answer:
            return answer.read().decode()

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> str:
        headers = {"Referer": f"{self.base}/admin/", **headers}
        with pytest.raises(urllib.error.HTTPError, match="302") as redirect:
            self._browser.open(urllib.request.Request(self.base + path, body, headers), timeout=300)
        return redirect.value.headers["Location"]

    def upload(self, kind: str, name: str, content: bytes) -> str:
        """Send a file by the form for one, and return where that leads."""
        parts = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in self._fields.items()
        )
        parts += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = parts.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self._send(f"/admin/{kind}/add/", body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})


@contextmanager
def served(data: Path, port: int) -> Iterator[int]:
    """Run gunicorn with the configuration of `make run`; yield the number of its first process."""
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"],
        cwd=settings.BASE_DIR,
        env=environment(data, PORT=str(port)),
        stderr=(data / "gunicorn.log").open("w"),
    )
    try:
        yield server.pid
    finally:
        server.terminate()
        server.wait(timeout=60)


def memory(first: int) -> float:
    """The memory of a process and its children in megabytes; what they share counts once."""
    total = 0
    for process in (first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())):
        (found,) = re.findall(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
        total += int(found)
    return total / 1024


def answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/healthz", timeout=5):
            return True
    except OSError:
        return False


@pytest.mark.sweep
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells how much memory is shared")
def test_ten_large_uploads_at_once_take_little_memory(tmp_path, migrated_database, demonstration):
    data = tmp_path / "data"
    data.mkdir()
    (data / "portal.sqlite3").write_bytes(migrated_database.read_bytes())
    shutil.copytree(demonstration / "static", data / "static")
    manage(data, "shell", "-c", EDITOR)
    port = free_port()
    base = f"http://localhost:{port}"
    files = [
        ("images", "a.jpg", picture("JPEG", "RGB", LARGE)),
        ("images", "b.png", picture("PNG", "RGBA", LARGE)),
        ("images", "c.webp", picture("WEBP", "RGB", LARGE_THIRD)),
        ("images", "d.avif", picture("AVIF", "RGB", LARGE_THIRD)),
        ("documents", "e.pdf", large_pdf()),
    ]
    with served(data, port) as first:
        wait_until(lambda: answers(base))
        editor = Editor(base)
        before, highest, done = memory(first), [0.0], threading.Event()

        def watch() -> None:
            while not done.wait(0.03):
                highest[0] = max(highest[0], memory(first))

        watching = threading.Thread(target=watch)
        watching.start()
        with ThreadPoolExecutor(UPLOADS) as pool:
            chosen = [files[number % len(files)] for number in range(UPLOADS)]
            led_to = list(pool.map(lambda file: editor.upload(*file), chosen))
        done.set()
        watching.join()
    assert {re.sub(r".*/admin", "/admin", url) for url in led_to} == {"/admin/images/", "/admin/documents/"}
    assert highest[0] - before < MEGABYTES


EDITOR = (
    "from accounts.models import User; from home.structure import create_source_tree; create_source_tree(); "
    "User.objects.create_superuser('editor@example.org', 'a-long-password')"
)
