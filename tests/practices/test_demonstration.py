"""The practices of the demonstration: who says it, wherever one is shown; what is known of it, and how well."""

import re
import shutil
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from lxml import html

from cities.models import City
from core.querysets.visibility import public
from desk.models import WorkingCopy
from events.models import EventPage
from practices.evidence import counts_as_evidence, evidence_errors, strongest
from practices.models import PracticePage, PracticeResult
from practices.presentation import information_in, missing_information
from practices.provenance import provenance_of
from practices.vocabularies import Evidence, ResultKind
from tests.reading import by_class

PER_PAGE = 20
# Words for a plan, a target or an expectation, in the seven languages.
EXPECTED = re.compile(
    r"expect|planned|target|approved|are to be|were to be|attendu|prévu|objectif|approuvé|esperad|previst|"
    r"planead|meta\b|aprobad|aprovad|ожида|запланир|цель|объявлен|متوقع|مخطط|هدف|أُعلن|预计|计划到|目标"
)
# Results whose words name a target or a plan that something measured is compared with.
COMPARED = {
    ("medellin-en-el-colegio-contamos-con-vos", "107.300"),
    ("petaling-jaya-free-bus-and-bag-sewing", "47.000"),
    ("wyndham-learning-festival", "43.000"),
}


@pytest.fixture(scope="module")
def network(demonstration, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The connection of the tests uses a copy of the demonstration's database."""
    names, copy = connection.settings_dict, tmp_path_factory.mktemp("demonstration") / "portal.sqlite3"
    original = names["NAME"]
    shutil.copyfile(demonstration / "portal.sqlite3", copy)
    with django_db_blocker.unblock():
        connection.close()
        names["NAME"] = str(copy)
        yield
        connection.close()
        names["NAME"] = original


@pytest.fixture(scope="module")
def practices(network) -> list[PracticePage]:
    """All public versions of all practices."""
    rows = public(PracticePage.objects.all()).select_related("locale", "city").prefetch_related("results")
    return list(rows.order_by("pk"))


@pytest.fixture
def said(practices, settings) -> dict[str, dict[str, list[str]]]:
    """Address → reader's language → what a card, hit or page has to say of its provenance."""
    found: dict[str, dict[str, list[str]]] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for practice in practices:
                items = provenance_of(practice).items(code)
                found.setdefault(practice.address, {})[code] = [" ".join(item["text"].split()) for item in items]
    return found


def provenance(element) -> list[str]:
    (shown,) = by_class(element, "provenance")
    return [" ".join("".join(item.itertext()).split()) for item in shown.iter("li")]


def shown_practices(address: str, said) -> set[str]:
    """Fail unless each card and hit of a practice on a page says where it comes from; return their addresses."""
    response = Client().get(address)
    assert response.status_code == 200, address
    page, reader = html.fromstring(response.content.decode()), address.split("/")[1]
    shown = set()
    for item in [*by_class(page, "card"), *by_class(page, "hit")]:
        for link in item.xpath(".//a[contains(@class, 'title-link')]/@href"):
            if link in said:
                assert provenance(item) == said[link][reader], (address, link)
                shown.add(link)
    if address in said:
        head = by_class(page, "page-head")[0]
        assert provenance(head) == said[address][reader], address
    return shown


def test_every_version_says_who_wrote_it_who_translated_it_and_when(practices, said):
    assert len(practices) > 100
    for practice in practices:
        shown_practices(practice.address, said)


def test_a_practice_of_the_secretariat_can_be_taken_over_by_an_example_city_with_people(practices):
    (offered,) = [
        page for page in practices if page.city.is_example and page.authored_by == PracticePage.AuthoredBy.SECRETARIAT
    ]
    assert offered.city.people.filter(role="owner").exists()
    assert not WorkingCopy.objects.filter(page=offered).exists()


def test_every_card_and_every_row_of_a_practice_says_it_too(practices, said, demonstration, settings):
    settings.SEARCH_DIRECTORY = demonstration / "search"
    languages = [code for code, _name in settings.LANGUAGES]
    groups = {practice.translation_key for practice in practices}
    in_results: set[str] = set()
    for code in languages:
        for number in range(1, len(groups) // PER_PAGE + 2):
            in_results |= shown_practices(f"/{code}/practices/?page={number}", said)
        assert shown_practices(f"/{code}/", said), "the home page shows new practices"
    assert in_results == set(said), "each version is the best one for a reader of some language"
    for place, city in enumerate(City.objects.filter(practices__isnull=False).distinct().order_by("code")):
        assert shown_practices(f"/{languages[place % 7]}/cities/{city.code}/", said), city.code
    hubs = {practice.practice_clusters.first().cluster.pages.first().address for practice in practices}
    assert all(shown_practices(address, said) for address in hubs)
    events = public(EventPage.objects.filter(event_practices__isnull=False)).distinct()
    assert all(shown_practices(event.address, said) for event in events)


def test_print_hides_nothing_of_it(settings):
    style = (settings.BASE_DIR / "static/css/print.css").read_text(encoding="utf-8")
    hidden = "".join(
        selectors for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style) if "display: none" in body
    )
    assert ".header" in hidden
    for name in ("provenance", "missing", "notice", "tag"):
        assert not re.search(rf"\.{name}\b(?!-)", hidden), name


def test_no_text_of_the_demonstration_claims_a_translator(practices, said):
    assert not any(practice.translators for practice in practices)
    assert {practice.translation_kind for practice in practices if not practice.is_original} == {"human"}
    english = {text for readers in said.values() for text in readers["en"]}
    assert any(text.endswith("the translator is not named") for text in english)
    assert not any("person" in text or "people" in text for text in english)


WE = re.compile(r"\b(?:we|our|nous|notre|nosotros|nuestr\w+|nós|noss[ao]s?|мы|наш\w*|нам)\b|我们", re.IGNORECASE)


def test_only_cities_say_we(practices):
    for practice in practices:
        if practice.authored_by == PracticePage.AuthoredBy.SECRETARIAT:
            text = " ".join((practice.title, practice.one_line_result, practice.problem, practice.not_again))
            own = re.sub(r"“[^”]*”|«[^»]*»", "", text)  # what is quoted has its own speaker
            assert not WE.search(own), (practice.address, WE.search(own))


def test_every_evidence_level_has_what_it_needs(practices):
    for practice in practices:
        for result in practice.results.all():
            assert evidence_errors(result) == {}, (practice.address, result.label)
            if counts_as_evidence(result) and Evidence(result.evidence).step >= 3:
                assert result.value is not None, result.label
                assert result.year, result.label
                assert result.source, result.label
    levels = {practice.slug: best.evidence for practice in practices if (best := strongest(practice.results.all()))}
    assert levels["bogota-care-blocks"] == "output", "a student’s thesis that found no effect raises no level"
    assert "independent-evaluation" not in levels.values()
    assert set(levels.values()) == {"activity", "output", "outcome"}


def test_what_is_expected_is_no_result(practices):
    versions = PracticeResult.objects.filter(page__in=[practice.pk for practice in practices]).select_related("page")
    marked = set()
    for result in versions:
        key = (result.page.slug, str(result.value))
        if result.kind == ResultKind.EXPECTED:
            marked.add(key)
        elif key not in COMPARED:
            assert not EXPECTED.search(result.label), (result.page.address, result.label)
    assert ("vitebsk-learning-city", "100.000") in marked
    assert len(marked) >= 5


def test_each_practice_says_or_names_as_missing_its_cost_its_staff_and_its_contact(practices):
    for practice in practices:
        with translation.override(practice.language):
            sentence = missing_information(practice)
        given = information_in(practice)
        assert bool(sentence) == (len(given) < 3 or not practice.period_start), practice.address


def test_what_example_cities_have_written_says_all_that_a_reader_asks(practices):
    examples = [practice for practice in practices if practice.city.is_example and practice.is_original]
    by_cities = [practice for practice in examples if practice.authored_by == PracticePage.AuthoredBy.CITY]
    assert len(by_cities) == len(examples) - 1
    for practice in by_cities:
        assert information_in(practice) == {"cost", "staff", "contact"}, practice.address
