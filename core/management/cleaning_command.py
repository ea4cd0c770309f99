"""The base of the commands that clean stored files."""

from collections import Counter
from collections.abc import Callable, Iterator

from django.core.management.base import BaseCommand, CommandError


class CleaningCommand(BaseCommand):
    """Cleans all stored files of one kind and tells what happened."""

    plural: str
    clean: Callable[[], Iterator[tuple]]

    def add_arguments(self, parser):
        """Take what to do: there is only one thing."""
        parser.add_argument("action", choices=["clean"])

    def handle(self, *args, **options):
        """Clean the files. Raises CommandError, at the end, if one could not be cleaned."""
        outcomes: Counter[str] = Counter()
        for thing, outcome in self.clean():
            outcomes[outcome] += 1
            if outcome not in {"clean", "cleaned"}:
                self.stderr.write(f"{thing.pk} ({thing.file.name}): {outcome}")
        self.stdout.write(f"{self.plural}: {outcomes['cleaned']} cleaned, {outcomes['clean']} were clean")
        if left := outcomes.total() - outcomes["cleaned"] - outcomes["clean"]:
            raise CommandError(f"{left} could not be cleaned; they are named above")
