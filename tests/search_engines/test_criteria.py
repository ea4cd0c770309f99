"""What becomes of a search between a form and an engine."""

from datetime import UTC, datetime

import pytest

from search_engines.criteria import MAX_CHARACTERS, MAX_ROWS, MAX_WORDS, Criteria, parse_words

NOW = datetime(2026, 6, 15, tzinfo=UTC)


def criteria(**fields):
    return Criteria(language="en", instant=NOW, **fields)


@pytest.mark.parametrize(
    ("typed", "words", "phrases"),
    [
        ("rural  libraries", "rural libraries", ()),
        ('rural "learning  city" library', "rural library", ("learning city",)),
        ("“ville apprenante” école", "école", ("ville apprenante",)),
        ('"a" "b" "a"', "", ("a", "b")),
        ('an open " quote', "an open quote", ()),
        ("an open “ quote", "an open quote", ()),
        ('""  " "', "", ()),
        ("« citation » d’un texte", "« citation » d’un texte", ()),
        ("", "", ()),
        ("re\u0301gion", "r\u00e9gion", ()),
        ("one\x00two\ud800three\ttabs", "one two three tabs", ()),
    ],
)
def test_words_and_phrases_are_told_apart_and_cleaned(typed, words, phrases):
    assert parse_words(typed) == (words, phrases)


def test_a_search_is_cut_to_a_thousand_characters_and_eighty_words():
    words, _phrases = parse_words("a" * 5_000)
    assert words == "a" * MAX_CHARACTERS
    words, phrases = parse_words('"one two" ' + "w " * 400)
    assert len(words.split()) == MAX_WORDS - 2
    assert phrases == ("one two",)
    _words, phrases = parse_words('"' + "w " * 400 + '"')
    assert len(phrases[0].split()) == MAX_WORDS


def test_cleaning_twice_changes_nothing():
    for typed in ("re\u0301gion", "\x00 a \u0301", "“", "a\u200db", "e" + "\u0301" * 3_000):
        words, _phrases = parse_words(typed)
        assert parse_words(words) == (words, ())


def test_pages_are_clamped_to_what_can_be_paged_through():
    assert criteria(page=-3, per_page=0).page == 1
    assert criteria(per_page=0).per_page == 1
    assert criteria(per_page=10**9).per_page == 100
    assert criteria(page=10**25, per_page=20).page * 20 == MAX_ROWS


def test_repeated_and_empty_selections_are_dropped():
    chosen = criteria(selections={"cluster": ("literacy", "", "literacy", "\x00"), "sdg": ()})
    assert chosen.selections == {"cluster": ("literacy",)}


def test_years_beyond_all_calendars_are_clamped():
    assert criteria(ranges={"period": (-(10**30), 10**30)}).ranges == {"period": (1, 9999)}


@pytest.mark.parametrize(
    "mistake",
    [
        {"selections": {"colour": ("red",)}},
        {"ranges": {"width": (1, 2)}},
        {"between": {"bedtime": (NOW, None)}},
        {"sort": "price"},
    ],
)
def test_what_only_a_programmer_can_get_wrong_is_refused(mistake):
    with pytest.raises(ValueError, match=r"unknown|sort must be"):
        criteria(**mistake)


def test_a_search_needs_a_moment_with_a_zone():
    with pytest.raises(ValueError, match="zone"):
        Criteria(language="en", instant=datetime(2026, 6, 15))


def test_a_search_can_be_written_as_it_was_typed():
    assert criteria(words="rural library", phrases=("learning city",)).text == 'rural library "learning city"'


def test_a_facet_can_be_taken_back():
    chosen = criteria(selections={"cluster": ("a",), "sdg": ("4",)}, page=3)
    assert chosen.without("cluster") == criteria(selections={"sdg": ("4",)})


def test_one_value_of_a_facet_can_be_taken_back():
    chosen = criteria(selections={"cluster": ("a", "b"), "sdg": ("4",)}, ranges={"period": (2015, None)})
    assert chosen.without("cluster", "a").selections == {"cluster": ("b",), "sdg": ("4",)}
    assert chosen.without("cluster", "a", "b").selections == {"sdg": ("4",)}
    assert chosen.without("period") == criteria(selections={"cluster": ("a", "b"), "sdg": ("4",)})
    assert [chosen.is_chosen(code) for code in ("cluster", "period", "city")] == [True, True, False]
    assert not criteria(ranges={"period": (None, None)}).is_chosen("period")
