"""`manage.py open_data_dump`: write the files of the open data now, and not only at night."""

from django.core.management.base import BaseCommand

from open_data.dumps import make_dump


class Command(BaseCommand):
    help = "Write a dump of the open data now, as the worker does every night."

    def handle(self, *args, **options):
        dump = make_dump()
        for file in dump.files:
            self.stdout.write(f"{file.sha256}  {file.size:>12}  {dump.path(file.name)}")
