"""`manage.py load_desk`: load the desk of the demonstration network; `load_demo` calls it."""

from django.core.management.base import BaseCommand

from desk.demonstration import loading


class Command(BaseCommand):
    help = (
        "Load the people of example cities and their practices in every state. A second run restores what is missing."
    )

    def handle(self, *args, **options):
        loading.load_people()
        loading.load_profile()
        made = loading.load_practices()
        self.stdout.write(f"{made} made")
