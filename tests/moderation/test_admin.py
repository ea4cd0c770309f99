"""Editors decide in Wagtail's own admin, in any of its ways: what is published is what was judged."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    Revision,
    Task,
    TaskState,
    Workflow,
    WorkflowTask,
)

from audit.models import AuditEntry
from moderation import services
from moderation.states import Stage, submission_status
from portal.periodic_tasks import ScheduledPublishing
from tests import factories
from tests.admin_forms import edit_url, form_of, shown_messages, stream_form
from tests.moderation.submissions import Case, mailed, other_mails

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}
RETURN = {
    "action-workflow-action": "true",
    "workflow-action-name": "reject",
    "workflow-action-extra-data": '{"comment": "Nearly there."}',
}
PUBLISH = {"action-publish": "action-publish"}
DECISIVE = {"approve": APPROVE, "return": RETURN, "publish": PUBLISH, "submit": {"action-submit": "1"}}


@pytest.fixture
def case():
    return Case()


@pytest.fixture
def browser(case, sign_in):
    return sign_in(case.moderator)


def form(browser, case) -> dict:
    """The editor's form as it is now; to send it later is to send an old one."""
    return form_of(browser, case.page) | stream_form("body", case.page.body) | {"consent": "on"}


def send(browser, case, data: dict, **fields):
    return browser.post(edit_url(case.page), data | fields, follow=True)


@pytest.mark.parametrize("button", [APPROVE, PUBLISH], ids=["approve", "publish"])
def test_approve_and_publish_are_the_same_while_a_submission_waits(browser, case, button):
    send(browser, case, form(browser, case), **button)
    assert (case.page.live, submission_status(case.page).stage) == (True, Stage.DONE)
    assert TaskState.objects.get().status == TaskState.STATUS_APPROVED
    assert (case.log(), mailed(case.owner)) == (["submitted", "published"], ["received", "published"])
    assert other_mails() == []
    assert AuditEntry.objects.first().recorded_by == case.moderator
    assert AuditEntry.objects.first().address == "127.0.0.1"


def test_request_changes_returns_the_practice_with_the_sentence(browser, case):
    send(browser, case, form(browser, case), **RETURN)
    status = submission_status(case.page)
    assert (status.stage, status.sentence) == (
        Stage.RETURNED,
        "Nearly there.",
    )
    assert (case.log(), mailed(case.owner)) == (["submitted", "returned"], ["received", "returned"])
    assert other_mails() == []


def test_publish_after_a_return_decides_too(browser, case):
    case.send_back()
    send(browser, case, form(browser, case), **PUBLISH)
    assert (case.page.live, submission_status(case.page).stage) == (True, Stage.DONE)
    assert mailed(case.owner)[-1] == "published"


def test_the_moderator_s_edits_in_the_form_are_published_with_it(browser, case):
    send(browser, case, form(browser, case), problem="Corrected", **APPROVE)
    assert (case.page.live, case.page.problem) == (True, "Corrected")


@pytest.mark.parametrize("button", DECISIVE.values(), ids=DECISIVE)
def test_a_form_from_before_a_new_submission_decides_nothing(browser, case, button):
    old = form(browser, case)
    services.withdraw(case.page, by=case.owner)
    new = case.submit(problem="New text")
    answer = send(browser, case, old, **button)
    assert "newer version" in shown_messages(answer)
    assert (case.page.live, submission_status(case.page).stage) == (False, Stage.SUBMITTED)
    assert case.page.get_latest_revision() == new


@pytest.mark.parametrize("button", DECISIVE.values(), ids=DECISIVE)
def test_a_form_from_before_a_withdrawal_decides_nothing(browser, case, button):
    old = form(browser, case)
    services.withdraw(case.page, by=case.owner)
    if button in (APPROVE, RETURN, PUBLISH):
        send(browser, case, old, problem="From the old form", **button)
        assert (case.page.live, submission_status(case.page).stage) == (False, Stage.NOT_SUBMITTED)
        assert case.page.get_latest_revision() == case.submitted


def test_an_old_form_does_not_put_its_text_over_a_new_submission(browser, case):
    old = form(browser, case)
    services.withdraw(case.page, by=case.owner)
    new = case.submit(problem="New text")
    send(browser, case, old)  # “Save draft”
    assert case.page.get_latest_revision() == new


def test_a_form_from_before_a_withdrawal_does_not_bring_its_words_into_what_is_published(browser, case):
    case.approve()
    case.submit(problem="Withdrawn words")
    old = form(browser, case)
    services.withdraw(case.page, by=case.owner)
    send(browser, case, old)
    send(browser, case, form(browser, case), **PUBLISH)
    assert (case.page.live, case.page.problem) == (True, "They could not read the price lists.")


def test_a_practice_that_its_city_has_withdrawn_is_not_published(browser, case):
    services.withdraw(case.page, by=case.owner)
    answer = send(browser, case, form(browser, case), **PUBLISH)
    assert "withdrawn" in shown_messages(answer)
    browser.post(bulk("publish", case), {"include_descendants": ""}, follow=True)
    index = case.page.get_parent()
    browser.post(f"{bulk_url('publish')}?id={index.pk}", {"include_descendants": "on"}, follow=True)
    assert not case.page.live


def bulk_url(action: str) -> str:
    return reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])


def bulk(action: str, case) -> str:
    return f"{bulk_url(action)}?id={case.key}"


def test_in_a_workflow_of_two_steps_approval_goes_on_and_publish_publishes(browser, case):
    case.send_back()
    second = GroupApprovalTask.objects.create(name="Second reading")
    second.groups.set(Group.objects.filter(name="Moderators"))
    WorkflowTask.objects.create(workflow=Workflow.objects.get(), task=second, sort_order=1)
    case.submit()
    case.approve()
    assert (case.page.live, submission_status(case.page).stage) == (False, Stage.SUBMITTED)
    assert case.log() == ["submitted", "returned", "submitted"]
    case.send_back()
    case.submit()
    case.approve()
    assert case.page.live
    services.take_down(case.page, by=case.owner)
    case.submit()
    send(browser, case, form(browser, case), **PUBLISH)
    assert (case.page.live, submission_status(case.page).stage) == (True, Stage.DONE)
    assert mailed(case.owner).count("published") == 2


def test_bulk_publishing_is_an_approval(browser, case):
    browser.post(bulk("publish", case), {"include_descendants": ""}, follow=True)
    assert (case.page.live, submission_status(case.page).stage) == (True, Stage.DONE)
    assert (case.log(), mailed(case.owner)) == (["submitted", "published"], ["received", "published"])


def test_bulk_publishing_does_not_publish_what_nobody_has_judged(browser, case):
    case.draft(problem="Nobody has read this").save_revision(user=case.owner)
    browser.post(bulk("publish", case), {"include_descendants": ""}, follow=True)
    assert (case.page.live, submission_status(case.page).stage) == (False, Stage.SUBMITTED)


def action_url(case, action: str, task_state=None) -> str:
    task_state = task_state or case.page.current_workflow_task_state
    return reverse("wagtailadmin_pages:workflow_action", args=[case.key, action, task_state.pk])


def test_the_preview_of_what_waits_decides_too(browser, case):
    browser.post(action_url(case, "reject"), {"comment": "Nearly there."})
    assert submission_status(case.page).sentence == "Nearly there."
    case.submit()
    browser.post(action_url(case, "approve"), {"comment": ""})
    assert case.page.live
    assert mailed(case.owner) == ["received", "returned", "received", "published"]


def test_an_old_preview_decides_nothing(browser, case):
    old = case.page.current_workflow_task_state
    services.withdraw(case.page, by=case.owner)
    case.submit(problem="New text")
    for action in ("approve", "reject"):
        browser.post(action_url(case, action, old), {"comment": ""})
    assert (case.page.live, submission_status(case.page).stage) == (False, Stage.SUBMITTED)


def test_without_the_right_to_publish_an_approval_changes_nothing(case, sign_in):
    """A group may review, by the task, and not publish."""
    reviewers = Group.objects.create(name="Reviewers")
    reviewers.permissions.add(*Group.objects.get(name="Editors").permissions.all())
    for row in GroupPagePermission.objects.filter(group__name="Editors"):
        GroupPagePermission.objects.create(group=reviewers, page=row.page, permission=row.permission)
    Task.objects.get().specific.groups.add(reviewers)
    browser = sign_in(factories.user("Reviewers"))
    revisions = Revision.objects.count()
    send(browser, case, form(browser, case), problem="Changed", **APPROVE)
    browser.post(action_url(case, "approve"), {"comment": ""})
    assert (case.page.live, submission_status(case.page).stage, Revision.objects.count()) == (
        False,
        Stage.SUBMITTED,
        revisions,
    )
    assert mailed(case.owner) == ["received"]


def test_an_editor_who_may_not_publish_cannot_by_sending_the_button(case, sign_in):
    browser = sign_in(factories.user("Editors"))
    services.withdraw(case.page, by=case.owner)
    send(browser, case, form(browser, case), **PUBLISH)
    assert not case.page.live


def test_a_city_s_submission_is_not_cancelled_without_an_answer(browser, case):
    for button in ("action-cancel-workflow", "action-restart-workflow"):
        answer = send(browser, case, form(browser, case), **{button: "1"})
        assert "waits for an answer" in shown_messages(answer)
    assert submission_status(case.page).stage == Stage.SUBMITTED
    page = browser.get(edit_url(case.page)).content.decode()
    assert "action-cancel-workflow" not in page


def test_a_workflow_and_its_task_are_not_disabled_while_a_city_waits(case, sign_in):
    browser = sign_in(factories.user(is_superuser=True))
    workflow, task = Workflow.objects.get(), Task.objects.get()
    for name, thing in (("disable", workflow), ("disable_task", task)):
        browser.post(reverse(f"wagtailadmin_workflows:{name}", args=[thing.pk]), follow=True)
        thing.refresh_from_db()
        assert thing.active
    assert (case.page.live, submission_status(case.page).stage) == (False, Stage.SUBMITTED)
    case.send_back()
    browser.post(reverse("wagtailadmin_workflows:disable", args=[workflow.pk]), follow=True)
    workflow.refresh_from_db()
    assert not workflow.active


def test_another_version_is_not_brought_back_while_one_waits(browser, case):
    case.approve()
    first = case.page.live_revision
    case.submit(problem="New text")
    url = reverse("wagtailadmin_pages:revisions_revert", args=[case.key, first.pk])
    data = form(browser, case)
    browser.post(url, data | PUBLISH, follow=True)
    assert (case.page.live_revision, submission_status(case.page).stage) == (first, Stage.SUBMITTED)


def test_a_scheduled_publication_is_a_decision_now_and_a_mail_then(browser, case):
    later = timezone.localtime(timezone.now() + timedelta(days=1))
    send(browser, case, form(browser, case), go_live_at=later.strftime("%Y-%m-%d %H:%M"), **PUBLISH)
    assert (case.page.live, submission_status(case.page).stage) == (False, Stage.DONE)
    assert mailed(case.owner) == ["received", "scheduled"]
    Revision.objects.filter(approved_go_live_at__isnull=False).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    revision = case.page.scheduled_revision
    revision.content["go_live_at"] = None
    revision.save()
    ScheduledPublishing()()
    assert (case.page.live, mailed(case.owner)) == (True, ["received", "scheduled", "published"])


def test_a_scheduled_version_does_not_decide_on_a_newer_submission(case):
    case.approve()
    scheduled = case.draft(problem="Scheduled").save_revision(user=case.moderator)
    newer = case.submit(problem="Newer")
    scheduled.publish(user=case.moderator)
    status = submission_status(case.page)
    assert (status.stage, status.revision_id) == (Stage.SUBMITTED, newer.pk)
    case.approve()
    assert case.page.problem == "Newer"


@pytest.mark.parametrize("way", ["unpublish", "bulk unpublish", "delete", "expiry"])
def test_whoever_takes_a_practice_down_the_city_is_told(browser, case, way):
    case.approve()
    if way == "unpublish":
        assert (
            "receive a mail" in browser.get(reverse("wagtailadmin_pages:unpublish", args=[case.key])).content.decode()
        )
        browser.post(reverse("wagtailadmin_pages:unpublish", args=[case.key]))
    elif way == "bulk unpublish":
        browser.post(bulk("unpublish", case), {"include_descendants": ""})
    elif way == "delete":
        browser.post(reverse("wagtailadmin_pages:delete", args=[case.key]))
    else:
        type(case.page).objects.update(expire_at=timezone.now() - timedelta(minutes=1))
        ScheduledPublishing()()
    assert mailed(case.owner)[-1] == "taken-down"
    assert [entry.action for entry in AuditEntry.objects.filter(action="practice.taken-down")] == [
        "practice.taken-down"
    ]


def test_a_practice_is_not_deleted_while_its_city_waits(browser, case):
    browser.post(reverse("wagtailadmin_pages:delete", args=[case.key]))
    browser.post(bulk("delete", case))
    browser.post(f"{bulk_url('delete')}?id={case.page.get_parent().pk}")
    assert submission_status(case.page).stage == Stage.SUBMITTED


def test_a_correction_by_the_secretariat_is_logged_and_mails_nobody(browser, case):
    case.approve()
    send(browser, case, form(browser, case), problem="A comma", **PUBLISH)
    assert (case.page.problem, case.log()[-2:]) == ("A comma", ["published", "published"])
    assert mailed(case.owner) == ["received", "published"]


def test_the_editor_tells_that_a_decision_is_mailed(browser, case):
    page = shown_messages(browser.get(edit_url(case.page)))
    assert "receive a mail" in page
    assert str(case.city) in page


def test_what_waits_is_listed_with_its_city_language_and_date(browser, case):
    page = browser.get(reverse("practices-waiting")).content.decode()
    for words in (case.page.title, str(case.city), "English"):
        assert words in page
    case.approve()
    assert case.page.title not in browser.get(reverse("practices-waiting")).content.decode()


def test_the_comparison_marks_what_has_changed_since_the_published_and_the_judged_version(browser, case):
    case.approve()
    case.submit(problem="They could not read the signs.")
    case.send_back()
    page = case.draft(problem="They could not read the street signs.")
    page.steps.all()[0].text = "Evening lessons in the library."
    services.submit(page, by=case.owner)
    url = reverse("practice-changes", args=[case.key])
    judged = browser.get(url).content.decode()
    assert "<ins>street </ins>" in judged
    published = browser.get(f"{url}?since=published").content.decode()
    assert "<del>price</del>" in published or "<del>price lists</del>" in published
    for name in ("problem", "steps"):
        assert name in {row.section for row in browser.get(url).context["changed"]}


def test_people_of_cities_see_none_of_the_pages_of_moderation(case, sign_in):
    browser = sign_in(case.owner)
    for name in ("practice-changes", "practice-remarks"):
        assert case.page.title not in browser.get(reverse(name, args=[case.key]), follow=True).content.decode()
    assert case.page.title not in browser.get(reverse("practices-waiting"), follow=True).content.decode()
