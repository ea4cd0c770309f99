"""Measure the ranking of an engine on test collections of documents, queries and relevance judgements.

A collection is a folder with ``docs.jsonl`` (``id``, ``lang``, ``title``, ``text``), ``queries.jsonl`` (``id``,
``lang``, ``text``) and ``qrels.tsv`` (query id, document id, grade). Each gets its own index. The calls are
those of the portal.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.search_document import SearchDocument
from search_engines.base import SearchEngine
from search_engines.criteria import Criteria, parse_words

DEPTH = 10
LANGUAGES = {"zh": "zh-hans"}
"""Language codes of the files that differ from the portal's."""


@dataclass(frozen=True)
class Scores:
    """Means over all queries of a collection, each from 0 to 1."""

    queries: int
    recall_at_1: float
    recall_at_10: float
    reciprocal_rank: float
    discounted_gain: float


def evaluate(engine: SearchEngine, folder: Path, queries_from: Path | None = None) -> Scores:
    """Replace the index of ``engine`` with the documents of ``folder``, and return the scores of its queries.

    queries_from: the folder of the same collection in another language, whose queries are used instead.
    The reader's language is then that of the queries. Raises ``OSError`` or ``ValueError`` for a folder
    that is no collection.
    """
    queries = list(_lines((queries_from or folder) / "queries.jsonl"))
    readers = tuple(sorted({_language(query) for query in queries}))
    engine.rebuild((_document(line, readers) for line in _lines(folder / "docs.jsonl")), lambda groups: ())
    judgements = _judgements(folder / "qrels.tsv")
    rows = [_measures(_ranking(engine, query), judgements.get(query["id"], {})) for query in queries]
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    return Scores(len(rows), *means)


def sibling(folder: Path, language: str) -> Path:
    """Return the folder of the same collection in another language: ``oguide-fr`` for ``oguide-en`` and ``fr``.

    Raises ``ValueError`` if there is none.
    """
    found = folder.with_name(f"{folder.resolve().name.rpartition('-')[0]}-{language}")
    if not found.is_dir():
        raise ValueError(f"there is no folder {found}")
    return found


def _document(line: dict, readers: tuple[str, ...]) -> SearchDocument:
    return SearchDocument(
        id=line["id"],
        group=f"page:{line['id']}",
        language=_language(line),
        shown_in=readers,
        type="page",
        url="/",
        title=line["title"],
        body=line["text"],
    )


def _ranking(engine: SearchEngine, query: dict) -> list[str]:
    words, phrases = parse_words(query["text"])
    criteria = Criteria(
        language=_language(query),
        instant=datetime.now(UTC),
        words=words,
        phrases=phrases,
        per_page=DEPTH,
    )
    return [hit.id for hit in engine.search(criteria).hits]


def _measures(ranking: list[str], grades: dict[str, int]) -> tuple[float, float, float, float]:
    """Return recall at 1 and at 10, reciprocal rank, and normalised discounted cumulative gain at 10.

    Recall at 1 is 1 if the first hit is relevant. Gain is ``2^grade - 1``, divided by the binary logarithm
    of the rank plus one (Järvelin and Kekäläinen 2002, in its exponential form).
    """
    wanted = {document for document, grade in grades.items() if grade > 0}
    found = [rank for rank, document in enumerate(ranking, start=1) if document in wanted]
    gain = sum(_gain(grades[ranking[rank - 1]], rank) for rank in found)
    best = sorted(grades.values(), reverse=True)[:DEPTH]
    ideal = sum(_gain(grade, rank) for rank, grade in enumerate(best, start=1) if grade > 0)
    return (
        float(bool(found) and found[0] == 1),
        len(found) / len(wanted) if wanted else 0.0,
        1 / found[0] if found else 0.0,
        gain / ideal if ideal else 0.0,
    )


def _gain(grade: int, rank: int) -> float:
    return (2**grade - 1) / math.log2(rank + 1)


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        query, document, grade = line.split("\t")
        judgements.setdefault(query, {})[document] = int(grade)
    return judgements


def _lines(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _language(line: dict) -> str:
    return LANGUAGES.get(line["lang"], line["lang"])
