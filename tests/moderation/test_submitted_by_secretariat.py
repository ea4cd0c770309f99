"""What the secretariat submits itself is never told as something that a city has done."""

import pytest
from django.urls import reverse
from post_office.models import Email
from wagtail.models import WorkflowState

from desk.entries import entries
from desk.models import WorkingCopy
from desk.overview import practices_of
from moderation import services
from practices.models import PracticeIndexPage
from tests import factories
from tests.admin_forms import edit_url
from tests.moderation.submissions import Case, mailed, written

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def draft():
    """A practice in the name of a city, as the secretariat writes it, and the owner of the city's desk."""
    factories.tree()
    owner = factories.person(factories.city(), "owner")
    page = written(owner.city_roles.get().city, live=False)
    PracticeIndexPage.objects.get(locale=page.locale).add_child(instance=page)
    return page, owner


def submit(page, by) -> None:
    """As the editor's button does: the newest draft of a page is submitted."""
    page.save_revision(user=by)
    page.get_workflow().start(page, by)


def resume(page, by) -> None:
    page.save_revision(user=by)
    WorkflowState.objects.for_instance(page).get().resume(by)


def newest_mail(person):
    return Email.objects.filter(to=person.email).latest("pk")


def newest_text(person) -> str:
    return newest_mail(person).message


def test_a_draft_that_the_secretariat_submits_concerns_its_city_only_when_it_is_public(sign_in):
    page, owner = draft()
    city, editor, moderator = page.city, factories.user("Editors"), factories.user("Moderators")
    submit(page, editor)
    assert mailed(owner) == []
    assert "The secretariat itself has submitted" in newest_text(moderator)
    assert "the city receives" not in newest_text(moderator)
    browser = sign_in(factories.user(is_superuser=True))
    assert "Submitted by the secretariat" in browser.get(reverse("practices-waiting")).content.decode()
    editor_page = browser.get(edit_url(page)).content.decode()
    assert "The secretariat submitted this version on" in editor_page
    assert "action-cancel-workflow" in editor_page
    services.send_back(page, by=moderator, sentence="The year is missing.")
    assert (mailed(owner), entries(practices_of([city]))) == ([], [])
    resume(page, editor)
    services.approve(page, by=moderator)
    assert mailed(owner) == ["published"]
    assert "The secretariat has published the practice" in newest_text(owner)
    assert "Thank you" not in newest_text(owner)


def test_a_draft_that_its_city_has_never_seen_is_deleted_without_a_mail(sign_in):
    page, owner = draft()
    submit(page, factories.user("Editors"))
    browser = sign_in(factories.user(is_superuser=True))
    assert "receive a mail" not in browser.get(reverse("wagtailadmin_pages:delete", args=[page.pk])).content.decode()
    browser.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert (mailed(owner), WorkflowState.objects.count()) == ([], 0)


def test_a_city_is_told_that_the_secretariat_has_gone_on_with_what_it_submitted():
    case = Case()
    case.send_back()
    resume(case.draft(problem="Corrected"), case.moderator)
    assert mailed(case.owner) == ["received", "returned", "received"]
    assert "has submitted it itself" in newest_text(case.owner)
    assert newest_mail(case.owner).subject.startswith("Submitted by")
    case.approve()
    assert "Thank you" in newest_text(case.owner)


@pytest.mark.parametrize("has_copy", [True, False])
def test_a_city_neither_withdraws_nor_awaits_a_correction_of_the_secretariat(has_copy, sign_in):
    case = Case()
    if has_copy:
        answers = {"title": case.page.title}
        copy = WorkingCopy.objects.create(city=case.city, page=case.page, language="en", answers=answers)
    case.approve()
    before = mailed(case.owner)
    submit(case.draft(problem="A comma"), case.moderator)
    assert mailed(case.owner) == before
    assert next(entry.state for entry in entries(practices_of([case.city]))).startswith(
        "The secretariat has been revising it since"
    )
    with pytest.raises(services.NotPossibleNow):
        services.withdraw(case.page, by=case.owner)
    if has_copy:
        browser = sign_in(case.owner)
        for page in ("", "check/"):
            html = browser.get(f"/en/desk/cities/{case.city.code}/practices/{copy.key}/{page}").content.decode()
            assert "decides on its own text first" in html
            assert "Withdraw" not in html
    case.send_back()
    assert mailed(case.owner) == before
    assert not entries(practices_of([case.city]))[0].state.startswith("Returned")
