"""The measures of ranking, on a set small enough to work out by hand."""

import json
import math

import pytest

from scripts.search_evaluation import evaluate
from search_engines import get_engine


@pytest.fixture
def library(tmp_path):
    """Three documents and four queries: found first, found second, found nowhere, and two at once."""
    documents = [
        {"id": "a", "lang": "zh", "title": "学习型城市", "text": "图书馆"},
        {"id": "b", "lang": "zh", "title": "", "text": "图书馆 图书馆 图书馆"},
        {"id": "c", "lang": "zh", "title": "博物馆", "text": "晚上开放"},
    ]
    queries = [("first", "学习型"), ("second", "图书馆"), ("never", "足球"), ("both", "城市 博物馆")]
    wanted = [("first", "a", 1), ("second", "a", 1), ("never", "c", 1), ("both", "a", 2), ("both", "c", 1)]
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "docs.jsonl").write_text("\n".join(json.dumps(line) for line in documents))
    asked = [{"id": name, "lang": "zh", "text": text} for name, text in queries]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(line) for line in asked))
    (folder / "qrels.tsv").write_text("".join(f"{name}\t{id}\t{grade}\n" for name, id, grade in wanted))
    return folder


def test_measures_are_means_over_all_queries(library, tmp_path):
    scores = evaluate(get_engine("embedded", path=tmp_path / "index"), library)
    assert scores.queries == 4
    assert scores.recall_at_1 == pytest.approx((1 + 0 + 0 + 1) / 4)
    assert scores.recall_at_10 == pytest.approx((1 + 1 + 0 + 1) / 4)
    assert scores.reciprocal_rank == pytest.approx((1 + 1 / 2 + 0 + 1) / 4)
    # The two of "both" may come in either order; the worse one loses part of its gain.
    second = 1 / math.log2(3)
    best, other = 1.0, (1 + 3 * second) / (3 + second)
    rest = 1 + second + 0
    assert scores.discounted_gain == pytest.approx((rest + best) / 4) or scores.discounted_gain == pytest.approx(
        (rest + other) / 4
    )


def test_queries_of_another_language_can_be_asked(library, tmp_path):
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "queries.jsonl").write_text(json.dumps({"id": "first", "lang": "en", "text": "学习型城市"}))
    scores = evaluate(get_engine("embedded", path=tmp_path / "index"), library, queries_from=foreign)
    assert (scores.queries, scores.recall_at_1) == (1, 1.0)


def test_a_folder_that_is_no_set_is_an_error(tmp_path):
    with pytest.raises(OSError, match="queries"):
        evaluate(get_engine("embedded", path=tmp_path / "index"), tmp_path)
