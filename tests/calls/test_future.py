"""What changes next on a call, and its dates as of another instant."""

from datetime import datetime, timedelta

import pytest

from calls import services
from calls.future import as_of, turns
from calls.models import Call
from calls.states import state_of
from tests import factories
from tests.calls.builders import BERLIN, END_OF_MAY, at, extend, extend_both, membership

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ANNOUNCED = datetime(2026, 5, 4, 9, tzinfo=BERLIN)
NAMES = ("opening", "deadline", "commission_deadline", "closes_at", "first_known_deadline", "place", "as_of")


def test_a_call_as_of_an_instant_is_what_the_database_says_of_it():
    extended, moved, undated = (membership(code=f"call-{number}") for number in range(3))
    with at(2026, 4, 29):
        extend_both(extended)
        extend(extended, new=datetime(2026, 7, 10, tzinfo=BERLIN), announce_at=ANNOUNCED)
        services.withdraw_change(
            extend(moved, "commission", new=datetime(2026, 8, 1, tzinfo=BERLIN), announce_at=ANNOUNCED)
        )
        services.move_place(moved, place="America/Bogota", reason="correction", by="host", announce_at=ANNOUNCED)
    Call.objects.filter(pk=undated.pk).correct(first_deadline=None)
    with at(2026, 4, 29):
        services.set_date(undated, clock="city", new=END_OF_MAY, by="host", announce_at=ANNOUNCED)
    for call in (extended, moved, undated):
        read = Call.objects.with_history(datetime(2026, 3, 1, tzinfo=BERLIN)).get(pk=call.pk)
        for instant in (ANNOUNCED - timedelta(minutes=1), ANNOUNCED, END_OF_MAY, datetime(2026, 12, 1, tzinfo=BERLIN)):
            expected = Call.objects.with_history(instant).get(pk=call.pk)
            assert {name: getattr(as_of(read, instant), name) for name in NAMES} == {
                name: getattr(expected, name) for name in NAMES
            }
            assert state_of(as_of(read, instant)) == state_of(expected)


def test_the_instants_at_which_readers_see_something_else_are_told_in_order():
    call = membership()
    with at(2026, 3, 2):
        extend_both(call, announce_at=ANNOUNCED)
        read = Call.objects.with_history(datetime(2026, 3, 2, tzinfo=BERLIN)).get(pk=call.pk)
    told = [
        (turn.shown.astimezone(BERLIN).strftime("%d %B %H:%M"), turn.state.value, turn.texts) for turn in turns(read)
    ]
    assert told == [
        ("01 April 00:00", "open", ("The call opens.",)),
        (
            "04 May 09:00",
            "extended",
            (
                "Announced: “Deadline for National Commissions” is now 15 July 2026, 18:00 (Hamburg).",
                "Announced: “Deadline for cities” is now 30 June 2026, 23:59 (Hamburg).",
            ),
        ),
        ("30 June 23:59", "closed", ("The call closes for cities.",)),
        ("15 July 18:00", "under-review", ("The call closes for National Commissions.",)),
        (
            "01 October 00:00",
            "closed",
            ("The time in which results were expected is over. Say on the call when they are published.",),
        ),
    ]
    assert [turn.announces for turn in turns(read)] == [False, True, False, False, False]


def test_closing_soon_is_told_and_a_call_that_is_over_has_nothing_to_come():
    call = factories.call(opens_at=datetime(2026, 4, 1, tzinfo=BERLIN), first_deadline=END_OF_MAY)
    read = Call.objects.with_history(datetime(2026, 4, 2, tzinfo=BERLIN)).get(pk=call.pk)
    assert [turn.texts for turn in turns(read)] == [
        ("The page says “Closing soon”.",),
        ("The call closes for cities.",),
    ]
    assert turns(as_of(read, END_OF_MAY)) == []
