"""Inflected and derived words meet in both engines, and words that only look alike do not."""

import shutil
from pathlib import Path

import pytest

from search_engines.analysis import lexicon, terms
from search_engines.analysis.searches import LEAST_PAIRS, SearchTerms
from search_engines.analysis.terms import analysis_code
from search_engines.elasticsearch import definition
from search_engines.embedded import schema
from tests.search_engines.conftest import LANGUAGES

PAIRS = Path(__file__).parent / "pairs"
LEAST = 100
"""Pairs of each language, of related and of unrelated words."""
MISSED, MET = 0.04, 0.04
"""Most related pairs that may be missed, and unrelated ones that may meet: no stemmer is perfect."""
ASKED = 12
"""Pairs of each language that are searched for in each engine."""


def pairs_of(language):
    """Related and unrelated pairs; lines of unrelated ones begin with an exclamation mark."""
    related, unrelated = [], []
    for line in (PAIRS / f"{analysis_code(language)}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            found = unrelated if line.startswith("!") else related
            found += [tuple(pair.split(" ", 1)) for pair in line.lstrip("! ").split(", ")]
    return related, unrelated


def meets(written, typed, language):
    """Whether a text with one word is found by another: they have a term in common. No text has a stop word."""
    code = analysis_code(language)
    content = [piece for piece in terms.pieces(written, code) if not piece.stop]
    indexed = {term for piece in content for term in (*piece.terms, *piece.others)}
    search = SearchTerms(typed, code)
    if search.runs:
        return any(len(indexed.intersection(pairs)) >= min(LEAST_PAIRS, len(pairs)) for pairs in search.runs)
    asked = {term for token in search.tokens(code) for term in (token.term, *token.others)}
    divided = any(indexed.issuperset(division) for division in search.divisions())
    return divided or bool(indexed & (asked | set(search.compounds(code))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_of_a_word_meet(language):
    related, _unrelated = pairs_of(language)
    assert len(related) >= LEAST
    missed = [pair for pair in related if not (meets(*pair, language) and meets(*reversed(pair), language))]
    assert len(missed) <= MISSED * len(related), missed


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "neighbours", "neighbors"),
        ("en", "organisations", "organizations"),
        ("en", "theatre", "theater"),
        ("en", "programmes", "program"),
        ("pt", "direcção", "direção"),
    ],
)
def test_two_spellings_of_a_word_are_the_same_to_both_engines(engine, document, find, language, one, other):
    """Also to the exact form, which puts what is written as it was typed first."""
    titles = {"both": f"{one} {other}", "one": f"{one} 1", "other": f"{other} 2", "neither": "Libraries"}
    engine.index([document(name, title, language=language) for name, title in titles.items()])
    assert find(one, language) == find(other, language)
    assert set(find(one, language)) == {"both", "one", "other"}
    assert [piece.forms for piece in terms.pieces(one, language)] == [
        piece.forms for piece in terms.pieces(other, language)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_only_look_alike_do_not_meet(language):
    _related, unrelated = pairs_of(language)
    assert len(unrelated) >= LEAST
    met = [pair for pair in unrelated if meets(*pair, language)]
    assert len(met) <= MET * len(unrelated), met


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_engines_find_what_the_analysis_says(engine, document, find, language):
    """A sample of the pairs: the terms of both engines come from the same code."""
    for pairs in pairs_of(language):
        sample = pairs[:: len(pairs) // ASKED][:ASKED]
        words = [written for written, _typed in sample]
        engine.index([document(number, "–", word, language=language) for number, word in enumerate(words)])
        for number, (written, typed) in enumerate(sample):
            expected = {str(other) for other, word in enumerate(words) if meets(word, typed, language)}
            assert set(find(typed, language)) == expected, (written, typed)
            assert (str(number) in expected) == meets(written, typed, language)


def test_an_index_made_with_other_words_is_not_used(monkeypatch, tmp_path):
    before = [schema.signature(), definition.signature()]
    shutil.copytree(lexicon.WORDS, tmp_path / "words")
    with (tmp_path / "words" / "families.txt").open("a", encoding="utf-8") as file:
        file.write("en: zebra stripes\n")
    monkeypatch.setattr(lexicon, "WORDS", tmp_path / "words")
    lexicon.fingerprint.cache_clear()
    after = [schema.signature(), definition.signature()]
    lexicon.fingerprint.cache_clear()
    assert all(old != new for old, new in zip(before, after, strict=True))
