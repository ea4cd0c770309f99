"""Child rows of several models, fetched in one query."""

from datetime import UTC, date, datetime

import pytest

from core.querysets.children import prefetch_children
from events.models import EventSession
from practices.models import PracticePage, PracticePartner, PracticeResult, PracticeSource, PracticeStep
from tests import factories

pytestmark = pytest.mark.django_db

KINDS = ("practice_clusters", "steps", "results", "partners", "sources")


@pytest.fixture(autouse=True)
def tree():
    return factories.tree()


@pytest.fixture
def practice():
    page = factories.practice(
        clusters=[factories.cluster(), factories.cluster()],
        steps=[PracticeStep(text="Second", sort_order=2), PracticeStep(text="First", sort_order=1)],
        results=[
            PracticeResult(value="0.1", unit="%", label="left", evidence="outcome", source="Census", year=2024),
            PracticeResult(label="A sentence", evidence="activity", source="City"),
        ],
        partners=[PracticePartner(name="Library", url="https://example.org/library")],
        sources=[
            PracticeSource(
                title="Report", publisher="City", url="https://example.org/report", published_on=date(2024, 5, 1)
            )
        ],
    )
    return PracticePage.objects.get(pk=page.pk)


def fields_of(page, kind: str) -> list[dict]:
    return [
        {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        for row in getattr(page, kind).all()
    ]


def test_rows_of_all_kinds_come_in_one_query(practice, django_assert_num_queries):
    with django_assert_num_queries(1):
        prefetch_children([practice], *KINDS)
    with django_assert_num_queries(0):
        assert [step.text for step in practice.steps.all()] == ["First", "Second"]
        assert [partner.name for partner in practice.partners.all()] == ["Library"]
        assert [source.page.title for source in practice.sources.all()] == [practice.title]


def test_rows_are_the_same_as_with_a_query_for_each_relation(practice):
    alone = PracticePage.objects.get(pk=practice.pk)
    prefetch_children([practice], *KINDS)
    for kind in KINDS:
        assert fields_of(practice, kind) == fields_of(alone, kind) != []
    # All decimal places: the page adds these numbers.
    assert str(practice.results.all()[0].value) == str(alone.results.all()[0].value) == "0.100"


def test_datetimes_and_lists_are_complete(django_assert_num_queries):
    starts, ends = datetime(2026, 6, 24, 10, tzinfo=UTC), datetime(2026, 6, 24, 11, tzinfo=UTC)
    event = factories.event(
        sessions=[EventSession(title="Opening", starts_at=starts, ends_at=ends, languages=["en", "ar"])]
    )
    with django_assert_num_queries(1):
        prefetch_children([event], "documents", "sessions")
    (session,) = event.sessions.all()
    assert (session.starts_at, session.ends_at, session.languages) == (starts, ends, ["en", "ar"])
    assert list(event.documents.all()) == []


def test_each_parent_gets_its_own_rows(practice, django_assert_num_queries):
    other = factories.practice(steps=[PracticeStep(text="Another city's")])
    with django_assert_num_queries(1):
        prefetch_children([practice, other], "steps")
    assert [step.text for step in other.steps.all()] == ["Another city's"]
    assert [step.text for step in practice.steps.all()] == ["First", "Second"]


def test_rows_of_a_draft_are_not_replaced(practice):
    practice.steps = [PracticeStep(text="As it is going to be")]
    prefetch_children([practice], "steps", "partners")
    assert [step.text for step in practice.steps.all()] == ["As it is going to be"]
    assert [partner.name for partner in practice.partners.all()] == ["Library"]


def test_a_page_that_is_not_saved_yet_keeps_its_rows(django_assert_num_queries):
    page = PracticePage(steps=[PracticeStep(text="Not saved")])
    with django_assert_num_queries(0):
        prefetch_children([page], "steps")
    assert [step.text for step in page.steps.all()] == ["Not saved"]
