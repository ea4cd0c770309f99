"""A person of a city changes the own e-mail address, with a link to the new one; the old one is told."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.link_requests import answer_requests
from accounts.models import EmailLink, LinkRequest, User
from audit.models import AuditEntry
from mails.models import Notice
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PAGE = "/en/desk/account/address/"
NEW = "new@example.org"


@pytest.fixture(autouse=True)
def languages():
    factories.tree("fr")


@pytest.fixture
def person():
    return factories.person(last_login=timezone.now(), language="fr", email="old@example.org")


def ask(browser: Client, email: str = NEW, **fields):
    answer = browser.post(PAGE, {"email": email, **fields})
    answer_requests()
    return answer


def link_to(address: str) -> str:
    text = Email.objects.filter(to=address).latest("pk").message
    return re.findall(r"https?://[^/\s]+(/\S*/desk/sign-in/link/\S+)", text)[0]


def press(browser: Client, path: str):
    page = browser.get(path).content.decode()
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return browser.post("/fr/desk/sign-in/use/", form)


def stored(person: User) -> str:
    return User.objects.values_list("email", flat=True).get(pk=person.pk)


def told(address: str) -> list[str]:
    """The kinds of the mails to an address."""
    notices = Notice.objects.filter(mail__to=address).order_by("pk")
    return list(notices.values_list("kind", flat=True))


def test_the_new_address_is_confirmed_by_its_link_and_the_old_one_is_told(person, sign_in):
    browser, elsewhere = sign_in(person), sign_in(person)
    assert ask(browser, "New@Example.org")["Location"] == "/en/desk/account/"
    path = link_to(NEW)
    assert path.startswith("/fr/")
    for _time in range(2):
        Client().get(path)
        Client().head(path)
    assert stored(person) == "old@example.org", "to open a link changes nothing"
    answer = press(browser, path)
    assert answer["Location"] == "/fr/desk/account/"
    assert NEW in browser.get(answer["Location"]).content.decode()
    assert stored(person) == NEW
    assert (told(NEW), told("old@example.org")) == (["address"], ["address-changed"])
    mail = Email.objects.get(to="old@example.org")
    assert NEW in mail.message
    assert "/link/" not in mail.message
    assert elsewhere.get("/en/desk/")["Location"].startswith("/en/desk/sign-in/"), "signed out elsewhere"
    assert press(browser, path).status_code == 410
    entry = AuditEntry.objects.get(action="person.address-changed")
    assert (entry.recorded_by, entry.details) == (person, {})


def test_in_another_browser_the_link_changes_the_address_and_signs_nobody_in(person, sign_in):
    browser, other = sign_in(person), Client()
    ask(browser)
    assert press(other, link_to(NEW))["Location"] == "/fr/desk/sign-in/"
    assert stored(person) == NEW
    for each in (browser, other):
        assert "/desk/sign-in/" in each.get("/en/desk/")["Location"]


def test_a_taken_address_gets_the_same_answer_and_no_mail(person, sign_in):
    taken = [factories.person(email="taken@example.org"), factories.user("Editors", email="staff@example.org")]
    answers = {}
    for email in ("free@example.org", *(other.email.upper() for other in taken)):
        browser = sign_in(person)
        answer = ask(browser, email)
        page = browser.get(answer["Location"]).content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce-?[^"\s]*', "", page)
        answers[email] = (answer.status_code, page.replace(email.lower(), "X"))
    assert len(set(answers.values())) == 1
    assert "X" in answers["free@example.org"][1]
    assert [mail.to for mail in Email.objects.all()] == [["free@example.org"]]
    assert not LinkRequest.objects.exists()


def test_an_address_that_was_taken_in_the_meantime_changes_nothing(person, sign_in):
    browser = sign_in(person)
    ask(browser)
    factories.person(email=NEW.upper())
    assert press(browser, link_to(NEW)).status_code == 410
    assert stored(person) == "old@example.org"
    assert browser.get("/en/desk/").status_code == 200
    assert not AuditEntry.objects.filter(action="person.address-changed").exists()


@pytest.mark.parametrize("end", ["expired", "deactivated", "another address"])
def test_a_link_that_has_ended_changes_nothing(end, person, sign_in):
    browser = sign_in(person)
    ask(browser)
    path = link_to(NEW)
    if end == "expired":
        EmailLink.objects.update(expires_at=timezone.now())
    elif end == "deactivated":
        User.objects.filter(pk=person.pk).update(is_active=False)
    else:
        ask(browser, "third@example.org")
        press(browser, link_to("third@example.org"))
    before = stored(person)
    assert press(browser, path).status_code == 410
    assert stored(person) == before != NEW


def test_mails_to_new_addresses_are_limited_by_person_and_by_address(person, sign_in):
    browser = sign_in(person)
    statuses = [ask(browser, f"a{number}@example.net").status_code for number in range(4)]
    assert statuses == [302, 302, 302, 429]
    others = [sign_in(factories.person()) for _person in range(4)]
    assert [ask(other, NEW).status_code for other in others] == [302, 302, 302, 429]
    assert Email.objects.count() == 6


def test_who_signed_in_with_the_password_enters_it_and_wrong_ones_are_limited(person):
    browser = Client()
    right = {"password": "a password for tests"}
    browser.post("/en/desk/sign-in/password/", {"email": person.email, **right})
    wrong = [ask(browser, password="wrong").status_code for _try in range(6)]
    assert (wrong, LinkRequest.objects.count()) == ([200] * 5 + [429], 0)
    browser.post("/en/desk/account/", {"first_name": "Ó", "last_name": "", "language": "fr"})
    assert not Email.objects.exists()


@pytest.mark.parametrize("email", ["", "no address", "x" * 255 + "@example.org", "OLD@example.org", "a\x00@b.org"])
def test_what_is_no_new_address_is_said_in_words(email, person, sign_in):
    answer = ask(sign_in(person), email)
    assert answer.status_code == 200
    assert "field__error" in answer.content.decode()
    assert not Email.objects.exists()


def test_staff_do_not_change_their_address_themselves(sign_in):
    editor = factories.user("Editors")
    browser = sign_in(editor)
    assert PAGE not in browser.get("/en/desk/account/").content.decode()
    assert (browser.get(PAGE).status_code, ask(browser).status_code) == (404, 404)
    assert 'name="name_email-email"' not in browser.get("/admin/account/").content.decode()


def test_the_secretariat_changes_an_address_and_both_addresses_are_told(person, sign_in):
    ended = EmailLink.objects.create(
        user=person, purpose="sign-in", token_hash="x", expires_at=timezone.now() + timezone.timedelta(hours=1)
    )
    of_person, browser = sign_in(person), sign_in(factories.user(is_superuser=True))
    address = reverse("wagtailusers_users:edit", args=[person.pk])
    fields = {"email": NEW, "first_name": "A", "last_name": "B", "is_active": "on", "locale": "", "language": "fr"}
    answer = browser.post(address, fields)
    assert answer.status_code == 302, answer.context["form"].errors
    assert stored(person) == NEW
    assert (told(NEW), told("old@example.org")) == (["address-changed"], ["address-changed"])
    assert "/fr/desk/" in Email.objects.get(to=NEW).message
    assert "/desk/" in of_person.get("/en/desk/")["Location"]
    ended.refresh_from_db()
    assert ended.used_at
    assert browser.post(address, fields).status_code == 302
    assert Email.objects.count() == 2, "nothing has changed"


def test_an_old_address_that_takes_no_mail_does_not_wait_at_the_desk(person, sign_in):
    browser = sign_in(person)
    ask(browser)
    press(browser, link_to(NEW))
    Email.objects.update(status=STATUS.failed)
    Notice.objects.filter(kind="address").delete()
    assert "could not be delivered" not in browser.get("/en/desk/").content.decode()
    Email.objects.update(to=NEW)
    assert "could not be delivered" in browser.get("/en/desk/").content.decode()
