"""Facets, ranges, moments, totals and pages: everything that is counted."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from search_engines.facets import CODE_FACETS
from tests.search_engines.conftest import searching


@pytest.fixture(scope="module")
def kept_documents(document):
    """Two hundred documents in two languages, with random codes of every facet; some are fallbacks for others."""
    dice = random.Random(20260615)
    others = [code for code in CODE_FACETS if code not in {"type", "cluster", "sdg", "country", "evidence"}]
    made = []
    for number in range(200):
        facets = {
            "cluster": tuple(dice.sample(["literacy", "health", "esd", "equity"], dice.randint(0, 2))),
            "sdg": tuple(str(goal) for goal in dice.sample(range(1, 18), dice.randint(0, 5))),
            "country": (dice.choice(["DK", "CN", "FR", "BR"]),),
            "evidence": (dice.choice(["activity", "output", "outcome"]),),
            **{code: tuple(dice.sample(["one", "two", "three"], dice.randint(0, 2))) for code in others},
        }
        words = " ".join(dice.sample(["libraries", "schools", "museums", "gardens"], 2))
        language = dice.choice(["en", "fr"])
        shown_in = dice.choice([("en",), ("fr",), ("en", "fr")])
        kind = dice.choice(["practice", "city", "news"])
        made.append(
            document(number, f"Notes {number}", words, language=language, shown_in=shown_in, type=kind, facets=facets)
        )
    return tuple(made)


@pytest.fixture
def look(kept_engine):
    """Search in an engine that has the documents of `kept_documents`."""
    return searching(kept_engine)


def matches(made, reader, word, selections, leave_out=None):
    """What a search must find, computed the slow and simple way. Both languages have the word."""
    for item in made:
        facets = {"type": (item.type,), **item.facets}
        chosen = all(
            set(facets.get(facet, ())) & set(values) for facet, values in selections.items() if facet != leave_out
        )
        if reader in item.shown_in and chosen and (not word or word in item.body):
            yield item, facets


SELECTIONS = [
    {},
    {"cluster": ("literacy",)},
    {"cluster": ("literacy", "health"), "sdg": ("4",)},
    {"type": ("practice",), "country": ("DK", "CN"), "evidence": ("outcome",)},
    {"sdg": ("1", "2", "3"), "cluster": ("esd",), "type": ("city", "news")},
]


@pytest.mark.parametrize("reader", ["en", "fr"])
@pytest.mark.parametrize("word", ["", "museums"])
@pytest.mark.parametrize("selections", SELECTIONS)
def test_counts_ignore_a_facets_own_selection_and_respect_all_others(look, kept_documents, reader, word, selections):
    results = look(word, reader, selections=selections)
    assert results.total == len(list(matches(kept_documents, reader, word, selections)))
    for facet in CODE_FACETS:
        expected = Counter(
            code
            for _item, facets in matches(kept_documents, reader, word, selections, leave_out=facet)
            for code in facets.get(facet, ())
        )
        counted = {code: count for code, count in results.facets[facet].items() if count}
        assert counted == dict(expected), facet


def test_ticking_a_value_yields_its_count(look):
    offered = look("museums", selections={"cluster": ("literacy",)}).facets["sdg"]
    assert len(offered) > 10
    for goal, count in offered.items():
        chosen = look("museums", selections={"cluster": ("literacy",), "sdg": (goal,)})
        assert chosen.total == count


def test_every_facet_filters(look):
    counted = look("museums").facets
    for facet in CODE_FACETS:
        assert counted[facet], facet
        for value, count in counted[facet].items():
            assert look("museums", selections={facet: (value,)}).total == count, (facet, value)


def test_a_selected_value_stays_at_nought(look):
    results = look(selections={"cluster": ("literacy", "unheard-of")})
    assert results.facets["cluster"]["unheard-of"] == 0
    assert results.facets["cluster"]["literacy"] > 0
    assert "unheard-of" not in look().facets["cluster"]


def test_looking_through_without_words_is_counted_for_each_choice_and_reader_and_after_each_change(
    kept_documents, engine, search, document
):
    library = list(kept_documents)
    engine.index(library)

    def expected(reader, selections):
        return Counter(
            code for _item, facets in matches(library, reader, "", selections) for code in facets.get("country", ())
        )

    for _again in range(2):
        for reader in ("en", "fr"):
            for selections in SELECTIONS[:3]:
                assert search("", reader, selections=selections).facets["country"] == expected(reader, selections)
    new = document("new", "Notes", facets={"country": ("BR",)})
    engine.index([new])
    library.append(new)
    assert search().facets["country"] == expected("en", {})


@pytest.mark.parametrize("sort", ["relevance", "newest", "title"])
@pytest.mark.parametrize("word", ["", "museums schools"])
def test_the_rows_of_all_pages_are_the_total_and_no_group_comes_twice(look, word, sort):
    first = look(word, "fr", sort=sort, per_page=7)
    rows = []
    for page in range(1, -(-first.total // 7) + 1):
        results = look(word, "fr", sort=sort, per_page=7, page=page)
        assert (results.total, results.page) == (first.total, page)
        rows += results.hits
    assert len(rows) == first.total > 14
    assert len({hit.group for hit in rows}) == len(rows)
    own = [hit.language == "fr" for hit in rows]
    assert own == sorted(own, reverse=True)
    assert sum(own) == first.own_language_total


@pytest.mark.parametrize("page", [0, -5, 10**6, 10**25])
def test_a_page_that_is_not_there_is_answered_by_the_nearest(look, page):
    results = look("museums", page=page, per_page=10)
    assert results.page == (1 if page < 1 else -(-results.total // 10))
    assert results.hits


def test_an_empty_search_has_one_empty_page(search):
    results = search("nothing")
    assert (results.hits, results.total, results.own_language_total, results.page) == ((), 0, 0, 1)


def test_a_group_is_shown_in_the_version_that_stands_for_it(engine, document, find):
    engine.index(
        [
            document("city-fr", "Ville", "bibliothèque", language="fr", group="page:a", shown_in=("fr",)),
            document("city-en", "City", "library", language="en", group="page:a", shown_in=("en", "es")),
        ]
    )
    assert find("library", "en") == ["city-en"]
    assert find("library", "es") == ["city-en"]
    assert find("library", "fr") == []
    assert find("bibliotheque", "fr") == ["city-fr"]
    assert find("", "ru") == []


def test_the_readers_words_are_looked_for_in_the_analysis_of_other_languages(engine, document, find):
    engine.index(
        [
            document("french", "Notes", "les bibliothèques", language="fr"),
            document("russian", "Заметки", "в библиотеках", language="ru"),
            document("english", "Notes", "bibliotheque", language="en"),
        ]
    )
    assert find("bibliothèque", "en") == ["english", "french"]
    assert find("библиотека", "en") == ["russian"]


def test_little_words_of_the_readers_language_find_nothing_in_others(engine, document, find):
    engine.index([document("english", "LA stories", "la la la"), document("wanted", "Bread", "cuisine")])
    assert find("la cuisine", "fr") == ["wanted"]


# Order


def test_newest_first(engine, document, now, find):
    ages = {"old": 900, "new": 1, "middle": 40}
    engine.index(
        [document(id, "Notes", instants={"published": now - timedelta(days=age)}) for id, age in ages.items()]
        + [document("undated", "Notes")]
    )
    assert find(sort="newest") == ["new", "middle", "old", "undated"]
    assert find("notes", sort="newest") == ["new", "middle", "old", "undated"]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("fr", ["Âge", "ami", "Été", "étude", "Zoo"]),
        ("ru", ["Ежи", "Ёлка", "еще", "Яблоко"]),
        ("ar", ["ادارة", "أدب", "آفاق", "باب"]),
        ("zh-hans", ["北京", "成都", "上海"]),
        ("en", ["able", "“About” us", "City"]),
    ],
)
def test_titles_are_sorted_as_readers_look_for_them(engine, document, search, language, titles):
    shuffled = random.Random(3).sample(titles, len(titles))
    engine.index([document(number, title, language=language) for number, title in enumerate(shuffled)])
    found = ["".join(s.text for s in hit.title) for hit in search(language=language, sort="title").hits]
    assert found == titles


# Ranges and moments


def test_periods_match_where_they_overlap(engine, document, search):
    periods = {"past": (2001, 2005), "long": (2004, 2016), "ongoing": (2015, None), "future": (2030, 2031)}
    engine.index([document(id, "Notes", ranges={"period": years}) for id, years in periods.items()] + [document("no")])

    def within(first, last):
        return {hit.id for hit in search(ranges={"period": (first, last)}).hits}

    assert within(2005, 2014) == {"past", "long"}
    assert within(2016, 2020) == {"long", "ongoing"}
    assert within(None, 2003) == {"past"}
    assert within(2025, None) == {"ongoing", "future"}
    assert within(None, None) == {"past", "long", "ongoing", "future", "no"}
    assert within(2014, 2002) == set()
    assert within(-(10**30), 10**30) == {"past", "long", "ongoing", "future"}


def test_instants_match_from_the_first_to_before_the_last(engine, document, now, search):
    day = timedelta(days=1)
    engine.index([document(n, "Notes", instants={"starts_at": now + n * day}) for n in range(5)])
    hits = search(between={"starts_at": (now + day, now + 3 * day)}).hits
    assert {hit.id for hit in hits} == {"1", "2"}
    assert search(between={"starts_at": (now + 4 * day, None)}).total == 1


def test_whether_a_call_is_open_depends_on_when_somebody_asks(engine, document, now, search):
    opens, deadline = now, now + timedelta(days=10)
    engine.index(
        [document("call", "Call", type="call", instants={"opens_at": opens, "deadline": deadline}), document("decoy")]
    )

    def state(instant):
        results = search(instant=instant)
        chosen = {
            value: search(instant=instant, selections={"call": (value,)}).total for value in results.facets["call"]
        }
        assert chosen == results.facets["call"]
        return chosen

    second = timedelta(seconds=1)
    assert state(opens - second) == {"upcoming": 1}
    assert state(opens) == {"open": 1}
    assert state(deadline - second) == {"open": 1}
    assert state(deadline) == {"closed": 1}


def test_moments_combine_with_other_facets_and_stay_at_nought(engine, document, now, search):
    engine.index(
        [
            document("fresh", instants={"confirmed_on": now - timedelta(days=300)}, facets={"cluster": ("a",)}),
            document("stale", instants={"confirmed_on": now - timedelta(days=400)}, facets={"cluster": ("b",)}),
        ]
    )
    results = search(selections={"confirmed": ("recently",)})
    assert [hit.id for hit in results.hits] == ["fresh"]
    assert results.facets["cluster"] == {"a": 1}
    nothing = search(selections={"confirmed": ("recently",), "cluster": ("b",)})
    assert (nothing.total, nothing.facets["confirmed"]) == (0, {"recently": 0})
    assert search(selections={"confirmed": ("never-heard-of",)}).total == 0
