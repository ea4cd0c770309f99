"""`manage.py search`: look after the index of the public search."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.search_document import SearchDocument
from scripts import search_evaluation
from search import outbox, reconciliation
from search.current_engine import current_engine, temporary_engine
from search.engines import EngineUnavailable
from search.group_documents import all_documents
from search.models import IndexTask
from search.rebuild import rebuild_index

TELL_EVERY = 2.0


class Command(BaseCommand):
    help = "Look after the index of the public search."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("rebuild", help="make a new index from the database while the old one answers")
        actions.add_parser("sync", help="bring what is queued to the index now")
        check = actions.add_parser("check", help="compare the index with the database; exits with 1 if they differ")
        check.add_argument("--repair", action="store_true", help="mend what differs")
        actions.add_parser("stats", help="the engine, its documents, and what waits")
        evaluate = actions.add_parser("evaluate", help="judge the ranking over folders of queries and judgements")
        evaluate.add_argument("folders", nargs="+", type=Path, metavar="DIR")
        evaluate.add_argument(
            "--queries-from", metavar="LANG", help="ask the queries of the set's folder in another language"
        )

    def handle(self, *args, action, **options):
        try:
            getattr(self, f"_{action}")(**options)
        except EngineUnavailable as error:
            raise CommandError(f"The search engine does not answer: {error}") from error

    def _rebuild(self, **options) -> None:
        started = time.monotonic()
        rebuilt = rebuild_index(self._counted(all_documents()))
        for refusal in rebuilt.refusals:
            self.stderr.write(f"Refused: {refusal.id}: {refusal.reason}")
        self.stdout.write(f"{rebuilt.documents} documents in {time.monotonic() - started:.1f} s.")

    def _sync(self, **options) -> None:
        done = 0
        while rows := outbox.drain():
            done += rows
        self.stdout.write(f"{done} entries of the outbox done.")

    def _check(self, repair: bool, **options) -> None:
        found = list(reconciliation.differences(self._counted(all_documents())))
        for difference in found:
            self.stdout.write(f"{difference.kind}: {difference.id}")
        if not found:
            self.stdout.write("The index holds what the database says.")
            return
        if not repair:
            raise CommandError(f"{len(found)} documents differ. Mend them with: manage.py search check --repair")
        reconciliation.mend(found)
        left = list(reconciliation.differences())
        if left:
            names = ", ".join(difference.id for difference in left[:20])
            raise CommandError(f"{len(left)} documents still differ ({names}). Try: manage.py search rebuild")
        self.stdout.write(f"{len(found)} documents mended.")

    def _stats(self, **options) -> None:
        engine = current_engine()
        waiting = IndexTask.objects.count()
        self.stdout.write(f"Engine: {engine.name}. Documents: {engine.count()}. Waiting: {waiting}.")

    def _evaluate(self, folders: list[Path], queries_from: str | None, **options) -> None:
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

    def _counted(self, documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
        """The documents, with a line about how many have passed every few seconds."""
        told = time.monotonic()
        for count, document in enumerate(documents, start=1):
            yield document
            if time.monotonic() - told > TELL_EVERY:
                self.stdout.write(f"{count} documents …")
                told = time.monotonic()
