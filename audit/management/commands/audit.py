"""`manage.py audit export`: the audit log as JSON lines."""

from datetime import UTC, datetime, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime

from audit.json_lines import lines
from audit.models import AuditEntry


class Command(BaseCommand):
    help = "Read the audit log."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="print the entries as lines of JSON, the oldest first")
        when = "a day (2026-01-31) or a time (2026-01-31T12:00:00+00:00), in UTC unless it says otherwise"
        export.add_argument("--since", metavar="WHEN", help=f"from {when}")
        export.add_argument("--until", metavar="WHEN", help="to this time; a day is included. The same forms")

    def handle(self, *args, since: str | None, until: str | None, **options):
        first = _instant(since) if since is not None else None
        end = _instant(until, end=True) if until is not None else None
        for line in lines(AuditEntry.objects.all(), first, end):
            self.stdout.write(line)


def _instant(text: str, *, end: bool = False) -> datetime:
    """The instant that the text names. end: of a day, the beginning of the next."""
    try:
        if day := parse_date(text):
            return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1 if end else 0)
        found = parse_datetime(text)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise CommandError(f"“{text}” is neither a day (2026-01-31) nor a time (2026-01-31T12:00:00+00:00).")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
