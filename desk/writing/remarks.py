"""The remarks of the secretariat beside the section that they are about, and the replies that its form sends."""

import re
from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.i18n import dates
from desk.models import WorkingCopy
from desk.writing.questions import Section
from desk.writing.sections import section_of
from moderation.remarks import CannotReply, Thread, remarks_for, reply

REPLY = "reply-"
"""The fields of a section's form in which a remark is answered, with the id of the remark."""

REPLY_FIELD = re.compile(rf"{REPLY}[0-9]{{1,17}}")


def threads_of(copy: WorkingCopy) -> dict[str, list[Thread]]:
    """The threads of a practice by the code of their section, those that are resolved included."""
    found: dict[str, list[Thread]] = {}
    for name, threads in remarks_for(copy.page).items():
        found.setdefault(section_of(name).code, []).extend(threads)
    return found


def waits_for_city(thread: Thread) -> bool:
    """Whether the secretariat has the last word in a thread that is not resolved."""
    return not thread.is_resolved and bool(thread.entries) and not thread.entries[-1].by_city


def remarks_of(copy: WorkingCopy, section: Section, sent: Mapping[str, str]) -> list[dict]:
    """The threads of a section as its template shows them.

    sent: fields of a form that is shown again, whose replies are not lost.
    """
    return [
        {
            "label": thread.label,
            "name": f"{REPLY}{thread.comment_id}",
            "reply": sent.get(f"{REPLY}{thread.comment_id}", ""),
            "is_resolved": thread.is_resolved,
            "entries": [
                {
                    "kind": "reply" if place else "remark",
                    "who": entry.author if entry.by_city else _("The secretariat"),
                    "when": dates.moment_in_utc(entry.at),
                    "text": entry.text,
                }
                for place, entry in enumerate(thread.entries)
            ],
        }
        for thread in threads_of(copy).get(section.code, [])
    ]


def replies_alone(section: Section, sent: Mapping[str, str]) -> list[dict]:
    """The replies of a form as its template shows them, without the remarks."""
    return [
        {"label": section.title, "name": name, "reply": text, "is_resolved": False, "entries": []}
        for name, text in sent.items()
        if REPLY_FIELD.fullmatch(name) and text
    ]


def take_replies(request: HttpRequest, copy: WorkingCopy) -> list[str]:
    """Send the replies of a form. A reply that is sent twice is one. Return what could not be sent, with the reason."""
    problems = []
    replies = {name.removeprefix(REPLY): str(text) for name, text in request.POST.items() if name.startswith(REPLY)}
    for number, text in replies.items():
        text = text.replace("\0", "").encode(errors="replace").decode().replace("\r\n", "\n").strip()
        if not text or _is_recorded(copy, number, text):
            continue
        try:
            if copy.page is None or not (number.isascii() and number.isdecimal() and len(number) < 18):
                raise CannotReply
            reply(copy.page, int(number), text, by=request.user, request=request)
        except CannotReply:
            problems.append(_("This remark cannot be answered any more. Your reply was: %(text)s") % {"text": text})
    return problems


def _is_recorded(copy: WorkingCopy, number: str, text: str) -> bool:
    """Whether the last word of a thread is this text of the city."""
    for threads in threads_of(copy).values():
        for thread in threads:
            if str(thread.comment_id) == number and thread.entries:
                return thread.entries[-1].by_city and thread.entries[-1].text == text
    return False
