"""Whatever the secretariat does in the admin, the city is told what has become of its practice: by mail and at desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction, Revision

from audit.models import AuditEntry
from desk.entries import entries
from desk.models import WorkingCopy
from desk.overview import practices_of
from mails.models import Notice
from practices.models import PracticePage
from tests import factories
from tests.admin_forms import edit_url, form_of, stream_form
from tests.moderation.submissions import Case, mailed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def day(days: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%d %H:%M")


def publish(browser, case, **fields) -> None:
    data = form_of(browser, case.page) | stream_form("body", case.page.body) | {"consent": "on"}
    browser.post(edit_url(case.page), data | {"action-publish": "action-publish"} | fields)


def scheduled(browser, case) -> None:
    publish(browser, case, go_live_at=day(3))


def published(browser, case) -> None:
    case.approve()


def new_version_scheduled(browser, case) -> None:
    case.approve()
    case.submit(problem="New text")
    publish(browser, case, go_live_at=day(3))


def returned(browser, case) -> None:
    case.send_back()


def page_url(name: str, *rest):
    return lambda case: reverse(f"wagtailadmin_pages:{name}", args=[case.key, *(part(case) for part in rest)])


def bulk(action: str, key=lambda case: case.key):
    return lambda case: f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', action])}?id={key(case)}"


def scheduled_revision(case) -> int:
    return Revision.objects.get(object_id=str(case.key), approved_go_live_at__isnull=False).pk


def index_of(case) -> int:
    return case.page.get_parent().pk


UNSCHEDULE = page_url("revisions_unschedule", scheduled_revision)
COPY = {"new_title": "Copy", "new_slug": "copy", "publish_copies": "on", "copy_subpages": ""}
# What was before, the address, what the form says → the mails that follow, and what the desk says then.
WAYS = {
    "schedule": (scheduled, None, {}, [], "Accepted, it becomes public on"),
    "schedule a new version": (new_version_scheduled, None, {}, [], "Accepted, it becomes public on"),
    # Wagtail locks what is scheduled: its day is cancelled first.
    "reschedule": (scheduled, edit_url, {"go_live_at": day(9)}, [], "Accepted, it becomes public on"),
    "unschedule": (scheduled, UNSCHEDULE, {}, ["unscheduled"], "Accepted, without a day"),
    "unschedule a new version": (new_version_scheduled, UNSCHEDULE, {}, ["unscheduled"], "Published"),
    "publish what is scheduled": (scheduled, edit_url, {"go_live_at": ""}, [], "Accepted, it becomes public on"),
    "unpublish": (published, page_url("unpublish"), {}, ["taken-down"], "Taken down"),
    "unpublish many": (published, bulk("unpublish"), {"include_descendants": ""}, ["taken-down"], "Taken down"),
    "unpublish the list": (
        published,
        bulk("unpublish", index_of),
        {"include_descendants": "on"},
        ["taken-down"],
        "Taken down",
    ),
    "unpublish with a scheduled version": (
        new_version_scheduled,
        page_url("unpublish"),
        {},
        [],
        "Accepted, it becomes public on",
    ),
    "delete": (published, page_url("delete"), {}, ["taken-down"], "In progress"),
    "delete many": (published, bulk("delete"), {}, ["taken-down"], "In progress"),
    "delete the list": (published, bulk("delete", index_of), {}, ["taken-down"], "In progress"),
    "delete what is scheduled": (scheduled, page_url("delete"), {}, ["deleted"], "In progress"),
    "delete what was returned": (returned, page_url("delete"), {}, ["deleted"], "In progress"),
    "move": (published, bulk("move"), {"chooser": index_of}, [], "Published"),
    "copy": (published, page_url("copy"), COPY, [], "Published"),
    "alias": (published, page_url("copy"), COPY | {"alias": "on"}, [], "Published"),
    "lock": (published, page_url("lock"), {}, [], "Published"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_city_is_told_what_has_become_of_its_practice(way, sign_in):
    before, address, fields, kinds, state = WAYS[way]
    case = Case()
    words = {"title": case.page.title}
    WorkingCopy.objects.create(city=case.city, page=case.page, language="en", answers=words, submitted_version=1)
    browser = sign_in(factories.user(is_superuser=True))
    before(browser, case)
    told = mailed(case.owner)
    if way.startswith("schedule"):
        assert told[-1] == "scheduled"
    if address is edit_url:
        publish(browser, case, **fields)
    elif address is not None:
        fields = {name: value(case) if callable(value) else value for name, value in fields.items()}
        browser.post(address(case), fields, follow=True)
    assert mailed(case.owner)[len(told) :] == kinds
    assert AuditEntry.objects.filter(action="practice.deleted").exists() == way.startswith("delete")
    titles = [entry for entry in entries(practices_of([case.city])) if entry.title == "Market traders learn to read"]
    assert [entry.state.startswith(state) for entry in titles] == [True], titles


def test_a_day_of_publication_is_told_once_with_its_date_and_its_end(sign_in):
    case, browser = Case(), sign_in(factories.user(is_superuser=True))
    scheduled(browser, case)
    browser.post(UNSCHEDULE(case))
    publish(browser, case, go_live_at=day(5))
    assert mailed(case.owner) == ["received", "scheduled", "unscheduled", "scheduled"]
    assert case.log()[1:] == ["scheduled", "unscheduled", "scheduled"]
    assert AuditEntry.objects.filter(action="practice.unscheduled").get().recorded_by is not None


def test_no_day_of_publication_is_promised_for_what_is_restricted(sign_in):
    case, browser = Case(), sign_in(factories.user(is_superuser=True))
    PageViewRestriction.objects.create(page=case.page.get_parent(), restriction_type="login")
    scheduled(browser, case)
    text = Notice.objects.filter(recipient=case.owner, kind="scheduled").get().mail.message
    assert "readers cannot open it then" in text
    assert "becomes public on" not in text
    (entry,) = entries(practices_of([case.city]))
    assert entry.state.startswith("Accepted, it is published on")
    assert "Readers cannot open it then" in entry.what_next


def test_a_correction_that_the_secretariat_schedules_concerns_nobody(sign_in):
    case, browser = Case(), sign_in(factories.user(is_superuser=True))
    case.approve()
    publish(browser, case, problem="A comma", go_live_at=day(5))
    browser.post(UNSCHEDULE(case))
    assert mailed(case.owner) == ["received", "published"]


@pytest.mark.parametrize("has_copy", [True, False])
def test_the_text_of_a_deleted_practice_stays_at_the_desk_and_can_be_submitted_again(has_copy, sign_in):
    case, browser = Case(), sign_in(factories.user(is_superuser=True))
    case.approve()
    if has_copy:
        WorkingCopy.objects.create(city=case.city, page=case.page, language="en", answers={"title": "My own words"})
    browser.post(reverse("wagtailadmin_pages:delete", args=[case.key]))
    assert not PracticePage.objects.filter(pk=case.key).exists()
    copy = WorkingCopy.objects.get(city=case.city)
    assert copy.answers["title"] == ("My own words" if has_copy else "Market traders learn to read")
    assert (copy.page, copy.submitted_version) == (None, None)
    page = sign_in(case.owner).get(f"/en/desk/cities/{case.city.code}/practices/{copy.key}/")
    assert page.status_code == 200
    assert copy.answers["title"] in page.content.decode()
