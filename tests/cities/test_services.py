"""Recording changes of a city's membership status."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cities.models import City
from cities.services import record_status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.user()


def history(city) -> list[tuple[str, int | None]]:
    return [(step.status, step.year) for step in City.objects.get(pk=city.pk).history]


def test_a_step_and_the_status_are_written_together(editor):
    city = factories.city(status="not-a-member")
    step = record_status(
        city, status="admitted", on=date(2016, 6, 14), round_code="membership-2016", source="Press release", by=editor
    )
    assert City.objects.get(pk=city.pk).status == city.status == "admitted"
    assert (step.year, step.round_code, step.source, step.recorded_by) == (
        2016,
        "membership-2016",
        "Press release",
        editor,
    )


def test_a_second_click_writes_nothing(editor):
    city = factories.city(status="not-a-member")
    first = record_status(city, status="admitted", year=2016, by=editor)
    again = record_status(city, status="admitted", year=2016, by=editor)
    assert again == first
    assert history(city) == [("admitted", 2016)]


def test_the_same_status_in_another_year_is_another_step(editor):
    city = factories.city(status="not-a-member")
    for status, year in (("admitted", 2016), ("reporting-due", 2018), ("admitted", 2019), ("reporting-due", 2020)):
        record_status(city, status=status, year=year, by=editor)
    assert history(city) == [
        ("admitted", 2016),
        ("reporting-due", 2018),
        ("admitted", 2019),
        ("reporting-due", 2020),
    ]
    assert city.status == "reporting-due"


def test_an_earlier_step_is_added_to_the_history_and_does_not_change_the_status(editor):
    city = factories.city(status="not-a-member")
    record_status(city, status="left", on=date(2023, 5, 4), by=editor)
    record_status(city, status="admitted", year=2016, by=editor)
    assert City.objects.get(pk=city.pk).status == "left"
    assert history(city) == [("admitted", 2016), ("left", 2023)]


def test_a_step_without_a_date_follows_the_one_recorded_before_it(editor):
    city = factories.city(status="not-a-member")
    record_status(city, status="admitted", year=2016, by=editor)
    record_status(city, status="inactive", by=editor)
    assert city.status == "inactive"
    assert history(city) == [("admitted", 2016), ("inactive", None)]


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"status": "applicant"}, "status"),
        ({"status": "left", "on": timezone.localdate() + timedelta(days=2)}, "on"),
        ({"status": "left", "year": timezone.localdate().year + 1}, "year"),
        ({"status": "left", "on": date(2020, 1, 1), "year": 2021}, "year"),
    ],
)
def test_impossible_data_is_refused_and_nothing_is_written(editor, step, field):
    city = factories.city(status="admitted")
    with pytest.raises(ValidationError) as refusal:
        record_status(city, by=editor, **step)
    assert list(refusal.value.message_dict) == [field]
    assert (history(city), City.objects.get(pk=city.pk).status) == ([], "admitted")


def test_the_history_cannot_be_changed_or_deleted(editor):
    step = record_status(factories.city(status="not-a-member"), status="admitted", year=2016, by=editor)
    step.year = 2017
    with pytest.raises(ValueError, match="append-only"):
        step.save()
    with pytest.raises(ValueError, match="append-only"):
        step.delete()
    assert history(step.city) == [("admitted", 2016)]
