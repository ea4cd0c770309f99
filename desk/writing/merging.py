"""Merges what a form sends into the answers, field by field. Pure functions on the JSON of a working copy.

A form carries for each answer a digest of what it showed. An answer that the person has not changed keeps the present
text. An answer that nobody else has changed takes what was sent. Otherwise both texts are kept: the present one stays
the answer, and the one that was sent waits beside it until somebody chooses.

Paths name answers: "title", "results.<key>.value".
"""

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256

# Entries of the answers that are no answers.
OTHERS = "_others"  # path → texts that were typed at the same time as the answer
REMOVED = "_removed"  # relation → keys of removed rows, which may come back

Answer = str | list
Row = dict[str, str]


@dataclass
class Sent:
    """What one form has sent."""

    form: str
    """The id of the form: what it sends again replaces what it sent before."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """Question → answer, for the questions that are not in rows."""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """Relation → rows, each with its "key"."""
    shown: dict[str, str] = field(default_factory=dict)
    """Path → digest of what the form showed."""
    removed: set[str] = field(default_factory=set)
    """"results.<key>": rows that the person has removed."""
    moved: tuple[str, str, int] | None = None
    """Relation, key and direction (-1 or 1) of a row that the person has moved."""
    chosen: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Path → id of the waiting text that becomes the answer ("": the present one stays), and ids of those that go."""


@dataclass(frozen=True)
class Merged:
    """The answers after a merge, and what the person has to see."""

    answers: dict
    conflicts: tuple[str, ...] = ()
    """Paths with two texts now, because of this form."""
    not_removed: tuple[str, ...] = ()
    """Rows that were changed by somebody else and stay."""


def digest(answer: Answer | None) -> str:
    """A short digest of an answer; "" for an empty one."""
    if not answer:
        return ""
    return sha256(json.dumps(answer, ensure_ascii=True).encode()).hexdigest()[:12]


def digests(answers: Mapping, names: Iterable[str], columns: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The digests of what a form shows.

    names: the questions that are not in rows. columns: relation → questions of its rows.
    """
    shown = {name: digest(answers.get(name)) for name in names}
    for relation, questions in columns.items():
        for row in answers.get(relation, []):
            shown |= {f"{relation}.{row['key']}.{name}": digest(row.get(name)) for name in questions}
    return shown


def agreed(answers: Mapping, sent: Sent) -> dict[str, str]:
    """The digests that a form which stays open may use from now on: of answers that are what it has sent.

    Where the present answer is another one, the form still shows the older text, and keeps its digest.
    """
    found = {name: (answers.get(name) or "", answer) for name, answer in sent.answers.items()}
    for relation, rows in sent.rows.items():
        present = {row["key"]: row for row in answers.get(relation, [])}
        for row in rows:
            cells = present.get(row["key"])
            if cells is not None:
                found |= {
                    f"{relation}.{row['key']}.{name}": (cells.get(name) or "", text)
                    for name, text in row.items()
                    if name != "key"
                }
    return {path: digest(present) for path, (present, own) in found.items() if present == own or not (present or own)}


def merge(answers: Mapping, sent: Sent, *, by: int | None, at: str) -> Merged:
    """Merge what a form has sent into the present answers.

    by: the primary key of the person; at: the moment (ISO 8601). Both are kept with a text that waits for a choice.
    """
    work = _Merge(deepcopy(dict(answers)), sent, {"by": by, "at": at})
    for path, (taken, dropped) in sent.chosen.items():
        work.choose(path, taken, dropped)
    for name, answer in sent.answers.items():
        work.merge_answer(name, work.answers, name, answer)
    for relation, rows in sent.rows.items():
        work.merge_rows(relation, rows)
    if sent.moved:
        work.move(*sent.moved)
    work.tidy()
    return Merged(work.answers, tuple(work.conflicts), tuple(work.not_removed))


class _Merge:
    def __init__(self, answers: dict, sent: Sent, note: dict):
        self.answers = answers
        self.sent = sent
        self.note = note
        self.conflicts: list[str] = []
        self.not_removed: list[str] = []
        self.taken: set[str] = set()

    def merge_answer(self, path: str, holder: dict, name: str, answer: Answer) -> None:
        """Merge one answer, which is `holder[name]`."""
        present, shown = holder.get(name) or "", self.sent.shown.get(path, "")
        if path in self.taken:
            if digest(answer) != shown and answer != present:
                self._keep_beside(path, answer)
        elif digest(answer) == shown or answer == present:
            return
        elif digest(present) == shown:
            holder[name] = answer
        else:
            self._keep_beside(path, answer)

    def _keep_beside(self, path: str, answer: Answer) -> None:
        """Keep a text beside the answer; it replaces the one that the same form has sent before."""
        texts = self.answers.setdefault(OTHERS, {}).setdefault(path, [])
        kept = [text for text in texts if text["id"] != self.sent.form and text["text"] != answer]
        texts[:] = [*kept, {"id": self.sent.form, "text": answer, **self.note}]
        self.conflicts.append(path)

    def merge_rows(self, relation: str, rows: list[Row]) -> None:
        present = {row["key"]: row for row in self.answers.get(relation, [])}
        for row in rows:
            key, path = row["key"], f"{relation}.{row['key']}"
            cells = {name: text for name, text in row.items() if name != "key"}
            if path in self.sent.removed:
                if key in present and self._is_as_shown(path, present[key], cells):
                    del present[key]
                    self.answers.setdefault(REMOVED, {}).setdefault(relation, []).append(key)
                elif key in present:
                    self.not_removed.append(path)
            elif key in present:
                for name, text in cells.items():
                    self.merge_answer(f"{path}.{name}", present[key], name, text)
            elif any(digest(text) != self.sent.shown.get(f"{path}.{name}", "") for name, text in cells.items()):
                present[key] = {"key": key, **cells}
                removed = self.answers.get(REMOVED, {}).get(relation, [])
                removed[:] = [other for other in removed if other != key]
        if present or relation in self.answers:
            self.answers[relation] = list(present.values())

    def _is_as_shown(self, path: str, row: Row, cells: Row) -> bool:
        """Whether nobody else has changed a row since the form showed it, and no text in it waits for a choice."""
        waiting = any(other.startswith(f"{path}.") for other in self.answers.get(OTHERS, {}))
        return not waiting and all(
            digest(row.get(name)) == self.sent.shown.get(f"{path}.{name}", "") or (row.get(name) or "") == text
            for name, text in cells.items()
        )

    def move(self, relation: str, key: str, step: int) -> None:
        """Move a row by one place up (-1) or down (1)."""
        rows = self.answers.get(relation, [])
        place = next((place for place, row in enumerate(rows) if row["key"] == key), None)
        if place is not None and 0 <= place + step < len(rows):
            rows[place], rows[place + step] = rows[place + step], rows[place]

    def choose(self, path: str, taken: str, dropped: tuple[str, ...]) -> None:
        """Take a waiting text as the answer, and drop others that the person has seen beside it.

        The text that was the answer goes if the person has seen it, too; otherwise it waits in turn.
        """
        texts = self.answers.get(OTHERS, {}).get(path, [])
        chosen = next((text for text in texts if text["id"] == taken), None)
        texts[:] = [text for text in texts if text["id"] not in dropped and text is not chosen]
        if chosen is None or (holder := self._holder(path)) is None:
            return
        name = path.rpartition(".")[2]
        present = holder.get(name) or ""
        if digest(present) != self.sent.shown.get(path, ""):
            texts.append({"id": f"{self.sent.form}-before", "text": present, **self.note})
        holder[name] = chosen["text"]
        self.taken.add(path)

    def _holder(self, path: str) -> dict | None:
        relation, _dot, rest = path.partition(".")
        if not rest:
            return self.answers
        key = rest.partition(".")[0]
        return next((row for row in self.answers.get(relation, []) if row["key"] == key), None)

    def tidy(self) -> None:
        """Drop waiting texts of rows that are gone, and those that are the answer by now."""
        kept = {}
        for path, texts in self.answers.pop(OTHERS, {}).items():
            holder = self._holder(path)
            answer = holder.get(path.rpartition(".")[2]) or "" if holder is not None else None
            if left := [text for text in texts if answer is not None and text["text"] != answer]:
                kept[path] = left
        if kept:
            self.answers[OTHERS] = kept
