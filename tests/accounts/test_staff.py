"""How staff sign in: the form, invitation, second factor. People of a city do not get in."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from post_office.models import Email
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.test.utils.form_data import querydict_from_html

from accounts.models import RecoveryCode, User
from accounts.services import invite_staff
from audit.models import AuditEntry
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PASSWORD = "a password for tests"
NEW_PASSWORD = "Salamander-in-the-well-7"
SECOND_FACTOR = "/admin/second-factor/"


@pytest.fixture(autouse=True)
def groups():
    factories.tree("fr")


@pytest.fixture
def required(settings):
    settings.REQUIRE_STAFF_SECOND_FACTOR = True


def log_in(person: User, password: str = PASSWORD) -> Client:
    browser = Client()
    browser.post("/admin/login/", {"username": person.email, "password": password})
    return browser


def opens(browser: Client, path: str = "/admin/") -> bool:
    return browser.get(path).status_code == 200


def invited_path(person: User) -> str:
    text = Email.objects.filter(to=person.email).latest("pk").message
    return re.findall(r"https?://[^/\s]+(/admin/invitation/\S+)", text)[0]


def accept(browser: Client, path: str, password: str = NEW_PASSWORD):
    page = browser.get(path).content.decode()
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return browser.post("/admin/invitation/", {**form, "new_password1": password, "new_password2": password})


def code_of(device: TOTPDevice) -> str:
    """The code that the app shows now; the next call shows another one, as if 30 seconds had passed."""
    device.refresh_from_db()
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06d}"


def enrolled(person: User | None = None) -> tuple[User, Client, list[str]]:
    """A moderator who has accepted an invitation and set up the second factor, the browser, and the recovery codes."""
    person = person or factories.user("Moderators")
    invite_staff(person, by=None)
    browser = Client()
    accept(browser, invited_path(person))
    browser.get(f"{SECOND_FACTOR}set-up/")
    device = TOTPDevice.objects.get(user=person, confirmed=False)
    page = browser.post(f"{SECOND_FACTOR}set-up/", {"code": code_of(device)}).content.decode()
    return person, browser, re.findall(r'<code dir="ltr">([\w-]+)</code>', page)


@pytest.mark.parametrize("role", ["editor", "owner"])
def test_a_person_of_a_city_gets_no_session_at_the_door_of_staff(role):
    person = factories.person(role=role)
    wrong = Client().post("/admin/login/", {"username": person.email, "password": "wrong"})
    right = Client().post("/admin/login/", {"username": person.email, "password": PASSWORD})
    words = [re.findall(r'<li class="error">(.*?)</li>', page.content.decode()) for page in (wrong, right)]
    assert (right.status_code, words[0]) == (wrong.status_code, words[1])
    assert "sessionid" not in right.cookies


@pytest.mark.parametrize("kind", ["city", "city and group", "city and administrator", "nothing"])
def test_a_person_of_a_city_gets_the_anonymous_answer_below_the_admin_however_they_came_in(kind, sign_in):
    person = factories.user() if kind == "nothing" else factories.person()
    if kind == "city and group":
        person.groups.add(Group.objects.get(name="Moderators"))
    elif kind == "city and administrator":
        User.objects.filter(pk=person.pk).update(is_superuser=True)
    browser = sign_in(person)
    for path in ("/admin/", "/admin/pages/", SECOND_FACTOR, "/admin/users/", "/admin/account/"):
        answer, anonymous = browser.get(path), Client().get(path)
        assert (answer.status_code, answer["Location"]) == (anonymous.status_code, anonymous["Location"])
    assert "_messages" not in browser.session
    assert opens(sign_in(factories.user("Moderators"))), "the decoy"


def test_without_the_setting_staff_need_no_second_factor():
    assert opens(log_in(factories.user("Editors")))


def test_a_password_alone_opens_nothing_and_enrols_nothing(required):
    person = factories.user("Moderators")
    browser = log_in(person)
    for path in ("/admin/", "/admin/pages/", "/admin/account/", "/admin/snippets/cities/city/"):
        answer = browser.get(path)
        assert answer["Location"].startswith(f"{SECOND_FACTOR}?next=")
    assert browser.get(SECOND_FACTOR).status_code == 403
    assert browser.get(f"{SECOND_FACTOR}set-up/")["Location"] == SECOND_FACTOR
    assert browser.get(f"{SECOND_FACTOR}qr.svg").status_code in {302, 403}
    browser.post(f"{SECOND_FACTOR}set-up/", {"code": "123456"})
    assert not TOTPDevice.objects.exists()


def test_the_invitation_sets_the_password_and_the_second_factor(required):
    person, browser, codes = enrolled()
    assert opens(browser)
    assert len(codes) == len(set(codes)) == 10
    assert not opens(log_in(person, PASSWORD)), "the password of before"
    later = log_in(person, NEW_PASSWORD)
    assert later.get("/admin/pages/")["Location"].startswith(SECOND_FACTOR)
    device = TOTPDevice.objects.get(user=person)
    answer = later.post(SECOND_FACTOR, {"code": code_of(device), "next": "/admin/pages/"})
    assert answer["Location"] == "/admin/pages/"
    assert opens(later, "/admin/account/")
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"person.invited", "person.joined", "person.password-set", "person.second-factor-set"} <= actions


def test_the_qr_code_is_a_picture_at_its_own_address(required):
    person = factories.user("Moderators")
    invite_staff(person, by=None)
    browser = Client()
    accept(browser, invited_path(person))
    page = browser.get(f"{SECOND_FACTOR}set-up/").content.decode()
    assert f'src="{SECOND_FACTOR}qr.svg"' in page
    picture = browser.get(f"{SECOND_FACTOR}qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert b"<svg" in picture.content


def test_an_invitation_works_once_and_a_bad_password_does_not_use_it_up():
    person = factories.user("Editors")
    invite_staff(person, by=None)
    path = invited_path(person)
    browser = Client()
    assert "new_password" in accept(browser, path, "short").content.decode()
    assert accept(browser, path).status_code == 302
    assert Client().get(path).status_code == 410
    assert accept(Client(), path).status_code in {403, 410}


def test_a_new_invitation_ends_the_one_before_and_a_deactivated_person_has_none():
    person = factories.user("Editors")
    invite_staff(person, by=None)
    first = invited_path(person)
    invite_staff(person, by=None)
    assert Client().get(first).status_code == 410
    assert Client().get(invited_path(person)).status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().get(invited_path(person)).status_code == 410


def test_a_code_works_once_and_wrong_codes_are_limited(required):
    person, _browser, _codes = enrolled()
    browser = log_in(person, NEW_PASSWORD)
    device = TOTPDevice.objects.get(user=person)
    used = code_of(device)
    assert browser.post(SECOND_FACTOR, {"code": used}).status_code == 302
    other = log_in(person, NEW_PASSWORD)
    assert other.post(SECOND_FACTOR, {"code": used}).status_code == 200
    assert not opens(other)
    answers = [other.post(SECOND_FACTOR, {"code": "000000"}).status_code for _try in range(6)]
    assert answers[-2:] == [429, 429]
    assert other.post(SECOND_FACTOR, {"code": code_of(device)}).status_code == 429
    assert opens(browser), "a stranger's tries do not end the session"


def test_a_recovery_code_works_once_and_only_its_hash_is_stored(required):
    person, _browser, codes = enrolled()
    stored = str(list(RecoveryCode.objects.values()))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    browser = log_in(person, NEW_PASSWORD)
    assert browser.post(SECOND_FACTOR, {"code": codes[3].upper()}).status_code == 302
    assert opens(browser)
    again = log_in(person, NEW_PASSWORD)
    again.post(SECOND_FACTOR, {"code": codes[3]})
    assert not opens(again)
    again.post(SECOND_FACTOR, {"code": codes[4].replace("-", " ")})
    assert opens(again)
    stranger = factories.user("Editors")
    _stranger, _browser, of_stranger = enrolled(stranger)
    other = log_in(person, NEW_PASSWORD)
    other.post(SECOND_FACTOR, {"code": of_stranger[0]})
    assert not opens(other)
    used = AuditEntry.objects.filter(action="person.recovery-code-used", recorded_by=person)
    assert used.count() == 2


def test_another_phone_needs_the_first_one_and_replaces_it(required):
    person, browser, codes = enrolled()
    old = TOTPDevice.objects.get(user=person)
    unverified = log_in(person, NEW_PASSWORD)
    assert unverified.get(f"{SECOND_FACTOR}set-up/")["Location"] == SECOND_FACTOR
    browser.get(f"{SECOND_FACTOR}set-up/")
    new = TOTPDevice.objects.get(user=person, confirmed=False)
    assert new.key != old.key
    page = browser.post(f"{SECOND_FACTOR}set-up/", {"code": code_of(new)}).content.decode()
    assert TOTPDevice.objects.get(user=person).key == new.key
    assert not set(codes) & set(re.findall(r'<code dir="ltr">([\w-]+)</code>', page))
    assert opens(browser)


def test_who_has_lost_the_second_factor_is_invited_again(required, sign_in):
    person, browser, _codes = enrolled()
    administrator = factories.user(is_superuser=True)
    _administrator, of_administrator, _codes = enrolled(administrator)
    address = reverse("staff-invite-again", args=[person.pk])
    assert opens(of_administrator, address)
    of_administrator.post(address, {})
    assert opens(browser)
    of_administrator.post(address, {"without_second_factor": "on"})
    assert not opens(browser)
    assert not TOTPDevice.objects.filter(user=person).exists()
    assert not RecoveryCode.objects.filter(user=person).exists()
    _person, again, _codes = enrolled(person)
    assert opens(again)


def test_only_administrators_invite_again(sign_in):
    person = factories.user("Editors")
    address = reverse("staff-invite-again", args=[person.pk])
    assert sign_in(factories.user("Moderators")).post(address).status_code == 302
    assert not Email.objects.exists()


def test_an_administrator_invites_staff_without_a_password(sign_in):
    browser = sign_in(factories.user(is_superuser=True))
    group = Group.objects.get(name="Moderators")
    address = reverse("wagtailusers_users:add")
    page = browser.get(address).content.decode()
    assert 'type="password"' not in page
    fields = {"email": "New@Example.org", "first_name": "Ana", "last_name": "Sá", "language": "fr"}
    assert "groups" in browser.post(address, fields).content.decode()
    browser.post(address, {**fields, "groups": [group.pk]})
    person = User.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert list(person.groups.all()) == [group]
    assert accept(Client(), invited_path(person)).status_code == 302
    again = browser.post(address, {**fields, "groups": [group.pk]})
    assert again.status_code == 200
    assert User.objects.filter(email__iexact="new@example.org").count() == 1


def test_a_person_of_a_city_gets_no_group_of_staff_in_the_form_of_the_account(sign_in):
    browser, person = sign_in(factories.user(is_superuser=True)), factories.person(first_name="A", last_name="B")
    address = reverse("wagtailusers_users:edit", args=[person.pk])
    fields = {"email": person.email, "first_name": "A", "last_name": "B", "is_active": "on"}
    answer = browser.post(address, {**fields, "groups": [Group.objects.get(name="Editors").pk]})
    assert answer.status_code == 200
    assert not person.groups.exists()
    plain = Group.objects.create(name="Readers of the jury’s pages")
    assert browser.post(address, {**fields, "groups": [plain.pk]}).status_code == 302
    assert list(person.groups.all()) == [plain]


def test_a_person_of_a_city_gets_no_group_of_staff_in_bulk_and_the_reason_is_said(sign_in):
    writer, colleague = factories.person(first_name="Ana"), factories.user()
    administrator = factories.user(is_superuser=True)
    browser, editors = sign_in(administrator), Group.objects.get(name="Editors")
    address = reverse("wagtail_bulk_action", args=["accounts", "user", "assign_role"])
    answer = browser.post(f"{address}?id={writer.pk}&id={colleague.pk}", {"role": editors.pk})
    assert answer.status_code == 200
    assert "This person writes for a city: Ana." in answer.content.decode()
    assert not editors.user_set.exists()
    assert browser.post(f"{address}?id={colleague.pk}", {"role": editors.pk}).status_code == 302
    assert browser.post(f"{address}?id={colleague.pk}", {"role": editors.pk}).status_code == 302
    assert list(editors.user_set.all()) == [colleague]
    (entry,) = AuditEntry.objects.filter(action="person.role-changed")
    assert (entry.recorded_by, entry.object_key) == (administrator, str(colleague.pk))
    assert entry.address
    assert entry.details["after"] == {"groups": [editors.pk], "administrator": False}


def test_a_group_with_people_of_cities_gets_no_access_to_the_admin(sign_in):
    browser, writer = sign_in(factories.user(is_superuser=True)), factories.person(first_name="Ana")
    group = Group.objects.create(name="Readers of the jury’s pages")
    writer.groups.add(group)
    address = reverse("wagtailusers_groups:edit", args=[group.pk])
    page = browser.get(address).content.decode()
    form = querydict_from_html(page, form_index=page.count("<form") - 1)
    access = Permission.objects.get(codename="access_admin")
    form.setlist("permissions", [str(access.pk)])
    answer = browser.post(address, form)
    assert "This person writes for a city: Ana." in answer.content.decode()
    assert not group.permissions.exists()
    writer.groups.remove(group)
    assert browser.post(address, form).status_code == 302
    assert list(group.permissions.all()) == [access]


def test_the_form_of_an_account_writes_changed_rights_into_the_audit_log(sign_in):
    administrator, person = factories.user(is_superuser=True), factories.user("Editors", first_name="A", last_name="B")
    address = reverse("wagtailusers_users:edit", args=[person.pk])
    fields = {"email": person.email, "first_name": "A", "last_name": "B", "is_active": "on"}
    browser, editors = sign_in(administrator), person.groups.get().pk
    for _time in range(2):
        browser.post(address, {**fields, "groups": [editors], "is_superuser": "on"})
    (entry,) = AuditEntry.objects.filter(action="person.role-changed")
    assert (entry.recorded_by, entry.object_key, bool(entry.address)) == (administrator, str(person.pk), True)
    assert entry.details == {
        "before": {"groups": [editors], "administrator": False},
        "after": {"groups": [editors], "administrator": True},
    }


def test_no_action_on_several_people_is_one_of_wagtail_itself():
    """A new one may give a person of a city the rights of staff, or delete somebody."""
    of_people = bulk_action_registry.get_bulk_actions_for_model("accounts", "user")
    assert {action.__module__ for action in of_people} == {"accounts.viewsets"}


def test_deactivating_in_the_admin_ends_sessions_and_is_logged(sign_in):
    administrator = sign_in(factories.user(is_superuser=True))
    people = [factories.user("Editors", first_name="A", last_name="B") for _person in range(2)]
    browsers = [sign_in(person) for person in people]
    address = reverse("wagtailusers_users:edit", args=[people[0].pk])
    fields = {"email": people[0].email, "first_name": "A", "last_name": "B", "groups": [people[0].groups.get().pk]}
    administrator.post(address, fields)
    bulk = reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
    administrator.post(f"{bulk}?id={people[1].pk}", {"mark_as_active": "False"})
    assert not any(opens(browser) for browser in browsers)
    administrator.post(address, {**fields, "is_active": "on"})
    administrator.post(f"{bulk}?id={people[1].pk}", {"mark_as_active": "True"})
    assert not any(opens(browser) for browser in browsers)
    assert all(opens(log_in(person)) for person in people)
    for action in ("person.deactivated", "person.reactivated"):
        entries = AuditEntry.objects.filter(action=action, address__isnull=False)
        keys = entries.values_list("object_key", flat=True)
        assert sorted(keys) == sorted(str(person.pk) for person in people)


def test_nobody_is_ever_deleted(sign_in):
    administrator, person = sign_in(factories.user(is_superuser=True)), factories.user()
    address = reverse("wagtailusers_users:delete", args=[person.pk])
    assert "never deleted" in administrator.get(address).content.decode()
    assert administrator.post(address).status_code == 403
    bulk = reverse("wagtail_bulk_action", args=["accounts", "user", "delete"])
    for method, status in ((administrator.get, 200), (administrator.post, 403)):
        answer = method(f"{bulk}?id={person.pk}")
        assert (answer.status_code, "never deleted" in answer.content.decode()) == (status, True)
    with pytest.raises(ProtectedError):
        person.delete()
    with pytest.raises(ProtectedError):
        User.objects.filter(pk=person.pk).delete()
    assert User.objects.filter(pk=person.pk).exists()
    listing = administrator.get(reverse("wagtailusers_users:index")).content.decode()
    assert address not in listing


def test_other_doors_are_closed():
    person = factories.user("Editors")
    for path in ("/admin/password_reset/", "/admin/password_reset/done/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, {"email": person.email}).status_code == 404
    assert not Email.objects.exists()
    assert "password_reset" not in Client().get("/admin/login/").content.decode()
    answer = Client().get("/fr/_util/login/?next=/fr/private/")
    assert answer["Location"] == "/fr/desk/sign-in/?next=%2Ffr%2Fprivate%2F"
    assert Client().post("/en/_util/login/", {"username": person.email, "password": PASSWORD}).status_code == 405
