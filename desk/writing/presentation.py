"""What the templates of writing show: plain values from a working copy."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from clusters.models import Cluster
from core.i18n import dates
from core.i18n.languages import active_language, language_name, own_name
from core.i18n.text import comma_list, sentence_start
from core.querysets.visibility import is_restricted
from desk.closed import closed_state, closed_words, decides_first
from desk.models import WorkingCopy
from desk.writing.checking import Check, SectionState
from desk.writing.page import KEPT, is_blank_row
from desk.writing.questions import Kind, Question, Rows, Section
from desk.writing.reading import is_empty, read
from desk.writing.remarks import waits_for_city
from desk.writing.sections import SECTIONS
from moderation.remarks import Thread
from moderation.states import Stage, SubmissionStatus, answer_by, is_public

# State of a section → kind of components/desk/state.html.
_KINDS = {
    SectionState.DONE: "done",
    SectionState.STARTED: "missing",
    SectionState.TO_CORRECT: "remark",
    SectionState.NOT_STARTED: "todo",
    SectionState.OPTIONAL: "todo",
}


def page_title(copy: WorkingCopy) -> str:
    """The title of a practice, or what it is called without one."""
    return str(copy.answers.get("title", "")).strip() or _("Practice without a title")


def state_label(state: SectionState) -> str:
    """The state of a section in words."""
    return {
        SectionState.DONE: pgettext("state of a section", "Done"),
        SectionState.STARTED: pgettext("state of a section", "Something is missing"),
        SectionState.TO_CORRECT: pgettext("state of a section", "To correct"),
        SectionState.NOT_STARTED: pgettext("state of a section", "Not started"),
        SectionState.OPTIONAL: pgettext("state of a section", "Optional"),
    }[state]


def tasks(copy: WorkingCopy, checked: Check, threads: dict[str, list[Thread]]) -> list[dict]:
    """The sections as components/desk/task_list.html takes them. A remark that waits for an answer comes first.

    threads: the remarks by the code of their section.
    """
    items = []
    for section in SECTIONS:
        waiting = sum(map(waits_for_city, threads.get(section.code, [])))
        state = checked.states[section.code]
        words = ngettext("%(count)s remark to answer", "%(count)s remarks to answer", waiting) % {"count": waiting}
        items.append(
            {
                "label": section.title,
                "url": section_url(copy, section),
                "hint": section.lede,
                "kind": "remark" if waiting else _KINDS[state],
                "state": words if waiting else state_label(state),
            }
        )
    return items


def section_url(copy: WorkingCopy, section: Section) -> str:
    """The address of a section."""
    return reverse("desk-practice-section", args=[copy.city.code, copy.key, section.code])


def section_links(copy: WorkingCopy, section: Section) -> dict:
    """What is before and after a section: None at the beginning and at the end."""
    place = SECTIONS.index(section)
    return {
        "previous": SECTIONS[place - 1] if place else None,
        "next": SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None,
        "list_url": reverse("desk-practice", args=[copy.city.code, copy.key]),
    }


def stage_notice(copy: WorkingCopy, submission: SubmissionStatus) -> dict | None:
    """What the moderation of a practice means for its city, as components/notice.html takes it; None before it."""
    since = dates.day(timezone.localtime(submission.since).date()) if submission.since else ""
    if submission.stage == Stage.SUBMITTED and not submission.by_city:
        return {
            "kind": "info",
            "title": _("The secretariat has been revising it since %(date)s") % {"date": since},
            "text": decides_first(),
        }
    if submission.stage == Stage.SUBMITTED:
        until = answer_by(submission.since or timezone.now())
        if until < timezone.localdate():
            words = _(
                "The answer is late: it was due on %(date)s. Ask the secretariat. What you write here now is not part "
                "of it: to change it, withdraw it, and submit it again."
            )
        else:
            words = _(
                "By %(date)s an editor publishes it, or returns it with remarks. You get a mail in both cases. What "
                "you write here now is not part of it: to change it, withdraw it, and submit it again."
            )
        return {
            "kind": "info",
            "title": _("With the secretariat since %(date)s") % {"date": since},
            "text": words % {"date": dates.day(until)},
        }
    if submission.stage == Stage.RETURNED and submission.by_city:
        return {
            "kind": "due",
            "title": _("Returned with remarks on %(date)s") % {"date": since},
            "text": submission.sentence
            or _("Answer the remarks in the sections, change what you want, and submit it again."),
            "dir": "auto" if submission.sentence else "",
        }
    if copy.page is not None and copy.page.live and not is_public(copy.page):
        title = closed_state(is_restricted=is_restricted(copy.page))
        return {"kind": "due", "title": title, "text": closed_words()}
    if submission.stage == Stage.DONE and copy.page is not None and copy.page.live:
        return {
            "kind": "ok",
            "title": pgettext("state of a practice", "Published"),
            "text": _("Readers see the published version until a later one is published."),
            "url": copy.page.url,
            "label": _("Read it"),
        }
    return None


def next_steps() -> list[dict]:
    """What happens after a submission, as components/desk/next_steps.html takes it."""
    return [
        {"when": _("At once"), "text": _("You and the secretariat get a mail. Your city can withdraw it at any time.")},
        {
            "when": _("By %(date)s") % {"date": dates.day(answer_by(timezone.now()))},
            "text": _("An editor reads it, and publishes it or returns it with remarks."),
        },
        {"when": _("In both cases"), "text": _("You get a mail, and see it here. Nothing is published unseen.")},
    ]


def answer_groups(copy: WorkingCopy) -> list[dict]:
    """All answers by section: [{title, url, answers}], as components/desk/answers.html takes them."""
    names = {link["code"]: link["name"] for link in Cluster.objects.links(get_language()).values()}
    files = {str(file.key): file.name for file in copy.files.all()}
    groups = []
    for section in SECTIONS:
        url, answers = section_url(copy, section), []
        for part in section.parts:
            if isinstance(part, Rows):
                answers += _rows(part, copy, url, files)
            else:
                value = _value(part, copy.answers.get(part.name), copy, names)
                if value or part.needed:
                    answers.append(_item(str(part.label), value, f"{url}#id-{part.name}", copy))
        groups.append({"title": section.title, "url": url, "answers": answers})
    return groups


def _item(label: str, value: str, url: str, copy: WorkingCopy) -> dict:
    language = copy.language if copy.language != get_language() else ""
    return {"label": label, "value": value, "url": url, "language": language}


def _rows(part: Rows, copy: WorkingCopy, url: str, files: dict[str, str]) -> list[dict]:
    rows = [row for row in copy.answers.get(part.name, []) if not is_blank_row(part, row)]
    items = []
    for number, row in enumerate(rows, 1):
        label = _("%(row)s %(number)s") % {"row": part.row_label, "number": number}
        if KEPT in row:
            value = _("Kept as it is: it was made by an editor.")
        else:
            value = "\n".join(filter(None, (_cell(question, row, copy, part, files) for question in part.questions)))
        items.append(_item(label, value, f"{url}#row-{row['key']}", copy))
    if not rows and part.needed:
        items.append(_item(str(part.label), "", f"{url}#id-{part.name}", copy))
    return items


def _cell(question: Question, row: dict, copy: WorkingCopy, rows: Rows, files: dict[str, str]) -> str:
    if question.kind == Kind.FILE:
        return files.get(row.get(question.name, ""), "")
    text = _value(question, row.get(question.name), copy, {}, rows)
    if not text or question.kind in {Kind.TEXT, Kind.LINE}:
        return text
    return _("%(label)s: %(value)s") % {"label": question.label, "value": text}


def _value(question: Question, answer, copy: WorkingCopy, names: dict, rows: Rows | None = None) -> str:
    """An answer in words, as the portal reads it; as it was typed if it cannot be read."""
    if question.kind == Kind.LANGUAGE:
        return own_name(copy.language)
    if question.kind == Kind.TICK:
        return _("Yes") if answer else ""
    if question.kind == Kind.CLUSTERS:
        return comma_list(names.get(code, code) for code in answer or [])
    if is_empty(answer):
        if question.vocabulary is None or not question.default or rows is not None or not question.needed:
            return ""
        return str(question.vocabulary(question.default).label)
    if question.vocabulary is not None:
        codes = answer if isinstance(answer, list) else [answer]
        return comma_list(str(question.vocabulary(code).label) for code in codes if code in question.vocabulary.values)
    reading = read(question, answer, copy.language, rows)
    if question.kind == Kind.ANY_LANGUAGE and not reading.problem:
        return sentence_start(language_name(str(reading.value), active_language()))
    return reading.said or str(answer).strip()
