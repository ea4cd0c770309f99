"""Every action of the audit log is written in its place, and no change of state at the desk is left out."""

import ast
import hashlib
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import translation
from wagtail.fields import StreamField

from audit import log
from audit.actions import Action
from audit.details import NAMES
from audit.json_lines import lines
from audit.models import AuditEntry
from tests import factories
from tests.permissions.routes import address
from tests.permissions.table import TABLE
from tests.permissions.test_table import Walk, network

# Where each action is written: the services that make the change. A second place for the same change would be a
# second entry, or a way past the service.
WRITTEN_IN = {
    "INVITED": {"accounts/services.py", "cities/people.py"},
    "JOINED": {"accounts/services.py"},
    "SIGNED_IN": {"accounts/admin_views.py", "accounts/services.py"},
    "SIGN_IN_REFUSED": {"accounts/second_factor.py", "accounts/services.py"},
    "SIGNED_OUT": {"accounts/admin_views.py", "accounts/services.py"},
    "PASSWORD_SET": {"accounts/services.py"},
    "ADDRESS_CHANGED": {"accounts/new_address.py"},
    "SECOND_FACTOR_SET": {"accounts/admin_views.py", "accounts/second_factor.py"},
    "RECOVERY_CODE_USED": {"accounts/second_factor.py"},
    "ROLE_CHANGED": {"accounts/services.py", "cities/people.py"},
    "LEFT": {"cities/people.py"},
    "DEACTIVATED": {"accounts/services.py", "accounts/viewsets.py"},
    "REACTIVATED": {"accounts/services.py", "accounts/viewsets.py"},
    "EXPORTED": {"portal/management/commands/person.py"},
    "ERASED": {"portal/personal_data.py"},
    "CITY_CHANGED": {"desk/city/facts.py"},
    "CITY_ADDED": {"cities/imports.py"},
    "CITY_IMPORTED": {"cities/imports.py"},
    "PROFILE_SAVED": {"cities/imports.py", "desk/city/profile.py"},
    "PROFILE_PUBLISHED": {"desk/city/profile.py"},
    "STARTED": {"desk/writing/services.py"},
    "DISCARDED": {"desk/writing/services.py"},
    "SUBMITTED": {"desk/city/profile.py", "moderation/effects.py"},
    "WITHDRAWN": {"moderation/effects.py"},
    "RETURNED": {"moderation/effects.py"},
    "REMARKED": {"moderation/effects.py"},
    "REPLIED": {"moderation/effects.py"},
    "PUBLISHED": {"moderation/effects.py"},
    "SCHEDULED": {"moderation/effects.py"},
    "UNSCHEDULED": {"moderation/effects.py"},
    "DELETED": {"moderation/effects.py"},
    "TAKEN_DOWN": {"moderation/effects.py"},
    "CLOSED": {"moderation/effects.py"},
    "REOPENED": {"moderation/effects.py"},
    "CONFIRMED": {"moderation/confirmations.py"},
    "PRACTICE_IMPORTED": {"practices/imports.py"},
    "TAKEN_OVER": {"desk/confirming/services.py"},
    "LIST_EXPORTED": {"audit/list_exports.py"},
    "IMPORT_UPLOADED": {"editorial/imports/services.py"},
    "IMPORT_STARTED": {"editorial/imports/services.py"},
    "IMPORT_DISCARDED": {"editorial/imports/services.py"},
    "EVENT_CHANGED": {"events/history.py"},
    "REPORT_DONE": {"feedback/services.py"},
    "REPORT_OPENED": {"feedback/services.py"},
    "FILE_RECEIVED": {"desk/files/services.py"},
    "FILE_ACCEPTED": {"desk/files/checking.py"},
    "FILE_REFUSED": {"desk/files/checking.py"},
    "FILE_REMOVED": {"desk/files/services.py"},
}

# Modules that read the log.
READERS = {"moderation/states.py"}


def test_each_action_is_written_in_its_place_and_nowhere_else():
    found = defaultdict(set)
    for app in (
        "accounts",
        "audit",
        "cities",
        "core",
        "desk",
        "editorial",
        "events",
        "feedback",
        "home",
        "mails",
        "moderation",
        "portal",
        "practices",
    ):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "migrations" in path.parts or str(path.relative_to(settings.BASE_DIR)) in READERS:
                continue
            tree = ast.parse(path.read_text())
            imported = {
                alias.asname or alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module == "audit.actions"
                for alias in node.names
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
                    found[node.attr].add(str(path.relative_to(settings.BASE_DIR)))
    assert {name: places for name, places in found.items() if name in Action.__members__} == WRITTEN_IN
    assert set(WRITTEN_IN) == set(Action.__members__)


def test_each_action_is_expected_by_a_test_that_makes_it_happen():
    """Otherwise nobody notices that an action is no longer written. What a test writes into the log itself is none."""
    expected = set()
    for path in (Path(settings.BASE_DIR) / "tests").rglob("*.py"):
        text = re.sub(r"log\.record\(\s*Action\.\w+", "", path.read_text())
        expected |= {Action[name].value for name in re.findall(r"\bAction\.(\w+)", text) if name in Action.__members__}
        expected |= set(re.findall(r'"([a-z]+\.[a-z-]+)"', text))
        # The actions on a practice, without the beginning of their codes.
        lines = [line for line in text.splitlines() if "case.log()" in line]
        expected |= {f"practice.{word}" for line in lines for word in re.findall(r'"([a-z-]+)"', line)}
    assert sorted(set(Action.values) - expected) == []


# What is no state of a practice, a city or a person: what somebody types, traces of requests, and work that follows
# from a change.
NOT_STATE = {
    "accounts.Attempt",
    "accounts.LinkRequest",
    "audit.AuditEntry",
    "desk.WorkingCopy",
    "mails.Notice",
    "search.IndexTask",
}
# One's own name and language.
OWN_WORDS = {"xx/desk/account/"}
OWN_APPS = {"accounts", "calls", "cities", "clusters", "core", "desk", "home", "moderation", "practices"}
PUBLISHED = r"xx/desk/^cities/(?P<city>[-\w]+)/published/(?P<code>[0-9a-f]{10})/"
PRACTICE = "xx/desk/cities/<slug:city>/practices/<uuid:key>/"
PEOPLE = "xx/desk/cities/<slug:city>/people/"
# What the forms of the desk send, where an empty form changes nothing.
SENT = {
    f"{PUBLISHED}confirm/$": {"answer": "true"},
    f"{PEOPLE}invite/": {"email": "new@example.org", "role": "editor", "language": "en"},
    f"{PEOPLE}<int:person>/": {"role": "owner"},
    f"{PEOPLE}hand-over/": {"person": "{person}"},
    "xx/desk/cities/<slug:city>/practices/new/": {"language": "en", "title": "Learning"},
    f"{PRACTICE}<section:code>/": {
        "form": "0" * 32,
        "shown": "{{}}",
        "then": "remove:documents:{file}",
        "documents-{file}-row": "1",
    },
    "xx/desk/account/": {"first_name": "Ana", "last_name": "Sá", "language": "pt"},
}


def states() -> dict[str, str]:
    """A digest of each table with states; the times at which somebody was last here are none."""
    digests = {}
    for model in apps.get_models():
        if model._meta.app_label in OWN_APPS and model._meta.label not in NOT_STATE:
            columns = [field for field in model._meta.local_concrete_fields if not isinstance(field, StreamField)]
            names = [field.attname for field in columns if field.name != "last_login"]
            rows = list(model._base_manager.order_by("pk").values_list(*names))
            digests[model._meta.label] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return digests


@pytest.mark.django_db
@pytest.mark.one_database
def test_no_change_of_state_at_the_desk_is_without_an_entry():
    walk, silent, written = Walk(network()), [], set()
    values = walk.network.values
    before, newest = states(), AuditEntry.objects.order_by("pk").last().pk
    for route in [route for route, rule in TABLE.items() if route.startswith("xx/desk/") and "o" in rule.post]:
        known = values["xx/desk/"]
        fields = {name.format(**known): text.format(**known) for name, text in SENT.get(route, {}).items()}
        with transaction.atomic():
            walk.browsers["o"].post(address(route, values), fields)
            changed = [label for label, digest in states().items() if digest != before[label]]
            actions = set(AuditEntry.objects.filter(pk__gt=newest).values_list("action", flat=True))
            transaction.set_rollback(True)
        written |= actions
        if changed and not actions and route not in OWN_WORDS:
            silent.append(f"{route}: {changed}")
    assert not silent, "\n".join(silent)
    # Without these, the forms above are out of date.
    assert written >= {
        Action.CONFIRMED,
        Action.DISCARDED,
        Action.FILE_REMOVED,
        Action.INVITED,
        Action.LEFT,
        Action.ROLE_CHANGED,
        Action.STARTED,
        Action.TAKEN_DOWN,
        Action.WITHDRAWN,
    }


def recorded_details() -> set[str]:
    """The names of all details that the code records."""
    found = set()
    for app in ("accounts", "audit", "cities", "desk", "editorial", "events", "moderation", "portal", "practices"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"log.record", "record"}:
                    found |= {word.arg for word in node.keywords if word.arg}
    return found - {"by", "version", "request"}


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_each_detail_has_a_name_in_words(language):
    assert recorded_details() | {"administrator", "groups"} == set(NAMES)
    with translation.override(language):
        names = [str(name) for name in NAMES.values()]
    assert len(set(names)) == len(names)
    assert not set(names) & set(NAMES)


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_report_tells_details_in_words_and_the_lines_keep_codes(sign_in):
    administrator = factories.user(is_superuser=True)
    editors = Group.objects.get_or_create(name="Editors")[0]
    told = {
        "Signed in": {"by_means_of": "second-factor"},
        "Rights": {"before": {"groups": [], "administrator": False}, "after": {"groups": [editors.pk]}},
        "Role": {"before": "owner", "after": "editor", "person": 7},
        "File": {"kind": "picture", "reason": "virus"},
        "City": {"fields": ["population", "own_name"], "language": "pt", "again": True},
    }
    for details in told.values():
        log.record(Action.SIGNED_IN, administrator, by=administrator, **details)
    page = " ".join(sign_in(administrator).get("/admin/reports/audit-log/").content.decode().split())
    for words in (
        *("By means of: Second factor", "Administrator: No", "Groups: Editors", "Before: Owner", "After: Editor"),
        *("Kind: Picture", "Reason: The scanner has found a virus", "Fields: Population", "Language: Portuguese"),
    ):
        assert words in page, words
    assert "by_means_of" not in page.split("<table")[1].split("</table>")[0]
    assert '"by_means_of": "second-factor"' in "\n".join(lines(AuditEntry.objects.all()))
