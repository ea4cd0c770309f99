"""`manage.py deploy`: all that a new version needs before its processes start."""

from django.core.management.base import BaseCommand

from operations.deployment import deploy


class Command(BaseCommand):
    help = (
        "Check the settings, compile the message catalogues, migrate the database, collect the static files and empty "
        "the cache. It can be run twice. See docs/operations.md."
    )

    def handle(self, *args, **options):
        deploy(self.stdout)
