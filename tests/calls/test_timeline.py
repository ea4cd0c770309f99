"""The timeline shows every date that a call has had, with who moved it and why."""

from datetime import datetime

import pytest
from django.utils import translation

from calls.timeline import timeline
from core.i18n.languages import LANGUAGE_CODES
from tests.calls.builders import BERLIN, END_OF_JUNE, at, extend, extend_both, membership, now

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def lines(call):
    return [(point.state, point.date, point.text) for point in timeline(now(call))]


def test_it_runs_from_the_opening_to_the_results():
    call = membership()
    with at(2026, 4, 29, 12):
        extend_both(call)
    with at(2026, 6, 18, 12):
        assert lines(call) == [
            ("past", "1 April 2026", "Call opened"),
            ("void", "31 May 2026, 23:59", "Earlier deadline for cities"),
            ("void", "15 June 2026, 18:00", "Earlier deadline for National Commissions"),
            ("today", "Today, 18 June", ""),
            ("future", "30 June 2026, 23:59 (Hamburg)", "Deadline for cities"),
            ("future", "15 July 2026, 18:00 (Hamburg)", "Deadline for National Commissions"),
            ("future", "September 2026", "Results expected"),
        ]


def test_a_void_date_shows_when_by_whom_and_why_it_moved():
    call = membership()
    with at(2026, 4, 29, 12):
        extend_both(call)
        void = [point for point in timeline(now(call)) if point.state == "void"]
    assert (
        void[0].note
        == "Moved on 29 April 2026 by the secretariat. An emergency prevented cities from preparing their applications."
    )


def test_a_planned_change_is_hidden_before_its_announcement():
    call = membership()
    with at(2026, 4, 29):
        before = lines(call)
        extend_both(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
        assert lines(call) == before
    with at(2026, 5, 4, 9):
        assert ("void", "31 May 2026, 23:59", "Earlier deadline for cities") in lines(call)


def test_a_date_that_was_never_known_is_shown_as_not_on_record():
    call = membership(precision="day", first_deadline=None, first_commission_deadline=None)
    with at(2026, 4, 29):
        extend(call, new=END_OF_JUNE)
        assert (
            "past",
            "29 April 2026",
            "Deadline for cities moved to 30 June 2026; the earlier date is not on record.",
        ) in lines(call)
        assert not [point for point in timeline(now(call)) if point.state == "void"]


def record(call, **fields):
    return call.date_changes.create(
        **{
            "clock": "city",
            "old": call.first_deadline,
            "new": None,
            "reason": "other",
            "decided_by": "not-on-record",
            "announce_at": datetime(2026, 5, 1, tzinfo=BERLIN),
            **fields,
        }
    )


def test_what_is_not_on_record_is_never_guessed():
    call = membership()
    record(call, announcement_on_record=False)
    with at(2026, 5, 2):
        note = next(point.note for point in timeline(now(call)) if point.state == "void")
    assert note == (
        "Moved; who decided it and on which day is not on record. The reason is not on record. "
        "The new date is not on record."
    )
    assert "1 May" not in note


def test_a_change_on_an_unknown_day_shows_no_day():
    call = membership(first_deadline=None, first_commission_deadline=None)
    record(call, old=None, new=END_OF_JUNE, announcement_on_record=False)
    with at(2026, 5, 2):
        point = next(point for point in timeline(now(call)) if "not on record" in point.text)
        assert (point.date, point.iso) == ("Date not on record", "")


def test_today_is_left_out_when_all_dates_are_over():
    call = membership(results_published_at=datetime(2026, 9, 2, 10, tzinfo=BERLIN))
    with at(2027, 1, 1):
        assert lines(call) == [
            ("past", "1 April 2026", "Call opened"),
            ("past", "31 May 2026, 23:59 (Hamburg)", "Closed for cities"),
            ("past", "15 June 2026, 18:00 (Hamburg)", "Closed for National Commissions"),
            ("past", "2 September 2026", "Results published"),
        ]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_it_is_available_in_every_language(language):
    call = membership()
    with at(2026, 4, 29, 12):
        extend_both(call)
        with translation.override(language):
            points = timeline(now(call))
    assert len(points) == 7
    assert not [point for point in points if "%(" in point.text + point.note + point.date]
