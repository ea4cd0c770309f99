"""The state of a call depends only on its dates and the time."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from calls import services
from calls.models import Call
from calls.states import last_day, next_change, shows_old_date, state_of
from tests.calls.builders import (
    BERLIN,
    EMERGENCY,
    MIDDLE_OF_JULY,
    at,
    call_document,
    extend,
    extend_both,
    membership,
    now,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ((2026, 3, 31, 23, 59, 59), "upcoming"),
        ((2026, 4, 1), "open"),
        ((2026, 5, 17, 23, 59, 59), "open"),
        ((2026, 5, 18), "closing-soon"),
        ((2026, 5, 31, 23, 59, 59), "closing-soon"),
        ((2026, 6, 1), "closed"),
        ((2026, 6, 15, 18, 0, 59), "closed"),
        ((2026, 6, 15, 18, 1), "under-review"),
        ((2026, 9, 30, 23, 59, 59), "under-review"),
        ((2026, 10, 1), "closed"),
    ],
)
def test_a_call_changes_its_state_at_its_dates(when, state):
    call = membership()
    with at(*when):
        assert state_of(now(call)) == state
        assert Call.objects.open(timezone.now()).exists() == state_of(now(call)).is_open


def test_results_are_public_from_the_instant_of_their_publication():
    call = membership(results_published_at=datetime(2026, 9, 2, 10, tzinfo=BERLIN))
    with at(2026, 9, 2, 9, 59, 59):
        assert state_of(now(call)) == "under-review"
    with at(2026, 9, 2, 10):
        assert state_of(now(call)) == "results"


def test_a_call_without_expected_results_is_closed():
    call = membership(results_on=None)
    with at(2026, 7, 1):
        assert state_of(now(call)) == "closed"


def test_an_extended_call_stays_extended_until_it_closes():
    call = membership()
    with at(2026, 4, 29):
        assert state_of(now(call)) == "open"
        extend_both(call)
        assert state_of(now(call)) == "extended"
    with at(2026, 6, 30, 12):
        assert state_of(now(call)) == "extended"


def test_a_call_that_closes_early_is_not_extended():
    call = membership()
    with at(2026, 4, 29):
        services.close_early(call, new=datetime(2026, 5, 20, tzinfo=BERLIN), **EMERGENCY)
        assert state_of(now(call)) == "open"


def test_a_call_with_an_extension_of_an_unknown_date_is_extended():
    call = membership(first_deadline=None, first_commission_deadline=None)
    with at(2026, 4, 29):
        assert state_of(now(call)) == "undated"
        extend(call)
        assert state_of(now(call)) == "extended"


def test_without_a_known_date_for_cities_the_commissions_date_counts():
    call = membership(first_deadline=None)
    with at(2026, 6, 14):
        assert state_of(now(call)) == "closing-soon"
    with at(2026, 6, 16):
        assert state_of(now(call)) == "under-review"


def test_a_setting_says_when_a_call_is_closing_soon(settings):
    settings.CALL_CLOSING_SOON_DAYS = 3
    call = membership()
    with at(2026, 5, 28):
        assert state_of(now(call)) == "open"
    with at(2026, 5, 29):
        assert state_of(now(call)) == "closing-soon"


def test_a_planned_announcement_changes_nothing_before_its_instant():
    call = membership()
    with at(2026, 4, 29):
        extend_both(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
    with at(2026, 5, 4, 8, 59, 59):
        before = now(call)
        assert (state_of(before), last_day(before)) == ("open", date(2026, 5, 31))
        assert next_change(before) == datetime(2026, 5, 4, 9, tzinfo=BERLIN)
    with at(2026, 5, 4, 9):
        after = now(call)
        assert (state_of(after), last_day(after)) == ("extended", date(2026, 6, 30))


def test_the_next_change_is_the_next_instant_at_which_the_public_data_change():
    call = membership()
    changes = []
    instant = datetime(2026, 3, 1, tzinfo=BERLIN)
    while instant:
        changes.append(instant.astimezone(BERLIN).isoformat(timespec="minutes")[:16])
        instant = next_change(Call.objects.with_history(instant).get(pk=call.pk))
    assert changes == [
        "2026-03-01T00:00",
        "2026-04-01T00:00",
        "2026-05-18T00:00",
        "2026-06-01T00:00",
        "2026-06-15T18:01",
        "2026-10-01T00:00",
    ]


@pytest.mark.parametrize(("precision", "end"), [("year", "2027-01-01"), ("month", "2026-10-01"), ("day", "2026-09-02")])
def test_results_are_expected_until_the_end_of_the_day_month_or_year(precision, end):
    call = membership(results_on=date(2026, 9, 1), results_precision=precision)
    after = datetime.fromisoformat(f"{end}T00:00").replace(tzinfo=BERLIN)
    assert state_of(Call.objects.with_history(after - timedelta(seconds=1)).get(pk=call.pk)) == "under-review"
    assert state_of(Call.objects.with_history(after).get(pk=call.pk)) == "closed"


def test_a_flyer_is_outdated_from_the_instant_of_the_announcement():
    call = membership()
    old, new, dateless = (
        call_document(call, shows_deadline=date(2026, 5, 31)),
        call_document(call, language="fr", shows_deadline=date(2026, 6, 30)),
        call_document(call, language="es"),
    )
    with at(2026, 4, 29):
        assert [shows_old_date(row, now(call)) for row in (old, new, dateless)] == [False, True, False]
        extend_both(call)
        assert [shows_old_date(row, now(call)) for row in (old, new, dateless)] == [True, False, False]


def test_a_flyer_is_outdated_when_the_new_date_is_unknown():
    call = membership()
    row = call_document(call, shows_deadline=date(2026, 5, 31))
    call.date_changes.create(
        clock="city",
        old=call.first_deadline,
        new=None,
        reason="other",
        decided_by="secretariat",
        announce_at=datetime(2026, 5, 1, tzinfo=BERLIN),
    )
    with at(2026, 5, 2):
        assert shows_old_date(row, now(call))


def test_a_flyer_is_not_outdated_when_the_date_of_the_call_was_never_known():
    call = membership(first_deadline=None, first_commission_deadline=MIDDLE_OF_JULY)
    row = call_document(call, shows_deadline=date(2026, 5, 31))
    with at(2026, 5, 2):
        assert not shows_old_date(row, now(call))
