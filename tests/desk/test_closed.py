"""A practice that readers cannot open: desk, mails, log and the yearly question say so, and all say the same.

And which practices the desk of a city shows: those that the public sees, and those that the city has handed in.
"""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page, PageViewRestriction

from audit.models import AuditEntry
from desk.confirming.services import take_over
from desk.entries import entries, groups
from desk.models import WorkingCopy
from desk.overview import practices_of
from desk.waiting import for_practices
from desk.writing import services as writing
from home.models import HomePage
from mails.models import Notice
from moderation import confirmations, services
from moderation.services import NotPossibleNow
from practices.models import PracticeIndexPage, PracticePage
from tests import factories
from tests.admin_forms import edit_url, form_of, stream_form
from tests.moderation.submissions import Case, mailed, written

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LONG_AGO = date(2020, 1, 1)


def privacy(browser, page, kind: str) -> None:
    """An editor sets or lifts (kind "none") a restriction of a page."""
    fields = {"restriction_type": kind, "password": "open sesame"} if kind == "password" else {"restriction_type": kind}
    assert browser.post(reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), fields).status_code == 200


def restrict(page) -> None:
    PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type="login")


def original(case) -> Page:
    return case.page


def above(case) -> Page:
    return case.page.get_parent()


def home(case) -> Page:
    return Page.objects.get(pk=HomePage.objects.get(locale=case.page.locale).pk)


def translation_of_list(case) -> Page:
    return PracticeIndexPage.objects.get(locale__language_code="fr")


def nothing(case) -> None:
    return None


def restricted(where):
    return lambda case: restrict(where(case))


def home_unpublished(case) -> None:
    home(case).specific.unpublish()


def unpublished(case) -> None:
    case.page.unpublish()


CLOSED, RESTRICTED = "Not open to the public", "Not open to the public: an editor restricted it"
# What an editor does → what the desk says, and the mails that follow.
STATES = {
    "live": (nothing, "Published", []),
    "restricted": (restricted(original), RESTRICTED, ["not-open"]),
    "above restricted": (restricted(above), RESTRICTED, ["not-open"]),
    "home restricted": (restricted(home), RESTRICTED, ["not-open"]),
    "list restricted in another language": (restricted(translation_of_list), RESTRICTED, ["not-open"]),
    "home unpublished": (home_unpublished, "Not open to the public now", ["not-open"]),
    "unpublished": (unpublished, "Taken down", ["taken-down"]),
}


@pytest.mark.parametrize("state", STATES)
def test_desk_mails_log_and_the_yearly_question_follow_the_visibility_rule(state, sign_in, client):
    change, words, kinds = STATES[state]
    case = Case()
    factories.tree("en", "fr")
    case.approve()
    PracticePage.objects.filter(pk=case.key).update(confirmed_on=LONG_AGO)
    address = case.page.address
    told, logged = len(mailed(case.owner)), len(case.log())
    change(case)
    is_public = state == "live"
    assert (client.get(address).status_code == 200) == is_public
    assert mailed(case.owner)[told:] == kinds
    assert case.log()[logged:] == [kind.replace("not-open", "closed") for kind in kinds]
    # The list of practices, its counts, and what waits.
    practices = practices_of([case.city])
    [entry] = entries(practices)
    assert entry.state == words
    assert [action["label"] for action in entry.actions] == (
        ["Revise", "Confirm that it is still true", "See the page"] if is_public else ["Revise"]
    )
    assert any(fact["label"] == "Confirmed" for fact in entry.facts) == is_public
    counted = {} if state == "unpublished" else {"published" if is_public else "not open to the public"}
    assert {group["text"] for group in groups(practices, case.city)} == set(counted)
    assert bool(for_practices(practices)) == is_public, "the yearly question"
    # The services, and the mails of the worker.
    if not is_public:
        with pytest.raises(NotPossibleNow):
            confirmations.answer(case.page, "true", by=case.owner)
    PracticePage.objects.filter(pk=case.key).update(confirmed_on=timezone.localdate())
    asked = confirmations.asked_from(timezone.localdate())
    with time_machine.travel(f"{asked} 08:00Z", tick=False):
        confirmations.ask()
    assert ("confirm" in mailed(case.owner)) == is_public
    if state.startswith("home"):
        return  # no page of the language answers, those of the desk neither
    # The pages of the desk.
    desk = sign_in(case.owner)
    question = f"/en/desk/cities/{case.city.code}/published/{case.page.code}/confirm/"
    answers = {"live": 200, "unpublished": 404}
    assert desk.get(question).status_code == answers.get(state, 302)
    assert desk.post(question, {"answer": "true"}).status_code == (404 if state == "unpublished" else 302)
    assert ("confirmed" in case.log()) == is_public
    page = desk.get(f"/en/desk/cities/{case.city.code}/").content.decode()
    assert words in page
    assert ('href=""' in page) is False
    copy = writing.revise(case.page, by=case.owner)
    page = desk.get(f"/en/desk/cities/{case.city.code}/practices/{copy.key}/").content.decode()
    assert (words in page) == (state != "unpublished")
    assert ("Readers see the published version" in page) == is_public


@pytest.mark.parametrize("where", [original, above, home])
def test_each_door_that_closes_and_opens_a_practice_is_told_once_to_each_person(where, sign_in):
    case = Case(owner_language="fr")
    colleague, others = case.colleague, factories.person(factories.city())
    case.approve()
    told = len(mailed(case.owner))
    staff = factories.user(is_superuser=True)
    browser = sign_in(staff)
    privacy(browser, where(case), "login")
    privacy(browser, where(case), "password")
    restrict(home(case) if where is not home else above(case))
    assert mailed(case.owner)[told:] == ["not-open"]
    privacy(browser, where(case), "none")
    assert mailed(case.owner)[told:] == ["not-open"], "another restriction still holds"
    PageViewRestriction.objects.all().first().delete()
    assert mailed(case.owner)[told:] == ["not-open", "open-again"] == mailed(colleague)[-2:]
    assert mailed(others) == []
    closed, opened = AuditEntry.objects.filter(action__in=["practice.closed", "practice.reopened"]).order_by("pk")
    assert (closed.recorded_by, closed.version, closed.address) == (staff, case.page.live_revision_id, "127.0.0.1")
    assert opened.action == "practice.reopened"
    mail = Notice.objects.get(kind="not-open", recipient=case.owner).mail
    assert f"/fr/desk/cities/{case.city.code}/" in mail.message
    assert case.page.address in Notice.objects.get(kind="open-again", recipient=case.owner).mail.message


def test_a_practice_that_moves_below_a_restricted_page_and_out_of_it_is_told():
    case = Case()
    case.approve()
    told = len(mailed(case.owner))
    index = PracticeIndexPage.objects.get(locale=case.page.locale)
    other = Page.objects.get(pk=factories.standard_page().pk)
    restrict(other)
    index.move(other, pos="last-child")
    assert mailed(case.owner)[told:] == ["not-open"]
    PracticeIndexPage.objects.get(pk=index.pk).move(home(case), pos="last-child")
    assert mailed(case.owner)[told:] == ["not-open", "open-again"]


def test_a_version_that_is_accepted_while_readers_cannot_open_it_is_told_so_with_the_sentence():
    case = Case()
    restrict(above(case))
    assert mailed(case.owner) == ["received"], "it was never public"
    case.approve(sentence="Well done.")
    assert mailed(case.owner) == ["received", "not-open"]
    assert case.log() == ["submitted", "published", "closed"]
    mail = Notice.objects.get(kind="not-open").mail
    assert "has accepted your version" in mail.message
    assert "Well done." in mail.message
    assert case.page.address not in mail.message
    case.submit(problem="New text")
    case.approve()
    assert mailed(case.owner)[2:] == ["received", "not-open"]
    PageViewRestriction.objects.get().delete()
    assert mailed(case.owner)[4:] == ["open-again"]
    assert case.log()[3:] == ["submitted", "published", "reopened"]


def test_a_closed_practice_that_is_taken_down_or_deleted_is_not_told_to_be_open():
    case = Case()
    case.approve()
    restrict(case.page)
    case.page.delete()
    assert mailed(case.owner)[2:] == ["not-open", "taken-down"]
    case = Case()
    case.approve()
    restrict(above(case))
    services.take_down(case.page, by=case.owner)
    PageViewRestriction.objects.get().delete()
    assert mailed(case.owner)[2:] == ["not-open", "taken-down"]
    case.submit()
    case.approve()
    assert mailed(case.owner)[4:] == ["received", "published"]


def test_what_is_public_in_another_language_than_its_own_is_public():
    case = Case(language="fr")
    case.approve()
    factories.translated(case.page, "en")
    home(case).specific.unpublish()
    assert "not-open" not in mailed(case.owner)
    [entry] = entries(practices_of([case.city]))
    assert entry.state == "Published"
    assert entry.url.startswith("/en/")


def test_the_desk_does_not_offer_a_practice_of_the_secretariat_that_readers_cannot_open(sign_in):
    case = Case()
    page = factories.practice(city=case.city)
    desk = sign_in(case.owner)
    address = f"/en/desk/cities/{case.city.code}/published/{page.code}/take-over/"
    assert desk.get(address).status_code == 200
    restrict(page)
    assert desk.get(address).status_code == desk.post(address).status_code == 404
    assert page.title not in desk.get(f"/en/desk/cities/{case.city.code}/").content.decode()
    with pytest.raises(NotPossibleNow):
        take_over(page, by=case.owner)


def titles(city) -> dict[str, str]:
    with translation.override("en"):
        return {entry.title: entry.state for entry in entries(practices_of([city]))}


@pytest.fixture
def accepted(sign_in):
    """A practice whose day of publication was cancelled: accepted, and never public."""
    case = Case()
    browser = sign_in(factories.user(is_superuser=True))
    data = form_of(browser, case.page) | stream_form("body", case.page.body) | {"consent": "on"}
    day = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    browser.post(edit_url(case.page), data | {"action-publish": "action-publish", "go_live_at": day})
    revision = case.page.revisions.get(approved_go_live_at__isnull=False)
    browser.post(reverse("wagtailadmin_pages:revisions_unschedule", args=[case.key, revision.pk]))
    assert case.page.first_published_at is None
    return case


def test_a_practice_that_was_accepted_or_returned_stays_at_the_desk_without_a_working_copy(accepted, sign_in):
    assert titles(accepted.city) == {accepted.page.title: "Accepted, without a day of publication"}
    returned = written(accepted.city, title="Returned one")
    services.submit(returned, by=accepted.owner)
    services.send_back(returned, by=accepted.moderator)
    desk = sign_in(accepted.colleague)
    for page in (accepted.page, returned):
        address = f"/en/desk/cities/{accepted.city.code}/published/{page.code}/revise/"
        opened = desk.post(address)
        assert opened.status_code == 302
        assert desk.get(opened["Location"]).status_code == 200
        writing.discard(WorkingCopy.objects.get(page=page), by=accepted.owner)
    assert set(titles(accepted.city)) == {accepted.page.title, "Returned one"}
    # Whoever submitted it may have left.
    accepted.owner.city_roles.all().delete()
    assert set(titles(accepted.city)) == {accepted.page.title, "Returned one"}


@pytest.mark.parametrize("author", ["city", "secretariat"])
def test_the_desk_never_shows_what_the_secretariat_writes_and_submits_for_itself(accepted, author, sign_in):
    """Also with the city as its author, and while it waits with moderators, is returned or accepted."""
    editor, city = factories.user("Editors"), accepted.city
    for number, decide in enumerate((None, services.send_back)):
        draft = written(city, title=f"Qwvdecoy {number}", authored_by=author)
        PracticeIndexPage.objects.get(locale=draft.locale).add_child(instance=draft)
        PracticePage.objects.filter(pk=draft.pk).update(live=False, first_published_at=None, authored_by=author)
        draft = PracticePage.objects.get(pk=draft.pk)
        draft.save_revision(user=editor)
        draft.get_workflow().start(draft, editor)
        if decide:
            decide(draft, by=accepted.moderator)
    withdrawn = written(city, title="Withdrawn and discarded")
    services.submit(withdrawn, by=accepted.owner)
    services.withdraw(withdrawn, by=accepted.owner)
    assert set(titles(city)) == {accepted.page.title}
    page = sign_in(accepted.colleague).get(f"/en/desk/cities/{city.code}/").content.decode()
    assert accepted.page.title in page
    assert "Qwvdecoy" not in page
    for draft in PracticePage.objects.exclude(pk=accepted.key):
        address = f"/en/desk/cities/{city.code}/published/{draft.code}/revise/"
        assert sign_in(accepted.colleague).post(address).status_code == 404
