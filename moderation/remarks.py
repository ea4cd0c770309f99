"""Remarks about a practice: Wagtail's comments, and the history of them that both sides read.

Editors comment in the admin's editor, people of the city answer at their desk. Wagtail deletes a comment that is
resolved, with its replies, at the next save of the page; so each is copied into `Remark` when it is written. What the
city sees is read from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.models import Comment, CommentReply
from wagtail.users.models import UserProfile

from moderation.actors import acting, works_for_secretariat
from moderation.models import Remark
from moderation.states import newest_workflow
from practices.models import PracticePage

LONGEST_REPLY = 5000


class CannotReply(Exception):
    """There is no such remark that this city may answer."""


@dataclass(frozen=True)
class Entry:
    """One text of a thread. `author` is empty for the secretariat: its people speak for it."""

    text: str
    at: datetime
    by_city: bool
    author: str = ""


@dataclass
class Thread:
    """A remark with its replies, oldest first. `section` is a field or relation of the page."""

    comment_id: int | None
    section: str
    entries: list[Entry] = field(default_factory=list)
    is_resolved: bool = False

    @property
    def label(self) -> str | Promise:
        """The name of the section, as the editor shows it."""
        return section_label(self.section)


def remarks_for(page: PracticePage | None) -> dict[str, list[Thread]]:
    """What the city of a practice sees of the remarks: the threads by section, those that are resolved included.

    A text of the secretariat is shown once a decision has followed it: not while it still writes. Sections are names
    of fields and relations ("problem", "steps"). `page`: the original; None has none.
    """
    found: dict[str, list[Thread]] = {}
    for thread in _threads(_visible(page)) if page is not None else ():
        found.setdefault(thread.section, []).append(thread)
    return found


def decisions_for(page: PracticePage | None) -> list[Entry]:
    """The sentences of the secretariat with its decisions, oldest first."""
    if page is None:
        return []
    rows = page.remarks.filter(kind=Remark.Kind.DECISION).exclude(text="").order_by("pk")
    return [Entry(row.text, row.recorded_at, by_city=False) for row in rows]


def all_remarks(page: PracticePage) -> list[Thread]:
    """The threads that the secretariat sees: also what the city does not see yet."""
    return _threads(_rows(page))


def history(page: PracticePage) -> list[Remark]:
    """Every row about a practice, oldest first, with who wrote it."""
    return _rows(page)


@transaction.atomic
def reply(page: PracticePage, comment_id: int, text: str, *, by, request=None) -> Remark:
    """Answer a remark from the desk. It appears in the admin's editor at the next opening.

    Side effects: a reply of Wagtail's comment, unless that is resolved and gone; the history; the audit log.
    Raises CannotReply for a remark that the city does not see, and for an empty text.
    """
    text = _one_line_ends(text).strip()[:LONGEST_REPLY]
    shown = {thread.comment_id: thread for threads in remarks_for(page).values() for thread in threads}
    if comment_id not in shown or not text:
        raise CannotReply
    silence_wagtail(by)
    comment = Comment.objects.filter(pk=comment_id, page=page.pk, resolved_at=None).first()
    with acting(by, request):
        if comment is None:
            return _write(page, Remark.Kind.REPLY, by, shown[comment_id].section, text, comment_id)
        answer = CommentReply.objects.create(comment=comment, user=by, text=text)  # copied by the signal
        answer.log_create(page_revision=page.get_latest_revision(), user=by)
    return Remark.objects.get(page=page, reply_id=answer.pk)


def copy_comment(comment: Comment) -> Remark | None:
    """Copy a comment that was saved into the history: when it is new, has another text, or is resolved."""
    page = PracticePage.objects.filter(pk=comment.page_id).first()
    if page is None or not page.is_original:
        return None
    rows = Remark.objects.filter(page=page, comment_id=comment.pk)
    last, text = rows.filter(kind=Remark.Kind.REMARK).last(), _one_line_ends(comment.text)
    written = None
    if last is None or last.text != text:
        written = _write(page, Remark.Kind.REMARK, comment.user, comment.contentpath, text, comment.pk)
    if comment.resolved_at and not rows.filter(kind=Remark.Kind.RESOLVED).exists():
        _write(page, Remark.Kind.RESOLVED, comment.resolved_by, comment.contentpath, "", comment.pk)
    return written


def copy_reply(answer: CommentReply) -> Remark | None:
    """Copy a reply that was saved into the history: when it is new or has another text."""
    page = PracticePage.objects.filter(pk=answer.comment.page_id).first()
    if page is None or not page.is_original:
        return None
    last, text = Remark.objects.filter(page=page, reply_id=answer.pk).last(), _one_line_ends(answer.text)
    if last is not None and last.text == text:
        return None
    comment = answer.comment
    return _write(page, Remark.Kind.REPLY, answer.user, comment.contentpath, text, comment.pk, reply_id=answer.pk)


def record_decision(page: PracticePage, user, sentence: str, revision_id: int) -> Remark:
    """Record a decision on a submission with the sentence of the moderator: from now on the city sees the remarks."""
    return Remark.objects.create(
        page=page, kind=Remark.Kind.DECISION, text=sentence, revision_id=revision_id, recorded_by=user
    )


def since_last_decision(page: PracticePage) -> list[Remark]:
    """The texts that the secretariat has written since its last decision, oldest first."""
    rows = _rows(page)
    start = max((row.pk for row in rows if row.kind == Remark.Kind.DECISION), default=0)
    texts, staff = {Remark.Kind.REMARK, Remark.Kind.REPLY}, _staff(rows)
    new = [row for row in rows if row.pk > start and row.kind in texts and row.recorded_by_id in staff]
    resolved = {row.comment_id for row in rows if row.kind == Remark.Kind.RESOLVED}
    # The last text of each: one that was edited before anybody saw it counts once.
    last = {(row.comment_id, row.reply_id): row for row in new if row.comment_id not in resolved}
    return list(last.values())


def by_section(rows: Iterable[Remark]) -> list[dict]:
    """Rows as a mail shows them: the label of a section with its texts."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(section_of(row.section), []).append(row.text)
    return [{"section": section_label(section), "texts": texts} for section, texts in found.items()]


def section_of(contentpath: str) -> str:
    """The field or relation of a content path: "body.3f2a…" → "body"."""
    return contentpath.partition(".")[0]


def section_label(section: str) -> str | Promise:
    """The name of a field or relation for readers; of the whole practice for anything else."""
    if section in HEADINGS:
        return HEADINGS[section]
    try:
        return capfirst(PracticePage._meta.get_field(section).verbose_name)
    except (FieldDoesNotExist, AttributeError):
        return _("The whole practice")


# The headings of the relations in the editor.
HEADINGS = {
    "steps": _("What was done"),
    "results": _("Results"),
    "partners": _("Partners"),
    "funders": _("Funding"),
    "photos": _("Photographs"),
    "documents": _("Documents"),
    "practice_clusters": _("Clusters"),
    "sources": _("Sources"),
}


def silence_wagtail(user) -> None:
    """Turn off Wagtail's own mails to a person of a city: they lead to the admin."""
    profile = UserProfile.get_for_user(user)
    flags = ["submitted_notifications", "approved_notifications", "rejected_notifications"]
    flags.append("updated_comments_notifications")
    if any(getattr(profile, flag) for flag in flags):
        for flag in flags:
            setattr(profile, flag, False)
        profile.save(update_fields=flags)


def _one_line_ends(text: str) -> str:
    """The text with LF at the ends of lines. Browsers send CR LF, also for a text that nobody has changed."""
    return text.replace("\r\n", "\n")


def _write(page, kind, user, section: str, text: str, comment_id: int, reply_id: int | None = None) -> Remark:
    state = newest_workflow(page)
    judged = state.current_task_state if state is not None else None
    return Remark.objects.create(
        page=page,
        kind=kind,
        section=section,
        text=text,
        comment_id=comment_id,
        reply_id=reply_id,
        revision_id=judged.revision_id if judged is not None else page.latest_revision_id,
        recorded_by=user,
    )


def _rows(page: PracticePage) -> list[Remark]:
    return list(page.remarks.select_related("recorded_by").order_by("pk"))


def _visible(page: PracticePage) -> list[Remark]:
    rows = _rows(page)
    end = max((row.pk for row in rows if row.kind == Remark.Kind.DECISION), default=0)
    staff = _staff(rows)
    return [row for row in rows if row.pk < end or row.recorded_by_id not in staff]


def _staff(rows: Iterable[Remark]) -> set[int]:
    """The ids of those who wrote these rows for the secretariat."""
    people = {row.recorded_by for row in rows if row.recorded_by is not None}
    return {person.pk for person in people if works_for_secretariat(person)}


def _threads(rows: Iterable[Remark]) -> list[Thread]:
    """The threads of these rows. An edited text stands once, as it is now, at the place where it was first."""
    rows = list(rows)
    staff = _staff(rows)
    threads: dict[int | None, Thread] = {}
    places: dict[tuple, int] = {}
    for row in rows:
        if row.kind == Remark.Kind.DECISION:
            continue
        thread = threads.setdefault(row.comment_id, Thread(row.comment_id, section_of(row.section)))
        if row.kind == Remark.Kind.RESOLVED:
            thread.is_resolved = True
            continue
        by_city = row.recorded_by_id not in staff
        entry = Entry(row.text, row.recorded_at, by_city, str(row.recorded_by or "") if by_city else "")
        key = (row.comment_id, row.reply_id)
        if row.reply_id is not None or row.kind == Remark.Kind.REMARK:
            if key in places:
                thread.entries[places[key]] = entry
                continue
            places[key] = len(thread.entries)
        thread.entries.append(entry)
    return list(threads.values())
