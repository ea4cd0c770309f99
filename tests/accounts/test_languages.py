"""Sign-in, second factor and passwords in each language: no English, whichever library wrote the form."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from django_otp.plugins.otp_totp.models import TOTPDevice
from lxml import html
from wagtail.models import PageViewRestriction
from wagtail.users.models import UserProfile

from accounts.services import invite_staff
from tests import factories
from tests.accounts.test_staff import PASSWORD, SECOND_FACTOR, accept, code_of, invited_path, log_in
from tests.texts import LANGUAGES

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ADDRESS = "somebody@city.example"
OTHERS = LANGUAGES[1:]
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names of products, which no language translates, and what people have entered.
NAMES = re.compile(
    r"QR|[Cc]ookie|FreeOTP|Aegis|Google Authenticator|Lyceum|Wagtail|Test network|PASS|Moderators|[\w.@-]+\.\w+|@"
)
# Words that are the same in English and in another language of the portal.
SAME = {"Code"}


def shown(response) -> set[str]:
    """The texts of the main part of a page and of its title, with the names of its controls."""
    page = html.fromstring(response.content.decode())
    texts = page.xpath("//title/text()")
    for part in page.xpath("//main"):
        for hidden in part.xpath(".//script|.//style|.//svg|.//template|.//code|.//option|.//*[@lang]"):
            hidden.drop_tree()
        texts += part.itertext()
        for name in ("aria-label", "title", "placeholder", "alt"):
            texts += part.xpath(f".//@{name}")
    return {text for text in (" ".join(NAMES.sub(" ", str(text)).split()) for text in texts) if LATIN.search(text)}


def pages(language: str) -> Iterator[tuple[str, object]]:
    """Every page on which somebody signs in or sets a password, empty and with what is wrong in it."""
    nobody = Client(headers={"accept-language": language})
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": language})
    forms: tuple[tuple[str, str, list[dict[str, str]]], ...] = (
        ("sign-in of staff", "/admin/login/", [{}, {"username": ADDRESS, "password": "wrong"}]),
        ("sign-in", f"/{language}/desk/sign-in/", [{}, {"email": "no address"}]),
        ("password", f"/{language}/desk/sign-in/password/", [{}, {"email": ADDRESS, "password": "wrong"}]),
    )
    for name, path, wrong in forms:
        yield name, nobody.get(path)
        yield f"{name}, old", strict.post(path, {})
        for number, fields in enumerate(wrong):
            yield f"{name}, wrong {number}", nobody.post(path, fields)
    yield "dead invitation", nobody.get("/admin/invitation/abc/")
    yield "link sent", nobody.get(f"/{language}/desk/sign-in/sent/")
    yield "dead link", nobody.get(f"/{language}/desk/sign-in/link/abc/")
    lock = PageViewRestriction.objects.get(page__locale__language_code=language)
    yield "password of a page", nobody.get(f"/{language}/jury/")
    yield (
        "password of a page, wrong",
        nobody.post(
            f"/{language}/_util/authenticate_with_password/{lock.pk}/{lock.page_id}/",
            {"password": "x", "return_url": "/"},
        ),
    )
    yield from second_factor(language)
    yield from own_account(language)


def second_factor(language: str) -> Iterator[tuple[str, object]]:
    person, other = factories.user("Moderators", language=language), factories.user("Moderators", is_superuser=True)
    for user in (person, other):
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    invite_staff(person, by=None)
    browser = Client(headers={"accept-language": language})
    path = invited_path(person)
    yield "invitation", browser.get(path)
    for password in ("", "password", "12345678"):
        yield f"invitation, {password}", accept(browser, path, password)
    accept(browser, path)
    yield "set up", browser.get(f"{SECOND_FACTOR}set-up/")
    yield "set up, wrong", browser.post(f"{SECOND_FACTOR}set-up/", {"code": "000000"})
    device = TOTPDevice.objects.get(user=person)
    yield "recovery codes", browser.post(f"{SECOND_FACTOR}set-up/", {"code": code_of(device)})
    yield "second factor", browser.get(SECOND_FACTOR)
    later = Client(headers={"accept-language": language})
    later.force_login(type(person).objects.get(pk=person.pk))
    yield "code", later.get(SECOND_FACTOR)
    yield "code, wrong", later.post(SECOND_FACTOR, {"code": "000000"})
    without = log_in(other, PASSWORD)
    yield "no second factor", without.get(SECOND_FACTOR)


def own_account(language: str) -> Iterator[tuple[str, object]]:
    browser = Client()
    browser.force_login(factories.person(language=language))
    for name in ("password", "address"):
        path = f"/{language}/desk/account/{name}/"
        yield name, browser.get(path)
        yield f"{name}, wrong", browser.post(path, {"new_password1": "password", "new_password2": "x", "email": "x"})


def test_no_page_of_sign_in_or_passwords_shows_english(settings):
    settings.REQUIRE_STAFF_SECOND_FACTOR = True
    factories.tree("ar")
    page = factories.standard_page(title="For the jury", slug="jury")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="secret")
    factories.translated(page, "ar")
    english: set[str] = set()
    for _name, response in pages("en"):
        english |= shown(response)
    found = []
    for name, response in pages("ar"):
        assert response.status_code in {200, 403, 410, 422, 429}, (name, response.status_code)
        found += [f"{name}: {text}" for text in sorted(shown(response))]
    assert not found, "\n".join(found)
    # What is a message in Arabic is one in the other languages, too.
    with override("ar"):
        messages = [text for text in english if gettext(text) != text]
    assert len(messages) > 50
    for language in set(OTHERS) - {"ar"}:
        with override(language):
            found += [f"{language}: {text}" for text in messages if gettext(text) == text and text not in SAME]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", OTHERS)
def test_whatever_is_wrong_with_a_password_is_said_in_the_language_of_the_person(language):
    person = factories.user(first_name="Salamander-well")
    said = {}
    for reader in ("en", language):
        with override(reader):
            said[reader] = [str(text) for text in password_validators_help_texts()]
            for password in ("password", "salamander-well"):
                with pytest.raises(ValidationError) as error:
                    validate_password(password, person)
                said[reader] += error.value.messages
    assert not set(said["en"]) & set(said[language])


def test_the_name_of_each_field_of_the_sign_in_of_staff_is_translated():
    page = html.fromstring(
        Client(headers={"accept-language": "ar"}).get(reverse("wagtailadmin_login")).content.decode()
    )
    labels = [" ".join(label.text_content().split()) for label in page.xpath("//form//label")]
    assert labels
    assert not [label for label in labels if LATIN.search(label)]
