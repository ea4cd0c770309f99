"""Child rows that several apps have."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from calls.models import CallSession
from events.models import EventSession

START = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize("model", [CallSession, EventSession])
@pytest.mark.parametrize("end", [START, START - timedelta(hours=1)])
def test_a_session_ends_after_its_start(model, end):
    model(starts_at=START, ends_at=START + timedelta(hours=1)).clean()
    with pytest.raises(ValidationError) as error:
        model(starts_at=START, ends_at=end).clean()
    assert list(error.value.message_dict) == ["ends_at"]


@pytest.mark.parametrize("model", [CallSession, EventSession])
def test_a_session_is_in_a_possible_year(model):
    with pytest.raises(ValidationError) as error:
        model(starts_at=START.replace(year=1), ends_at=START).clean()
    assert list(error.value.message_dict) == ["starts_at"]
