"""What the portal knows about one person: telling it, and erasing it. docs/privacy.md explains the decisions.

An account is never deleted: what a person wrote, decided or recorded would go with it, or lose its author. Erasure
leaves an account without name, address and rights, to which these rows still point.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django_tasks_db.models import DBTaskResult
from post_office.models import Email
from post_office.models import Log as MailLog
from wagtail.models import ModelLogEntry, PageLogEntry

from accounts.models import LinkRequest, User
from audit import json_lines, log
from audit.actions import Action
from audit.models import AuditEntry
from desk.models import DeskFile
from feedback.models import MistakeReport
from portal import text_columns
from portal.text_columns import Mention
from search.models import SearchStatistic
from search.rebuild import rebuild_index


class Erasure(StrEnum):
    """What erasure does with a row that points to the person."""

    DELETED = "deleted"
    KEPT = "kept"  # with the account without a name as its author


@dataclass(frozen=True)
class Relation:
    """A field by which rows point to a person."""

    erasure: Erasure
    told: tuple[str, ...] = ()
    """The fields that the export tells, beside the primary key. Never a secret, not even its hash."""


DELETED, KEPT = Erasure.DELETED, Erasure.KEPT

# A domain that can never receive mail (RFC 2606).
NOWHERE = "erased.invalid"

# Every foreign key to an account. A test compares this table with the models.
RELATIONS = {
    "accounts.EmailLink.user": Relation(DELETED, ("purpose", "created_at", "expires_at", "used_at", "new_email")),
    "accounts.LinkRequest.user": Relation(DELETED, ("email", "requested_at")),
    "accounts.RecoveryCode.user": Relation(DELETED, ("created_at", "used_at")),
    "audit.AuditEntry.recorded_by": Relation(KEPT),  # told in full by `_audit_entries`
    "calls.DateChange.recorded_by": Relation(KEPT, ("recorded_at", "call_id", "reason")),
    "calls.Withdrawal.recorded_by": Relation(KEPT, ("recorded_at", "change_id")),
    "cities.CityPerson.user": Relation(DELETED, ("city_id", "role")),
    "cities.CityPerson.invited_by": Relation(KEPT, ("city_id", "role")),
    "cities.CityProfile.locked_by": Relation(KEPT, ("locked_at",)),
    "cities.MembershipEvent.recorded_by": Relation(KEPT, ("recorded_at", "city_id", "status", "year")),
    "core.PortalDocument.uploaded_by_user": Relation(KEPT, ("created_at", "title", "file")),
    "core.PortalImage.uploaded_by_user": Relation(KEPT, ("created_at", "title", "file")),
    "desk.DeskFile.uploaded_by": Relation(KEPT, ("uploaded_at", "kind", "name")),
    "desk.WorkingCopy.created_by": Relation(KEPT, ("created_at", "key", "city_id", "answers")),
    "desk.WorkingCopy.updated_by": Relation(KEPT, ("updated_at", "key", "city_id", "answers")),
    "editorial.TranslationAssignment.translator": Relation(DELETED, ("translation_id",)),
    "editorial.Import.created_by": Relation(DELETED, ("created_at", "kind", "name")),
    "events.EventChange.recorded_by": Relation(KEPT, ("recorded_at", "page_id", "state", "note")),
    "feedback.MistakeReport.closed_by": Relation(KEPT, ("closed_at", "page")),
    "links.Address.dismissed_by": Relation(KEPT, ("dismissed_at", "dismissed_fault")),
    "mails.Notice.recipient": Relation(DELETED, ("created_at", "kind", "object_key", "version")),
    "moderation.Confirmation.recorded_by": Relation(KEPT, ("recorded_at", "page_id", "answer", "informant")),
    "moderation.Remark.recorded_by": Relation(KEPT, ("recorded_at", "page_id", "kind", "section", "text")),
    "otp_totp.TOTPDevice.user": Relation(DELETED, ("name", "confirmed", "created_at", "last_used_at")),
    "wagtail_localize.SegmentOverride.last_translated_by": Relation(KEPT, ("updated_at", "data_json")),
    "wagtail_localize.StringTranslation.last_translated_by": Relation(KEPT, ("updated_at", "data")),
    "wagtailadmin.EditingSession.user": Relation(DELETED, ("last_seen_at", "object_id")),
    "wagtailadmin.FormState.user": Relation(DELETED),
    "wagtailcore.APIToken.user": Relation(DELETED),
    "wagtailcore.Comment.user": Relation(KEPT, ("created_at", "page_id", "contentpath", "text")),
    "wagtailcore.Comment.resolved_by": Relation(KEPT, ("resolved_at", "page_id")),
    "wagtailcore.CommentReply.user": Relation(KEPT, ("created_at", "comment_id", "text")),
    "wagtailcore.Page.locked_by": Relation(KEPT, ("locked_at",)),
    "wagtailcore.Page.owner": Relation(KEPT, ("first_published_at", "title")),
    "wagtailcore.PageSubscription.user": Relation(DELETED, ("page_id",)),
    "wagtailcore.Revision.user": Relation(KEPT, ("created_at", "object_str")),
    "wagtailcore.TaskState.finished_by": Relation(KEPT, ("finished_at", "status", "comment")),
    "wagtailcore.UploadedFile.uploaded_by_user": Relation(DELETED, ("file",)),
    "wagtailcore.WorkflowState.requested_by": Relation(KEPT, ("created_at", "status")),
    "wagtailcore.ModelLogEntry.user": Relation(KEPT, ("timestamp", "action", "label")),
    "wagtailcore.PageLogEntry.user": Relation(KEPT, ("timestamp", "action", "label")),
    "wagtaildocs.Document.uploaded_by_user": Relation(KEPT),
    "wagtailimages.Image.uploaded_by_user": Relation(KEPT),
    "wagtailusers.UserProfile.user": Relation(DELETED, ("preferred_language", "current_time_zone", "avatar")),
}

# Rows that name people and are no texts of the portal: a person's name is replaced in all of them.
RECORDS: tuple[type[models.Model], ...] = (Email, MailLog, ModelLogEntry, PageLogEntry, DBTaskResult)


def relation(name: str) -> tuple[type[models.Model], str]:
    """The model and the field of a key of `RELATIONS`."""
    app_label, model_name, field = name.split(".")
    return apps.get_model(app_label, model_name), field


def rows_of(name: str, user: User) -> QuerySet:
    """The rows that point to the person by this field."""
    model, field = relation(name)
    return model._base_manager.filter(**{field: user}).order_by("pk")


def export(user: User) -> dict[str, Any]:
    """Everything that the portal keeps about a person, as values for JSON: dates as ISO 8601, files as paths."""
    return {
        "account": {
            name: getattr(user, name)
            for name in (
                "id",
                "email",
                "first_name",
                "last_name",
                "credit_name",
                "credit_kind",
                "language",
                "is_active",
                "date_joined",
                "last_login",
            )
        }
        | {"groups": list(user.groups.values_list("name", flat=True))},
        "rows": {
            name: list(rows_of(name, user).values("pk", *found.told))
            for name, found in RELATIONS.items()
            if found.told and rows_of(name, user).exists()
        },
        "reports_of_mistakes": list(_reports(user).values("created_at", "page", "text")),
        "requests_for_links": list(_link_requests(user).values("requested_at", "language")),
        "sessions": [session.expire_date for session in _sessions(user)],
        "mails": list(_mails_to(user.email).values("created", "to", "subject", "message", "status")),
        "audit_log": [json_lines.as_value(entry) for entry in AuditEntry.objects.about_account(user)],
        "named_in": [str(mention) for mention in text_columns.mentions(_pattern(_words(user)))],
    }


def erase(user: User, *, everywhere: bool = False) -> list[Mention]:
    """Erase what the portal keeps about a person, and return the rows of texts that still name them.

    The e-mail address is replaced in every text of the database, the name in records such as mails. everywhere: the
    name is replaced in every text as well, also in published ones. Otherwise somebody has to decide about the
    returned texts: a name may have to stay there, for example that of an author. `compact` belongs to it.
    """
    words = _words(user)
    email, names = _pattern([user.email]), _pattern(_full_names(user))
    with transaction.atomic():
        files = [*_files(user)]
        for name, found in RELATIONS.items():
            if found.erasure == DELETED:
                rows_of(name, user).delete()
        _link_requests(user).delete()
        _reports(user).delete()
        _sessions(user, delete=True)
        _mails_to(user.email).delete()
        _rename_files(user)
        AuditEntry.objects.erase_addresses(user)
        _log_entries(user).update(label=f"{User._meta.verbose_name} {user.pk}", data={})
        _empty_account(user)
        changed = text_columns.replace(email)
        if names:
            searched = [row.pk for row in SearchStatistic.objects.all() if names.search(row.value)]
            SearchStatistic.objects.filter(pk__in=searched).delete()
            changed += text_columns.replace(names, None if everywhere else RECORDS)
        log.record(Action.ERASED, user, everywhere=everywhere)
        transaction.on_commit(lambda: _delete_stored(files))
    cache.clear()
    if any(mention.model not in {model._meta.label for model in RECORDS} for mention in changed):
        rebuild_index()
    return list(text_columns.mentions(_pattern(words)))


def compact() -> None:
    """Overwrite what SQLite has deleted, and empty its journal. PostgreSQL does that by itself."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _words(user: User) -> list[str]:
    """The words that name the person: address, names, and parts of names that are long enough to tell something."""
    parts = (user.first_name, user.last_name)
    return [user.email, *_full_names(user), *(part for part in parts if _tells(part))]


def _full_names(user: User) -> list[str]:
    """The name of the account and the public name, except those that are also an everyday word or syllable."""
    return [name for name in (user.get_full_name(), user.credit_name) if _tells(name)]


def _tells(name: str) -> bool:
    """Whether a name is long enough to stand for a person: four letters, or two that are not of an alphabet."""
    return len(name) >= (4 if name[:1].isascii() or name[:1].lower() != name[:1].upper() else 2)


def _pattern(words: Iterable[str]):
    return text_columns.pattern_for(words)


def _link_requests(user: User) -> QuerySet:
    return LinkRequest.objects.filter(email__iexact=user.email)


def _reports(user: User) -> QuerySet:
    """The reports of mistakes that were sent with the address of the person."""
    return MistakeReport.objects.filter(email__iexact=user.email)


def _sessions(user: User, *, delete: bool = False) -> list[Session]:
    """The sessions in which the person is signed in. delete: they are ended."""
    found = [row for row in Session.objects.all() if row.get_decoded().get("_auth_user_id") == str(user.pk)]
    if delete:
        Session.objects.filter(pk__in=[row.pk for row in found]).delete()
    return found


def _mails_to(address: str) -> QuerySet:
    """The mails with this recipient."""
    candidates = Email.objects.filter(Q(to__icontains=address) | Q(cc__icontains=address) | Q(bcc__icontains=address))
    wanted = [
        mail.pk
        for mail in candidates
        if address.lower() in {found.lower() for found in (*mail.to, *mail.cc, *mail.bcc)}
    ]
    return Email.objects.filter(pk__in=wanted)


def _files(user: User) -> Iterable[models.fields.files.FieldFile]:
    """The files of the rows that erasure deletes."""
    for name, found in RELATIONS.items():
        if found.erasure == DELETED:
            model, _field = relation(name)
            fields = [field.name for field in model._meta.concrete_fields if isinstance(field, models.FileField)]
            for row in rows_of(name, user) if fields else ():
                yield from filter(None, (getattr(row, field) for field in fields))


def _delete_stored(files: Iterable[models.fields.files.FieldFile]) -> None:
    for file in files:
        if file.name:
            file.storage.delete(file.name)


def _rename_files(user: User) -> None:
    """The name under which the person uploaded a file may be their own: what stays is the kind of the file."""
    for row in DeskFile.objects.filter(uploaded_by=user).exclude(name=""):
        _stem, dot, extension = row.name.rpartition(".")
        DeskFile.objects.filter(pk=row.pk).update(name=f"{row.kind}{dot}{extension}" if dot else str(row.kind))


def _log_entries(user: User) -> QuerySet:
    """Wagtail's log entries about the account: their label is the name that it had."""
    account = ContentType.objects.get_for_model(User)
    return ModelLogEntry.objects.filter(content_type=account, object_id=str(user.pk))


def _empty_account(user: User) -> None:
    """Take name, address and rights from the account, so that nobody can use it."""
    user.email = f"erased-{user.pk}@{NOWHERE}"
    user.first_name = user.last_name = user.credit_name = user.language = ""
    user.credit_kind = User._meta.get_field("credit_kind").default
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.session_generation += 1
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
