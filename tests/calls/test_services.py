"""Only the services move dates of calls, each with a reason and a permanent row of the history."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from calls import services
from calls.models import Call, DateChange, Withdrawal
from calls.signals import dates_changed
from calls.states import history, state_of
from tests import factories
from tests.calls.builders import (
    BERLIN,
    EMERGENCY,
    END_OF_JUNE,
    END_OF_MAY,
    MIDDLE_OF_JULY,
    MIDDLE_OF_JUNE,
    at,
    extend,
    extend_both,
    membership,
    now,
)

pytestmark = pytest.mark.django_db


def refusal(excinfo) -> str:
    return " ".join(excinfo.value.messages)


def test_an_extension_is_a_row_of_the_history_and_nothing_else():
    call = membership()
    editor = factories.user()
    with at(2026, 4, 29, 12):
        row = extend(call, "commission", MIDDLE_OF_JULY, user=editor)
    assert DateChange.objects.get() == row
    assert (row.old, row.new) == (MIDDLE_OF_JUNE, MIDDLE_OF_JULY)
    assert (row.reason, row.decided_by, row.recorded_by) == ("emergency", "secretariat", editor)
    assert row.announce_at == datetime(2026, 4, 29, 12, tzinfo=BERLIN)
    call.refresh_from_db()
    assert call.first_commission_deadline == MIDDLE_OF_JUNE
    with at(2026, 4, 29, 12):
        assert now(call).commission_deadline == MIDDLE_OF_JULY


def test_a_second_click_adds_no_second_row():
    call = membership()
    with at(2026, 4, 29, 12):
        first = extend(call, "commission", MIDDLE_OF_JULY)
    with at(2026, 4, 29, 12, 0, 1):
        second = extend(call, "commission", MIDDLE_OF_JULY)
    assert first == second
    assert DateChange.objects.count() == 1


def test_a_second_click_on_a_planned_extension_adds_no_second_row():
    call = membership()
    monday = datetime(2026, 5, 4, 9, tzinfo=BERLIN)
    with at(2026, 4, 29):
        assert extend(call, "commission", MIDDLE_OF_JULY, announce_at=monday) == extend(
            call, "commission", MIDDLE_OF_JULY, announce_at=monday
        )
    assert DateChange.objects.count() == 1


def test_the_history_cannot_be_rewritten():
    call = membership()
    with at(2026, 4, 29):
        row = extend(call, "commission", MIDDLE_OF_JULY)
    row.new = MIDDLE_OF_JULY + timedelta(days=1)
    with pytest.raises(ValueError, match="append-only"):
        row.save()
    with pytest.raises(ValueError, match="append-only"):
        row.delete()


def test_only_services_can_move_a_date_of_a_call():
    call = membership()
    call.first_deadline = END_OF_JUNE
    with pytest.raises(ValueError, match="services"):
        call.save()
    call = Call.objects.get()
    call.quota_per_country = 5
    call.save()
    assert Call.objects.get().first_deadline == END_OF_MAY


@pytest.mark.parametrize("new", [END_OF_MAY, END_OF_MAY - timedelta(days=1)])
def test_an_extension_must_be_later_than_the_date_in_effect(new):
    call = membership()
    with at(2026, 4, 29), pytest.raises(ValidationError) as excinfo:
        extend(call, new=new)
    assert refusal(excinfo) == ("The new deadline must be later than the current one, 31 May 2026, 23:59 (Hamburg).")
    assert not DateChange.objects.exists()


def test_the_cities_deadline_is_never_later_than_the_commissions():
    call = membership()
    with at(2026, 4, 29, 12), pytest.raises(ValidationError) as excinfo:
        extend(call)
    assert refusal(excinfo) == (
        "From 29 April 2026, 12:00 (Hamburg) on, the deadline for cities (30 June 2026, 23:59 (Hamburg)) would be "
        "later than the deadline for National Commissions (15 June 2026, 18:00 (Hamburg)). Move both."
    )
    assert not DateChange.objects.exists()


def test_a_contradiction_at_any_planned_announcement_is_refused():
    call = membership()
    monday = datetime(2026, 5, 4, 9, tzinfo=BERLIN)
    friday = datetime(2026, 5, 8, 9, tzinfo=BERLIN)
    with at(2026, 4, 29):
        extend(call, "commission", MIDDLE_OF_JULY, announce_at=friday)
        with pytest.raises(ValidationError) as excinfo:
            extend(call, announce_at=monday)
        assert "From 4 May 2026, 09:00 (Hamburg) on" in refusal(excinfo)
        extend(call, announce_at=friday)
    assert DateChange.objects.count() == 2


def test_closing_commissions_early_considers_planned_extensions_of_cities():
    call = membership(first_commission_deadline=MIDDLE_OF_JULY)
    with at(2026, 4, 29):
        extend(call, announce_at=datetime(2026, 5, 8, tzinfo=BERLIN))
        with pytest.raises(ValidationError) as excinfo:
            services.close_early(call, clock="commission", new=MIDDLE_OF_JUNE, **EMERGENCY)
    assert "From 8 May 2026, 00:00 (Hamburg) on" in refusal(excinfo)


def test_a_closed_call_is_extended_only_with_reopen():
    call = membership(first_commission_deadline=None)
    with at(2026, 6, 2):
        with pytest.raises(ValidationError) as excinfo:
            extend(call)
        assert refusal(excinfo) == (
            "This deadline (31 May 2026, 23:59 (Hamburg)) will have passed when the change is announced. "
            "To move it, tick “Reopen the call”."
        )
        extend(call, reopen=True)
        assert state_of(now(call)) == "extended"


def test_a_deadline_that_passes_before_the_announcement_counts_as_closed():
    call = membership(first_commission_deadline=None)
    with at(2026, 5, 20), pytest.raises(ValidationError, match="will have passed when the change is announced"):
        extend(call, announce_at=datetime(2026, 6, 2, tzinfo=BERLIN))


def test_an_announcement_in_the_past_is_refused():
    call = membership()
    with at(2026, 4, 29, 12), pytest.raises(ValidationError, match="cannot be in the past"):
        extend(call, "commission", MIDDLE_OF_JULY, announce_at=datetime(2026, 4, 29, 11, 59, tzinfo=BERLIN))


def test_a_date_before_its_own_announcement_is_refused():
    call = membership(first_commission_deadline=None)
    with at(2026, 5, 20), pytest.raises(ValidationError, match="before its announcement"):
        services.close_early(call, new=datetime(2026, 5, 19, tzinfo=BERLIN), **EMERGENCY)


def test_dates_with_seconds_are_refused():
    call = membership()
    with at(2026, 4, 29), pytest.raises(ValidationError, match="without seconds"):
        extend(call, "commission", MIDDLE_OF_JULY + timedelta(seconds=30))


def test_a_call_of_day_precision_moves_to_the_end_of_a_day():
    call = membership(precision="day", first_commission_deadline=None)
    with at(2026, 4, 29):
        with pytest.raises(ValidationError, match="whole days in the time zone of Hamburg"):
            extend(call, new=datetime(2026, 7, 1, 12, tzinfo=BERLIN))
        with pytest.raises(ValidationError, match="whole days in the time zone of Hamburg"):
            extend(call, new=datetime(2026, 7, 1, tzinfo=UTC))
        extend(call, new=END_OF_JUNE)


@pytest.mark.parametrize("field", ["reason", "by"])
def test_an_unknown_code_is_refused(field):
    call = membership(first_commission_deadline=None)
    with at(2026, 4, 29), pytest.raises(ValidationError):
        extend(call, **{field: "because"})
    assert not DateChange.objects.exists()


def test_a_second_change_for_one_instant_is_refused_until_the_first_is_withdrawn():
    call = membership(first_commission_deadline=None)
    monday = datetime(2026, 5, 4, 9, tzinfo=BERLIN)
    with at(2026, 4, 29):
        plan = extend(call, announce_at=monday)
        with pytest.raises(ValidationError, match="Withdraw it first"):
            extend(call, new=MIDDLE_OF_JULY, announce_at=monday)
        services.withdraw_change(plan)
        extend(call, new=MIDDLE_OF_JULY, announce_at=monday)
    with at(2026, 5, 4, 9):
        assert now(call).deadline == MIDDLE_OF_JULY
        assert [move.new for move in history(now(call))] == [MIDDLE_OF_JULY]


def test_a_withdrawn_change_never_becomes_public():
    call = membership(first_commission_deadline=None)
    with at(2026, 4, 29):
        plan = extend(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
        first = services.withdraw_change(plan, user=factories.user())
        assert services.withdraw_change(plan) == first
    with at(2026, 5, 5):
        assert now(call).deadline == END_OF_MAY
        assert history(now(call)) == []
    assert DateChange.objects.count() == Withdrawal.objects.count() == 1


def test_an_announced_change_cannot_be_withdrawn():
    call = membership(first_commission_deadline=None)
    with at(2026, 4, 29):
        row = extend(call)
        with pytest.raises(ValidationError, match="has already been announced"):
            services.withdraw_change(row)


def test_a_change_cannot_be_withdrawn_while_another_one_depends_on_it():
    call = membership()
    monday = datetime(2026, 5, 4, 9, tzinfo=BERLIN)
    with at(2026, 4, 29):
        plan = extend(call, "commission", MIDDLE_OF_JULY, announce_at=monday)
        extend(call, announce_at=monday)
        with pytest.raises(ValidationError, match="later than the deadline for National Commissions"):
            services.withdraw_change(plan)


def test_an_extension_that_a_later_change_would_undo_is_refused():
    call = membership(first_commission_deadline=None)
    with at(2026, 4, 29):
        extend(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
        with pytest.raises(ValidationError) as excinfo:
            extend(call, new=MIDDLE_OF_JULY)
    assert refusal(excinfo) == (
        "The change that is planned for 4 May 2026, 09:00 (Hamburg) would undo this one. Withdraw it first."
    )


def test_closing_early_accepts_only_an_earlier_deadline():
    call = membership()
    middle_of_may = datetime(2026, 5, 15, tzinfo=BERLIN)
    with at(2026, 4, 29):
        with pytest.raises(ValidationError, match="must be earlier"):
            services.close_early(call, new=END_OF_MAY, **EMERGENCY)
        services.close_early(call, new=middle_of_may, **EMERGENCY)
        assert now(call).deadline == middle_of_may
    with at(2026, 5, 16), pytest.raises(ValidationError, match="will have passed"):
        services.close_early(call, new=datetime(2026, 5, 17, tzinfo=BERLIN), **EMERGENCY)


def test_a_call_does_not_close_before_it_opens():
    call = membership()
    with at(2026, 3, 2), pytest.raises(ValidationError) as excinfo:
        services.close_early(call, new=datetime(2026, 3, 31, tzinfo=BERLIN), **EMERGENCY)
    assert "would close (30 March 2026, 23:59 (Hamburg)) before it opens (1 April 2026)" in refusal(excinfo)


def test_opening_early_opens_the_call_at_the_announced_instant():
    call = membership()
    middle_of_march = datetime(2026, 3, 16, 9, tzinfo=BERLIN)
    with at(2026, 3, 2):
        with pytest.raises(ValidationError, match="must be earlier"):
            services.open_early(call, new=datetime(2026, 4, 2, tzinfo=BERLIN), **EMERGENCY)
        services.open_early(call, new=middle_of_march, **EMERGENCY)
    with at(2026, 3, 16, 8, 59, 59):
        assert state_of(now(call)) == "upcoming"
    with at(2026, 3, 16, 9):
        assert state_of(now(call)) == "open"
    with at(2026, 3, 17), pytest.raises(ValidationError, match="will already be open"):
        services.open_early(call, new=datetime(2026, 3, 18, tzinfo=BERLIN), **EMERGENCY)


def test_an_opening_is_neither_extended_nor_closed():
    call = membership()
    with at(2026, 3, 2):
        with pytest.raises(ValidationError):
            extend(call, "opening", END_OF_JUNE)
        with pytest.raises(ValidationError):
            services.close_early(call, clock="opening", new=END_OF_MAY, **EMERGENCY)


def test_the_signal_has_the_instant_from_which_a_change_is_public():
    heard = []

    def listen(sender, call, at, **kwargs):
        heard.append((call.code, at))

    dates_changed.connect(listen)
    try:
        call = membership(first_commission_deadline=None)
        monday = datetime(2026, 5, 4, 9, tzinfo=BERLIN)
        with at(2026, 4, 29):
            extend(call, announce_at=monday)
            extend(call, announce_at=monday)
            with pytest.raises(ValidationError):
                extend(call, new=END_OF_MAY)
    finally:
        dates_changed.disconnect(listen)
    assert heard == [("membership-2026", monday)]


def test_first_dates_are_corrected_only_while_they_were_never_public():
    factories.tree()
    call = membership()
    dates = {"opens_at": None, "first_deadline": END_OF_JUNE, "first_commission_deadline": MIDDLE_OF_JULY}
    with at(2026, 3, 2):
        services.correct_dates(call, **dates)
        assert now(call).deadline == END_OF_JUNE
        with pytest.raises(ValidationError):
            services.correct_dates(call, **{**dates, "first_commission_deadline": END_OF_MAY})
        factories.call_page(call)
        with pytest.raises(ValidationError, match="have been public"):
            services.correct_dates(call, **{**dates, "first_deadline": END_OF_MAY})
    assert Call.objects.get().first_deadline == END_OF_JUNE


def test_the_history_of_a_date_agrees_with_the_date_in_effect():
    call = membership()
    with at(2026, 4, 29):
        extend_both(call)
    with at(2026, 5, 20):
        services.close_early(call, new=datetime(2026, 6, 21, tzinfo=BERLIN), reason="correction", by="host")
        there = now(call)
        moves = [move for move in history(there) if move.clock == "city"]
        assert [move.old for move in moves] == [END_OF_MAY, END_OF_JUNE]
        assert moves[-1].new == there.deadline
