"""Two people decide at the same moment: one of them was first, and the other is told."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from moderation import services
from moderation.services import NotPossibleNow
from moderation.states import Stage, submission_status
from practices.models import PracticePage
from tests.moderation.submissions import Case, mailed, written
from tests.waiting import CEILING


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Do these at the same time, each with its own connection; return "done" or "late" for each."""
    start = threading.Barrier(len(actions))
    results = [""] * len(actions)

    def run(number: int, action) -> None:
        try:
            start.wait(CEILING)
            action()
            results[number] = "done"
        except NotPossibleNow:
            results[number] = "late"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(CEILING)
    return results


@pytest.fixture
def case(own_database):
    return Case()


def test_approval_and_withdrawal_at_the_same_moment_end_in_one_state(case):
    results = at_once(case.approve, lambda: services.withdraw(case.page, by=case.owner))
    assert sorted(results) == ["done", "late"]
    approved = results[0] == "done"
    assert (case.page.live, submission_status(case.page).stage) == (
        approved,
        Stage.DONE if approved else Stage.NOT_SUBMITTED,
    )
    assert case.log() == ["submitted", "published" if approved else "withdrawn"]


def test_two_approvals_are_one(case):
    assert sorted(at_once(case.approve, case.approve)) == ["done", "late"]
    assert case.log() == ["submitted", "published"]
    assert mailed(case.owner) == ["received", "published"]


def test_two_submissions_are_one(case):
    case.send_back()
    assert sorted(at_once(case.submit, case.submit)) == ["done", "late"]
    assert case.log() == ["submitted", "returned", "submitted"]


def test_a_first_submission_that_is_sent_twice_at_the_same_moment_makes_one_page(case):
    pages = [written(case.city, title="Twice") for _ in range(2)]
    pages[1].translation_key = pages[0].translation_key
    results = at_once(*(lambda page=page: services.submit(page, by=case.owner) for page in pages))
    assert sorted(results) == ["done", "late"]
    assert PracticePage.objects.filter(city=case.city, title="Twice").count() == 1


def test_of_a_return_and_a_publication_at_the_same_moment_one_counts(case):
    results = at_once(case.approve, case.send_back)
    assert sorted(results) == ["done", "late"]
    decided = "published" if results[0] == "done" else "returned"
    assert (case.page.live, case.log()) == (decided == "published", ["submitted", decided])
    assert mailed(case.owner) == ["received", decided]
