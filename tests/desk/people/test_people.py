"""The people of a city at its desk: invitations, roles, leaving, handing over."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts.models import EmailLink, User
from audit.models import AuditEntry
from cities.models import CityPerson
from tests import factories
from tests.reading import by_class, read, words

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def languages():
    factories.tree("fr")


@pytest.fixture
def city():
    return factories.city()


@pytest.fixture
def owner(city):
    """The only owner of the city."""
    return joined(city, "owner", first_name="Olu", last_name="Owner")


def joined(city, role="editor", **fields) -> User:
    return factories.person(city, role, last_login=timezone.now(), **fields)


def role_of(user, city) -> str | None:
    return CityPerson.objects.filter(user=user, city=city).values_list("role", flat=True).first()


def address(city, *rest) -> str:
    return "/".join(["/en/desk/cities", city.code, "people", *map(str, rest), ""])


def row(user, city) -> int:
    return CityPerson.objects.get(user=user, city=city).pk


def invite(browser, city, email="new@example.org", role="editor", language="fr"):
    return browser.post(address(city, "invite"), {"email": email, "role": role, "language": language})


def accept(email: str, browser: Client):
    text = Email.objects.filter(to=email).latest("pk").message
    path = re.findall(r"https?://[^/\s]+(/\S*/desk/sign-in/link/\S+)", text)[0]
    page = browser.get(path).content.decode()
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return browser.post("/en/desk/sign-in/use/", form)


def actions() -> list[str]:
    return sorted(AuditEntry.objects.values_list("action", flat=True))


def test_an_owner_invites_somebody_who_signs_in_with_the_mail(city, owner, sign_in):
    assert invite(sign_in(owner), city, "New@Example.org", "owner").status_code == 302
    person = User.objects.get(email="new@example.org")
    assert (role_of(person, city), person.language, person.has_usable_password()) == ("owner", "fr", False)
    mail = Email.objects.get(to="new@example.org")
    assert "Olu Owner" in mail.message
    assert city.own_name in mail.message
    browser = Client()
    answer = accept(person.email, browser)
    assert answer["Location"] == f"/fr/desk/cities/{city.code}/"
    assert browser.get(answer["Location"]).status_code == 200
    assert actions() == ["person.invited", "person.joined", "person.signed-in"]


def test_whoever_has_an_account_just_gets_the_city(city, owner, sign_in):
    person = joined(None, language="en")
    invite(sign_in(owner), city, person.email.upper(), language="fr")
    assert User.objects.filter(email__iexact=person.email).count() == 1
    assert person.city_roles.count() == 2
    assert User.objects.get(pk=person.pk).language == "en", "the person's own choice"
    browser = sign_in(person)
    for role in person.city_roles.all():
        assert browser.get(f"/en/desk/cities/{role.city.code}/").status_code == 200


@pytest.mark.parametrize("who", ["of this city", "deactivated", "of the secretariat", "administrator", "no address"])
def test_who_cannot_be_invited_is_said_in_words_and_nothing_is_lost(who, city, owner, sign_in):
    email = {
        "of this city": lambda: joined(city).email,
        "deactivated": lambda: factories.person(is_active=False).email,
        "of the secretariat": lambda: factories.user("Translators").email,
        "administrator": lambda: factories.user(is_superuser=True).email,
        "no address": lambda: "new at example.org",
    }[who]()
    before = CityPerson.objects.count()
    answer = invite(sign_in(owner), city, email)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'value="{email}"' in page
    assert "field__error" in page
    assert CityPerson.objects.count() == before
    assert not Email.objects.exists()


def test_only_owners_manage_and_nobody_else_sees_that_there_is_something(city, owner, sign_in):
    editor, other = joined(city), joined(city)
    pages = [
        address(city, "invite"),
        address(city, row(other, city)),
        address(city, row(other, city), "remove"),
        address(city, row(other, city), "resend"),
        address(city, "hand-over"),
    ]
    fields = {"email": "new@example.org", "role": "owner", "language": "en", "person": row(editor, city)}
    strangers = [editor, joined(None, "owner"), factories.user("Moderators"), factories.user(is_superuser=True)]
    for stranger in strangers:
        browser = sign_in(stranger)
        for page in pages:
            assert (browser.get(page).status_code, browser.post(page, fields).status_code) in {(404, 404), (405, 404)}
    for page in pages:
        assert "/desk/sign-in/" in Client().post(page, fields)["Location"]
    assert [role_of(user, city) for user in (owner, editor, other)] == ["owner", "editor", "editor"]
    assert not Email.objects.exists()


def test_the_people_of_another_city_cannot_be_reached_through_the_own_one(city, owner, sign_in):
    elsewhere = factories.city()
    foreign = joined(elsewhere)
    browser = sign_in(owner)
    for last in ((), ("remove",), ("resend",)):
        assert browser.post(address(city, row(foreign, elsewhere), *last), {"role": "owner"}).status_code == 404
    browser.post(address(city, "hand-over"), {"person": row(foreign, elsewhere)})
    assert role_of(foreign, elsewhere) == "editor"
    assert role_of(owner, city) == "owner"


def test_everybody_of_the_city_sees_its_people_and_nobody_else(city, owner, sign_in):
    editor, foreign = joined(city, first_name="Ede"), joined(None, "owner", first_name="Marked stranger")
    page = sign_in(editor).get(address(city)).content.decode()
    assert "Olu Owner" in page
    assert "Marked stranger" not in page
    assert address(city, "invite") not in page
    assert address(city, "invite") in sign_in(owner).get(address(city)).content.decode()
    assert sign_in(foreign).get(address(city)).status_code == 404


def test_a_role_is_changed_and_the_last_owner_keeps_it(city, owner, sign_in):
    editor = joined(city)
    browser = sign_in(owner)
    assert "A city needs an owner" in browser.post(address(city, row(owner, city)), {"role": "editor"}).content.decode()
    assert role_of(owner, city) == "owner"
    browser.post(address(city, row(editor, city)), {"role": "owner"})
    assert role_of(editor, city) == "owner"
    browser.post(address(city, row(editor, city)), {"role": "king"})
    assert role_of(editor, city) == "owner"
    browser.post(address(city, row(owner, city)), {"role": "editor"})
    assert role_of(owner, city) == "editor"
    assert actions() == ["person.role-changed"] * 2
    assert sign_in(owner).get(address(city, "invite")).status_code == 404


def test_the_last_owner_cannot_leave_before_handing_over_to_somebody_who_has_signed_in(city, owner, sign_in):
    browser, editor = sign_in(owner), joined(city)
    invite(browser, city, role="owner")
    assert address(city, "hand-over") in browser.get(address(city, "leave")).content.decode()
    assert browser.post(address(city, "leave")).status_code == 200
    pending = User.objects.get(email="new@example.org")
    browser.post(address(city, "hand-over"), {"person": row(pending, city)})
    assert role_of(owner, city) == "owner"
    browser.post(address(city, "hand-over"), {"person": row(editor, city)})
    assert (role_of(owner, city), role_of(editor, city)) == ("editor", "owner")
    assert browser.post(address(city, "leave"))["Location"] == "/en/desk/"
    assert role_of(owner, city) is None
    assert browser.get(address(city)).status_code == 404
    assert browser.get("/en/desk/").status_code == 200


def test_a_deactivated_owner_does_not_count(city, owner, sign_in):
    other = joined(city, "owner")
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert sign_in(owner).post(address(city, "leave")).status_code == 200
    assert role_of(owner, city) == "owner"


def test_whoever_is_removed_is_out_at_once_and_their_invitation_is_void(city, owner, sign_in):
    editor, browser = joined(city), sign_in(owner)
    of_editor = sign_in(editor)
    assert of_editor.get(address(city)).status_code == 200
    assert "What the person wrote stays" in browser.get(address(city, row(editor, city), "remove")).content.decode()
    assert role_of(editor, city) == "editor", "a GET changes nothing"
    browser.post(address(city, row(editor, city), "remove"))
    assert of_editor.get(address(city)).status_code == 404
    assert User.objects.get(pk=editor.pk).is_active
    invite(browser, city)
    pending = User.objects.get(email="new@example.org")
    browser.post(address(city, row(pending, city), "remove"))
    assert accept(pending.email, Client()).status_code == 410
    assert actions().count("person.left") == 2


def test_an_invitation_is_sent_again_but_not_for_ever(city, owner, sign_in):
    browser = sign_in(owner)
    invite(browser, city)
    pending = User.objects.get(email="new@example.org")
    for _time in range(5):
        browser.post(address(city, row(pending, city), "resend"))
    assert Email.objects.filter(to=pending.email).count() == 4
    assert EmailLink.objects.filter(user=pending, used_at=None).count() == 4
    answers = {invite(browser, city, f"p{number}@example.net").status_code for number in range(30)}
    assert answers == {302, 429}
    assert User.objects.filter(email__endswith="@example.net").count() < 30


def test_a_form_that_was_open_for_too_long_keeps_what_was_typed(city, owner):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    answer = invite(browser, city, "new@example.org", "owner")
    assert answer.status_code == 403
    assert 'value="new@example.org"' in answer.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(joined(None, "owner"))
    assert invite(stranger, city).status_code == 404
    assert "/desk/sign-in/" in invite(Client(enforce_csrf_checks=True), city)["Location"]


def test_the_secretariat_does_the_same_from_the_page_of_the_city(city, sign_in):
    page = reverse("wagtailsnippets_cities_city:people", args=[city.pk])
    browser = sign_in(factories.user("Moderators"))
    assert page in browser.get(reverse("wagtailsnippets_cities_city:edit", args=[city.pk])).content.decode()
    browser.post(page, {"email": "new@example.org", "role": "owner", "language": "fr"})
    person = CityPerson.objects.get(user__email="new@example.org", city=city)
    assert person.role == "owner"
    browser.post(page, {"action": "resend", "person": person.pk})
    assert Email.objects.count() == 2
    browser.post(page, {"action": "role", "person": person.pk, "role": "editor"})
    assert role_of(person.user, city) == "owner", "the only one"
    browser.post(page, {"action": "remove", "person": person.pk})
    assert role_of(person.user, city) is None
    foreign = joined(None)
    for key in (foreign.city_roles.get().pk, 10**30, "x", "", "²"):
        assert browser.post(page, {"action": "remove", "person": key}).status_code == 404
    assert foreign.city_roles.exists()
    assert sign_in(factories.user("Translators")).post(page, {"action": "remove"}).status_code == 302
    assert sign_in(joined(city, "owner")).get(page)["Location"].startswith("/admin/login/")


def test_the_account_changes_name_language_and_password(city, owner, sign_in):
    browser, elsewhere = Client(), sign_in(owner)
    fields = {"email": owner.email, "password": "a password for tests"}
    browser.post("/en/desk/sign-in/password/", fields)
    answer = browser.post("/en/desk/account/", {"first_name": "Ó", "last_name": "", "language": "fr"})
    assert answer["Location"] == "/fr/desk/account/"
    owner.refresh_from_db()
    assert (owner.first_name, owner.language) == ("Ó", "fr")
    page = "/en/desk/account/password/"
    new = {"new_password1": "Salamander-7-in-the-well", "new_password2": "Salamander-7-in-the-well"}
    assert browser.post(page, {**new, "old_password": "wrong"}).status_code == 200
    assert browser.post(page, new).status_code == 200
    assert browser.post(page, {"old_password": fields["password"], **new, "new_password2": "no"}).status_code == 200
    assert elsewhere.get("/en/desk/").status_code == 200
    assert browser.post(page, {"old_password": fields["password"], **new}).status_code == 302
    assert browser.get("/en/desk/").status_code == 200
    assert elsewhere.get("/en/desk/").status_code == 302
    assert Client().post("/en/desk/sign-in/password/", fields).status_code == 200
    assert actions().count("person.password-set") == 1


def test_a_refused_form_of_the_account_changes_nothing(city, owner, sign_in):
    browser = sign_in(owner)
    answer = browser.post("/en/desk/account/", {"first_name": "x" * 151, "last_name": "", "language": "xx"})
    assert answer.status_code == 200
    owner.refresh_from_db()
    assert owner.first_name == "Olu"


def test_whoever_came_by_a_link_chooses_a_password_without_the_old_one(city, owner, sign_in):
    invite(sign_in(owner), city)
    browser = Client()
    accept("new@example.org", browser)
    page = "/en/desk/account/password/"
    assert "old_password" not in browser.get(page).content.decode()
    new = {"new_password1": "Salamander-7-in-the-well", "new_password2": "Salamander-7-in-the-well"}
    assert browser.post(page, new).status_code == 302
    assert User.objects.get(email="new@example.org").check_password(new["new_password1"])


def ago(person: User, days: int) -> None:
    """The invitations of a person were mailed so many days ago."""
    sent = timezone.now() - timedelta(days=days)
    EmailLink.objects.filter(user=person).update(created_at=sent, expires_at=sent + timedelta(days=14))


def what_waits(browser) -> list[str]:
    return [words(item) for item in by_class(read(browser.get("/en/desk/")), "wait")]


def test_an_invitation_that_is_not_accepted_waits_for_the_owner_and_the_secretariat(city, owner, sign_in):
    browser, editors = sign_in(owner), sign_in(factories.user("Editors"))
    invite(browser, city)
    pending = User.objects.get(email="new@example.org")
    foreign = factories.person(first_name="Marked stranger")
    report, of_city = reverse("open-invitations"), reverse("wagtailsnippets_cities_city:people", args=[city.pk])
    for days, state in ((2, "The link works until"), (5, "The link works until"), (15, "The link expired on")):
        ago(pending, days)
        found = [text for text in what_waits(browser) if pending.email in text]
        assert len(found) == (days > 3)
        assert all(("ended" if days > 14 else "The link works until") in text for text in found)
        for page in (browser.get(address(city)), editors.get(of_city), editors.get(report)):
            text = words(read(page))
            assert pending.email in text
            assert state in text
    assert "Marked stranger" in editors.get(report).content.decode()
    assert "Marked stranger" not in browser.get("/en/desk/").content.decode()
    assert not what_waits(sign_in(joined(city))), "an editor does not invite"
    browser.post(address(city, row(pending, city), "resend"))
    assert not what_waits(browser), "it was sent again"
    ago(pending, 5)
    Email.objects.update(status=STATUS.failed)
    assert [pending.email in text for text in what_waits(browser)] == [True], "one word about one person"
    pending.email = "right@example.org"
    pending.save()
    assert "The link has ended" in words(read(browser.get(address(city))))
    User.objects.filter(pk__in=[pending.pk, foreign.pk]).update(last_login=timezone.now())
    assert not what_waits(browser)
    assert "All invitations were accepted" in editors.get(report).content.decode()
