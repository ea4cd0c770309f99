"""`manage.py load_editorial`: load work for the secretariat of the demonstration; `load_demo` calls it."""

from django.core.management.base import BaseCommand

from editorial.demonstration.loading import load


class Command(BaseCommand):
    help = "Load work for the secretariat of the demonstration. A second run restores what is missing."

    def handle(self, *args, **options):
        self.stdout.write(f"{load()} made")
