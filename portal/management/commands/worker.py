"""`manage.py worker`: runs background tasks, mail, the search index and scheduled publishing."""

import os
import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.autoreload import run_with_reloader

from portal.clock import ClockWatch
from portal.entry_points import refuse_wrong_settings
from portal.locks import Held, only_worker
from portal.parent_watchdog import end_with_parent
from portal.periodic_tasks import periodic_tasks
from portal.task_runs import TaskRuns
from portal.worker import Worker

# How long a new worker waits for another one to end.
PATIENCE_SECONDS = 10


class Command(BaseCommand):
    help = "Do the work that requests do not wait for. One worker for each database; a second one does not start."
    # The models have been checked by `migrate`, and after a crash every second counts.
    requires_system_checks = ()

    def handle(self, *args, **options):
        if "SUPERVISOR_ENABLED" in os.environ:
            end_with_parent()
        refuse_wrong_settings()
        if settings.DEBUG:
            run_with_reloader(self.work)
        else:
            self.work()

    def work(self):
        """Run until SIGTERM or SIGINT."""
        # Says that the database is away before anything else meets it.
        connection.ensure_connection()
        worker = Worker(periodic_tasks(), TaskRuns().record)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: worker.stop())
        try:
            with only_worker(PATIENCE_SECONDS) as check_lock:
                clock = ClockWatch()

                def check() -> None:
                    check_lock()
                    clock.look()

                worker.run(check)
        except Held as error:
            raise CommandError("Another worker of this database is running.") from error
