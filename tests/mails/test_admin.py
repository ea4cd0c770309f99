"""Editors see which mails could not be delivered, and send them again to a corrected address."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from mails.kinds import MailKind
from mails.outbox import send_once, undelivered
from mails.sending import send_next
from tests import factories
from tests.mails.test_outbox import CONTEXT

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
REPORT = "/admin/mails/undelivered/"


def test_a_refused_mail_is_listed_and_sent_again_to_the_new_address(server, sign_in):
    factories.tree()
    person = factories.person()
    server.refusals = {person.email: "550 5.1.1 no such user"}
    notice = send_once(MailKind.RECEIVED, to=person, about="a1", context=CONTEXT)
    secret = send_once(MailKind.SIGN_IN, to=person, about="b1", context=CONTEXT)
    while send_next():
        pass
    editor = sign_in(factories.user("Editors"))
    page = editor.get(REPORT).content.decode()
    assert person.email in page
    assert "no such user" in page
    person.email = "right@example.org"
    person.save()
    for row in (notice, secret):
        editor.post(reverse("undelivered-mail-again", args=[row.pk]))
    while send_next():
        pass
    assert server.recipients == ["right@example.org"]
    assert [row.pk for row in undelivered([person])] == [secret.pk]


def test_a_mail_that_is_late_is_listed_with_the_answer_of_the_server(server, sign_in):
    factories.tree()
    person = factories.person()
    server.refusals = {person.email: "450 4.2.0 greylisted"}
    send_once(MailKind.RECEIVED, to=person, about="a1", context=CONTEXT)
    send_next()
    editor = sign_in(factories.user("Editors"))
    assert "All mails were delivered" in editor.get(REPORT).content.decode()
    Email.objects.update(created=timezone.now() - timedelta(minutes=6))
    page = editor.get(REPORT).content.decode()
    assert "Mails that are late" in page
    assert "greylisted" in page
    assert "Send again" not in page
    server.refusals = {}
    Email.objects.update(scheduled_time=timezone.now() - timedelta(seconds=1))
    send_next()
    assert "Mails that are late" not in editor.get(REPORT).content.decode()


def test_others_do_not_see_the_report(sign_in):
    factories.tree()
    notice = send_once(MailKind.RECEIVED, to=factories.person(), about="a1", context=CONTEXT)
    Email.objects.update(status=1)
    again = reverse("undelivered-mail-again", args=[notice.pk])
    for person in (factories.user("Translators"), factories.person()):
        browser = sign_in(person)
        assert notice.mail.subject not in browser.get(REPORT, follow=True).content.decode()
        browser.post(again)
    assert Email.objects.get().status == 1
