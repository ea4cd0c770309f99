"""The next instant is never later than a change by the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls.models import Call
from core.page_cache import instants
from core.page_cache.instants import fields_with_instants, next_instant, next_quarter
from tests import factories

NOW = datetime(2027, 3, 4, 10, 3, 20, tzinfo=UTC)


def test_a_day_ends_at_a_quarter_of_an_hour_in_every_time_zone():
    for year in (2026, 2030, 2036):
        for name in available_timezones():
            for month in (1, 7):
                offset = datetime(year, month, 1, tzinfo=ZoneInfo(name)).utcoffset()
                assert offset is not None
                assert offset % instants.QUARTER == timedelta(), name


def test_an_answer_ends_with_the_quarter():
    assert next_quarter(NOW) == datetime(2027, 3, 4, 10, 15, tzinfo=UTC)
    assert next_quarter(datetime(2027, 3, 4, 23, 45, tzinfo=UTC)) == datetime(2027, 3, 5, tzinfo=UTC)


@pytest.mark.django_db
def test_every_field_with_an_instant_counts_with_its_periods():
    """Against the registry of models: a field of a new model counts."""
    assert next_instant(NOW) == next_quarter(NOW)
    fields = {str(field): field for field in fields_with_instants()}
    assert set(instants._periods) <= set(fields), "a period of a field that does not count"
    with CaptureQueriesContext(connection) as asked:
        next_instant(NOW)
    for label, field in fields.items():
        number = sum(f'MIN("{field.model._meta.db_table}"."{field.column}")' in query["sql"] for query in asked)
        assert number == 1 + len(instants._periods[label]), label


@pytest.mark.django_db
def test_the_earliest_instant_wins_and_past_ones_do_not_count():
    soon = NOW + timedelta(minutes=5)
    factories.call(opens_at=NOW - timedelta(days=1), first_deadline=soon + timedelta(days=14))
    assert next_instant(NOW) == soon, "closing soon"
    Call.objects.update(results_published_at=NOW + timedelta(minutes=2))
    assert next_instant(NOW) == NOW + timedelta(minutes=2)
    assert next_instant(NOW + timedelta(minutes=2)) == soon
