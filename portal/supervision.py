"""Web server and worker under one supervisor: `python -m portal.supervision CONFIGURATION`.

The supervisor is Supervisor (supervisord.org), in the foreground. `manage.py start` writes its
configuration: which programs it starts, and how it restarts them. This module adds what Supervisor has
no option for: messages on the console, and ending with the terminal or the `make` that started it.
"""

import http.client
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import ServerOptions
from supervisor.states import SupervisorStates
from supervisor.supervisord import Supervisor

# After so many seconds without an answer the console names the folder of the logs.
PATIENCE_SECONDS = 60
# Longer than the health check takes while the search engine and the cache do not answer.
READINESS_SECONDS = 5

# Paths and commands are variables of the environment, because a semicolon in a path would begin a comment here.
CONFIGURATION = """\
[supervisord]
nodaemon = true
silent = true
logfile = %(ENV_LYCEUM_LOGS)s/supervisor.log
logfile_maxbytes = 1MB
logfile_backups = 1
pidfile = %(ENV_LYCEUM_DATA)s/supervisor.pid
childlogdir = %(ENV_LYCEUM_LOGS)s
"""

# startsecs = 0: a program that ends is started again at once, always. By default, Supervisor gives up a
# program that ends three times in its first second.
PROGRAM = """
[program:{name}]
command = %(ENV_LYCEUM_COMMAND_{name})s
directory = %(ENV_LYCEUM_ROOT)s
autorestart = true
startsecs = 0
stopwaitsecs = 12
stopasgroup = true
killasgroup = true
redirect_stderr = true
stdout_logfile = {log}
stdout_logfile_maxbytes = {size}
stdout_logfile_backups = 2
"""


def configuration(programs: Iterable[str], to_console: bool) -> str:
    """Return Supervisor's configuration for the names of `programs`; `variables` returns what it refers to.

    Their output goes to files in the folder of the logs, or to the console if `to_console` is set.
    """
    text = CONFIGURATION
    for name in programs:
        log = "/dev/fd/1" if to_console else f"%(ENV_LYCEUM_OUTPUT)s/{name}.log"
        text += PROGRAM.format(name=name, log=log, size=0 if to_console else "10MB")
    return text


def variables(programs: Mapping[str, list[str]], root: Path, data: Path) -> dict[str, str]:
    """Return the variables of the environment that `configuration` refers to.

    programs: name → command. root: the folder in which they run. data: the folder of the logs' folder.
    """
    logs = str(data / "log")
    commands = {f"LYCEUM_COMMAND_{name}": shlex.join(command) for name, command in programs.items()}
    # Supervisor expands the names of the programs' logs twice.
    output = logs.replace("%", "%%")
    return {
        "LYCEUM_ROOT": str(root),
        "LYCEUM_DATA": str(data),
        "LYCEUM_LOGS": logs,
        "LYCEUM_OUTPUT": output,
        **commands,
    }


class ForegroundOptions(ServerOptions):
    """Options of a supervisor in the foreground of a terminal."""

    def __init__(self):
        super().__init__()
        # `nohup make run` continues when its terminal is closed.
        self.at_hangup = None if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else signal.SIGTERM

    def get_signal(self):
        """Return the received signal; SIGHUP means a closed terminal here, not a restart."""
        received = super().get_signal()
        return self.at_hangup if received == signal.SIGHUP else received


class PortalSupervisor(Supervisor):
    """The supervisor of one portal on a developer's own machine."""

    def __init__(self, options: ServerOptions, port: int, data: Path):
        super().__init__(options)
        self.port, self.data = port, data
        self.parent = os.getppid()
        self.started = time.monotonic()
        self.ready_printed = self.delay_printed = False

    def tick(self, now=None):
        """Once a second: end if the parent process has ended, and print a message when the portal answers."""
        super().tick(now)
        if os.getppid() != self.parent:
            self.options.mood = SupervisorStates.SHUTDOWN
        elif not self.ready_printed and self.options.mood == SupervisorStates.RUNNING:
            self._print_readiness()

    def _print_readiness(self):
        state = readiness(self.port)
        if state and state["database"] and state["worker"]:
            self.ready_printed = True
            print(greeting(self.port, state["search_engine"], state["search"], self.data), flush=True)
        elif not self.delay_printed and time.monotonic() - self.started > PATIENCE_SECONDS:
            self.delay_printed = True
            print(f"The portal does not answer yet. What is wrong is in {self.data / 'log'}", flush=True)


def readiness(port: int) -> dict | None:
    """Return the answer of /readyz; None while nothing answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READINESS_SECONDS)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return json.load(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()


def greeting(port: int, engine: str, has_search: bool, data: Path) -> str:
    """Return what the console shows when the portal answers."""
    address = f"http://localhost:{port}"
    search = f"Search is answered by the {engine} engine."
    if not has_search:
        search = f"Search is degraded, it finds titles only: the {engine} engine does not answer, or has no index yet."
    lines = ["", f"Lyceum is running at {address}/", search]
    accounts = data / "demonstration-accounts.txt"
    if accounts.exists():
        lines += [f"Accounts of the demonstration, for {address}/admin/ (from {accounts}):"]
        lines += [f"  {line}" for line in accounts.read_text().splitlines()]
    links = data / "demonstration-links.txt"
    if links.exists() and (words := links.read_text().split()):
        lines += ["Links that sign in people of the example cities, once each; each start makes new ones:"]
        lines += [f"  {email}  {address}{path}" for email, path in zip(words[::2], words[1::2], strict=True)]
    return "\n".join([*lines, "Ctrl-C ends it.", ""])


def main() -> None:
    """Run the supervisor until SIGINT, SIGTERM, SIGHUP, or the end of the parent process."""
    configuration_file, port = Path(sys.argv[1]), int(sys.argv[2])
    options = ForegroundOptions()
    options.realize(["--configuration", str(configuration_file)])
    options.first, options.test = True, False
    try:
        PortalSupervisor(options, port, configuration_file.parent).main()
    except ExitNow:
        print("Lyceum has ended.")


if __name__ == "__main__":
    main()
