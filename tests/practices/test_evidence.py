"""The evidence levels: what they need, what counts, and the page that explains them."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from practices.evidence import NEEDS
from practices.models import PracticeResult
from practices.vocabularies import Evidence, EvidenceBasis
from search.rebuild import rebuild_index
from tests import factories
from tests.reading import by_class, fetch, main, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree(tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    return factories.tree("fr")


def result(**fields) -> PracticeResult:
    """A result that has all that the highest level needs, except for `fields`."""
    complete = {"value": 5, "year": 2024, "label": "of 9", "source": "Census", "basis": "evaluation"}
    return PracticeResult(**{**complete, "evidence": "independent-evaluation", **fields})


def errors(row: PracticeResult) -> set[str]:
    try:
        row.clean()
    except ValidationError as refusal:
        return set(refusal.message_dict)
    return set()


def test_every_level_says_what_it_needs():
    assert list(NEEDS) == list(Evidence)
    assert errors(result()) == set()


@pytest.mark.parametrize("level", Evidence)
def test_a_level_is_refused_without_what_it_needs(level):
    needs = NEEDS[level]
    assert errors(result(evidence=level, value=None)) == ({"value"} if needs.number else set())
    assert errors(result(evidence=level, year=None)) == ({"year"} if needs.year else set())
    assert errors(result(evidence=level, basis="")) == {"basis"}
    for basis in EvidenceBasis.values:
        assert errors(result(evidence=level, basis=basis)) == (set() if basis in needs.basis else {"basis"})
    assert errors(result(evidence="")) == {"evidence"}


def test_from_level_three_a_number_and_its_year_are_needed_and_a_thesis_is_no_evaluation():
    for level in (Evidence.OUTCOME, Evidence.INDEPENDENT_EVALUATION):
        assert NEEDS[level].number
        assert NEEDS[level].year
    assert NEEDS[Evidence.INDEPENDENT_EVALUATION].basis == {"evaluation"}


def test_what_is_expected_has_no_level():
    assert errors(result(kind="expected")) == {"evidence"}
    assert errors(result(kind="expected", evidence="")) == set()


def practice(*rows: PracticeResult):
    return factories.practice(results=list(rows))


def shown_level(page) -> str:
    """The evidence among the facts at a glance."""
    return words(by_class(fetch(page.url), "facts")[0]).partition("Evidence ")[2]


def test_the_page_says_the_highest_level_and_what_it_rests_on_and_links_to_what_that_means():
    page = practice(
        result(evidence="output", basis="press", source="Gazette"),
        result(evidence="outcome", basis="survey", source="Statistics office", year=2023),
    )
    assert shown_level(page).startswith("Outcome measured level 3 of 4 Based on: a survey, Statistics office, 2023")
    assert "/en/help/evidence/" in fetch(page.url).xpath("//main//dl//a/@href")


@pytest.mark.parametrize("kind", ["expected", "no-effect"])
def test_an_expectation_and_a_study_without_effect_raise_no_level(kind):
    level = "" if kind == "expected" else "independent-evaluation"
    page = practice(
        result(evidence="activity", basis="press"), result(kind=kind, evidence=level, label="hoped for", value=70)
    )
    rebuild_index()
    assert shown_level(page).startswith("Activity reported level 1 of 4")
    (row,) = [row for row in by_class(fetch(page.url), "result") if "hoped for" in words(row)]
    assert {"expected": "Expected, not a result", "no-effect": "No effect found"}[kind] in words(row)
    (hit,) = by_class(fetch("/en/search/?evidence=activity"), "hit")
    assert "Activity reported" in words(by_class(hit, "hit__facts")[0])
    assert "/en/help/evidence/#activity" in hit.xpath(".//a/@href")
    other = fetch("/en/search/?evidence=independent-evaluation")
    assert [words(hit) for hit in by_class(other, "hit")] == []


def test_a_practice_with_nothing_but_a_plan_has_no_level():
    page = practice(result(kind="expected", evidence=""))
    assert shown_level(page).startswith("No evidence level: no results have been counted yet")


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "ar", "ru", "zh-hans"])
def test_the_levels_are_explained_in_every_language_with_the_scales_they_come_from(language):
    if language not in {"en", "fr"}:
        factories.tree(language)
    page = fetch(f"/{language}/help/evidence/")
    text = main(page)
    with translation.override(language):
        for level in Evidence:
            assert str(level.label) in text
            assert page.get_element_by_id(level.value) is not None
    for name in ("Nesta", "Maryland"):
        assert name in text
    assert page.get("lang").lower() == language


def test_the_filter_by_evidence_leads_to_what_the_levels_mean():
    factories.practice()
    rebuild_index()
    assert "/en/help/evidence/" in fetch("/en/search/").get_element_by_id("facet-evidence").xpath(".//a/@href")
