"""`make run` in a fresh clone; part of .ci/run (`pytest -m smoke`)."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tests.ports import free_port
from tests.waiting import CEILING, wait_until

pytestmark = pytest.mark.smoke

FIRST_START_SECONDS = 600
SECOND_START_SECONDS = 60
# Variables of the checkout that runs the test, which the clone must not see.
OURS = re.compile(
    r"DJANGO_|DEFAULT_SETTINGS|PYTEST|COV_|COVERAGE|VIRTUAL_ENV|DATABASE_URL|DATA_DIR|MAKE|MFLAGS|PYTHON$|PORT$"
)


class Portal:
    """A clone in which `make run` is started and stopped as in a terminal."""

    def __init__(self, folder: Path):
        self.folder = folder / "lyceum"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", settings.BASE_DIR, self.folder], check=True)
        self.port = free_port()
        (self.folder / ".env").write_text(f"PORT={self.port}\n")
        self.environment = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        self.output = folder / "output.txt"
        self.make: subprocess.Popen | None = None

    def start(self, patience: float) -> float:
        """Run `make run` and wait for its greeting, `patience` seconds at most; return the seconds that this took."""
        begun = time.monotonic()
        self.make = make = subprocess.Popen(
            ["make", "run"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while "Ctrl-C ends it." not in self.console():
            if make.poll() is not None or time.monotonic() - begun > patience:
                logs = [f"{path}:\n{path.read_text()[-3000:]}" for path in self.folder.glob("var/log/*.log")]
                pytest.fail("\n".join(["make run did not start:", self.console(), *logs]), pytrace=False)
            time.sleep(0.1)
        return time.monotonic() - begun

    def console(self) -> str:
        """Return what the console shows."""
        return self.output.read_text()

    def stop(self) -> None:
        """Press Ctrl-C, which the terminal sends to all foreground processes."""
        assert self.make, "not started"
        os.killpg(self.make.pid, signal.SIGINT)
        self.make.wait(CEILING)

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=30) as response:
                return response.status, response.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def shell(self, code: str) -> str:
        """Run code in `manage.py shell` of the portal and return what it prints."""
        return subprocess.run(
            [".venv/bin/python", "manage.py", "shell", "--verbosity", "0", "-c", code],
            cwd=self.folder,
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "portal.settings.demo"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def processes(self) -> list[str]:
        """Return the command lines of all processes that run from the clone."""
        lines = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
                folder = path.with_name("cwd").readlink()
            except OSError:
                continue
            if str(self.folder) in line or folder.is_relative_to(self.folder):
                lines.append(line)
        return lines


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    portal = Portal(tmp_path_factory.mktemp("smoke"))
    yield portal
    if portal.make and portal.make.poll() is None:
        portal.stop()


def test_a_fresh_clone_serves_the_network_and_a_second_start_loses_nothing(portal):
    first = portal.start(FIRST_START_SECONDS)
    print(f"first start: {first:.0f} s")
    console = portal.console()
    assert f"http://localhost:{portal.port}/" in console
    assert "embedded engine" in console
    assert re.search(r"editor@example\.org  \S+", console)
    assert '"action":' not in console, "the audit log hides what make run says"

    wait_until_ready(portal)
    for language, _name in settings.LANGUAGES:
        status, page = portal.get(f"/{language}/")
        assert status == 200
        assert f'lang="{language.replace("hans", "Hans")}"' in page
        assert f"/{language}/practices/" in page
    addresses = re.findall(r"<loc>https?://[^/]+(/en/[^<]+)</loc>", portal.get("/sitemap.xml")[1])
    for kind in ("practices", "calls", "clusters", "events", "cities", "news"):
        address = next(address for address in addresses if re.fullmatch(rf"/en/{kind}/[^/]+/", address))
        status, page = portal.get(address)
        assert status == 200, address
        assert "<h1" in page
    practice = next(address for address in addresses if address.startswith("/en/practices/") and len(address) > 15)
    word = practice.split("/")[3].split("-")[0]
    assert practice in portal.get(f"/en/search/?q={word}")[1]
    assert portal.get("/en/no-such-page/")[0] == 404

    picture, flyer = portal.shell(
        "from io import BytesIO\n"
        "from django.core.files.images import ImageFile\n"
        "from PIL import Image\n"
        "from core.media.models import PortalDocument, PortalImage\n"
        "content = BytesIO()\n"
        "Image.new('RGB', (40, 30), 'teal').save(content, 'PNG')\n"
        "picture = PortalImage.objects.create(title='Teal', file=ImageFile(content, name='teal.png'))\n"
        "print(picture.get_rendition('width-20').url, PortalDocument.objects.first().file.name)"
    ).split()
    assert portal.get(picture)[0] == 200
    assert portal.get(f"/media/{flyer}")[0] == 404

    kill_the_worker_and_see_it_come_back(portal)

    deleted, edited = [address for address in addresses if address.startswith("/en/news/")][1:3]
    portal.shell(
        "from wagtail.models import Page\n"
        f"Page.objects.get(url_path__endswith='{deleted[3:]}', locale__language_code='en').delete()\n"
        f"page = Page.objects.get(url_path__endswith='{edited[3:]}', locale__language_code='en').specific\n"
        "page.title = 'Edited by hand'\n"
        "page.save_revision().publish()\n"
    )
    stop_and_see_nothing_left(portal)

    second = portal.start(patience=SECOND_START_SECONDS)
    print(f"second start: {second:.1f} s")
    assert portal.get(deleted)[0] == 404
    assert "Edited by hand" in portal.get(edited)[1]
    stop_and_see_nothing_left(portal)


def wait_until_ready(portal):
    """Wait until `/readyz` says so: on a slow machine the worker first does what has waited since the demonstration."""

    def is_ready() -> bool:
        status, answer = portal.get("/readyz")
        print(answer)
        return (status, json.loads(answer)["ready"]) == (200, True)

    wait_until(is_ready, seconds=180)


def kill_the_worker_and_see_it_come_back(portal):
    supervisor_log = portal.folder / "var" / "log" / "supervisor.log"

    def pid() -> int:
        return int(re.findall(r"spawned: 'worker' with pid (\d+)", supervisor_log.read_text())[-1])

    killed = pid()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: pid() != killed)
    wait_until(lambda: json.loads(portal.get("/readyz")[1])["worker"])


def stop_and_see_nothing_left(portal):
    portal.stop()
    assert portal.processes() == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", portal.port)) != 0
