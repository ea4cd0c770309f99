"""The audit log: who did what, when, on which version, from where. It is also written to the log of the process."""

import json
import logging
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.test import RequestFactory
from django.utils import timezone

from audit import log
from audit.actions import Action
from audit.models import AuditEntry
from portal import periodic_tasks
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged(caplog):
    """The lines of the logger "audit", which does not reach the root logger."""
    logger = logging.getLogger("audit")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


def test_an_entry_says_who_did_what_on_which_version_from_where():
    person, city = factories.user(), factories.city(code="dk-aarhus")
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    entry = log.record(Action.CITY_CHANGED, city, by=person, version=12, request=request, fields=["website"])
    entry.refresh_from_db()
    assert (entry.action, entry.recorded_by, entry.version) == ("city.changed", person, 12)
    assert (entry.object_type, entry.object_key) == ("cities.city", "dk-aarhus")
    assert (entry.address, entry.details) == ("192.0.2.7", {"fields": ["website"]})
    assert abs(entry.recorded_at - timezone.now()) < timedelta(minutes=1)


def test_pages_are_named_by_a_key_that_all_their_versions_have():
    factories.tree()
    page = factories.practice()
    assert log.record(Action.SUBMITTED, page).object_key == str(page.translation_key)


def test_the_portal_itself_and_visitors_are_nobody():
    city = factories.city()
    assert log.record(Action.CITY_CHANGED, city).recorded_by is None
    assert log.record(Action.CITY_CHANGED, city, by=AnonymousUser()).recorded_by is None


def test_the_log_of_the_process_has_each_entry_as_json_without_names_and_addresses_of_people(logged):
    person = factories.user(first_name="Zyxcanary", last_name="Surname", credit_name="Zyxcanary S.")
    with factories.commit():
        entry = log.record(Action.SIGNED_IN, person, by=person, request=RequestFactory().get("/"))
    (line,) = [record for record in logged.records if record.name == "audit"]
    assert line.levelname == "INFO"
    told = json.loads(line.getMessage())
    assert told == {
        "id": entry.pk,
        "time": entry.recorded_at.isoformat(timespec="milliseconds"),
        "action": "person.signed-in",
        "person": person.pk,
        "object": {"type": "accounts.user", "key": str(person.pk)},
        "version": None,
        "address": "127.0.0.1",
        "details": {},
    }
    assert "yxcanary" not in line.getMessage()
    assert person.email not in line.getMessage()


def test_what_was_undone_is_not_in_the_log_of_the_process(logged):
    with factories.commit(), transaction.atomic():
        log.record(Action.STARTED, factories.city())
        transaction.set_rollback(True)
    assert not logged.records
    assert not AuditEntry.objects.exists()


def test_a_command_that_makes_a_demonstration_writes_no_lines(logged):
    with log.without_lines(), factories.commit():
        log.record(Action.STARTED, factories.city())
    assert AuditEntry.objects.count() == 1
    assert not logged.records
    with factories.commit():
        log.record(Action.STARTED, factories.city())
    assert len(logged.records) == 1


def _age(entry: AuditEntry, days: float) -> AuditEntry:
    """Make an entry older. Only a test may: the model refuses."""
    older = timezone.now() - timedelta(days=days)
    models.QuerySet.update(AuditEntry.objects.filter(pk=entry.pk), recorded_at=older)
    return entry


def test_the_nightly_tidying_up_deletes_what_is_older_than_the_setting(settings):
    settings.AUDIT_LOG_DAYS = 100
    city = factories.city()
    old, recent = (_age(log.record(Action.CITY_CHANGED, city), days) for days in (100.1, 99.9))
    periodic_tasks.tidy_up()
    assert list(AuditEntry.objects.all()) == [recent]
    assert old.pk != recent.pk


def test_the_addresses_of_one_person_are_erased_and_of_nobody_else():
    person, colleague, city = factories.user(), factories.user(), factories.city()
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    own = log.record(Action.CITY_CHANGED, city, by=person, request=request)
    refused = log.record(Action.SIGN_IN_REFUSED, person, request=request)
    by_another = log.record(Action.DEACTIVATED, person, by=colleague, request=request)
    assert AuditEntry.objects.erase_addresses(person) == 2
    addresses = dict(AuditEntry.objects.values_list("pk", "address"))
    assert addresses == {own.pk: None, refused.pk: None, by_another.pk: "192.0.2.7"}
