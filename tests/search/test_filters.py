"""Which values of a filter can be chosen where there are very many."""

from search.filters import MOST_OPTIONS, most_frequent


def test_of_many_cities_those_with_most_hits_are_named():
    counts = {f"ex-{number:03}": number for number in range(1, MOST_OPTIONS + 51)}
    assert most_frequent(counts) == list(counts)[-MOST_OPTIONS:]


def test_cities_that_tie_for_the_last_place_are_all_named():
    """Which of them are shown is decided by their names."""
    many = {f"ex-{number:03}": 2 for number in range(1, MOST_OPTIONS)}
    tied = {"de-hamburg": 1, "ie-cork": 1, "jo-amman": 1}
    assert most_frequent({**tied, **many}) == [*tied, *many]


def test_few_cities_are_all_named():
    assert most_frequent({"ie-cork": 3, "jo-amman": 1}) == ["ie-cork", "jo-amman"]
    assert most_frequent({}) == []
