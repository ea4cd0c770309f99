"""`manage.py move_database`: every row of another database comes into that of DATABASE_URL."""

from django.core.management.base import BaseCommand, CommandError

from operations.move import move_database
from portal.settings.environment import database_at


class Command(BaseCommand):
    help = (
        "Copy every row from SQLite to the PostgreSQL database of DATABASE_URL, or back. Web server and worker must be "
        "stopped. See docs/operations.md."
    )
    # The database is empty.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--from",
            required=True,
            dest="url",
            metavar="URL",
            help="the other database, in the form of DATABASE_URL; it stays as it is",
        )

    def handle(self, *args, url: str, **options):
        try:
            names = database_at(url)
        except ValueError as error:
            raise CommandError(f"--from must have {error}.") from error
        move_database(names, say=self.stdout.write)
        self.stdout.write("Moved. Next: start web server and worker.")
