"""A submission goes through its states, and each step has its log entry and its mails, once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from wagtail.models import Task, TaskState, Workflow

from audit.models import AuditEntry
from core.i18n.addresses import absolute
from mails.models import Notice
from moderation import services
from moderation.services import NobodyReviews, NotPossibleNow
from moderation.states import Stage, submission_status
from practices.models import PracticePage, PracticeStep
from tests import factories
from tests.moderation.submissions import Case, mailed, other_mails, written

pytestmark = pytest.mark.django_db


def test_a_practice_is_submitted_returned_submitted_again_and_published():
    case = Case()
    status = submission_status(case.page)
    assert (status.stage, status.revision_id) == (
        Stage.SUBMITTED,
        case.submitted.pk,
    )
    assert not case.page.live
    case.send_back(sentence="Nearly there.")
    status = submission_status(case.page)
    assert (status.stage, status.sentence) == (
        Stage.RETURNED,
        "Nearly there.",
    )
    case.submit(problem="They could not read.")
    case.approve()
    page = case.page
    assert (page.live, page.problem, submission_status(page).stage) == (True, "They could not read.", Stage.DONE)
    assert case.log() == ["submitted", "returned", "submitted", "published"]
    assert mailed(case.owner) == ["received", "returned", "received", "published"]
    assert mailed(case.moderator) == ["to-review", "to-review"]
    assert other_mails() == []


def test_a_published_practice_stays_as_it_is_until_its_new_version_is_approved():
    case = Case()
    case.approve()
    case.submit(title="Traders read")
    assert case.page.title == "Market traders learn to read"
    case.approve()
    assert (case.page.title, case.page.slug) == ("Traders read", "market-traders-learn-to-read")
    assert mailed(case.owner) == ["received", "published"] * 2


def test_a_second_submission_while_one_waits_changes_nothing():
    case = Case()
    with pytest.raises(NotPossibleNow):
        case.submit(problem="Another text")
    assert case.page.get_latest_revision() == case.submitted
    assert mailed(case.owner) == ["received"]


def test_a_first_submission_that_is_sent_twice_makes_one_page():
    case = Case()
    again = written(case.city, translation_key=case.page.translation_key)
    with pytest.raises(NotPossibleNow):
        services.submit(again, by=case.owner)
    assert PracticePage.objects.filter(city=case.city).count() == 1


def test_a_withdrawn_submission_can_be_submitted_again_and_is_a_new_one():
    case = Case()
    services.withdraw(case.page, by=case.colleague)
    assert submission_status(case.page).stage == Stage.NOT_SUBMITTED
    for too_late in (case.approve, case.send_back, lambda: services.withdraw(case.page, by=case.owner)):
        with pytest.raises(NotPossibleNow):
            too_late()
    case.submit(problem="Better")
    case.approve()
    assert (case.page.live, case.page.problem) == (True, "Better")
    assert case.log() == ["submitted", "withdrawn", "submitted", "published"]


def test_after_a_withdrawal_the_secretariat_edits_what_is_published():
    case = Case()
    case.approve()
    case.submit(problem="Withdrawn words")
    services.withdraw(case.page, by=case.owner)
    draft = case.page.get_latest_revision_as_object()
    assert draft.problem == "They could not read the price lists."
    assert not case.page.has_unpublished_changes


def test_what_is_taken_down_is_kept_and_everybody_is_told():
    case = Case()
    case.approve()
    services.take_down(case.page, by=case.owner)
    assert not case.page.live
    assert (case.log()[-1], mailed(case.colleague), mailed(case.owner)[-1]) == ("taken-down", [], "taken-down")
    with pytest.raises(NotPossibleNow):
        services.take_down(case.page, by=case.owner)
    case.submit()
    case.approve()
    assert case.page.live


def test_only_who_may_decide_decides():
    case = Case()
    for person in (case.owner, factories.user("Editors"), factories.user("Translators")):
        with pytest.raises(PermissionDenied):
            services.approve(case.page, by=person)
        with pytest.raises(PermissionDenied):
            services.send_back(case.page, by=person)
    assert submission_status(case.page).stage == Stage.SUBMITTED


def test_an_incomplete_practice_is_not_submitted_and_leaves_nothing():
    case = Case()
    case.send_back()
    with pytest.raises(ValidationError):
        case.submit(problem="")
    page = case.draft()
    page.steps.add(PracticeStep(text="", sort_order=1))
    with pytest.raises(ValidationError):
        services.submit(page, by=case.owner)
    with pytest.raises(ValidationError):
        services.submit(written(case.city, contact_role=""), by=case.owner)
    assert PracticePage.objects.filter(city=case.city).count() == 1
    assert case.page.get_latest_revision() == case.submitted


@pytest.mark.parametrize("missing", ["workflow", "task"])
def test_without_anybody_who_reviews_nothing_is_published_by_itself(missing):
    factories.tree()
    city = factories.city()
    (Workflow if missing == "workflow" else Task).objects.update(active=False)
    with pytest.raises(NobodyReviews):
        services.submit(written(city), by=factories.person(city))
    assert not PracticePage.objects.filter(city=city).exists()


def test_the_last_task_of_a_workflow_that_is_disabled_publishes_nothing():
    case = Case()
    with pytest.raises(PermissionDenied):
        Task.objects.get().specific.deactivate(user=case.moderator)
    assert not case.page.live
    assert submission_status(case.page).stage == Stage.SUBMITTED


def test_what_was_read_before_a_withdrawal_approves_nothing():
    case = Case()
    before = TaskState.objects.select_related("workflow_state__current_task_state").get()
    services.withdraw(case.page, by=case.owner)
    with pytest.raises(PermissionDenied):
        before.approve(user=case.moderator)
    assert not case.page.live
    assert submission_status(case.page).stage == Stage.NOT_SUBMITTED


def test_a_text_that_the_city_saves_after_its_submission_is_not_published():
    case = Case()
    case.draft(problem="Nobody has read this").save_revision(user=case.owner)
    case.approve()
    assert case.page.problem == "They could not read the price lists."


def test_the_moderator_s_own_edit_is_published_but_not_what_the_city_saves_after_it():
    case = Case()
    case.draft(problem="Corrected").save_revision(user=case.moderator)
    case.draft(problem="Nobody has read this").save_revision(user=case.owner)
    case.approve()
    assert case.page.problem == "Corrected"


def test_the_address_follows_the_title_until_the_first_publication():
    case = Case()
    case.send_back()
    case.submit(title="Traders count")
    case.send_back()
    case.submit(title="Traders read")
    case.approve()
    assert case.page.slug == "traders-read"


def test_an_address_that_an_editor_has_chosen_stays():
    case = Case()
    case.draft(slug="books").save_revision(user=case.moderator)
    case.send_back()
    case.submit(title="Traders read")
    case.approve()
    assert case.page.slug == "books"


def test_the_log_has_the_person_the_version_and_the_address_but_no_text(rf):
    case = Case()
    services.withdraw(case.page, by=case.owner, request=rf.post("/", REMOTE_ADDR="192.0.2.7"))
    entry = AuditEntry.objects.first()
    assert (entry.recorded_by, entry.version, entry.address) == (case.owner, case.submitted.pk, "192.0.2.7")
    assert case.page.title not in str(list(AuditEntry.objects.values()))


def test_the_mails_lead_each_to_its_own_place():
    case = Case(owner_language="pt")
    case.comment("Which year?", "results")
    case.send_back(sentence="Nearly there.")
    case.submit()
    case.approve(sentence="Well done.")
    received, returned, _again, published = (
        notice.mail for notice in Notice.objects.filter(recipient=case.owner).order_by("pk")
    )
    desk = f"/pt/desk/cities/{case.city.code}/"
    for mail in (received, returned):
        assert desk in mail.message
    assert {"Nearly there.", "* Which year?"} <= set(returned.message.splitlines())
    assert absolute(case.page.address) in published.message
    assert "Well done." in published.message
    for mail in (received, returned, published):
        assert "/admin/" not in mail.message + mail.html_message
    review = Notice.objects.filter(recipient=case.moderator).first().mail
    assert reverse("wagtailadmin_pages:edit", args=[case.key]) in review.message
