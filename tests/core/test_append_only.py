"""Histories can be added to, and not changed in any other way."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from audit import log
from audit.actions import Action
from audit.models import AuditEntry
from calls.models import DateChange, Withdrawal
from cities.models import MembershipEvent
from core.append_only import AppendOnlyModel
from events.history import EventChange
from moderation.models import Confirmation, Remark
from tests import factories

pytestmark = pytest.mark.django_db

HISTORIES = sorted((model for model in apps.get_models() if issubclass(model, AppendOnlyModel)), key=str)


@pytest.fixture
def editor():
    return factories.user()


@pytest.fixture
def change(editor) -> DateChange:
    return DateChange.objects.create(
        call=factories.call(),
        clock="city",
        reason="emergency",
        decided_by="secretariat",
        announce_at=datetime(2026, 4, 29, tzinfo=UTC),
        recorded_by=editor,
    )


@pytest.fixture
def rows(editor, change) -> dict[type[AppendOnlyModel], AppendOnlyModel]:
    """A row of every history."""
    factories.tree()
    practice = factories.practice()
    return {
        DateChange: change,
        Withdrawal: Withdrawal.objects.create(change=change, recorded_by=editor),
        MembershipEvent: MembershipEvent.objects.create(
            city=factories.city(), status="admitted", year=2016, recorded_by=editor
        ),
        AuditEntry: log.record(Action.STARTED, factories.city(), by=editor),
        Remark: Remark.objects.create(page=practice, kind="remark", text="Which winter?", recorded_by=editor),
        EventChange: EventChange.objects.create(
            page=factories.event(), before={}, after={}, state="moved", language="en", sequence=1, recorded_by=editor
        ),
        Confirmation: Confirmation.objects.create(page=practice, answer="true", recorded_by=editor),
    }


def test_these_are_all_histories(rows):
    assert set(rows) == set(HISTORIES)


@pytest.mark.parametrize(
    "change_it",
    [
        lambda row: row.save(),
        lambda row: row.save(update_fields=["recorded_by"]),
        lambda row: row.delete(),
        lambda row: type(row).objects.update(recorded_by=None),
        lambda row: type(row).objects.filter(pk=row.pk).delete(),
        lambda row: type(row).objects.bulk_update([row], ["recorded_by"]),
        lambda row: type(row).objects.update_or_create(pk=row.pk, defaults={"recorded_by": None}),
    ],
    ids=["save", "save of one field", "delete", "update", "delete of many", "bulk update", "update or create"],
)
def test_no_row_of_any_history_can_be_changed_or_deleted(rows, change_it):
    before = {model: list(model.objects.values()) for model in HISTORIES}
    for model in HISTORIES:
        with pytest.raises(ValueError, match=f"{model._meta.label} is append-only"), transaction.atomic():
            change_it(rows[model])
    assert {model: list(model.objects.values()) for model in HISTORIES} == before


def test_a_new_row_cannot_replace_one_with_the_same_key(rows):
    step = rows[MembershipEvent]
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipEvent(pk=step.pk, city=step.city, status="left", recorded_at=step.recorded_at).save()
    assert MembershipEvent.objects.get().status == "admitted"


def test_the_related_managers_of_a_history_refuse_too(rows, change):
    with pytest.raises(ValueError, match="append-only"):
        change.call.date_changes.update(reason="other")


def test_the_user_who_recorded_a_history_is_never_deleted(rows, editor):
    with pytest.raises(ProtectedError, match="never deleted"):
        editor.delete()
    assert [model for model in rows if not model.objects.filter(recorded_by=editor).exists()] == []
