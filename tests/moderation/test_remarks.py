"""Remarks stand where they belong, are seen when the city is told, and are never lost."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Comment, CommentReply
from wagtail.users.models import UserProfile

from core.append_only import AppendOnlyModel
from mails.models import Notice
from moderation import remarks, services
from moderation.changes import sections
from moderation.models import Remark
from tests import factories
from tests.admin_forms import edit_url, form_of, stream_form
from tests.moderation.submissions import Case, mailed, other_mails

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def case():
    return Case()


@pytest.fixture
def browser(case, sign_in):
    return sign_in(case.moderator)


def shown(case) -> dict[str, list[str]]:
    """What the city sees: the texts by section."""
    return {
        section: [entry.text for thread in threads for entry in thread.entries]
        for section, threads in remarks.remarks_for(case.page).items()
    }


def comments(case, *new: tuple[str, str], **changes) -> dict:
    """The part of the editor's form with the comments: those there are, then new ones as (section, text)."""
    there = list(Comment.objects.filter(page=case.page, resolved_at=None).order_by("pk"))
    data = {
        "comments-TOTAL_FORMS": len(there) + len(new),
        "comments-INITIAL_FORMS": len(there),
        "comments-MIN_NUM_FORMS": 0,
        "comments-MAX_NUM_FORMS": "",
    }
    for number, comment in enumerate(there):
        replies = list(comment.replies.order_by("pk"))
        at = f"comments-{number}"
        data |= {
            f"{at}-id": comment.pk,
            f"{at}-text": comment.text,
            f"{at}-contentpath": comment.contentpath,
            f"{at}-position": "",
            f"{at}-replies-TOTAL_FORMS": len(replies),
            f"{at}-replies-INITIAL_FORMS": len(replies),
        }
        for place, answer in enumerate(replies):
            data |= {f"{at}-replies-{place}-id": answer.pk, f"{at}-replies-{place}-text": answer.text}
        if changes.get("resolve") == comment.pk:
            data[f"{at}-resolved"] = "on"
        if text := changes.get("text", {}).get(comment.pk):
            data[f"{at}-text"] = text
        if text := changes.get("reply", {}).get(comment.pk):
            data[f"{at}-replies-TOTAL_FORMS"] = len(replies) + 1
            data[f"{at}-replies-{len(replies)}-text"] = text
    for number, (section, text) in enumerate(new, start=len(there)):
        at = f"comments-{number}"
        data |= {
            f"{at}-text": text,
            f"{at}-contentpath": section,
            f"{at}-position": "",
            f"{at}-replies-TOTAL_FORMS": 0,
            f"{at}-replies-INITIAL_FORMS": 0,
        }
    return data


def save(browser, case, data: dict, **button) -> None:
    form = form_of(browser, case.page) | stream_form("body", case.page.body) | {"consent": "on"}
    browser.post(edit_url(case.page), form | data | button, follow=True)


RETURN = {"action-workflow-action": "true", "workflow-action-name": "reject"}


def test_every_section_of_the_editor_has_a_place_for_remarks(browser, case):
    page = BeautifulSoup(browser.get(edit_url(case.page)).content, "html.parser")
    places = {
        place["data-contentpath"]
        for place in page.select("[data-contentpath]")
        if place.select('[data-component="add-comment-button"]')
        and not place.find_parent(attrs={"data-contentpath": True})
    }
    assert set(sections()) - places - {"slug", "seo_title", "search_description", "body"} == set()
    assert all(remarks.section_label(section) for section in sections())
    whole = remarks.section_label("")
    assert {section for section in sections() if remarks.section_label(section) == whole} == set()


def test_the_city_sees_a_remark_in_its_section_once_the_practice_is_returned(browser, case):
    save(browser, case, comments(case, ("problem", "For whom?"), ("steps", "When?")))
    assert Remark.objects.count() == 2
    assert shown(case) == {}
    save(browser, case, comments(case), **RETURN)
    assert shown(case) == {"problem": ["For whom?"], "steps": ["When?"]}
    assert mailed(case.owner)[-1] == "returned"
    assert other_mails() == []
    mail = Notice.objects.get(recipient=case.owner, kind="returned").mail
    assert {"* For whom?", "* When?", "What was done", "The problem"} <= set(mail.message.splitlines())


def test_a_remark_that_is_written_after_the_return_waits_for_the_next_decision(case):
    case.send_back()
    case.comment("Too late")
    assert shown(case) == {}
    case.submit()
    assert shown(case) == {}
    case.approve()
    assert shown(case) == {"problem": ["Too late"]}


def test_nothing_is_lost_when_a_remark_is_edited_answered_and_resolved(browser, case):
    save(browser, case, comments(case, ("problem", "For whom?")))
    comment = Comment.objects.get()
    save(browser, case, comments(case, text={comment.pk: "For whom, and since when?"}))
    save(browser, case, comments(case), **RETURN)
    remarks.reply(case.page, comment.pk, "For traders.", by=case.owner)
    save(browser, case, comments(case, reply={comment.pk: "Thank you."}))
    save(browser, case, comments(case, resolve=comment.pk))
    save(browser, case, comments(case))
    case.submit()
    assert not Comment.objects.exists()  # Wagtail deletes what is resolved
    texts = [row.text for row in remarks.history(case.page) if row.text]
    assert texts == ["For whom?", "For whom, and since when?", "For traders.", "Thank you."]
    case.approve()
    (thread,) = remarks.remarks_for(case.page)["problem"]
    assert [entry.text for entry in thread.entries] == ["For whom, and since when?", "For traders.", "Thank you."]
    assert [entry.by_city for entry in thread.entries] == [False, True, False]
    assert thread.is_resolved
    page = browser.get(reverse("practice-remarks", args=[case.key])).content.decode()
    assert "For traders." in page
    assert "Marked as done" in page


def test_a_reply_of_the_city_is_shown_in_the_editor_and_survives_a_form_that_was_open(browser, case):
    save(browser, case, comments(case, ("problem", "For whom?")))
    save(browser, case, comments(case), **RETURN)
    comment = Comment.objects.get()
    open_form = comments(case)
    remarks.reply(case.page, comment.pk, "For traders.\r\nAll of them.", by=case.owner)
    assert "For traders." in browser.get(edit_url(case.page)).content.decode()
    save(browser, case, open_form)
    assert CommentReply.objects.get().text == "For traders.\nAll of them."
    assert shown(case)["problem"] == ["For whom?", "For traders.\nAll of them."]
    assert case.log()[-3:] == ["remarked", "returned", "replied"]


def test_a_text_that_only_went_through_a_browser_is_no_new_one(browser, case):
    comment = case.comment("Which year?\nAnd where?")
    case.send_back()
    remarks.reply(case.page, comment.pk, "2019.\nHere.", by=case.owner)
    sent = comments(case)
    save(browser, case, {name: str(value).replace("\n", "\r\n") for name, value in sent.items()})
    assert [row.kind for row in remarks.history(case.page)] == ["remark", "decision", "reply"]


def test_a_resolved_remark_can_still_be_answered(browser, case):
    comment = case.comment()
    case.send_back()
    save(browser, case, comments(case, resolve=comment.pk))
    save(browser, case, comments(case))
    remarks.reply(case.page, comment.pk, "Since 2019.", by=case.owner)
    assert shown(case)["problem"] == ["Which year?", "Since 2019."]


def test_only_what_the_city_sees_can_be_answered(case):
    comment = case.comment()
    with pytest.raises(remarks.CannotReply):
        remarks.reply(case.page, comment.pk, "Not returned yet", by=case.owner)
    case.send_back()
    for key, text in ((comment.pk, "  "), (comment.pk + 999, "Text")):
        with pytest.raises(remarks.CannotReply):
            remarks.reply(case.page, key, text, by=case.owner)


def test_wagtail_mails_nothing_to_the_people_of_a_city(browser, case):
    """Wagtail tells who has taken part in a thread; its mails lead to the admin."""
    comment = case.comment()
    case.send_back()
    remarks.reply(case.page, comment.pk, "Since 2019.", by=case.owner)
    save(browser, case, comments(case, reply={comment.pk: "Thank you."}))
    assert other_mails() == []
    profile = UserProfile.get_for_user(factories.person(case.city))
    assert not profile.updated_comments_notifications
    assert not profile.rejected_notifications


def test_the_history_is_append_only():
    assert issubclass(Remark, AppendOnlyModel)


def test_the_sentence_of_each_decision_is_kept(case):
    case.send_back(sentence="Nearly there.")
    case.submit()
    case.approve(sentence="Well done.")
    assert [entry.text for entry in remarks.decisions_for(case.page)] == ["Nearly there.", "Well done."]


def test_a_withdrawal_shows_no_remarks(case):
    case.comment()
    services.withdraw(case.page, by=case.owner)
    assert shown(case) == {}
