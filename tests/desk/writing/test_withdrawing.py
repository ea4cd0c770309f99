"""A withdrawn text is the city's own: what editors do to the published page afterwards takes none of it away."""

import pytest

from desk.writing import services as writing
from desk.writing.rebasing import bring_up_to_date
from moderation import services
from practices.models import PracticePage
from tests.moderation.submissions import Case

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_text_that_a_city_withdraws_survives_a_correction_of_what_is_published():
    case = Case()
    case.approve()
    copy = writing.revise(case.page, by=case.owner)
    copy.answers["problem"] = "The new problem."
    copy.version += 1
    copy.save()
    writing.submit(copy, by=case.owner)
    copy.refresh_from_db()
    writing.withdraw(copy, by=case.owner)
    copy = type(copy).objects.select_related("page").get(pk=copy.pk)
    corrected = case.draft(one_line_result="412 of 530 traders keep books.")
    corrected.save_revision(user=case.moderator).publish()
    copy = type(copy).objects.select_related("page").get(pk=copy.pk)
    bring_up_to_date(copy)
    copy.refresh_from_db()
    assert copy.answers["problem"] == "The new problem."
    assert copy.answers["one_line_result"] == "412 of 530 traders keep books."
    assert PracticePage.objects.get(pk=case.key).problem == "They could not read the price lists."


def test_a_city_is_told_when_nobody_reviews(sign_in):
    case = Case()
    services.withdraw(case.page, by=case.owner)
    copy = writing.revise(case.page, by=case.owner)
    copy.answers["problem"] = "The new problem."
    copy.save()
    case.page.get_workflow().deactivate()
    browser = sign_in(case.owner)
    answer = browser.post(f"/en/desk/cities/{case.city.code}/practices/{copy.key}/submit/", follow=True)
    assert "takes no practices at the moment" in answer.content.decode()
