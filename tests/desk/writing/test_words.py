"""What the desk says in the reader's language: examples of dates, and by when the secretariat answers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel.numbers import get_decimal_symbol
from django.utils import timezone
from django.utils.translation import get_language, override

from core.i18n import dates
from core.i18n.languages import cldr_locale
from core.i18n.typed_dates import read_date
from core.i18n.typed_numbers import read_number
from desk.models import WorkingCopy
from desk.writing.presentation import stage_notice
from desk.writing.questions import Kind
from desk.writing.sections import SECTIONS
from moderation.states import Stage, SubmissionStatus


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "ar", "ru", "zh-hans"])
def test_the_examples_of_dates_can_be_typed_as_they_are_shown(language):
    example = next(part.example for section in SECTIONS for part in section.parts if part.name == "period_start")
    with override(language):
        assert str(example) == dates.month(date(2021, 3, 1))
        sample = date(2019, 3, 12)
        assert all(map(read_date, (str(example), dates.year(sample), dates.month(sample), dates.day(sample))))


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "ar", "ru", "zh-hans"])
def test_the_examples_of_numbers_are_written_in_the_language_and_can_be_typed(language):
    def values() -> list[tuple[str, tuple[Decimal, ...]]]:
        return [(name, read_number(str(example), get_language())) for name, example in examples]

    parts = [part for section in SECTIONS for each in section.parts for part in getattr(each, "questions", (each,))]
    examples = [(part.name, part.example) for part in parts if part.kind == Kind.NUMBER and part.example]
    assert {"latitude", "longitude", "cost_amount", "staff_fte"} <= {name for name, _example in examples}
    with override("en"):
        expected = values()
    with override(language):
        assert values() == expected
        sign = get_decimal_symbol(cldr_locale(language))
        assert all(sign in str(example) for name, example in examples if name in {"latitude", "longitude", "staff_fte"})


@pytest.mark.parametrize(("days", "words"), [(1, "an editor publishes it"), (100, "The answer is late")])
def test_a_city_is_told_by_when_the_secretariat_answers_and_that_it_is_late(settings, days, words):
    settings.SUBMISSION_ANSWER_DAYS = 14
    since = timezone.now() - timedelta(days=days)
    typed = SubmissionStatus(Stage.RETURNED, since, sentence="Faltam duas respostas.", by_city=True)
    assert stage_notice(WorkingCopy(), typed)["dir"] == "auto"
    text = stage_notice(WorkingCopy(), SubmissionStatus(Stage.SUBMITTED, since, by_city=True))["text"]
    assert words in text
    assert dates.day(timezone.localdate(since) + timedelta(days=14)) in text
