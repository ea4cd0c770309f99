"""`manage.py add_language CODE`: create the pages of a language."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core.i18n.languages import LANGUAGE_CODES
from home.structure import add_language


class Command(BaseCommand):
    help = "Create the home page and the list pages of a language. A second run creates only missing pages."

    def add_arguments(self, parser):
        parser.add_argument("code", help=f"one of {', '.join(LANGUAGE_CODES)}")

    def handle(self, *args, code, **options):
        if "wagtailcore_locale" not in connection.introspection.table_names():
            raise CommandError("The database has no tables yet. Run `manage.py migrate` first.")
        try:
            missing = add_language(code, report=lambda line: self.stdout.write(f"  {line}"))
        except ValueError as error:
            raise CommandError(str(error)) from error
        if missing:
            warning = (
                f"The catalogue of {code} lacks {len(missing)} strings, which are English until they are translated:"
            )
            self.stderr.write(self.style.WARNING(warning))
            for text in missing:
                self.stderr.write(f"  {text}")
