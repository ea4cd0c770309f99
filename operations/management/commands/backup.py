"""`manage.py backup`: database and files in one folder, while people go on writing."""

from pathlib import Path

from django.core.management.base import BaseCommand

from operations.backup import make_backup


class Command(BaseCommand):
    help = "Save database and files in a new folder, while people go on writing. See docs/operations.md."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet")

    def handle(self, *args, folder: Path, **options):
        made = make_backup(folder, self.stdout.write)
        self.stdout.write(f"The backup of {made.moment:%Y-%m-%d %H:%M} UTC is complete: {folder}")
