"""The configuration of gunicorn (`gunicorn --config python:portal.gunicorn portal.wsgi`)."""

import gc
import os

from portal.entry_points import one_sentence
from portal.memory_folder import memory_folder
from portal.parent_watchdog import end_with_parent
from portal.settings.environment import env
from portal.settings.logs import logging_of_gunicorn

with one_sentence():
    bind = f"127.0.0.1:{env.number('PORT', default=8000, least=1, most=65535)}"
    logconfig_dict = logging_of_gunicorn()
worker_class = "gthread"
workers = 2
threads = 4
# The code is loaded once, before the worker processes are forked.
preload_app = True
# Seconds that a running request has to end when the server is stopped.
graceful_timeout = 5
# No control socket, and no file in the home folder.
control_socket_disable = True
# A worker process touches a file there; in memory, so that a slow disk does not look like a process that hangs.
worker_tmp_dir = memory_folder()


def on_starting(server) -> None:
    """Under the supervisor of `make run`: end when the supervisor ends."""
    if "SUPERVISOR_ENABLED" in os.environ:
        end_with_parent()


def pre_fork(server, worker) -> None:
    """Let worker processes share the memory of the code: a garbage collector that visits its objects copies them."""
    gc.freeze()
