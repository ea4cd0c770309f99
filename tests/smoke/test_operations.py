"""docs/operations.md as an operator follows it: all commands run, and a portal is served, upgraded and restored.

Part of .ci/run (`pytest -m smoke`). The paths of the machine are in a temporary folder. What would change the machine
itself is replaced by programs that only note how they were called: systemctl also starts and stops the processes.
"""

import hashlib
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tests import services
from tests.ports import free_port
from tests.smoke.test_make_run import OURS
from tests.waiting import wait_until

pytestmark = pytest.mark.smoke

# They change the machine, or the accounts of it: each is only noted.
NOTED = ("apt-get", "adduser", "git")
UNITS = ("lyceum-web", "lyceum-worker")
PAGE = "/en/"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Machine:
    """An empty Debian, as far as the document knows it, in a folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.app = folder / "srv/lyceum/app"
        self.port, self.plain_port, self.secure_port = free_port(), free_port(), free_port()
        self.environment = {name: value for name, value in os.environ.items() if not OURS.match(name)}
        self.environment["PATH"] = f"{folder}/bin:{folder}/usr/local/sbin:{self.environment['PATH']}:/usr/sbin"
        self.processes: dict[str, subprocess.Popen] = {}
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
            text,
        )
        text = text.replace(f"{self.folder}/etc/nginx/mime.types", "/etc/nginx/mime.types")
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
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
        environment = self.environment | {"PORT": str(self.port)}
        command = ["sh", "-c", f"{prepared}; exec {found['ExecStart']}"]
        self.processes[unit] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        if unit == "lyceum-web":
            wait_until(lambda: self._answers(f"http://127.0.0.1:{self.port}/healthz", "localhost"), 120)

    def _stop(self, unit: str) -> None:
        process = self.processes.pop(unit, None)
        if process:
            process.send_signal(signal.SIGTERM)
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

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page, through nginx and TLS."""
        context = ssl.create_default_context(cafile=str(self.folder / "etc/lyceum/tls/fullchain.pem"))
        try:
            with urllib.request.urlopen(
                f"https://localhost:{self.secure_port}{path}", timeout=60, context=context
            ) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

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


def test_every_command_of_the_document_runs_and_leads_to_a_portal(machine):
    services.need(services.NGINX)
    for command in commands_of("On Debian"):
        if command.startswith("run-as-lyceum manage.py check"):
            fill_in(machine.folder / "etc/lyceum/env", machine)
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

    # The upgrade of the document: its backup is that of the restore that follows.
    for heading in ("A new version", "Backup and restore"):
        for command in commands_of(heading):
            machine.run(command)
    assert "Restored. Nobody is signed in" in machine.said
    assert machine.said.count("Database: nothing has changed.") == 1
    assert machine.get(PAGE)[0] == 200
    wait_until(lambda: '"ready": true' in ready(machine), 120)


def ready(machine: Machine) -> str:
    """What /readyz says."""
    return machine.get("/readyz")[1]


def fill_in(path: Path, machine: Machine) -> None:
    """What an operator writes into the file of the variables."""
    text = path.read_text().replace("SECRET_KEY=\n", f"SECRET_KEY={os.urandom(40).hex()}\n")
    text = text.replace("learning-cities.example.org", "localhost").replace("en,fr,es,pt,ar,ru,zh-hans", "en,fr")
    (machine.folder / "mails").mkdir()
    text = re.sub(r"^EMAIL_URL=.*$", f"EMAIL_URL=filemail:///{machine.folder}/mails", text, flags=re.MULTILINE)
    path.write_text(text)
