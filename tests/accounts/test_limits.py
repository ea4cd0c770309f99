"""Limits: how often a password, a code or a link may be tried, over all processes and behind proxies."""

import multiprocessing
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from post_office.models import Email
from wagtail.models import PageViewRestriction

from accounts import limits, links
from accounts.link_requests import answer_requests
from accounts.models import Attempt, EmailLink, User
from tests import factories

PASSWORD = "a password for tests"
SIGN_IN = "/en/desk/sign-in/password/"
PROCESSES, TRIES = 4, 15


def wrong(browser: Client, email: str, **headers) -> int:
    return browser.post(SIGN_IN, {"email": email, "password": "wrong"}, **headers).status_code


def may_sign_in(person: User, browser: Client | None = None, **headers) -> bool:
    browser = browser or Client()
    answer = browser.post(SIGN_IN, {"email": person.email, "password": PASSWORD}, **headers)
    return answer.status_code == 302


def some_time_later(minutes: int) -> None:
    for attempt in Attempt.objects.all():
        Attempt.objects.filter(pk=attempt.pk).update(at=attempt.at - timedelta(minutes=minutes))


@pytest.fixture
def behind_a_proxy(settings):
    settings.TRUSTED_PROXY_COUNT = 1


@pytest.mark.django_db
def test_wrong_passwords_slow_the_password_of_an_account_wherever_they_come_from(behind_a_proxy):
    factories.tree()
    person, other = factories.person(), factories.person()
    answers = [wrong(Client(), person.email, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}") for number in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert not may_sign_in(person, HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert may_sign_in(other, HTTP_X_FORWARDED_FOR="198.51.100.1")
    some_time_later(minutes=10)
    assert may_sign_in(person, HTTP_X_FORWARDED_FOR="198.51.100.1")


@pytest.mark.django_db
def test_an_unknown_address_is_limited_like_a_known_one():
    """Else the limit would tell which addresses have an account."""
    factories.tree()
    known = factories.person().email
    answers = {email: [wrong(Client(), email) for _try in range(6)] for email in (known, "nobody@example.org")}
    assert answers[known] == answers["nobody@example.org"] == [200] * 5 + [429]


@pytest.mark.django_db
def test_the_spelling_of_an_address_makes_no_new_account():
    factories.tree()
    person = factories.person()
    name, domain = person.email.split("@")
    spellings = [person.email, person.email.upper(), name.replace("s", "ſ") + f"@{domain}", f" {person.email}"] * 2
    assert 429 in [wrong(Client(), spelling) for spelling in spellings]
    assert not may_sign_in(person)


@pytest.mark.django_db
def test_a_stranger_cannot_lock_an_owner_out():
    factories.tree()
    person, at_home = factories.person(), Client()
    assert may_sign_in(person, at_home)
    for _try in range(6):
        wrong(Client(), person.email)
        Client().post("/en/desk/sign-in/", {"email": person.email})
        answer_requests()
    assert not may_sign_in(person)
    assert may_sign_in(person, at_home), "the browser in which the person has signed in before"
    assert Email.objects.count() == 3
    for mail in Email.objects.all():
        path = re.findall(r"https?://[^/\s]+(/\S*/desk/sign-in/link/\S+)", mail.message)[0]
        assert Client().get(path).status_code == 200, "each mail leads in"


@pytest.mark.django_db
def test_a_known_browser_has_a_limit_too_and_the_cookie_of_another_account_is_worth_nothing():
    factories.tree()
    person, other = factories.person(), factories.person()
    browser = Client()
    assert may_sign_in(person, browser)
    assert [wrong(browser, person.email) for _try in range(6)][-1] == 429
    stranger = Client()
    assert may_sign_in(other, stranger)
    stranger.cookies.pop("sessionid")
    for _try in range(5):
        wrong(stranger, person.email)
    some_time_later(minutes=9)
    assert wrong(Client(), person.email) == 429


@pytest.mark.django_db
def test_wrong_passwords_of_many_accounts_slow_a_network_address(behind_a_proxy):
    factories.tree()
    person = factories.person()
    spoofed = {"HTTP_X_FORWARDED_FOR": "203.0.113.{}, 192.0.2.7"}
    answers = [
        wrong(Client(), f"person-{number}@example.net", **{key: text.format(number) for key, text in spoofed.items()})
        for number in range(22)
    ]
    assert answers == [200] * 20 + [429] * 2
    assert not may_sign_in(person, HTTP_X_FORWARDED_FOR="192.0.2.7")
    assert may_sign_in(person, HTTP_X_FORWARDED_FOR="192.0.2.8")


@pytest.mark.django_db
def test_an_address_that_is_not_known_is_not_limited_and_never_refused(behind_a_proxy):
    """For example behind a Unix socket, when the proxy sends no address."""
    factories.tree()
    for forwarded in ({}, {"HTTP_X_FORWARDED_FOR": ""}, {"HTTP_X_FORWARDED_FOR": "unknown"}):
        answers = {wrong(Client(), f"person-{number}@example.net", REMOTE_ADDR="", **forwarded) for number in range(22)}
        assert answers == {200}
    assert may_sign_in(factories.person(), REMOTE_ADDR="")


@pytest.mark.django_db
def test_one_network_of_ipv6_counts_as_one_address(behind_a_proxy):
    factories.tree()
    answers = [
        wrong(Client(), f"person-{number}@example.net", HTTP_X_FORWARDED_FOR=f"2001:db8::{number + 1:x}")
        for number in range(21)
    ]
    assert answers[-1] == 429
    assert wrong(Client(), "one@example.net", HTTP_X_FORWARDED_FOR="2001:db8:0:1::1") == 200


@pytest.mark.django_db
def test_both_doors_count_together_and_the_right_password_is_not_counted():
    factories.tree()
    staff = factories.user("Editors")
    fields = {"username": staff.email, "password": PASSWORD}
    for _time in range(8):
        assert Client().post("/admin/login/", fields).status_code == 302
    for _try in range(3):
        Client().post("/admin/login/", fields | {"password": "wrong"})
        wrong(Client(), staff.email)
    answer = Client().post("/admin/login/", fields)
    assert answer.status_code == 429
    assert "Try again in 10 minutes" in answer.content.decode()


@pytest.mark.django_db
def test_requests_for_links_are_limited_per_network_address():
    factories.tree()
    answers = [Client().post("/en/desk/sign-in/", {"email": f"p{n}@example.net"}).status_code for n in range(8)]
    assert answers == [302] * 6 + [429] * 2


@pytest.mark.django_db
def test_the_password_of_a_page_cannot_be_guessed(behind_a_proxy):
    factories.tree()
    page = factories.standard_page(slug="jury")
    lock = PageViewRestriction.objects.create(page=page, restriction_type="password", password="secret")
    address = f"/en/_util/authenticate_with_password/{lock.pk}/{page.pk}/"

    def guess(password: str, network: int) -> int:
        form = {"password": password, "return_url": "/en/jury/"}
        return Client().post(address, form, HTTP_X_FORWARDED_FOR=f"192.0.2.{network}").status_code

    assert [guess("wrong", 1) for _try in range(11)] == [200] * 10 + [429]
    assert guess("secret", 1) == 429
    assert [guess("secret", 2) for _try in range(12)] == [302] * 12
    assert [guess("wrong", 3 + number // 9) for number in range(21)][-1] == 429


@pytest.mark.django_db
def test_what_is_counted_names_nobody_and_is_deleted_at_night():
    factories.tree()
    person = factories.person()
    wrong(Client(), person.email)
    assert person.email not in str(list(Attempt.objects.values()))
    assert "127.0.0.1" not in str(list(Attempt.objects.values()))
    link, _token = links.make(person, EmailLink.Purpose.SIGN_IN)
    assert (limits.forget(), links.forget()) == (0, 0)
    Attempt.objects.update(at=timezone.now() - timedelta(days=2))
    EmailLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(days=31))
    assert (limits.forget(), links.forget()) == (2, 1)


# --- Several at once ----------------------------------------------------------------------


def _tries(_number: int) -> int:
    """How many of the tries of one process pass."""
    passed = 0
    for _try in range(TRIES):
        try:
            limits.take((limits.PASSWORD, "somebody@example.org"))
            passed += 1
        except limits.TooManyAttempts:
            pass
    connections.close_all()
    return passed


def test_of_tries_in_four_processes_at_once_no_more_pass_than_allowed(own_database):
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        passed = pool.map(_tries, range(PROCESSES), chunksize=1)
    assert 1 <= sum(passed) <= limits.PASSWORD.allowed


def test_a_link_that_ten_use_at_once_works_for_one(own_database):
    person = User.objects.create_user("ten@example.org")
    _link, token = links.make(person, EmailLink.Purpose.SIGN_IN)

    def use(_number: int) -> bool:
        try:
            return links.use(token, EmailLink.Purpose.SIGN_IN) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        assert sorted(threads.map(use, range(10))) == [False] * 9 + [True]
