"""Saves what a form has sent: one query, and the answers are merged again when somebody else was faster."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from desk.models import WorkingCopy
from desk.writing.merging import Merged, Sent, merge
from desk.writing.questions import LONGEST_ANSWER

# Together, as JSON. A practice with everything has about 40,000 characters.
LONGEST_ANSWERS = 400_000
ATTEMPTS = 12

LANGUAGE = "language"
"""The answer that is a column of the working copy."""


class TooLong(Exception):
    """The answers would be longer than any practice is."""


class TooBusy(Exception):
    """Others saved the same working copy at every attempt."""


@dataclass(frozen=True)
class Saved:
    """What has become of a form."""

    merged: Merged
    at: datetime
    is_changed: bool


def answers_of_copy(copy: WorkingCopy) -> dict:
    """The answers of a working copy with its language, which is a column."""
    return {**copy.answers, LANGUAGE: copy.language}


def save(copy: WorkingCopy, sent: Sent, *, by) -> Saved:
    """Merge what a form has sent into a working copy and save it; `copy` is up to date afterwards.

    by: the user. Raises TooLong, and TooBusy.
    """
    now = timezone.now()

    def change(answers: dict) -> Merged:
        return merge(answers, sent, by=by.pk, at=now.isoformat(timespec="seconds"))

    merged, is_changed = change_answers(copy, change, by=by)
    return Saved(merged, now, is_changed)


def change_answers(copy: WorkingCopy, change: Callable[[dict], Merged], *, by, **columns) -> tuple[Merged, bool]:
    """Change the answers of a working copy by a pure function, which may be called again; return whether they changed.

    columns: other columns that are saved with them. Raises TooLong, and TooBusy.
    """
    for _attempt in range(ATTEMPTS):
        before = answers_of_copy(copy)
        merged = change(before)
        if merged.answers == before and not columns:
            return merged, False
        if _is_saved(copy, merged.answers, by, columns):
            return merged, merged.answers != before
        copy.refresh_from_db(fields=["answers", "language", "version", "page", "base_revision", "base_answers"])
    raise TooBusy


def _is_saved(copy: WorkingCopy, changed: dict, by, columns: dict) -> bool:
    """Save if the version is the one that was read; return whether it was."""
    answers = {name: answer for name, answer in changed.items() if name != LANGUAGE}
    if len(json.dumps(answers, ensure_ascii=False)) > LONGEST_ANSWERS:
        raise TooLong
    # The language of a page that exists is that of its tree.
    language = copy.language if copy.page_id else changed.get(LANGUAGE) or copy.language
    now = timezone.now()
    person = {"updated_by": by} if by is not None else {}
    rows = WorkingCopy.objects.filter(pk=copy.pk, version=copy.version).update(
        answers=answers, language=language, version=F("version") + 1, updated_at=now, **person, **columns
    )
    if not rows:
        return False
    copy.answers, copy.language, copy.version, copy.updated_at = answers, language, copy.version + 1, now
    for name, value in (person | columns).items():
        setattr(copy, name, value)
    return True


def is_too_long(text: str) -> bool:
    """Whether a text is longer than any answer."""
    return len(text) > LONGEST_ANSWER
