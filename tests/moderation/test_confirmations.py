"""The yearly question to cities: when it is asked, by mail and how often."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from post_office.models import Email

from mails.kinds import MailKind
from mails.models import Notice
from moderation import confirmations
from moderation.models import Confirmation
from moderation.services import submit
from practices.models import PracticePage
from practices.provenance import add_months, is_unconfirmed
from tests import factories

LAST = date(2024, 3, 15)
# One year after the last word, then two reminders, evenly spread until the beginning of March 2026.
ASKED, FIRST, SECOND, WARNED = date(2025, 3, 15), date(2025, 7, 10), date(2025, 11, 4), date(2026, 3, 1)


def test_the_days_of_the_question_and_its_reminders():
    assert confirmations.asked_from(LAST) == ASKED
    assert confirmations.reminded_on(LAST) == [FIRST, SECOND]
    due = [confirmations.reminders_due(LAST, day) for day in (ASKED, FIRST, SECOND)]
    assert due == [0, 1, 2]
    for day in (ASKED - timedelta(days=1), WARNED):
        assert confirmations.reminders_due(LAST, day) is None
    assert not is_unconfirmed(LAST, WARNED - timedelta(days=1))
    assert is_unconfirmed(LAST, WARNED)


def test_a_question_never_comes_after_the_warning(settings):
    settings.PRACTICE_QUESTION_MONTHS = 60
    assert confirmations.asked_from(LAST) == WARNED


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(9990, 5, 1), 1_200, date(9999, 5, 1)),
    ],
)
def test_months_are_added_to_a_day(day, months, later):
    assert add_months(day, months) == later


@pytest.mark.django_db
class TestMails:
    @pytest.fixture
    def practice(self):
        factories.tree()
        city = factories.city()
        self.person = factories.person(city)
        factories.person(city, is_active=False)
        return factories.practice(city=city, **factories.BY_CITY, confirmed_on=LAST)

    def ask(self, *days: date) -> list[str]:
        """The kinds of the questions and reminders after the task has run on these days."""
        for day in days:
            with time_machine.travel(f"{day} 08:00Z"):
                confirmations.ask()
        mailed = Notice.objects.filter(kind__in=[MailKind.CONFIRM, MailKind.CONFIRM_AGAIN])
        return list(mailed.order_by("pk").values_list("kind", flat=True))

    def test_the_question_and_two_reminders_are_each_mailed_once(self, practice):
        day = timedelta(days=1)
        assert self.ask(ASKED - day) == []
        assert self.ask(ASKED, ASKED + day, FIRST - day) == ["confirm"]
        assert self.ask(FIRST, FIRST, SECOND - day) == ["confirm", "confirm-again"]
        assert self.ask(SECOND, SECOND + day) == ["confirm", "confirm-again", "confirm-again"]
        assert self.ask(WARNED, WARNED + 100 * day) == ["confirm", "confirm-again", "confirm-again"]
        assert {mail.to[0] for mail in Email.objects.all()} == {self.person.email}
        assert f"/desk/cities/{practice.city.code}/published/{practice.code}/confirm/" in Email.objects.first().message
        assert "/admin/" not in Email.objects.first().message

    def test_a_worker_that_was_off_sends_only_what_is_due_now(self, practice):
        assert self.ask(SECOND) == ["confirm-again"]

    def test_whoever_has_confirmed_is_not_reminded(self, practice):
        self.ask(ASKED)
        with time_machine.travel(f"{ASKED} 12:00Z"):
            confirmations.answer(practice, "true", by=self.person)
        assert self.ask(FIRST, SECOND) == ["confirm"]
        assert self.ask(add_months(ASKED, 12)) == ["confirm", "confirm"]

    def test_whoever_is_writing_what_has_changed_is_left_alone_for_a_while(self, practice):
        with time_machine.travel(f"{ASKED} 07:00Z"):
            confirmations.answer(practice, "changed", by=self.person)
        assert self.ask(ASKED, ASKED + timedelta(days=59)) == []
        assert self.ask(FIRST) == ["confirm-again"]

    def test_a_submission_that_waits_is_an_answer(self, practice):
        with time_machine.travel(f"{ASKED} 07:00Z"):
            submit(practice.get_latest_revision_as_object(), by=self.person)
        self.ask(ASKED)
        assert not Notice.objects.filter(kind="confirm").exists()

    def test_nobody_is_asked_about_what_the_secretariat_wrote_or_what_is_not_public(self, practice):
        factories.practice(city=practice.city, confirmed_on=LAST)
        practice.unpublish()
        assert self.ask(ASKED) == []

    def test_a_city_with_many_practices_gets_the_mails_on_several_days(self, practice):
        for _number in range(3):
            factories.practice(city=practice.city, **factories.BY_CITY, confirmed_on=LAST)
        assert len(self.ask(ASKED)) == 3
        assert len(self.ask(ASKED + timedelta(days=1))) == 4

    def test_only_a_public_practice_of_the_city_can_be_confirmed(self, practice):
        other = factories.practice(city=practice.city)
        practice.unpublish()
        for page in (other, practice):
            with pytest.raises(confirmations.NotPossibleNow):
                confirmations.answer(page, "true", by=self.person)
        assert not Confirmation.objects.exists()

    def test_a_practice_that_was_never_confirmed_counts_from_the_day_it_was_written(self, client, practice):
        with time_machine.travel(f"{LAST} 08:00Z"):
            silent = factories.practice(city=practice.city, **factories.BY_CITY)
        assert PracticePage.objects.get(pk=silent.pk).written_on == LAST
        PracticePage.objects.filter(pk=practice.pk).update(live=False)
        assert self.ask(ASKED) == ["confirm"]
        page = client.get(silent.url).content.decode()
        assert ("Not confirmed since 2024" in page) == (timezone.localdate() >= WARNED)
