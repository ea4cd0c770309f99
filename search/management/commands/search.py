"""`manage.py search`: look after the index of the public search."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.search_document import SearchDocument
from search import outbox, reconciliation
from search.models import IndexTask
from search.overview import engine_overview, outbox_overview
from search.rebuild import rebuild_index, rebuild_reason
from search.temporary_engine import temporary_engine
from search_engines import EngineUnavailable

PROGRESS_EVERY = 2.0
"""Seconds."""


class Command(BaseCommand):
    help = "Look after the index of the public search."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("rebuild", help="build a new index from the database while the old one answers")
        sync = actions.add_parser("sync", help="index what is queued now")
        sync.add_argument("--parked", action="store_true", help="also groups that were parked after failed attempts")
        check = actions.add_parser("check", help="compare the index with the database; exits with 1 if they differ")
        check.add_argument("--repair", action="store_true", help="repair what differs")
        actions.add_parser("stats", help="show the engine, its documents, and what is queued or parked")
        evaluate = actions.add_parser("evaluate", help="measure the ranking over folders of queries and judgements")
        evaluate.add_argument("folders", nargs="+", type=Path, metavar="DIR")
        evaluate.add_argument(
            "--queries-from", metavar="LANG", help="take the queries from the set's folder in another language"
        )

    def handle(self, *args, action, **options):
        try:
            getattr(self, f"_{action}")(**options)
        except EngineUnavailable as error:
            raise CommandError(f"The search engine cannot do that now: {error}") from error

    def _rebuild(self, **options) -> None:
        started = time.monotonic()
        rebuilt = rebuild_index(self._with_progress)
        for refusal in rebuilt.refusals:
            self.stderr.write(f"Refused: {refusal.id}: {refusal.reason}")
        self.stdout.write(f"Documents: {rebuilt.documents}, in {time.monotonic() - started:.1f} s.")

    def _sync(self, parked: bool, **options) -> None:
        if parked:
            self.stdout.write(f"Parked entries that are tried again: {outbox.unpark()}.")
        # What fails is due again later: each entry is tried once.
        until, done = timezone.now(), 0
        while IndexTask.objects.due(until).exists():
            done += outbox.drain(until=until)
        self.stdout.write(f"Entries of the outbox that are done: {done}.")
        failed = IndexTask.objects.on_the_way(timezone.now()).exclude(last_error="")
        for row in failed:
            self.stderr.write(f"Not indexed: {row.key}: {row.last_error}")

    def _check(self, repair: bool, **options) -> None:
        if reason := rebuild_reason():
            if not repair:
                raise CommandError(
                    f"The index must be rebuilt: {reason}. The worker does that; without one: manage.py search rebuild"
                )
            self.stdout.write(f"The index is rebuilt: {reason}.")
            rebuild_index(self._with_progress)
        found = reconciliation.lasting(reconciliation.differences(self._with_progress))
        for difference in found:
            self.stdout.write(str(difference))
        if not found:
            self.stdout.write("The index agrees with the database.")
            return
        if not repair:
            raise CommandError(f"Documents that differ: {len(found)}. To repair them: manage.py search check --repair")
        reconciliation.repair(found)
        left = reconciliation.lasting(reconciliation.differences())
        if left:
            names = ", ".join(map(str, left[:20]))
            raise CommandError(f"Documents that still differ: {len(left)} ({names}). Try: manage.py search rebuild")
        self.stdout.write(f"Documents repaired: {len(found)}.")

    def _stats(self, **options) -> None:
        outbox_now, engine = outbox_overview(), engine_overview()
        self.stdout.write(f"Outbox: {outbox_now.waiting} waiting, {len(outbox_now.parked)} parked.")
        for row in outbox_now.parked:
            self.stdout.write(
                f"Parked since {row.parked_at:%Y-%m-%d %H:%M} UTC after {row.attempts} attempts: "
                f"{row.key}: {row.last_error}"
            )
        if outbox_now.parked:
            self.stdout.write("Try parked entries again with: manage.py search sync --parked")
        if engine.error:
            raise EngineUnavailable(engine.error)
        self.stdout.write(f"Engine: {engine.name}. Documents: {engine.documents}.")
        if engine.rebuild_reason:
            self.stdout.write(f"The index must be rebuilt: {engine.rebuild_reason}.")

    def _evaluate(self, folders: list[Path], queries_from: str | None, **options) -> None:
        # Not needed by a running portal.
        from scripts import search_evaluation

        self.stdout.write(f"{'set':<14} {'queries':>7} {'R@1':>6} {'R@10':>6} {'MRR@10':>7} {'nDCG@10':>8}")
        for folder in folders:
            with temporary_engine() as engine:
                try:
                    asked = search_evaluation.sibling(folder, queries_from) if queries_from else None
                    scores = search_evaluation.evaluate(engine, folder, asked)
                except (OSError, ValueError) as error:
                    raise CommandError(f"{folder} is no set of documents, queries and judgements: {error}") from error
            self.stdout.write(
                f"{folder.name:<14} {scores.queries:>7} {scores.recall_at_1:>6.3f} {scores.recall_at_10:>6.3f} "
                f"{scores.reciprocal_rank:>7.3f} {scores.discounted_gain:>8.3f}"
            )

    def _with_progress(self, documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
        """Yield the documents, and print every few seconds how many have passed."""
        printed = time.monotonic()
        for count, document in enumerate(documents, start=1):
            yield document
            if time.monotonic() - printed > PROGRESS_EVERY:
                self.stdout.write(f"Documents so far: {count} …")
                printed = time.monotonic()
