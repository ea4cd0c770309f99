"""Quotation marks: a phrase when somebody asks for one, punctuation in prose."""

import pytest

MARKS = ("“%s”", "«\u00a0%s\u00a0»", "»%s«", "„%s“", "”%s”", "「%s」", "『%s』", "《%s》", '"%s"')
WISHES = ("“%s”", '"%s"')


@pytest.fixture(scope="module")
def kept_documents(document):
    return [
        document("phrase", "Notes", "a learning city with libraries"),
        document("words", "Notes", "a city of learning, learning in the city"),
        document("libraries", "Notes", "libraries, libraries, libraries"),
    ]


@pytest.fixture
def engine(kept_engine):
    return kept_engine


@pytest.mark.parametrize("marks", MARKS)
def test_a_search_that_is_one_quotation_finds_the_phrase(find, marks):
    assert find(marks % "learning city") == ["phrase"]
    assert find(f"{marks % 'learning city'}.") == ["phrase"], "a full stop after the quotation"


@pytest.mark.parametrize("marks", MARKS)
def test_a_short_quotation_that_something_has_is_a_phrase(find, marks):
    assert find(f"libraries {marks % 'learning city'}") == ["phrase"]


@pytest.mark.parametrize("marks", MARKS)
def test_a_short_quotation_that_nothing_has_is_words(find, marks):
    assert set(find(f"libraries {marks % 'city learning people'}")) == {"phrase", "words", "libraries"}


@pytest.mark.parametrize("marks", MARKS)
def test_a_quotation_beside_more_words_is_a_phrase_only_if_a_document_has_them_too(find, marks):
    assert find(f"with libraries in the {marks % 'learning city'}?") == ["phrase"]
    assert set(find(f"with museums in the {marks % 'learning city'}?")) == {"phrase", "words"}


@pytest.mark.parametrize(
    "unbalanced", ["“learning city", "learning city”", "« learning city", "learning « city", '"learning city']
)
def test_a_mark_without_its_pair_is_punctuation(find, unbalanced):
    assert set(find(unbalanced)) == {"phrase", "words"}


@pytest.mark.parametrize("marks", MARKS)
def test_a_long_quotation_within_a_search_is_words(find, marks):
    assert set(find(f"libraries {marks % 'we want a learning city'}")) == {"phrase", "words", "libraries"}


@pytest.mark.parametrize("marks", MARKS)
def test_quotations_in_prose_are_words(find, marks):
    prose = f"The mayor said that people who read in libraries build a {marks % 'learning city'} every day of the year"
    assert set(find(prose)) == {"phrase", "words", "libraries"}


@pytest.mark.parametrize("marks", MARKS)
def test_a_long_quotation_that_nothing_has_is_words_even_alone(find, marks):
    assert set(find(marks % "a learning city where people read")) == {"phrase", "words"}


@pytest.mark.parametrize("marks", WISHES)
def test_a_short_phrase_that_nothing_has_finds_nothing(find, marks):
    assert find(marks % "city learning people") == []


def test_a_sentence_with_quotation_marks_ranks_as_without_them(search):
    plain = search("people who learn in libraries of a learning city, as the mayor said to all of them")
    quoted = search("people who “learn in libraries” of a « learning city », as the mayor said to “all” of them")
    assert [(hit.id, round(hit.score, 3)) for hit in plain.hits] == [
        (hit.id, round(hit.score, 3)) for hit in quoted.hits
    ]
