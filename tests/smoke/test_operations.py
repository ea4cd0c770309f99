"""docs/operations.md as an operator follows it: all commands run, and a portal is served, moved, upgraded and restored.

It begins with SQLite and the embedded engine, and moves to what deploy/compose.yaml describes: PostgreSQL, Redis,
Elasticsearch, and two web servers behind nginx. Part of .ci/run (`pytest -m smoke` under .ci/with-postgresql).

The paths of the machine are in a temporary folder. What would change the machine itself is replaced by programs that
only note how they were called: systemctl also starts and stops the processes.
"""

import hashlib
import http.cookiejar
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from tests import services
from tests.operations.conftest import all_files
from tests.portal.test_cache import redis_server
from tests.ports import free_port
from tests.smoke.test_make_run import OURS
from tests.waiting import wait_until

pytestmark = pytest.mark.smoke

# They change the machine, or the accounts of it: each is only noted.
NOTED = ("apt-get", "adduser", "git")
UNITS = ("lyceum-web", "lyceum-worker")
PAGE = "/en/"
# What readers without a cookie may get from a proxy.
PUBLIC = ("/en/practices/", "/en/cities/", "/en/clusters/", "/en/events/", "/en/calls/", "/en/news/")
SECTIONS = ("practices", "cities", "clusters", "events", "calls", "news", "help", "data")
PASSWORD, NEWS = "a password of the test", "Bulletin"
NOT_RESTORED = (
    "accounts_attempt", "accounts_emaillink", "accounts_linkrequest", "core_contentchange", "django_session",
    "post_office_email", "wagtailadmin_editingsession",
)  # fmt: skip
# A page of each kind, two drafts, whose ids it prints, and a password for the administrator.
CONTENT = f"""
from accounts.models import User
from tests import factories
factories.profile(); factories.cluster_page(); factories.practice(); factories.event(); factories.call_page()
factories.news(); factories.standard_page(); factories.image()
for number in (1, 2):
    draft = factories.news(title=f"{NEWS} {{number}}")
    draft.unpublish()
    print(draft.pk)
person = User.objects.get(email="you@example.org")
person.set_password("{PASSWORD}")
person.save()
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Machine:
    """An empty Debian, as far as the document knows it, in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.app = folder / "srv/lyceum/app"
        self.ports = free_port(), free_port()
        self.plain_port, self.secure_port = free_port(), free_port()
        self.webs = 1
        self.cookies = http.cookiejar.CookieJar()
        self.environment = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        self.environment["PATH"] = f"{folder}/bin:{folder}/usr/local/sbin:{self.environment['PATH']}:/usr/sbin"
        self.processes: dict[str, list[subprocess.Popen]] = {}
        self.nginx: subprocess.Popen | None = None
        self.said = ""
        for name in ("srv/lyceum", "bin", "usr/local/sbin", "etc/nginx/conf.d", "etc/systemd/system", "var/log/nginx"):
            (folder / name).mkdir(parents=True)
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", settings.BASE_DIR, self.app], check=True)
        self._use_our_packages()
        for name in NOTED:
            self._program(name, f'echo "{name} $*" >> {folder}/noted')
        # There are no such accounts, and the test may not be root.
        self._program("setpriv", 'while [ "${1#-}" != "$1" ] || [ "$1" = lyceum ]; do shift; done; exec "$@"')
        self._program("install", self._install())
        for path in [*(self.app / "deploy").rglob("*")]:
            if path.is_file():
                path.write_text(self.here(path.read_text()))

    def _use_our_packages(self) -> None:
        """Let the environment have the packages of this checkout: tests/smoke/test_make_run.py installs them."""
        environment = self.app / ".venv"
        environment.mkdir()
        for path in Path(sys.prefix).iterdir():
            if path.suffix != ".installed":
                (environment / path.name).symlink_to(path)
        digest = hashlib.sha256((self.app / "requirements.txt").read_bytes()).hexdigest()
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        (environment / "requirements.txt.installed").write_text(f"{version} {digest}")

    def _program(self, name: str, script: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/bash\nset -eu\n{script}\n")
        path.chmod(0o755)

    def _install(self) -> str:
        """`install` without the owners that this machine does not have."""
        kept = 'case $1 in --owner|--group) shift 2;; *) words+=("$1"); shift;; esac'
        program = shutil.which("install")
        return f'words=(); while [ $# -gt 0 ]; do {kept}; done\nexec {program} "${{words[@]}}"'

    def here(self, text: str) -> str:
        """A text with the paths and ports of this machine."""
        text = re.sub(
            r"(?<![\w.$/}])/(srv/lyceum|etc/lyceum|etc/nginx|etc/systemd|usr/local/sbin|var/\w+)\b",
            rf"{self.folder}/\1",
            text.replace("sqlite:////srv", f"sqlite:///{self.folder}/srv"),
        )
        text = text.replace(f"{self.folder}/etc/nginx/mime.types", "/etc/nginx/mime.types")
        servers = [f"server 127.0.0.1:{port};" for port in self.ports]
        text = text.replace("server 127.0.0.1:8000;", " ".join(servers))
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.plain_port};")
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{self.secure_port} ssl")
        text = re.sub(r"listen \[::\]:\d+[^;]*;", "", text)
        return text.replace("/CN=localhost", "/CN=localhost -addext subjectAltName=DNS:localhost")

    def run(self, command: str) -> None:
        """Run one command of the document."""
        words = shlex.split(command)
        if words[0] == "systemctl":
            self._systemctl(words[1], [word for word in words[2:] if not word.startswith("-")])
            return
        if words[:2] == ["nginx", "-t"]:
            command = f"nginx -t -p {self.folder} -c {self.folder}/nginx.conf"
        place = self.app if self.app.exists() else self.folder
        ended = subprocess.run(
            ["bash", "-euc", self.here(command)],
            cwd=place,
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        self.said += f"$ {command}\n{ended.stdout}{ended.stderr}"
        assert ended.returncode == 0, self.said[-4000:]

    def _systemctl(self, verb: str, units: list[str]) -> None:
        for unit in units:
            if unit == "nginx" and verb == "restart":
                self._start_nginx()
            name = unit.removesuffix(".service")
            if name in UNITS:
                if verb in {"stop", "restart"}:
                    self._stop(name)
                if verb in {"enable", "start", "restart"}:
                    self._start(name)

    def _start(self, unit: str) -> None:
        """Start what the unit starts, with its variables."""
        text = (self.folder / "etc/systemd/system" / f"{unit}.service").read_text()
        found = dict(line.split("=", 1) for line in text.splitlines() if re.match(r"\w+=", line))
        prepared = f"set -a; . {found['EnvironmentFile']}; cd {found['WorkingDirectory']}; umask {found['UMask']}"
        log = (self.folder / f"{unit}.log").open("a")
        command = ["sh", "-c", f"{prepared}; exec {found['ExecStart']}"]
        ports = self.ports[: self.webs] if unit == "lyceum-web" else [0]
        self.processes[unit] = [
            subprocess.Popen(command, env=self.environment | {"PORT": str(port)}, stdout=log, stderr=log)
            for port in ports
        ]
        for port in filter(None, ports):
            wait_until(partial(self._answers, f"http://127.0.0.1:{port}/healthz", "localhost"), 120)

    def _stop(self, unit: str) -> None:
        processes = self.processes.pop(unit, [])
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(60)

    def _start_nginx(self) -> None:
        self.nginx = subprocess.Popen(
            [services.need(services.NGINX), "-p", self.folder, "-c", self.folder / "nginx.conf"]
        )
        wait_until(
            lambda: self._answers(f"http://127.0.0.1:{self.plain_port}/.well-known/acme-challenge/x", "localhost")
        )

    def _answers(self, address: str, host: str) -> bool:
        try:
            urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host}), timeout=30).close()
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False
        return True

    def ask(self, path: str, data: dict | None = None, port: int = 0, *, signed_in: bool = False):
        """The answer to a request through nginx and TLS, or of the web server at a port."""
        address = f"http://127.0.0.1:{port}" if port else f"https://localhost:{self.secure_port}"
        headers = {"Host": "localhost", "X-Forwarded-Proto": "https"} if port else {"Referer": "https://localhost/"}
        context = ssl.create_default_context(cafile=str(self.folder / "etc/lyceum/tls/fullchain.pem"))
        handlers: list = [urllib.request.HTTPSHandler(context=context)]
        if signed_in:
            handlers.append(urllib.request.HTTPCookieProcessor(self.cookies))
        content = urllib.parse.urlencode(data).encode() if data else None
        request = urllib.request.Request(f"{address}{path}", content, headers)
        try:
            return urllib.request.build_opener(*handlers).open(request, timeout=60)
        except urllib.error.HTTPError as error:
            return error

    def get(self, path: str, port: int = 0, *, signed_in: bool = False) -> tuple[int, str]:
        """Status and text of a page."""
        with self.ask(path, port=port, signed_in=signed_in) as answer:
            return answer.status, answer.read().decode(errors="replace")

    def shows(self, title: str, port: int) -> bool:
        """Whether a title is in the list of the news."""
        return title in self.get("/en/news/", port)[1]

    def submit(self, path: str, **fields: str) -> str:
        """Send a form of the admin, with the hidden fields of its page, and return the page that follows."""
        _status, page = self.get(path, signed_in=True)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        with self.ask(path, hidden | fields, signed_in=True) as answer:
            text = answer.read().decode()
        assert answer.status == 200, text[-2000:]
        return text

    def manage(self, *arguments: str, **variables: str) -> str:
        """Run `manage.py …` with the variables of the services, and others, and return what it says."""
        own = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
        command = f'set -a; . {self.folder}/etc/lyceum/env; {own} exec .venv/bin/python manage.py "$@"'
        ended = subprocess.run(
            ["sh", "-ec", command, "manage", *arguments],
            cwd=self.app,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def end(self) -> None:
        for unit in list(self.processes):
            self._stop(unit)
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait(60)


@pytest.fixture
def machine(tmp_path):
    tmp_path.chmod(0o755)
    machine = Machine(tmp_path)
    folders = "".join(f"{name}_temp_path {tmp_path}/{name};\n" for name in TEMPORARY)
    user = "user root;" if os.getuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/nginx-error.log; {user}\nevents {{}}\n"
        f"http {{ include /etc/nginx/mime.types;\n{folders}include {tmp_path}/etc/nginx/conf.d/*.conf; }}\n"
    )
    yield machine
    machine.end()


def commands_of(heading: str) -> list[str]:
    """The commands below a heading of the document, one a line."""
    text = (Path(settings.BASE_DIR) / "docs/operations.md").read_text()
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


def test_every_command_of_the_document_runs_and_leads_to_a_portal(
    machine, database, migrated_database, elasticsearch_url, tmp_path
):
    services.need(services.NGINX)
    for command in commands_of("On Debian"):
        if command.startswith("run-as-lyceum manage.py check"):
            fill_in(machine.folder / "etc/lyceum/env", machine)
            # Migrations take long, and run on PostgreSQL below.
            shutil.copyfile(migrated_database, machine.folder / "srv/lyceum/data/portal.sqlite3")
        machine.run(command)
    assert "apt-get install --yes python3-venv" in (machine.folder / "noted").read_text()
    status, page = machine.get(PAGE)
    assert status == 200, machine.said[-3000:] + (machine.folder / "lyceum-web.log").read_text()[-3000:]
    (style,) = re.findall(r'href="(/static/css/[^"]+)"', page)[:1]
    assert machine.get(style)[0] == 200
    assert machine.get("/fr/")[0] == 200
    assert machine.get("/media/documents/x")[0] == 404
    wait_until(lambda: '"ready": true' in ready(machine), 120)
    invitation = wait_until(lambda: next(iter((machine.folder / "mails").glob("*")), None), 120).read_text()
    assert "https://localhost/admin/invitation/" in re.sub(r"=\n", "", invitation)
    drafts = machine.manage("shell", "--verbosity", "0", "-c", CONTENT).split()[-2:]

    with redis_server(tmp_path) as redis:
        for command in commands_of("From SQLite to PostgreSQL"):
            if "move_database" in command:
                use_servers(machine.folder / "etc/lyceum/env", database("lyceum"), redis, elasticsearch_url)
                machine.webs = 2
            machine.run(command)
        assert "from SQLite to PostgreSQL." in machine.said
        wait_until(lambda: '"ready": true' in ready(machine), 120)
        assert '"search_engine": "elasticsearch"' in ready(machine)
        every_page_is_served(machine)
        a_publication_is_seen_everywhere(machine, drafts[0])
        what_is_killed_is_missed_by_nobody(machine, drafts[1])

        # The upgrade of the document: its backup is that of the restore that follows.
        for heading in ("A new version", "Backup and restore"):
            for command in commands_of(heading):
                if "restore --replace" in command:
                    a_backup_is_restored_elsewhere(machine, database("lyceum"), database("elsewhere"))
                machine.run(command)
        assert "Restored. Nobody is signed in" in machine.said
        assert machine.said.count("Database: nothing has changed.") == 2
        assert machine.get(PAGE)[0] == 200
        wait_until(lambda: '"ready": true' in ready(machine), 120)


def every_page_is_served(machine: Machine) -> None:
    """Follow all links of English pages: each is served, and says how long it may be kept."""
    waiting, seen = [PAGE, "/sitemap.xml", "/robots.txt"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        with machine.ask(path) as answer:
            text = answer.read().decode(errors="replace")
        assert answer.status < 400, (path, answer.status, text[-500:])
        kept = answer.headers["Cache-Control"] or ""
        # Nothing that others may keep is of one reader.
        assert not ("public" in kept and answer.headers["Set-Cookie"]), path
        if path.startswith(PUBLIC) and path.endswith("/"):
            assert re.fullmatch(r"public, max-age=\d+, s-maxage=\d+", kept), (path, kept)
        waiting += re.findall(r'href="(/en/[^"?#]*)"', text)
    # Each kind of page is among them.
    for section in SECTIONS:
        assert [path for path in seen if re.fullmatch(rf"/en/{section}/[^/]+/", path)], (section, sorted(seen))
    for _request in range(2):
        machine.get(PAGE)
    assert re.search(r'/en/" 200 .* HIT\b', (machine.folder / "var/log/nginx/access.log").read_text())


def a_publication_is_seen_everywhere(machine: Machine, draft: str) -> None:
    """Publish in the admin: every process has it, whatever it has kept."""
    places = (0, *machine.ports)
    assert [NEWS in machine.get("/en/news/", port)[1] for port in places] == [False] * 3
    machine.submit("/admin/login/", username="you@example.org", password=PASSWORD)
    publish(machine, draft)
    for port in places:
        wait_until(partial(machine.shows, f"{NEWS} 1", port), 10)


def publish(machine: Machine, draft: str) -> None:
    machine.submit(f"/admin/bulk/wagtailcore/page/publish/?id={draft}", next="/admin/")


def what_is_killed_is_missed_by_nobody(machine: Machine, draft: str) -> None:
    """Kill a web server and the worker: readers are served, and what waited is done when they are back."""
    for process in (machine.processes["lyceum-web"][0], machine.processes["lyceum-worker"][0]):
        process.kill()
        process.wait()
    publish(machine, draft)
    for _request in range(6):
        assert machine.get("/en/practices/")[0] == 200
    wait_until(lambda: f"{NEWS} 2" in machine.get("/en/news/")[1], 10)
    assert "/en/news/bulletin-2/" not in machine.get("/en/search/?q=bulletin")[1]
    machine.run("systemctl restart lyceum-web lyceum-worker")
    wait_until(lambda: "/en/news/bulletin-2/" in machine.get("/en/search/?q=bulletin")[1], 120)


def a_backup_is_restored_elsewhere(machine: Machine, here: str, there: str) -> None:
    """Save what no process writes now, and restore it into an empty database and an empty folder."""
    folder = machine.folder / "srv/lyceum/elsewhere"
    machine.manage("backup", str(machine.folder / "stopped"))
    machine.manage(
        "restore", str(machine.folder / "stopped"),
        DATABASE_URL=there, DATA_DIR=str(folder), SEARCH_ENGINE="embedded", REDIS_URL="redis://127.0.0.1:9/0",
    )  # fmt: skip
    assert rows(there) == rows(here)
    assert len(rows(here)) > 1000
    data = machine.folder / "srv/lyceum/data"
    assert all_files(folder / "media") == all_files(data / "media") != {}


def rows(database: str) -> list[str]:
    """The rows of all tables, without those that a restore leaves out or changes."""
    without = [f"--exclude-table-data={table}" for table in NOT_RESTORED]
    dumped = subprocess.run(
        ["pg_dump", "--data-only", *without, f"--dbname={database}"], check=True, capture_output=True, text=True
    )
    return sorted(line for line in dumped.stdout.splitlines() if not line.startswith(("--", "\\", "SELECT")))


def ready(machine: Machine) -> str:
    """What /readyz says."""
    return machine.get("/readyz")[1]


def fill_in(path: Path, machine: Machine) -> None:
    """What an operator writes into the file of the variables."""
    text = path.read_text().replace("SECRET_KEY=\n", f"SECRET_KEY={os.urandom(40).hex()}\n")
    text = text.replace("learning-cities.example.org", "localhost").replace("en,fr,es,pt,ar,ru,zh-hans", "en,fr")
    (machine.folder / "mails").mkdir()
    text = re.sub(r"^EMAIL_URL=.*$", f"EMAIL_URL=filemail:///{machine.folder}/mails", text, flags=re.MULTILINE)
    path.write_text(f"{text}REQUIRE_STAFF_SECOND_FACTOR=off\n")


def use_servers(path: Path, database: str, redis: str, elasticsearch: str) -> None:
    """Let the services use PostgreSQL, Redis and Elasticsearch."""
    text = path.read_text().replace(
        "SEARCH_ENGINE=embedded", f"SEARCH_ENGINE=elasticsearch\nELASTICSEARCH_URL={elasticsearch}"
    )
    text = text.replace("SEARCH_INDEX_PREFIX=lyceum", f"SEARCH_INDEX_PREFIX=smoke-{os.getpid()}")
    path.write_text(f"{text}DATABASE_URL={database}\nREDIS_URL={redis}\n")


@pytest.fixture
def database():
    """A function that returns the address of a PostgreSQL database, by its name; the first call makes it."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        pytest.fail("Run it with .ci/with-postgresql.", pytrace=False)
    made = set()

    def address(name: str) -> str:
        if name not in made:
            made.add(name)
            subprocess.run(["psql", "--quiet", "--command", f'CREATE DATABASE "{name}"', server], check=True)
        return f"{server.rpartition('/')[0]}/{name}"

    yield address
    for name in made:
        subprocess.run(["psql", "--quiet", "--command", f'DROP DATABASE "{name}" WITH (FORCE)', server], check=True)
