"""Signing in at the desk: by an e-mailed link or a password."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts import known_browsers, links
from accounts.link_requests import answer_requests, ask_for_link
from accounts.models import EmailLink, LinkRequest, User
from accounts.services import deactivate, reactivate
from audit.models import AuditEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PASSWORD = "a password for tests"
DESK = "/en/desk/"


@pytest.fixture(autouse=True)
def languages():
    factories.tree("fr")


def ask(email: str, browser: Client | None = None, **fields):
    """Ask for a link, as the form does, and let the worker answer."""
    answer = (browser or Client()).post("/en/desk/sign-in/", {"email": email, **fields})
    while answer_requests():
        pass
    return answer


def mailed_path(person: User) -> str:
    """The path of the link in the newest mail to a person."""
    text = Email.objects.filter(to=person.email).latest("pk").message
    return re.findall(r"https?://[^/\s]+(/\S*/desk/sign-in/link/\S+)", text)[0]


def press(browser: Client, page):
    """Press the button of the page that a link leads to: send its hidden fields."""
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    return browser.post("/en/desk/sign-in/use/", form)


def open_link(browser: Client, path: str):
    return press(browser, browser.get(path))


def is_signed_in(browser: Client) -> bool:
    return browser.get(DESK).status_code == 200


def test_a_link_is_mailed_and_signs_in():
    person = factories.person()
    answer = ask(person.email.upper())
    assert (answer.status_code, answer["Location"]) == (302, "/en/desk/sign-in/sent/")
    browser = Client()
    answer = open_link(browser, mailed_path(person))
    assert answer["Location"] == DESK
    assert is_signed_in(browser)
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"person.joined", "person.signed-in"}


def test_the_link_leads_to_the_page_that_was_asked_for():
    person, browser = factories.person(), Client()
    ask(person.email, next="/en/desk/account/")
    assert open_link(browser, mailed_path(person))["Location"] == "/en/desk/account/"
    for stranger in ("https://evil.example/", "//evil.example/", "/\\evil.example", "/admin/", "javascript:alert(1)"):
        ask(person.email, next=stranger)
        assert not LinkRequest.objects.exists()
        assert EmailLink.objects.latest("pk").next_url in {"", "/en/desk/account/"}


def test_a_link_is_mailed_in_the_language_of_the_person_and_leads_into_it():
    person = factories.person(language="fr")
    ask(person.email)
    assert mailed_path(person).startswith("/fr/desk/sign-in/link/")
    assert open_link(browser := Client(), mailed_path(person))["Location"] == "/fr/desk/"
    assert is_signed_in(browser)


def test_unknown_deactivated_and_staff_addresses_get_the_same_answer_and_no_mail():
    known, staff = factories.person(), factories.user("Editors")
    gone = factories.person(is_active=False)
    pages = {}
    for email in (known.email, staff.email, gone.email, "nobody@example.org"):
        browser = Client()
        answer = ask(email, browser)
        pages[email] = (answer.status_code, answer["Location"], browser.get(answer["Location"]).content)
    assert len(set(pages.values())) == 1
    assert [mail.to for mail in Email.objects.all()] == [[known.email]]


def test_the_view_looks_up_nobody(django_assert_num_queries):
    """It inserts the try and the request; so it takes as long for every address."""
    known = factories.person().email
    Client().post("/en/desk/sign-in/", {"email": known})  # fills caches
    for email in (known, "nobody@example.org"):
        with django_assert_num_queries(4) as queries:
            Client().post("/en/desk/sign-in/", {"email": email})
        assert not any("accounts_user" in query["sql"] for query in queries.captured_queries)


def test_pressing_twice_makes_one_mail():
    person, browser = factories.person(), Client()
    for _press in range(2):
        browser.post("/en/desk/sign-in/", {"email": person.email})
    answer_requests()
    assert Email.objects.count() == 1


def test_only_a_hash_of_the_token_is_stored():
    person = factories.person()
    link, token = links.make(person, EmailLink.Purpose.SIGN_IN)
    assert len(token) >= 43
    assert token not in str(EmailLink.objects.filter(pk=link.pk).values())
    assert links.find(token, EmailLink.Purpose.SIGN_IN) == link
    assert links.find(token, EmailLink.Purpose.INVITATION) is None


def test_to_load_the_page_of_a_link_uses_nothing_up():
    person, scanner, browser = factories.person(), Client(), Client()
    ask(person.email)
    path = mailed_path(person)
    for method in (scanner.get, scanner.head, scanner.options):
        method(path)
    scanner.get("/en/desk/sign-in/use/")
    assert not is_signed_in(scanner)
    open_link(browser, path)
    assert is_signed_in(browser)


def test_the_page_of_a_link_is_kept_by_no_cache_and_names_no_referrer():
    person = factories.person()
    ask(person.email)
    page = Client().get(mailed_path(person))
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert 'action="/en/desk/sign-in/use/"' in page.content.decode()
    assert "http" not in re.sub(
        r"https?://(testserver|localhost|schema\.org)",
        "",
        re.findall(r"<form.*?</form>", page.content.decode(), re.S)[-1],
    )


@pytest.mark.parametrize("state", ["used", "expired", "unknown", "incomplete", "deactivated", "of staff now"])
def test_a_link_that_does_not_work_says_so_and_leads_to_a_new_one(state):
    person, browser = factories.person(), Client()
    ask(person.email)
    path = mailed_path(person)
    page = browser.get(path)
    if state == "used":
        open_link(Client(), path)
    elif state == "expired":
        EmailLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif state == "unknown":
        EmailLink.objects.all().delete()
    elif state == "incomplete":
        path = path[:-5] + "/"
    elif state == "deactivated":
        User.objects.filter(pk=person.pk).update(is_active=False)
    else:
        person.city_roles.all().delete()
        person.groups.add(Group.objects.get(name="Editors"))
    answers = [browser.get(path)] + ([] if state == "incomplete" else [press(browser, page)])
    for answer in answers:
        assert answer.status_code == 410
        assert 'href="/en/desk/sign-in/"' in answer.content.decode()
    assert not is_signed_in(browser)


def test_a_form_on_another_site_signs_nobody_in():
    """Else its author could sign readers in to an account of their own and read what they write."""
    person, victim = factories.person(), Client()
    ask(person.email)
    path = mailed_path(person)
    token = path.rstrip("/").rsplit("/", 1)[1]
    for nonce in ({}, {"link_page": "guessed"}):
        assert victim.post("/en/desk/sign-in/use/", {"token": token, **nonce}).status_code == 403
    assert not is_signed_in(victim)
    assert open_link(victim, path).status_code == 302, "a refused form uses nothing up"


def test_reactivation_revives_neither_sessions_nor_links(sign_in):
    person = factories.person()
    browser = sign_in(person)
    ask(person.email)
    path = mailed_path(person)
    assert is_signed_in(browser)
    deactivate(person, by=None)
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert not is_signed_in(browser)
    assert Client().get(path).status_code == 410
    ask(person.email)
    assert is_signed_in(browser) is False
    open_link(browser, mailed_path(person))
    assert is_signed_in(browser)


@pytest.mark.parametrize("way", ["link", "password", "staff"])
def test_a_browser_that_signed_in_itself_is_signed_out_by_a_deactivation_and_stays_so(way):
    """However it signed in, and although it keeps the cookie of a browser that the account knows."""
    person = factories.user("Editors") if way == "staff" else factories.person()
    browser, home = Client(), "/admin/" if way == "staff" else DESK

    def sign_in() -> None:
        if way == "link":
            ask(person.email)
            open_link(browser, mailed_path(person))
        elif way == "password":
            browser.post("/en/desk/sign-in/password/", {"email": person.email, "password": PASSWORD})
        else:
            browser.post("/admin/login/", {"username": person.email, "password": PASSWORD})

    sign_in()
    assert browser.get(home).status_code == 200
    assert known_browsers.COOKIE in browser.cookies
    # The same cookies, in a window that asks for nothing while the person is deactivated.
    idle = Client()
    idle.cookies.load({name: morsel.value for name, morsel in browser.cookies.items()})
    deactivate(User.objects.get(pk=person.pk), by=None)
    assert browser.get(home).status_code == 302
    reactivate(User.objects.get(pk=person.pk), by=None)
    for either in (browser, idle):
        assert either.get(home).status_code == 302
        assert "_auth_user_id" not in either.session
    sign_in()
    assert browser.get(home).status_code == 200


@pytest.mark.parametrize("way", ["queryset", "save", "update_fields"])
def test_whatever_way_deactivates_a_person_ends_sessions_and_links(way, sign_in):
    person, other = factories.person(), factories.person()
    browser, of_other = sign_in(person), sign_in(other)
    _link, token = links.make(person, EmailLink.Purpose.SIGN_IN)
    _link, token_of_other = links.make(other, EmailLink.Purpose.SIGN_IN)
    person = User.objects.get(pk=person.pk)
    for is_active in (False, True):
        person.is_active = is_active
        if way == "queryset":
            User.objects.filter(pk=person.pk).update(is_active=is_active)
        elif way == "save":
            person.save()
        else:
            person.save(update_fields=["is_active"])
    assert not is_signed_in(browser)
    assert links.use(token, EmailLink.Purpose.SIGN_IN) is None
    assert is_signed_in(of_other)
    assert links.use(token_of_other, EmailLink.Purpose.SIGN_IN)


def test_the_password_opens_the_desk_and_a_wrong_one_does_not():
    person, browser = factories.person(), Client()
    wrong = browser.post("/en/desk/sign-in/password/", {"email": person.email, "password": "wrong"})
    assert wrong.status_code == 200
    assert f'value="{person.email}"' in wrong.content.decode()
    assert "wrong" not in re.findall(r"<form.*?</form>", wrong.content.decode(), re.S)[-1].replace("wrong-", "")
    assert not is_signed_in(browser)
    browser.post("/en/desk/sign-in/password/", {"email": person.email.upper(), "password": PASSWORD})
    assert is_signed_in(browser)
    assert AuditEntry.objects.filter(action="person.sign-in-refused", object_key=person.pk).count() == 1


def test_staff_have_another_sign_in_page():
    staff, browser = factories.user("Moderators"), Client()
    browser.post("/en/desk/sign-in/password/", {"email": staff.email, "password": PASSWORD})
    assert not is_signed_in(browser)


def test_signing_out_is_a_post_and_ends_the_session(sign_in):
    browser = sign_in(factories.person())
    assert browser.get("/en/desk/sign-out/").status_code == 405
    assert is_signed_in(browser)
    browser.post("/en/desk/sign-out/")
    assert not is_signed_in(browser)
    assert AuditEntry.objects.get().action == "person.signed-out"


def test_a_failed_csrf_check_answers_in_words_and_keeps_the_address():
    person, browser = factories.person(), Client(enforce_csrf_checks=True)
    for path in ("/en/desk/sign-in/", "/fr/desk/sign-in/password/", "/admin/login/"):
        field = "username" if path.startswith("/admin/") else "email"
        answer = browser.post(path, {field: person.email, "password": "typed", "next": "/en/desk/account/"})
        page = answer.content.decode()
        assert answer.status_code == 403
        assert f'value="{person.email}"' in page
        assert "typed" not in page
        assert "csrfmiddlewaretoken" in page
        assert 'role="alert"' in page


def test_a_request_is_kept_while_the_database_fails():
    ask_for_link(factories.person().email, "en")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mails_notice RENAME TO away")
    with pytest.raises(OperationalError):
        answer_requests()
    assert LinkRequest.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE away RENAME TO mails_notice")
    answer_requests()
    assert (LinkRequest.objects.count(), Email.objects.count()) == (0, 1)
