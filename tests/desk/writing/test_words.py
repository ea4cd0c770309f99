"""What the desk says in the reader's language: examples of dates, and by when the secretariat answers."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from core.i18n import dates
from desk.models import WorkingCopy
from desk.writing.dates_typed import read_date
from desk.writing.presentation import stage_notice
from desk.writing.sections import SECTIONS
from moderation.states import Stage, SubmissionStatus


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "ar", "ru", "zh-hans"])
def test_the_examples_of_dates_can_be_typed_as_they_are_shown(language):
    example = next(part.example for section in SECTIONS for part in section.parts if part.name == "period_start")
    with override(language):
        assert str(example) == dates.month(date(2021, 3, 1))
        sample = date(2019, 3, 12)
        assert all(map(read_date, (str(example), dates.year(sample), dates.month(sample), dates.day(sample))))


@pytest.mark.parametrize(("days", "words"), [(1, "an editor publishes it"), (100, "The answer is late")])
def test_a_city_is_told_by_when_the_secretariat_answers_and_that_it_is_late(settings, days, words):
    settings.SUBMISSION_ANSWER_DAYS = 14
    since = timezone.now() - timedelta(days=days)
    text = stage_notice(WorkingCopy(), SubmissionStatus(Stage.SUBMITTED, since))["text"]
    assert words in text
    assert dates.day(timezone.localdate(since) + timedelta(days=14)) in text
