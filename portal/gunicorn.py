"""How gunicorn serves the portal (`gunicorn --config python:portal.gunicorn portal.wsgi`)."""

import os

from portal.entry_points import one_sentence
from portal.parent_watchdog import end_with_parent
from portal.settings.environment import env

with one_sentence():
    bind = f"127.0.0.1:{env.number('PORT', default=8000, least=1, most=65535)}"
worker_class = "gthread"
workers = 2
threads = 4
# The code is loaded once, before the processes part.
preload_app = True
# A request that still runs when the server is told to stop has this long to end.
graceful_timeout = 5
# No second way in, and nothing written in somebody's home folder.
control_socket_disable = True
# Written while a worker lives; in memory, so that a slow disk does not look like a dead worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108


def on_starting(server) -> None:
    """Under the supervisor of `make run`: end when it has gone."""
    if "SUPERVISOR_ENABLED" in os.environ:
        end_with_parent()
