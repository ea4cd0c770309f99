"""Two people of a city act on one practice at the same moment: nothing is lost, and nothing happens twice."""

from desk.models import WorkingCopy
from desk.writing import services
from desk.writing.merging import OTHERS, Sent, digest
from desk.writing.saving import save
from moderation.states import Stage, submission_status
from practices.models import PracticePage
from tests import factories
from tests.moderation.submissions import Case, mailed
from tests.moderation.test_at_once import at_once


def test_two_people_who_save_the_same_section_at_once_lose_nothing(own_database):
    copy = factories.working_copy(problem="Before.", not_again="Winter.")
    people = [factories.person(copy.city) for _person in range(4)]
    read = [WorkingCopy.objects.get(pk=copy.pk) for _person in people]

    def saving(number: int):
        def send() -> None:
            shown = {"problem": digest("Before."), "learners_part": ""}
            answers: dict = {"problem": f"Text {number}."} | ({"learners_part": "They chose."} if number == 0 else {})
            save(read[number], Sent(f"form{number}", answers, shown=shown), by=people[number])

        return send

    assert at_once(*map(saving, range(4))) == ["done"] * 4
    answers = WorkingCopy.objects.get(pk=copy.pk).answers
    texts = [answers["problem"], *(other["text"] for other in answers[OTHERS]["problem"])]
    assert sorted(texts) == [f"Text {number}." for number in range(4)]
    assert (answers["learners_part"], answers["not_again"]) == ("They chose.", "Winter.")


def test_two_people_who_submit_at_once_submit_once(own_database):
    case = Case()
    case.approve()
    copy = services.revise(case.page, by=case.owner)
    WorkingCopy.objects.filter(pk=copy.pk).update(answers=copy.answers | {"problem": "New."}, version=copy.version + 1)

    def submit() -> None:
        services.submit(WorkingCopy.objects.select_related("city", "page").get(pk=copy.pk), by=case.owner)

    assert at_once(submit, submit) == ["done", "done"]
    assert submission_status(case.page).stage == Stage.SUBMITTED
    assert case.log() == ["submitted", "published", "submitted"]
    assert mailed(case.owner) == ["received", "published", "received"]
    assert PracticePage.objects.filter(city=case.city).count() == 1
