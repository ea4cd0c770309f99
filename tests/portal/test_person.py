"""`manage.py person`: what the portal knows about one person, and erasing it, proven by a planted word."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tasks_db.models import DBTaskResult
from post_office.models import Email
from wagtail.log_actions import log as wagtail_log
from wagtail.models import Comment, ModelLogEntry
from wagtail.users.models import UserProfile

from accounts.models import EmailLink, LinkRequest, User
from audit import log
from audit.actions import Action
from audit.models import AuditEntry
from cities.models import CityPerson
from desk.models import DeskFile
from mails.kinds import MailKind
from mails.outbox import send_once
from portal.personal_data import RELATIONS, relation
from search.models import SearchStatistic
from tests import factories

ROOT = Path(settings.BASE_DIR)
# A word of no language.
WORD = "zyxcanary"
NAME = f"Ana {WORD.title()}"
EMAIL = f"{WORD}@example.org"


def erase(*options: str) -> str:
    """Erase the person and return what the command says."""
    output = io.StringIO()
    with factories.commit():
        call_command("person", "erase", EMAIL, "--yes", *options, stdout=output)
    return output.getvalue()


@pytest.fixture
def person(tmp_path, settings) -> User:
    """Somebody who has left a trace in every part of the portal."""
    settings.MEDIA_ROOT = tmp_path
    factories.tree()
    page = factories.practice()
    found = factories.user("Moderators", first_name="Ana", last_name=WORD.title(), credit_name=f"{NAME} of the office")
    User.objects.filter(pk=found.pk).update(email=EMAIL)
    found.refresh_from_db()
    city, colleague = factories.city(), factories.user()
    CityPerson.objects.create(user=found, city=city, role="owner")
    Client().force_login(found)
    browser = Client()
    browser.force_login(found)
    now = timezone.now()
    for purpose in EmailLink.Purpose:
        EmailLink.objects.create(purpose=purpose, user=found, token_hash=purpose.value, expires_at=now)
    LinkRequest.objects.create(email=EMAIL.upper(), language="en", next_url="/en/desk/")
    TOTPDevice.objects.create(user=found, name=f"Phone of {NAME}")
    UserProfile.objects.create(user=found, avatar=ContentFile(WORD.encode(), f"{WORD}.png"))
    send_once(
        MailKind.RECEIVED,
        to=found,
        about="key",
        context={"title": "Books", "city": "Aarhus", "days": 5},
        path="/en/desk/",
    )
    send_once(
        MailKind.INVITATION,
        to=colleague,
        about="key",
        context={"invited_by": NAME, "city": "Aarhus", "expires_at": now},
    )
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    log.record(Action.SIGNED_IN, found, by=found, request=request)
    wagtail_log(instance=found, action="wagtail.edit", user=colleague)
    wagtail_log(instance=page, action="wagtail.edit", user=found, data={"by": NAME})
    Comment.objects.create(page=page, user=found, text="Which winter?", contentpath="problem")
    page.save_revision(user=found)
    copy = factories.working_copy(city, created_by=None)
    DeskFile.objects.create(working_copy=copy, kind="picture", name=f"{WORD} on the market.JPG", uploaded_by=found)
    SearchStatistic.objects.create(month=now.date().replace(day=1), language="en", kind="words", value=NAME.lower())
    DBTaskResult.objects.create(
        args_kwargs={"args": [EMAIL], "kwargs": {}}, task_path="x.y", backend_name="default", run_after=now
    )
    return found


def cells_with_the_word() -> list[str]:
    """Every cell of every table that has the planted word, in any spelling, as the database keeps it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found += [
                    f"{table}.{name}: {value!r:.200}"
                    for name, value in zip(names, row, strict=True)
                    if WORD
                    in (
                        bytes(value).decode("utf-8", "replace")
                        if isinstance(value, (bytes, memoryview))
                        else str(value)
                    ).lower()
                ]
    return found


@pytest.mark.django_db
def test_nothing_of_a_person_is_left_in_any_table_or_file(person, tmp_path, caplog):
    assert len(cells_with_the_word()) > 10
    said = erase()
    assert cells_with_the_word() == []
    assert [
        path
        for path in tmp_path.rglob("*")
        if WORD in path.name or (path.is_file() and WORD.encode() in path.read_bytes())
    ] == []
    assert WORD not in said.lower()
    assert WORD not in caplog.text.lower()


@pytest.mark.django_db
def test_an_empty_account_stays_so_that_history_keeps_its_author(person):
    erase()
    shell = User.objects.get(pk=person.pk)
    assert (shell.email, shell.get_full_name()) == (f"erased-{person.pk}@erased.invalid", "")
    assert not shell.is_active
    assert not shell.has_usable_password()
    assert not shell.groups.exists()
    assert not shell.city_roles.exists()
    assert shell.session_generation > person.session_generation
    comment = Comment.objects.get()
    assert (comment.user, comment.text) == (shell, "Which winter?")
    of_account = AuditEntry.objects.filter(object_type="accounts.user", object_key=str(shell.pk)).order_by("pk")
    assert list(of_account.values_list("action", "recorded_by", "address")) == [
        ("person.signed-in", shell.pk, None),
        ("person.erased", None, None),
    ]
    assert DeskFile.objects.get().name == "picture.JPG"


@pytest.mark.django_db
def test_the_mail_of_a_colleague_is_sent_without_the_name(person):
    erase()
    (mail,) = Email.objects.all()
    assert "[…]" in mail.message
    assert "Aarhus" in mail.message


@pytest.mark.django_db
def test_others_keep_everything(person):
    namesake = factories.user(first_name="Ana", last_name="Zyxcanaryson")
    wagtail_log(instance=namesake, action="wagtail.edit", user=namesake)
    erase()
    namesake.refresh_from_db()
    assert (namesake.get_full_name(), namesake.is_active) == ("Ana Zyxcanaryson", True)
    assert ModelLogEntry.objects.get(object_id=str(namesake.pk)).label == "Ana Zyxcanaryson"


@pytest.mark.django_db
def test_a_text_that_names_the_person_is_left_to_a_decision_and_said(person):
    page = factories.practice(title="Learning", problem=f"Told by {NAME} & others", slug="learning")
    said = erase()
    assert f"practices.PracticePage {page.pk} (problem)" in said
    page.refresh_from_db()
    assert page.problem == f"Told by {NAME} & others"


@pytest.mark.django_db
def test_a_text_loses_the_name_when_that_is_asked_for(person, tmp_path, settings):
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    page = factories.practice(title="Learning", problem=f"Told by {NAME}, {EMAIL}")
    factories.working_copy(problem=f"By “{NAME}”", results=[{"key": "a", "value": NAME}])
    assert "These rows" not in erase("--everywhere")
    assert cells_with_the_word() == []
    assert Client().get(page.url).status_code == 200


@pytest.mark.django_db
def test_the_export_tells_everything_and_no_secret(person):
    output = io.StringIO()
    call_command("person", "export", EMAIL.upper(), stdout=output)
    told = json.loads(output.getvalue())
    assert told["account"]["first_name"] == "Ana"
    assert told["account"]["groups"] == ["Moderators"]
    assert {row["purpose"] for row in told["rows"]["accounts.EmailLink.user"]} == set(EmailLink.Purpose.values)
    assert told["rows"]["wagtailcore.Comment.user"][0]["text"] == "Which winter?"
    assert [mail["to"] for mail in told["mails"]] == [[EMAIL]]
    assert "192.0.2.7" in {entry["address"] for entry in told["audit_log"]}
    assert len(told["sessions"]) == 2
    assert "token_hash" not in output.getvalue()
    assert person.password not in output.getvalue()
    assert AuditEntry.objects.get(action=Action.EXPORTED).object_key == str(person.pk)


def test_every_field_that_points_to_a_person_has_a_decision():
    fields = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is User
    }
    assert set(RELATIONS) == fields
    secret = {"token_hash", "code_hash", "key", "password", "value"}
    for name, found in RELATIONS.items():
        model, _field = relation(name)
        columns = {field.name for field in model._meta.concrete_fields} | {
            field.attname for field in model._meta.concrete_fields
        }
        assert set(found.told) <= columns, name
        if found.erasure == "deleted":
            assert not secret & set(found.told), name


@pytest.mark.django_db
def test_an_unknown_address_is_said_and_not_repeated():
    for action in ("export", "erase"):
        with pytest.raises(CommandError, match="no account") as refused:
            call_command("person", action, EMAIL)
        assert EMAIL not in str(refused.value)


@pytest.mark.django_db
def test_nobody_is_erased_without_a_yes(person, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("person", "erase", EMAIL)
    assert User.objects.filter(email=EMAIL).exists()


@pytest.mark.one_database
def test_not_a_byte_of_the_name_is_left_in_the_file_of_the_database(migrated_database, tmp_path):
    """SQLite keeps deleted rows in free pages and in its journal, until they are overwritten."""
    path = tmp_path / "portal.sqlite3"
    path.write_bytes(migrated_database.read_bytes())
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{path}",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
    }

    program = f"""
from accounts.models import User
from django.core.management import call_command
from pathlib import Path

files = [Path("{path}"), Path("{path}-wal")]
has_word = lambda: any(b"{WORD}" in file.read_bytes() for file in files if file.exists())
User.objects.create_user("{EMAIL}", first_name="Ana", last_name="{WORD}")
for number in range(50):
    User.objects.create_user(f"person-{{number}}@example.org", last_name="{WORD}" * 3)
User.objects.filter(email__startswith="person-")._raw_delete("default")
assert has_word()
call_command("person", "erase", "{EMAIL}", "--yes")
assert not has_word()
"""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert WORD not in (done.stdout + done.stderr).lower()
