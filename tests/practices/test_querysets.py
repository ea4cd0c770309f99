"""Queries on practices: the newest ones for a reader, as the home page shows them."""

from datetime import UTC, datetime

import pytest
from wagtail.models import PageViewRestriction

from practices.models import PracticePage, chosen_for_cards
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree():
    return factories.tree("fr", "ar")


@pytest.fixture
def practice():
    """Create a practice that was published on the first day of a month of 2024."""

    def create(language: str, month: int, **fields) -> PracticePage:
        page = factories.practice(language, **fields)
        published = datetime(2024, month, 1, tzinfo=UTC)
        PracticePage.objects.filter(pk=page.pk).update(first_published_at=published)
        page.refresh_from_db()
        return page

    return create


def newest(reader: str, number: int = 3) -> list[PracticePage]:
    return chosen_for_cards(PracticePage.objects.newest(reader, number)[0], reader)


def test_the_newest_in_the_reader_s_language_come_first(practice):
    january, march, february = practice("fr", 1), practice("fr", 3), practice("fr", 2)
    practice("en", 12)
    assert newest("fr") == [march, february, january]
    assert newest("fr", 2) == [march, february]


def test_other_languages_follow_if_there_are_too_few(practice):
    french = practice("fr", 1)
    older, newer, oldest = practice("en", 6), practice("en", 7), practice("en", 5)
    assert newest("fr") == [french, newer, older]
    assert newest("fr", 9) == [french, newer, older, oldest]


def test_a_practice_is_returned_once_in_the_best_version_for_the_reader(practice):
    original = practice("en", 1)
    french = factories.translated(original, "fr")
    assert newest("fr") == [french]
    assert newest("en") == newest("ar") == [original]


def test_the_total_counts_practices_in_all_languages(practice):
    for month in range(1, 5):
        practice("en", month)
    factories.translated(practice("en", 5), "fr")
    practice("ar", 6)
    assert {PracticePage.objects.newest(reader, 2)[1] for reader in ("en", "fr", "ar")} == {6}


def test_practices_that_are_not_public_are_not_returned_or_counted(practice):
    shown = practice("fr", 1)
    hidden = practice("fr", 2)
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    practice("fr", 3).unpublish()
    assert PracticePage.objects.newest("fr", 3) == ([shown.pk], 1)
    assert PracticePage.objects.newest("ar", 3) == ([shown.pk], 1)


def test_without_practices_the_result_is_empty():
    assert PracticePage.objects.newest("fr", 3) == ([], 0)


@pytest.mark.parametrize("french", [1, 3])
def test_it_takes_two_queries_for_any_number_of_practices(practice, french, django_assert_num_queries):
    for month in range(french):
        practice("fr", month + 1)
        practice("en", month + 1)
    newest("fr", 2)
    with django_assert_num_queries(2):
        newest("fr", 2)
