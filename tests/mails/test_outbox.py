"""A mail is written once, in the language of its recipient, in the transaction of the change that it tells."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import translation
from post_office.models import Email

from core.i18n.languages import LANGUAGE_CODES, direction, html_code
from mails.kinds import MailKind
from mails.models import Notice
from mails.outbox import send_once, undelivered
from mails.sending import send_next
from tests import factories
from tests.mails.server import body

pytestmark = pytest.mark.django_db

# Everything that the templates of any kind use.
CONTEXT = {
    "title": "Marché {{ 7 }} & <b>livres</b>",
    "city": "Évora",
    "expires_at": datetime(2026, 12, 1, 14, 30, tzinfo=UTC),
    "invited_by": "Lena",
    "days": 14,
    "sentence": "L’idée est claire {% load %}",
    "remarks": [{"section": "Results", "texts": ["Which <year>?"]}],
    "written_in": "French",
    "is_again": False,
    "is_revision": False,
    "by_city": True,
    "goes_live_at": datetime(2026, 12, 1, 14, 30, tzinfo=UTC),
    "before": "ana@old.example",
    "after": "ana@new.example",
    "is_own": True,
    "last": date(2025, 12, 1),
    "until": date(2027, 12, 1),
    "is_last": True,
}


@pytest.mark.parametrize("kind", MailKind)
def test_every_kind_can_be_read_in_every_language(kind, server):
    """The languages are those of the recipients; the one that is active belongs to whoever made the change."""
    subjects = set()
    for language in LANGUAGE_CODES:
        person = factories.user(language=language, first_name="Lena", last_name="O’Brien")
        with translation.override("ru"):
            assert send_once(kind, to=person, about="a1", context=CONTEXT, path="/ru/desk/cities/pt-evora/")
        assert send_next() is True
        mail = server.mails[-1]
        text, html = body(mail, "plain"), body(mail, "html")
        assert (mail["To"], mail["Content-Language"]) == (person.email, html_code(language))
        assert f'lang="{html_code(language)}" dir="{direction(language)}"' in html
        address = f"{settings.WAGTAILADMIN_BASE_URL}/{language}/desk/cities/pt-evora/"
        assert address in text
        assert f'href="{address}"' in html
        assert "Lena O’Brien" in text
        assert "Lena O’Brien" in html
        assert "{%" not in (text + html).replace("{% load %}", "")
        assert not {"&amp;", "&lt;"} & set(text.split())
        assert "<b>livres" not in html
        assert "Which <year>" not in html
        subjects.add(str(mail["Subject"]))
    assert all(subjects)


def test_different_news_have_different_subjects():
    person = factories.user()
    for kind in MailKind:
        send_once(kind, to=person, about="a1", context=CONTEXT)
    assert len(set(Email.objects.values_list("subject", flat=True))) == len(MailKind)


def test_what_people_wrote_is_no_template():
    send_once(MailKind.RETURNED, to=factories.user(), about="a1", context=CONTEXT)
    mail = Email.objects.get()
    assert "Marché {{ 7 }} & <b>livres</b>" in mail.subject
    assert "L’idée est claire {% load %}" in mail.message
    assert "* Which <year>?" in mail.message


def test_a_title_of_several_lines_makes_no_header_and_a_long_one_is_cut():
    title = "First\r\nBcc: everybody@example.org " + "long " * 100
    send_once(MailKind.PUBLISHED, to=factories.user(), about="a1", context=CONTEXT | {"title": title})
    subject = Email.objects.get().subject
    assert "\n" not in subject
    assert "\r" not in subject
    assert len(subject) == 150
    assert subject.endswith("…")


def test_a_mail_of_one_kind_about_one_version_is_written_once():
    person, other = factories.user(), factories.user()
    assert send_once(MailKind.RECEIVED, to=person, about="a1", version=7, context=CONTEXT)
    assert send_once(MailKind.RECEIVED, to=person, about="a1", version="7", context=CONTEXT) is None
    assert Email.objects.count() == 1
    for to, about, version in ((other, "a1", 7), (person, "b2", 7), (person, "a1", 8)):
        assert send_once(MailKind.RECEIVED, to=to, about=about, version=version, context=CONTEXT)
    assert Email.objects.count() == 4


def test_a_change_that_is_rolled_back_sends_nothing():
    with transaction.atomic():
        assert send_once(MailKind.RECEIVED, to=factories.user(), about="a1", context=CONTEXT)
        transaction.set_rollback(True)
    assert not Email.objects.exists()
    assert not Notice.objects.exists()


def test_deactivated_people_get_no_mail_also_when_it_was_already_written(server):
    gone, leaving = factories.user(is_active=False), factories.user()
    assert send_once(MailKind.RECEIVED, to=gone, about="a1", context=CONTEXT) is None
    send_once(MailKind.RECEIVED, to=leaving, about="a1", context=CONTEXT)
    leaving.is_active = False
    leaving.save()
    while send_next():
        pass
    assert server.mails == []
    assert not undelivered([gone, leaving]).exists()


def test_no_mail_leads_a_person_of_a_city_to_the_admin():
    factories.tree()
    with pytest.raises(ValueError, match="leads to the admin"):
        send_once(MailKind.TO_REVIEW, to=factories.person(), about="a1", context=CONTEXT, path="/admin/pages/1/edit/")
    moderator = factories.user("Moderators")
    assert send_once(MailKind.TO_REVIEW, to=moderator, about="a1", context=CONTEXT, path="/admin/pages/1/edit/")


def test_a_language_that_the_portal_does_not_have_is_english():
    send_once(MailKind.PUBLISHED, to=factories.user(language="xx"), about="a1", context=CONTEXT)
    assert Email.objects.get().subject.startswith("Published:")


def test_an_address_that_only_a_mail_server_can_judge_ends_no_change():
    person = factories.user()
    person.email = "somebody@intranet"
    person.save()
    assert send_once(MailKind.PUBLISHED, to=person, about="a1", context=CONTEXT)


def test_the_name_of_the_network_is_the_one_in_the_language_of_the_mail():
    factories.tree()
    factories.network("fr", {"name": "Réseau"})
    send_once(MailKind.SIGN_IN, to=factories.user(language="fr"), about="a1", context=CONTEXT)
    assert "Réseau" in Email.objects.get().message
