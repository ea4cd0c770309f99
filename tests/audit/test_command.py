"""`manage.py audit export` prints the audit log as lines of JSON."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from audit import log
from audit.actions import Action
from audit.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def january() -> None:
    """An entry at noon of each of three days."""
    city = factories.city()
    for day in (30, 31):
        _record(city, datetime(2026, 1, day, 12, tzinfo=UTC))
    _record(city, datetime(2026, 2, 1, 12, tzinfo=UTC))


def _record(city, instant: datetime) -> None:
    entry = log.record(Action.CITY_CHANGED, city, fields=["website"])
    models.QuerySet.update(AuditEntry.objects.filter(pk=entry.pk), recorded_at=instant)


def exported(*options: str) -> list[str]:
    """The days of the exported entries."""
    output = StringIO()
    call_command("audit", "export", *options, stdout=output)
    return [json.loads(line)["time"][:10] for line in output.getvalue().splitlines()]


def test_all_entries_are_exported_the_oldest_first(january):
    assert exported() == ["2026-01-30", "2026-01-31", "2026-02-01"]


def test_a_day_at_the_end_is_included(january):
    assert exported("--since", "2026-01-31", "--until", "2026-01-31") == ["2026-01-31"]


def test_an_instant_in_another_zone_is_understood(january):
    assert exported("--since", "2026-01-31T14:30:00+02:00") == ["2026-02-01"]
    assert exported("--until", "2026-01-30T12:00:00") == []


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "31.01.2026", "2026-01-31T25:00"])
def test_what_is_no_time_is_refused_in_words(text):
    with pytest.raises(CommandError, match=f"“{text}” is neither a day"):
        exported("--since", text)
