"""`manage.py load_demo`: load the demonstration network."""

import time
from collections.abc import Iterable
from io import StringIO

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.roles import ensure_groups
from audit.log import without_lines
from core.i18n.languages import LANGUAGE_CODES
from home.demonstration import accounts, documents, pages, rows
from home.demonstration.indexes import update_wagtail_indexes
from home.structure import add_language, create_source_tree


class Command(BaseCommand):
    help = "Load the demonstration network. A second run restores missing content and keeps edited content."

    @without_lines()
    def handle(self, *args, **options):
        started = time.monotonic()
        create_source_tree()
        for language in LANGUAGE_CODES:
            self._step(f"Language {language}", lambda code=language: add_language(code))
        ensure_groups()
        self._step("Accounts", accounts.load_accounts)
        user = User.objects.get(email=accounts.ACCOUNTS[0][0])
        self._step("Terms", rows.load_terms)
        self._step("Cities", rows.load_cities)
        self._step("Clusters", rows.load_clusters)
        self._step("National Commissions", rows.load_commissions)
        self._step("Calls", lambda: rows.load_calls(user))
        for name, load in (
            ("Home pages", pages.load_home),
            ("How to join", pages.load_join_page),
            ("Text pages", pages.load_standard_pages),
            ("Introduction", pages.load_introduction),
            ("Cluster hubs", pages.load_cluster_pages),
            ("Pages of calls", pages.load_call_pages),
            ("Events", pages.load_events),
            ("News", pages.load_news),
            ("Practices", pages.load_practices),
            ("Flyers", documents.load_flyers),
        ):
            self._step(name, lambda load=load: self._count(load(user)))
        # By their names: desk and editorial are apps above this one.
        self._step("Desk of the cities", lambda: call_command("load_desk", stdout=StringIO()))
        self._step("Work of the secretariat", lambda: call_command("load_editorial", stdout=StringIO()))
        self._step("Usage and search in the admin", update_wagtail_indexes)
        if sentence := documents.flyers_left_out():
            self.stdout.write(sentence)
        self.stdout.write(f"Loaded in {time.monotonic() - started:.0f} s.")

    def _step(self, name: str, work) -> None:
        self.stdout.write(f"{name} … ", ending="")
        self.stdout.flush()
        made = work()
        self.stdout.write(f"{made} made" if isinstance(made, int) else "done")

    def _count(self, lines: Iterable[str]) -> int:
        """Count the new pages, and print a dot for every tenth page to show progress."""
        made = 0
        for made, _line in enumerate(lines, start=1):
            if made % 10 == 0:
                self.stdout.write(".", ending="")
                self.stdout.flush()
        return made
