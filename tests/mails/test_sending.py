"""The worker sends each stored mail once, as soon as a mail server takes it, and gives up what is refused."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email, Log

from mails.kinds import WITH_SECRET, MailKind
from mails.outbox import send_once, undelivered
from mails.sending import send_next
from tests import factories
from tests.mails.server import body
from tests.mails.test_outbox import CONTEXT

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def write(person=None, about="a1", kind=MailKind.RECEIVED) -> Email:
    notice = send_once(
        kind, to=person or factories.user(), about=about, context=CONTEXT, path="/en/desk/x/secret-token/"
    )
    assert notice is not None
    return notice.mail


def send_all() -> None:
    """Send until nothing is due, as if the pauses between attempts were over."""
    while send_next():
        pass


def pause_is_over() -> None:
    Email.objects.filter(status=STATUS.requeued).update(scheduled_time=timezone.now() - timedelta(seconds=1))


def grows_old() -> None:
    Email.objects.update(created=timezone.now() - timedelta(hours=2))


def mail_works() -> bool:
    return Client().get("/readyz").json()["mail"]


@pytest.mark.parametrize(
    ("setting", "reply"),
    [("refusals", "550 5.1.1 no such user"), ("refusals", "553 not here"), ("reply_to_data", "554 5.7.1 refused")],
)
def test_a_refusal_ends_as_failed_and_holds_up_nothing(server, caplog, setting, reply):
    refused, other = factories.user(), factories.user()
    setattr(server, setting, {refused.email: reply} if setting == "refusals" else reply)
    with caplog.at_level(logging.INFO):
        mail = write(refused)
        send_all()
    setattr(server, setting, {} if setting == "refusals" else "250 OK")
    write(other)
    send_all()
    assert [notice.mail_id for notice in undelivered([refused, other])] == [mail.pk]
    assert server.recipients == [other.email]
    grows_old()
    assert mail_works()
    assert Log.objects.get(email=mail, status=STATUS.failed).message
    assert refused.email not in caplog.text


@pytest.mark.parametrize("reply", ["450 4.2.0 greylisted", "452 4.2.2 mailbox full"])
def test_a_mailbox_that_is_full_for_now_is_tried_again_and_is_no_fault_of_the_server(server, reply):
    person = factories.user()
    server.refusals = {person.email: reply}
    write(person)
    send_all()
    grows_old()
    assert Email.objects.get().status == STATUS.requeued
    assert mail_works()
    server.refusals = {}
    pause_is_over()
    send_all()
    assert server.recipients == [person.email]


def test_a_server_that_puts_off_everybody_does_not_work_until_it_takes_a_mail(server):
    write()
    send_all()
    server.refusals = {"*": "451 4.3.2 try again later"}
    people = [factories.user() for _ in range(2)]
    for person in people:
        write(person)
    send_all()
    assert mail_works()  # not for long yet
    Email.objects.filter(status=STATUS.sent).update(last_updated=timezone.now() - timedelta(hours=3))
    grows_old()
    assert not mail_works()
    server.refusals = {people[0].email: "452 4.2.2 mailbox full"}
    pause_is_over()
    send_all()
    assert server.recipients[1:] == [people[1].email]
    assert mail_works()


def test_two_full_mailboxes_are_no_fault_of_a_server_that_takes_other_mails(server):
    full = [factories.user() for _ in range(2)]
    server.refusals = {person.email: "452 4.2.2 mailbox full" for person in full}
    for person in full:
        write(person)
    send_all()
    grows_old()
    write()
    send_all()
    assert mail_works()


def test_with_the_server_away_everything_goes_out_once_afterwards(server, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9  # nobody listens there
    people = [factories.user() for _ in range(3)]
    for person in people:
        write(person)
    send_all()
    grows_old()
    assert not mail_works()
    settings.EMAIL_PORT = port
    pause_is_over()
    send_all()
    assert sorted(server.recipients) == sorted(person.email for person in people)
    assert mail_works()
    assert not send_next()


def test_a_server_that_hangs_is_given_up_for_now(server, settings):
    settings.EMAIL_TIMEOUT = 0.2
    server.hangs.set()
    write()
    assert send_next() is True
    assert Email.objects.get().status == STATUS.requeued
    server.hangs.clear()
    settings.EMAIL_TIMEOUT = 15
    pause_is_over()
    send_all()
    assert len(server.mails) == 1


def test_a_server_that_hangs_at_one_recipient_works_while_it_takes_the_mails_to_others(server, settings):
    settings.EMAIL_TIMEOUT = 0.2
    one, other = factories.user(), factories.user()
    server.hangs_at = one.email
    write(one)
    send_all()
    grows_old()
    assert not mail_works()
    write(other)
    send_all()
    assert server.recipients == [other.email]
    assert mail_works()


def test_a_long_queue_that_moves_is_no_fault_and_one_that_stands_is(server):
    for _ in range(2):
        write()
    grows_old()
    assert not mail_works()
    send_next()
    assert mail_works()
    Email.objects.filter(status=STATUS.sent).update(last_updated=timezone.now() - timedelta(minutes=6))
    assert not mail_works()


def test_a_sender_that_is_refused_loses_no_mail(server):
    server.reply_to_sender = "550 5.7.1 sender not allowed"
    write()
    send_all()
    grows_old()
    assert not mail_works()
    server.reply_to_sender = "250 OK"
    pause_is_over()
    send_all()
    assert len(server.mails) == 1


def test_a_mail_that_is_sent_again_after_a_kill_has_the_same_message_id(server):
    mail = write()
    send_next()
    Email.objects.update(status=STATUS.queued)  # what a killed worker leaves
    send_next()
    assert len(server.mails) == 2
    assert {str(sent["Message-ID"]) for sent in server.mails} == {mail.message_id}


def test_a_mail_that_is_tried_for_a_day_ends_as_failed(server):
    server.refusals = {"*": "450 later"}
    person = factories.user()
    write(person)
    Email.objects.update(number_of_retries=720)
    send_all()
    assert undelivered([person]).count() == 1


@pytest.mark.parametrize("kind", MailKind)
def test_a_link_that_signs_somebody_in_is_not_kept_after_sending(server, kind):
    mail = write(kind=kind)
    send_all()
    assert "secret-token" in body(server.mails[0], "plain")
    mail.refresh_from_db()
    assert ("secret-token" in mail.message + mail.html_message) is (kind not in WITH_SECRET)


def test_a_link_that_signs_somebody_in_is_not_kept_after_a_refusal(server):
    server.refusals = {"*": "550 no"}
    mail = write(kind=MailKind.SIGN_IN)
    send_all()
    mail.refresh_from_db()
    assert mail.message == mail.html_message == ""
