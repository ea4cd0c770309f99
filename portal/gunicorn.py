"""The configuration of gunicorn (`gunicorn --config python:portal.gunicorn portal.wsgi`)."""

import gc
import os
import shutil
import tempfile

from portal.entry_points import one_sentence
from portal.memory_folder import memory_folder
from portal.parent_watchdog import end_with_parent
from portal.settings.environment import env
from portal.settings.logs import logging_of_gunicorn
from portal.settings.metrics import metrics_port

with one_sentence():
    bind = f"127.0.0.1:{env.number('PORT', default=8000, least=1, most=65535)}"
    logconfig_dict = logging_of_gunicorn()
    METRICS_PORT = metrics_port()
worker_class = "gthread"
workers = 2
threads = 4
# The code is loaded once, before the worker processes are forked.
preload_app = True
# Seconds. Longer than a proxy keeps a connection that nobody uses (nginx: 60), or it would send a request into one that
# the server is closing, and answer 502.
keepalive = 75
# Seconds that a running request has to end when the server is stopped.
graceful_timeout = 5
# No control socket, and no file in the home folder.
control_socket_disable = True
# A worker process touches a file there; in memory, so that a slow disk does not look like a process that hangs.
worker_tmp_dir = memory_folder()
if METRICS_PORT:
    # Where the worker processes count; prometheus_client looks for it when it is imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="lyceum-metrics-", dir=memory_folder())


def on_starting(server) -> None:
    """Under the supervisor of `make run`: end when the supervisor ends."""
    if "SUPERVISOR_ENABLED" in os.environ:
        end_with_parent()
    if METRICS_PORT:
        # At the same address as the portal, which an option of the command line may have set.
        host = server.cfg.bind[0].rpartition(":")[0]
        if host.startswith("unix"):
            host = "127.0.0.1"
        server.cfg.set("bind", [*server.cfg.bind, f"{host}:{METRICS_PORT}"])


def pre_fork(server, worker) -> None:
    """Let worker processes share the memory of the code: a garbage collector that visits its objects copies them."""
    gc.freeze()


def child_exit(server, worker) -> None:
    """Forget what only a running process can tell. Its counts stay."""
    if METRICS_PORT:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)


def on_exit(server) -> None:
    """Remove the folder of the counts."""
    if METRICS_PORT:
        shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
