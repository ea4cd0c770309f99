"""`manage.py restore`: a backup becomes the portal again."""

from pathlib import Path

from django.core.management.base import BaseCommand

from operations.restore import check_backup, restore


class Command(BaseCommand):
    help = "Restore database and files from a backup. See docs/operations.md."
    # The database is empty, or of another version.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that manage.py backup has made")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="delete the database and all files that are there now",
        )
        parser.add_argument("--check", action="store_true", help="only check that the backup is complete")

    def handle(self, *args, folder: Path, replace: bool, check: bool, **options):
        if check:
            found = check_backup(folder)
            self.stdout.write(
                f"The backup of {found.moment:%Y-%m-%d %H:%M} UTC is complete: {len(found.tables)} tables, "
                f"{len(found.files):,} files."
            )
            return
        restore(folder, replace=replace, say=self.stdout.write)
        self.stdout.write("Restored. Nobody is signed in, and no link that was mailed before works.")
