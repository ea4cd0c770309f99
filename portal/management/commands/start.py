"""`manage.py start`: the second half of `make run` and `make dev`."""

import os
import socket
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from desk.demonstration.links import write_links
from portal.bootstrap import build_search_index, load_demonstration, migrate, prepare_static_files
from portal.entry_points import refuse_wrong_settings
from portal.locks import Held, hold_file
from portal.settings.environment import env
from portal.supervision import configuration, variables


class Command(BaseCommand):
    help = (
        "Bring the database up to date, load the demonstration into an empty one, then run web server and "
        "worker on this machine until Ctrl-C."
    )
    requires_system_checks = ()

    def handle(self, *args, **options):
        port = env.number("PORT", default=8000, least=1, most=65535)
        check_port(port)
        if not settings.LOCAL_ONLY:
            raise CommandError(
                f"{settings.SETTINGS_MODULE} is for the public: start gunicorn and `manage.py worker` instead of "
                "`make run` (docs/operations.md)."
            )
        refuse_wrong_settings()
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            running = hold_file(settings.DATA_DIR / "running.lock")
        except Held as error:
            raise CommandError(f"The portal in {settings.DATA_DIR} is running already.") from error
        migrate(self.stdout)
        load_demonstration()
        write_links()
        build_search_index(self.stdout)
        if not settings.DEBUG:
            prepare_static_files(self.stdout)
        connections.close_all()
        self.stdout.write("Starting …")
        self.stdout.flush()
        # This process becomes the supervisor and keeps the lock; its children close the file.
        os.set_inheritable(running.fileno(), True)
        self.supervise(port)

    def supervise(self, port: int) -> None:
        """Replace this process by the supervisor of web server and worker. Does not return."""
        python, manage = sys.executable, str(settings.BASE_DIR / "manage.py")
        if settings.DEBUG:
            web = [python, manage, "devserver", str(port)]
        else:
            web = [python, "-m", "gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"]
        programs = {"web": web, "worker": [python, manage, "worker"]}
        (settings.DATA_DIR / "log").mkdir(exist_ok=True)
        file = settings.DATA_DIR / "supervisor.conf"
        file.write_text(configuration(programs, to_console=settings.DEBUG))
        environment = {
            **os.environ,
            **variables(programs, settings.BASE_DIR, settings.DATA_DIR),
            "PORT": str(port),
            "DATA_DIR": str(settings.DATA_DIR),
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        }
        os.chdir(settings.BASE_DIR)
        os.execve(python, [python, "-m", "portal.supervision", str(file), str(port)], environment)  # noqa: S606


def check_port(port: int) -> None:
    """Raise CommandError when the port is occupied or does not exist."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise CommandError(f"Port {port} is reserved. Choose one above 1023: make run PORT=8000") from error
        except OSError as error:
            raise CommandError(
                f"Port {port} is occupied ({error.strerror}). Choose another: make run PORT={port + 1}"
            ) from error
        except OverflowError as error:
            raise CommandError(f"There is no port {port}.") from error
