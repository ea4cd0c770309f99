"""A deadline is exact to the second in every time zone, and is shown without ambiguity."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from calls.calendar import call_calendar
from calls.deadlines import (
    clock_label,
    deadline_from,
    deadline_text,
    formatted_deadlines,
    instant_from,
    time_left,
)
from calls.models import Call
from calls.presentation import call_item
from calls.states import state_of
from calls.vocabularies import Clock
from core.i18n.languages import LANGUAGE_CODES
from tests import factories
from tests.calls.builders import (
    BERLIN,
    END_OF_JUNE,
    KATHMANDU,
    MIDDLE_OF_JULY,
    ST_JOHNS,
    at,
    extend,
    extend_both,
    membership,
    now,
)

pytestmark = pytest.mark.django_db

ONE_SECOND = timedelta(seconds=1)


def city_clock(call, **arguments):
    return formatted_deadlines(now(call), **arguments)[0]


# The nights on which the clocks change: forward in Hamburg and St John's, back in both, never in Nepal.
@pytest.mark.parametrize(
    ("zone", "last_day", "too_late_from"),
    [
        ("Europe/Berlin", date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("America/St_Johns", date(2026, 3, 7), datetime(2026, 3, 8, 3, 30, tzinfo=UTC)),
        ("America/St_Johns", date(2026, 3, 8), datetime(2026, 3, 9, 2, 30, tzinfo=UTC)),
        ("America/St_Johns", date(2026, 11, 1), datetime(2026, 11, 2, 3, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 3, 29), datetime(2026, 3, 29, 18, 15, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 10, 25), datetime(2026, 10, 25, 18, 15, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("precision", ["day", "minute"])
def test_a_call_is_open_through_the_last_second_of_its_day(zone, last_day, too_late_from, precision):
    deadline = deadline_from(last_day, None if precision == "day" else time(23, 59), ZoneInfo(zone))
    assert deadline == too_late_from
    call = factories.call(time_zone=zone, precision=precision, opens_at=None, first_deadline=deadline)
    before = Call.objects.with_history(too_late_from - ONE_SECOND).get(pk=call.pk)
    assert state_of(before).is_open
    assert not formatted_deadlines(before)[0].is_closed
    assert Call.objects.open(too_late_from - ONE_SECOND).exists()
    after = Call.objects.with_history(too_late_from).get(pk=call.pk)
    assert state_of(after) == "closed"
    assert formatted_deadlines(after)[0].is_closed
    assert not Call.objects.open(too_late_from).exists()
    with translation.override("en"):
        day = f"{last_day.day} {last_day:%B %Y}"
        place = {"Europe/Berlin": "Berlin", "America/St_Johns": "St John’s", "Asia/Kathmandu": "Kathmandu"}[zone]
        assert deadline_text(before, deadline) == (
            f"until the end of {day}" if precision == "day" else f"{day}, 23:59 ({place})"
        )


@pytest.mark.parametrize("zone", [BERLIN, ST_JOHNS, KATHMANDU])
def test_a_call_closes_exactly_to_the_second(zone):
    call = factories.call(time_zone=zone.key, opens_at=None, first_deadline=datetime(2026, 6, 30, 17, 1, tzinfo=zone))
    with at(2026, 6, 30, 17, 0, 59, zone=zone):
        assert state_of(now(call)).is_open
        assert city_clock(call).closes_in == "less than a minute"
    with at(2026, 6, 30, 17, 1, zone=zone):
        assert state_of(now(call)) == "closed"


def test_a_minute_that_is_skipped_when_clocks_go_forward_is_refused():
    with pytest.raises(ValidationError) as excinfo:
        deadline_from(date(2026, 3, 29), time(2, 30), BERLIN)
    assert excinfo.value.messages == [
        "The clocks go forward on 29 March 2026, so 02:30 does not exist. Choose another time."
    ]
    with pytest.raises(ValidationError):
        instant_from(date(2026, 3, 29), time(2), BERLIN)


def test_of_a_minute_that_occurs_twice_the_second_one_counts():
    assert deadline_from(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 1, 31, tzinfo=UTC)
    assert deadline_from(date(2026, 10, 25), time(2, 59), BERLIN) == datetime(2026, 10, 25, 2, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_an_implausible_year_is_refused(year):
    for at_time in (None, time(23, 59)):
        with pytest.raises(ValidationError, match="Enter a year from 1900 to 2199"):
            deadline_from(date(year, 12, 31), at_time, BERLIN)


def test_the_block_shows_both_deadlines_with_their_earlier_dates():
    call = membership()
    with at(2026, 4, 29, 12):
        extend_both(call)
    with at(2026, 6, 18, 12):
        city, commission = formatted_deadlines(now(call), reader_zone="America/Bogota", why_url="#history")
    assert (city.kind, city.date, city.time, city.iso) == (
        "city",
        "30 June 2026",
        "23:59",
        "2026-06-30T23:59+02:00",
    )
    assert (city.earlier.date, city.days_left, city.why_url) == ("31 May 2026", 12, "#history")
    assert [(zone.kind, zone.place, zone.text) for zone in city.zones] == [
        ("yours", "Bogota", "Tue 30 June, 16:59"),
        ("utc", "UTC", "Tue 30 June, 21:59"),
        ("secretariat", "Hamburg", "Tue 30 June, 23:59"),
    ]
    assert (commission.date, commission.time, commission.days_left) == ("15 July 2026", "18:00", 27)
    assert commission.local.hour == 18
    assert commission.zones[0].text == "Wed 15 July, 11:00"


def test_another_day_in_the_readers_time_zone_is_shown():
    call = membership(first_commission_deadline=None)
    with at(2026, 5, 20):
        zones = city_clock(call, reader_zone="Asia/Kathmandu").zones
    assert zones[0].text == "Mon 1 June, 03:44"
    assert zones[0].iso == "2026-06-01T03:44+05:45"


@pytest.mark.parametrize(
    ("hours", "minutes", "expected"),
    [(18, 40, "5 hours 20 minutes"), (23, 59, "1 minute"), (0, 1, "23 hours 59 minutes"), (23, 0, "1 hour")],
)
def test_the_last_day_is_counted_in_hours_and_minutes(hours, minutes, expected):
    call = membership(first_commission_deadline=None)
    with at(2026, 5, 31, hours, minutes):
        clock = city_clock(call)
        assert (clock.closes_in, clock.days_left) == (expected, None)
        assert time_left(now(call), now(call).deadline) == "Closes today at 23:59"


def test_days_are_calendar_days_in_the_time_zone_of_the_call():
    call = membership(first_commission_deadline=None)
    with at(2026, 5, 29, 23, 50):
        assert city_clock(call).days_left == 2
    with at(2026, 5, 30, 0, 10):
        clock = city_clock(call)
        assert clock.days_left == 1
        assert time_left(now(call), now(call).deadline) == "1 day left"


def test_the_time_left_is_shown_throughout_a_day_of_25_hours():
    call = factories.call(
        precision="day", opens_at=None, first_deadline=deadline_from(date(2026, 10, 25), None, BERLIN)
    )
    with at(2026, 10, 25, 0, 10):
        assert city_clock(call).closes_in == "24 hours 50 minutes"


def test_a_closed_deadline_has_no_time_left():
    call = membership(first_commission_deadline=None)
    with at(2026, 6, 1):
        clock = city_clock(call)
        assert (clock.is_closed, clock.days_left, clock.closes_in) == (True, None, "")
        assert time_left(now(call), now(call).deadline) == "Closed on 31 May 2026"


def test_a_day_has_no_time_but_its_end_in_each_time_zone_until_it_is_over():
    call = membership(precision="day", first_commission_deadline=None)
    with at(2026, 5, 20):
        clock = city_clock(call)
    assert (clock.date, clock.time, clock.iso) == ("31 May 2026", "", "2026-05-31")
    assert [zone.text for zone in clock.zones] == ["Sun 31 May, 21:59", "Sun 31 May, 23:59"]
    with at(2026, 6, 2):
        assert city_clock(call).zones == ()


def test_an_earlier_date_that_is_not_on_record_has_no_text():
    call = membership(first_deadline=None, first_commission_deadline=None)
    with at(2026, 4, 29):
        extend(call)
        clock = city_clock(call)
    assert clock.date == "30 June 2026"
    assert clock.earlier is not None
    assert clock.earlier.date == ""


def test_a_new_date_that_is_not_on_record_leaves_the_old_one_struck_through():
    call = membership()
    call.date_changes.create(
        clock="city",
        old=call.first_deadline,
        new=None,
        reason="other",
        decided_by="secretariat",
        announce_at=datetime(2026, 5, 1, tzinfo=BERLIN),
    )
    with at(2026, 6, 10):
        city, commission = formatted_deadlines(now(call))
    assert (city.date, city.earlier.date, city.is_closed) == ("", "31 May 2026", False)
    assert commission.date == "15 June 2026"


def test_a_move_within_one_day_shows_the_times():
    call = membership(first_commission_deadline=None)
    with at(2026, 5, 31, 12):
        extend(call, new=datetime(2026, 6, 1, 12, tzinfo=BERLIN))
        extend(call, new=datetime(2026, 6, 1, 18, tzinfo=BERLIN))
        clock = city_clock(call)
    assert (clock.date, clock.time, clock.earlier.date) == ("1 June 2026", "17:59", "1 June 2026, 11:59")


def test_an_upcoming_call_shows_when_it_opens():
    call = membership(opens_at=datetime(2026, 4, 1, 9, tzinfo=BERLIN))
    with at(2026, 3, 20):
        opening, city = formatted_deadlines(now(call))
    assert (opening.kind, opening.date, opening.time) == ("opening", "1 April 2026", "09:00")
    assert (city.kind, city.date, city.days_left) == ("city", "31 May 2026", None)


def test_an_opening_at_the_start_of_a_day_has_no_time():
    call = membership()
    with at(2026, 3, 20):
        opening = formatted_deadlines(now(call))[0]
    assert (opening.date, opening.time, opening.iso) == ("1 April 2026", "", "2026-04-01")


def test_a_call_without_any_date_has_no_clock():
    call = membership(opens_at=None, first_deadline=None, first_commission_deadline=None)
    with at(2026, 3, 20):
        assert formatted_deadlines(now(call)) == []


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_language_shows_the_date_in_western_digits(language):
    call = membership()
    with at(2026, 5, 20), translation.override(language):
        clock = city_clock(call, reader_zone="Asia/Kathmandu")
    text = clock.date + clock.time + "".join(zone.text for zone in clock.zones)
    assert "31" in clock.date
    assert all(character in "0123456789" for character in text if character.isdigit())


@pytest.mark.parametrize(
    ("language", "place", "expected"),
    [
        ("ar", "Europe/Berlin:hamburg", "هامبورغ"),
        ("zh-hans", "Europe/Berlin:hamburg", "汉堡"),
        ("en", "Europe/Berlin:hamburg", "Hamburg"),
        ("ru", "America/Bogota", "Богота"),
    ],
)
def test_the_place_of_the_time_is_in_the_readers_language(language, place, expected):
    call = membership(time_zone=place)
    with translation.override(language):
        assert f"({expected})" in deadline_text(call, END_OF_JUNE).replace("（", "(").replace("）", ")")


def test_a_deadline_that_moves_again_shows_the_last_date_as_earlier():
    call = membership()
    with at(2026, 4, 29):
        extend_both(call)
    with at(2026, 6, 1):
        extend(call, new=MIDDLE_OF_JULY)
        assert city_clock(call).earlier.date == "30 June 2026"
        assert now(call).deadline != END_OF_JUNE


def test_a_call_without_a_deadline_for_national_commissions_does_not_name_them():
    """In the block, in lists and in calendars; in every state from before the opening until after the results."""
    factories.tree()
    call = membership(first_commission_deadline=None)
    page = factories.call_page(call)
    for month in (1, 4, 5, 7, 12):
        with at(2026, month, 20):
            shown = [clock.label for clock in formatted_deadlines(now(call))]
            shown += [row["label"] for row in call_item(now(call), page, "en")["dates"]]
            shown.append(call_calendar(Call.objects.with_history(timezone.now()).get(), page).to_ical().decode())
            assert not [text for text in shown if "Commission" in text]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("clock", [Clock.OPENING, Clock.CITY, Clock.COMMISSION])
def test_a_label_without_a_date_is_a_name_and_not_the_beginning_of_a_sentence(clock, language):
    with translation.override(language):
        name = clock_label(clock, has_date=False)
        assert name == clock.label
        assert clock_label(clock, is_closed=True, has_date=False) == name
    with translation.override("en"):
        assert not re.search(r" (?:by|on)$", clock_label(clock, has_date=False))


def test_the_calendar_names_a_deadline_before_a_colon():
    factories.tree()
    page = factories.call_page(membership())
    with at(2026, 5, 20):
        calendar = call_calendar(Call.objects.with_history(timezone.now()).get(), page).to_ical().decode()
    assert not re.search(r" (?:by|on): ", calendar)
