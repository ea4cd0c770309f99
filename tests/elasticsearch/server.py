"""Start real Elasticsearch nodes for tests: temporary, on loopback, never as root.

`python -m tests.elasticsearch.server` runs one until Ctrl-C and prints its address.
"""

import argparse
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from tests.elasticsearch import distribution

# With the fast compiler only, a node starts in half the time. Measurements need both compilers.
JAVA_OPTIONS = "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1"
MEASURED_JAVA_OPTIONS = "-Xms1g -Xmx1g"
START_SECONDS = 180  # about 8 on an idle machine
STOP_SECONDS = 30
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)
UNPRIVILEGED_USER = "nobody"
SETTINGS = {
    "action.auto_create_index": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "network.host": "127.0.0.1",
    "xpack.ml.enabled": "false",
    "xpack.security.enabled": "false",
    # The system gives free ports and the server writes them down; a file tells the nodes of each other.
    "http.port": "0",
    "transport.port": "0",
    "node.portsfile": "true",
    "discovery.seed_providers": "file",
    "discovery.initial_state_timeout": "0s",
}


class NodeError(Exception):
    """A node did not start, or answered with an error."""


class Node:
    """A server process with its `url` and `pid`."""

    def __init__(self, folder: Path, settings: dict[str, str], java_options: str):
        """Start it in an empty folder, which then belongs to the user that it runs as."""
        self.url = ""
        self.pid = 0
        self._folder = folder
        self._lay_out(settings)
        self._launcher = self._launched(java_options)

    def kill(self) -> None:
        """End the server at once (SIGKILL). Does nothing if it has ended."""
        if self._launcher.poll() is None:
            if self.pid:
                os.kill(self.pid, signal.SIGKILL)
            else:
                os.killpg(self._launcher.pid, signal.SIGKILL)
            self._launcher.wait(STOP_SECONDS)

    def stop(self) -> None:
        """Let the server shut down (SIGTERM). Does nothing if it has ended."""
        if self._launcher.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
            self._launcher.wait(STOP_SECONDS)

    def request(self, method: str, path: str, body: object = None) -> dict:
        """Return the parsed answer of the server. Raises NodeError if it is an error."""
        address = urlsplit(self.url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise NodeError(f"{method} {path}: {response.status} {answer.decode()}")
        return json.loads(answer)

    def wait_for_ports(self) -> str:
        """Wait until the server listens; return the address for other nodes."""
        http, transport = (self._folder / "logs" / f"{name}.ports" for name in ("http", "transport"))
        self._wait_until(lambda: http.exists() and transport.exists())
        self.url = "http://" + http.read_text().split()[0]
        self.pid = int((self._folder / "pid").read_text())
        return transport.read_text().split()[0]

    def introduce(self, addresses: list[str]) -> None:
        """Tell the node the addresses of its cluster."""
        self._write("config/unicast_hosts.txt", addresses)

    def wait_for_cluster(self, size: int) -> None:
        """Wait until the node is part of a working cluster of `size` nodes."""

        def is_complete() -> bool:
            try:
                return self.request("GET", "/_cluster/health")["number_of_nodes"] == size
            except (NodeError, OSError, HTTPException):
                return False

        self._wait_until(is_complete)

    def _lay_out(self, settings: dict[str, str]) -> None:
        home = self._folder / "home"
        distribution.lay_out(home)
        _hand_over(self._folder)
        for name in ("config", "config/jvm.options.d", "temporary"):
            (self._folder / name).mkdir()
            _hand_over(self._folder / name)
        for name in ("jvm.options", "log4j2.properties"):
            self._write(f"config/{name}", (home / "config" / name).read_text().splitlines())
        paths = {"path.data": str(self._folder / "data"), "path.logs": str(self._folder / "logs")}
        self._write(
            "config/elasticsearch.yml", [f"{name}: {value}" for name, value in (SETTINGS | paths | settings).items()]
        )

    def _write(self, name: str, lines: list[str]) -> None:
        """Write a file for the server atomically: it may be reading."""
        path = self._folder / name
        draft = path.with_name(f"{path.name}.draft")
        draft.write_text("\n".join([*lines, ""]))
        _hand_over(draft)
        draft.rename(path)

    def _launched(self, java_options: str) -> subprocess.Popen:
        """Start the archive's launcher, which starts the server. When one of them ends, so does the other."""
        # The node ends with the thread that starts it, even if that is killed.
        command = ["setpriv", "--pdeathsig", "KILL"]
        if os.geteuid() == 0:
            group = str(pwd.getpwnam(UNPRIVILEGED_USER).pw_gid)
            command += ["--reuid", UNPRIVILEGED_USER, "--regid", group, "--clear-groups"]
        with (self._folder / "console.log").open("w") as log:
            return subprocess.Popen(
                [*command, "bash", self._folder / "home/bin/elasticsearch", "-p", self._folder / "pid"],
                cwd=self._folder,
                env={
                    "PATH": os.environ["PATH"],
                    "ES_JAVA_HOME": str(distribution.jdk()),
                    "ES_JAVA_OPTS": java_options,
                    "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1",  # of the launcher
                    "ES_PATH_CONF": str(self._folder / "config"),
                    "ES_TMPDIR": str(self._folder / "temporary"),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_so():
            if self._launcher.poll() is not None or time.monotonic() > deadline:
                log = (self._folder / "console.log").read_text(errors="replace")
                raise NodeError(f"Elasticsearch did not start: …{log[-4000:]}")
            time.sleep(0.1)


def _hand_over(path: Path) -> None:
    """Make the user of the server the owner of the path."""
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED_USER)


@contextmanager
def cluster(count: int = 3, java_options: str = JAVA_OPTIONS) -> Iterator[list[Node]]:
    """Yield `count` nodes of one cluster. They are killed, and their data removed, at the end of the block.

    Copies of a lost node's shards are made after a second instead of Elasticsearch's minute.
    """
    with ExitStack() as ends:
        names = [f"node-{number}" for number in range(1, count + 1)]
        folders = [Path(ends.enter_context(_folder())) for _ in names]
        settings = {"cluster.name": folders[0].name, "cluster.initial_master_nodes": ",".join(names)}
        nodes = []
        for name, folder in zip(names, folders, strict=True):
            nodes.append(Node(folder, settings | {"node.name": name}, java_options))
            ends.callback(nodes[-1].kill)
        addresses = [node.wait_for_ports() for node in nodes]
        for node in nodes:
            node.introduce(addresses)
        for node in nodes:
            node.wait_for_cluster(count)
        template = {"settings": {"index.unassigned.node_left.delayed_timeout": "1s"}}
        nodes[0].request("PUT", "/_index_template/tests", {"index_patterns": ["*"], "template": template})
        yield nodes


@contextmanager
def node(java_options: str = JAVA_OPTIONS) -> Iterator[Node]:
    """A single node."""
    with cluster(1, java_options) as (alone,):
        yield alone


@contextmanager
def measured() -> Iterator[str]:
    """Yield the address of a server for measurements: that of ELASTICSEARCH_URL, or a node of this block.

    "" if there is none and this machine cannot make one.
    """
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
    elif distribution.tools():
        with node(MEASURED_JAVA_OPTIONS) as own:
            yield own.url
    else:
        yield ""


def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="lyceum-elasticsearch-")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _end(*_) -> None:
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # nothing interrupts the removal
    sys.exit()


def _end_with(owner: int) -> None:
    """End this process when `owner` has ended. Checks twice a second, also while the node starts."""
    while _is_running(owner):
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run a node until Ctrl-C, SIGTERM, or the end of the process that `--while` names."""
    parser = argparse.ArgumentParser(prog="python -m tests.elasticsearch.server", description=main.__doc__)
    parser.add_argument("--while", dest="owner", type=int, metavar="PID", help="end when this process has ended")
    parser.add_argument("--java-options", default=JAVA_OPTIONS, metavar="OPTIONS", help="default: %(default)s")
    arguments = parser.parse_args()
    for number in ENDING_SIGNALS:
        signal.signal(number, _end)
    if arguments.owner:
        threading.Thread(target=_end_with, args=[arguments.owner], daemon=True).start()
    with node(arguments.java_options) as running:
        print(running.url, flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
