"""`manage.py devserver`: Django's development server under the supervisor of `make dev`."""

import os

from django.contrib.staticfiles.management.commands.runserver import Command as RunserverCommand

from portal.parent_watchdog import end_with_parent


class Command(RunserverCommand):
    help = "The development server of `make dev`."

    def run(self, **options):
        if "SUPERVISOR_ENABLED" in os.environ:
            end_with_parent()
        super().run(**options)
