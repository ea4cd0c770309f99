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
    return [(step.status, step.known_year) for step in City.objects.get(pk=city.pk).history]


def test_a_step_and_the_status_are_written_together(editor):
    city = factories.city(status="not-a-member")
    step = record_status(city, status="admitted", on=date(2016, 6, 14), source="Press release", by=editor)
    assert City.objects.get(pk=city.pk).status == city.status == "admitted"
    assert (step.known_day, step.known_year, step.source, step.recorded_by) == (
        date(2016, 6, 14),
        2016,
        "Press release",
        editor,
    )


def test_an_admission_has_the_date_of_its_round(editor):
    city = factories.city(status="not-a-member")
    in_round = factories.membership_round(2016, announced_on=date(2016, 6, 14))
    step = record_status(city, status="admitted", round=in_round, by=editor)
    assert (step.on, step.year, step.known_day, step.known_year) == (None, None, date(2016, 6, 14), 2016)
    assert City.objects.with_admission_year().get().joined == 2016

    in_round.year, in_round.announced_on = 2015, None
    in_round.save()
    assert City.objects.with_admission_year().get().joined == 2015


def test_a_year_without_a_round_is_no_year_of_membership(editor):
    city = factories.city(status="not-a-member")
    record_status(city, status="admitted", year=2016, source="A newspaper", by=editor)
    assert history(city) == [("admitted", 2016)]
    assert City.objects.with_admission_year().get().joined is None


def test_a_second_click_writes_nothing(editor):
    city = factories.city(status="not-a-member")
    first = record_status(city, status="admitted", year=2016, source="Register", by=editor)
    again = record_status(city, status="admitted", year=2016, source="Register", by=editor)
    assert again == first
    assert history(city) == [("admitted", 2016)]


def test_the_same_status_in_another_year_is_another_step(editor):
    city = factories.city(status="not-a-member")
    for status, year in (("admitted", 2016), ("reporting-due", 2018), ("admitted", 2019), ("reporting-due", 2020)):
        record_status(city, status=status, year=year, source="Register", by=editor)
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
    record_status(city, status="admitted", year=2016, source="Register", by=editor)
    assert City.objects.get(pk=city.pk).status == "left"
    assert history(city) == [("admitted", 2016), ("left", 2023)]


def test_a_step_without_a_date_follows_the_one_recorded_before_it(editor):
    city = factories.city(status="not-a-member")
    record_status(city, status="admitted", year=2016, source="Register", by=editor)
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
        ({"status": "admitted", "year": 2020}, "source"),
        ({"status": "admitted", "on": date(2020, 1, 1)}, "source"),
        ({"status": "left", "round": 2020}, "round"),
        ({"status": "admitted", "round": 2020, "year": 2020}, "year"),
        ({"status": "admitted", "round": 2020, "on": date(2020, 1, 1)}, "on"),
    ],
)
def test_impossible_data_is_refused_and_nothing_is_written(editor, step, field):
    city = factories.city(status="admitted")
    if "round" in step:
        step = step | {"round": factories.membership_round(step["round"])}
    with pytest.raises(ValidationError) as refusal:
        record_status(city, by=editor, **step)
    assert list(refusal.value.message_dict) == [field]
    assert (history(city), City.objects.get(pk=city.pk).status) == ([], "admitted")


def test_the_history_cannot_be_changed_or_deleted(editor):
    step = record_status(
        factories.city(status="not-a-member"), status="admitted", year=2016, source="Register", by=editor
    )
    step.year = 2017
    with pytest.raises(ValueError, match="append-only"):
        step.save()
    with pytest.raises(ValueError, match="append-only"):
        step.delete()
    assert history(step.city) == [("admitted", 2016)]
