"""No rule of who may do what has a second way around it: `bypasses.py`, tried as those who may not."""

import re
from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Comment, CommentReply, PageViewRestriction, WorkflowState

from accounts import links
from accounts.link_pages import COOKIE, FIELD
from accounts.models import EmailLink, User
from cities.models import City, CityPerson
from desk.models import DeskFile, WorkingCopy
from editorial.bulk.undo import SESSION_KEY as DONE_AT_ONCE
from moderation.models import Remark
from practices.models import PracticePage
from tests import factories
from tests.permissions import rows
from tests.permissions.bypasses import (
    BULK,
    FILE_FORMATS,
    IN_A_FORM,
    JUDGING,
    OF_FILES,
    OTHER_LANGUAGES,
    OTHER_METHODS,
    UNDO,
    Bypass,
)
from tests.permissions.routes import address, views
from tests.permissions.test_table import DESK, Walk, body_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

OF_A_CITY = [route for route in DESK if "city" in route]
WITHDRAW = f"{rows.PRACTICES}withdraw"


def kept() -> dict[str, list]:
    """What no bypass may change: whose files, people and practices there are, what is public, and what was judged."""
    tables = {
        "files": DeskFile.objects.values_list("pk", "working_copy", "state", "image", "document"),
        "people": CityPerson.objects.values_list("city", "user", "role"),
        "rights": User.objects.values_list("pk", "email", "is_superuser", "is_active", "groups"),
        "links": EmailLink.objects.values_list("pk", "used_at"),
        "cities": City.objects.values_list("pk", "code", "status"),
        "remarks": Remark.objects.values_list("pk"),
        "replies": CommentReply.objects.values_list("pk"),
        "restrictions": PageViewRestriction.objects.values_list("pk", "page"),
        "submissions": WorkflowState.objects.values_list("pk", "status", "current_task_state"),
        "pages": PracticePage.objects.values_list("pk", "path", "title", "slug", "live", "live_revision", "locked"),
    }
    return {name: sorted(found, key=repr) for name, found in tables.items()}


def test_no_bypass_leads_past_a_rule():
    """All on one network: to make it takes longer than to try them."""
    walk = Walk(rows.network())
    wrong = [
        *_other_methods_and_languages(walk),
        *_forms_and_addresses_of_wagtail(walk),
        *_files(walk),
        *_exports(walk),
        *_undo(walk),
        *_links(walk),
        *walk.wrong,
    ]
    assert not wrong, "\n".join(wrong)


def _other_methods_and_languages(walk: Walk) -> list[str]:
    """What is another city's is not there (GET and POST in English are tried by `test_table.py`)."""
    values, wrong = rows.of_another_city(walk.network.values, walk.network.foreign), []
    for route in OF_A_CITY:
        path = address(route, values)
        asked = [(method, path) for method in OTHER_METHODS]
        asked += [(method, path.replace("/en/", f"/{language}/", 1)) for method, language in OTHER_LANGUAGES]
        for method, where in asked:
            status = getattr(walk.browsers["o"], method)(where).status_code
            wrong += [] if status in {404, 405} else [f"{method} {where}: {status}"]
    return wrong


def _forms_and_addresses_of_wagtail(walk: Walk) -> list[str]:
    """The bypasses of the table; and that a decision about one practice is not taken at the address of another."""
    city = walk.network.foreign[rows.DESK]["city"]
    page = next(page for page in PracticePage.objects.filter(city__code=city) if page.current_workflow_state)
    remark = Comment.objects.create(page=page, user=walk.network.people["M"], text="When?", contentpath="problem")
    before, wrong = kept(), []
    for bypass in (*IN_A_FORM, *JUDGING):
        for letter in bypass.who:
            wrong += [f"{letter}: {bypass.rule}: {what}" for what in _changed_by(walk, bypass, letter, remark, before)]
    approval = JUDGING[0]
    wrong += _changed_by(walk, approval, "M", remark, before, task_state_id=page.current_workflow_task_state.pk)
    assert "pages" in _changed_by(walk, approval, "M", remark, before), "nobody could do it, so it would prove nothing"
    return wrong


def _changed_by(walk: Walk, bypass: Bypass, letter: str, remark: Comment, before: dict, **more) -> list[str]:
    """What a bypass changes that it must not change. The change is undone."""
    own, theirs = walk.network.values[rows.DESK], walk.network.foreign[rows.DESK]
    known = {"own": own, "theirs": theirs, "remark": remark.pk}
    form = {name.format(**known): text.format(**known) for name, text in bypass.form.items()}
    values = walk.network.values | more | ({"action": bypass.action} if bypass.action else {})
    if f"reply-{remark.pk}" in form:
        values = values | {bypass.route: values[WITHDRAW]}  # a practice that has been submitted
    query = f"?id={values['page_id']}" if bypass.route.startswith("admin/bulk/") else ""
    with transaction.atomic():
        answer = walk.browsers[letter].post(address(bypass.route, values) + query, form)
        changed = [name for name, found in kept().items() if found != before[name]]
        answers = repr(list(WorkingCopy.objects.filter(city=walk.network.city).values_list("answers")))
        transaction.set_rollback(True)
    if answer.status_code >= 500:
        changed.append(f"status {answer.status_code}")
    if str(theirs["file"]) in answers:
        changed.append("a file of theirs is in the own practice")
    if str(theirs["key"]) in answer.headers.get("Location", ""):
        changed.append("their practice is open")
    return changed


def _files(walk: Walk) -> list[str]:
    """Withheld files of both cities at every address of a file: `Walk.ask` notes their words."""
    before, wrong = kept(), []
    for desk in (walk.network.values[rows.DESK], walk.network.foreign[rows.DESK]):
        document = DeskFile.objects.get(key=desk["file"]).document
        image = DeskFile.objects.filter(working_copy__key=desk["key"]).exclude(image=None).get().image
        assert document is not None
        assert image is not None
        values = walk.network.values | {
            "image_id": image.pk,
            "document_id": document.pk,
            "doc_id": document.pk,
            "document_filename": document.filename,
            **{start: {"pk": image.pk} for start in ("admin/images/chooser", "admin/api/main/^images")},
            **{start: {"pk": document.pk} for start in ("admin/documents/chooser", "admin/api/main/^documents")},
        }
        for route in OF_FILES:
            for letter in "dTE":
                walk.ask(letter, "get", route, values)
                walk.ask(letter, "post", route, values)
        if kept() != before:
            wrong.append("a file was changed at its address in the admin")
        assert image.title.split()[-1] in body_of(walk.ask("M", "get", OF_FILES[0], values))
    return wrong


def _exports(walk: Walk) -> list[str]:
    """A list as a file tells no word that its reader may not read."""
    lists = [route for route, view in views().items() if _has_export(view) and not route.endswith("/results/")]
    wrong, read_by_editor = [], set()
    for route in lists:
        for letter in "oTE":
            for file_format in FILE_FORMATS:
                answer = walk.browsers[letter].get(f"{address(route, {})}?export={file_format}")
                text = _text_of_file(answer)
                told = [word for word in walk.network.marks if word in text]
                words = [word for word in told if letter not in walk.network.marks[word]]
                wrong += [f"{letter}: {route} as {file_format}: {word}" for word in words]
                read_by_editor |= {(file_format, word) for word in told if letter == "E"}
    submitted = rows.mark("submitted", walk.network.city)
    assert {(file_format, submitted) for file_format in FILE_FORMATS} <= read_by_editor, "no list was read"
    return wrong


def _has_export(view) -> bool:
    """Whether a view of a list without parameters also comes as a file."""
    while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return issubclass(getattr(view, "view_class", object), SpreadsheetExportMixin)


def _text_of_file(answer) -> str:
    """The words of an answer, also of a workbook, which is compressed."""
    content = answer.getvalue()
    if not is_zipfile(BytesIO(content)):
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as workbook:
        return "".join(workbook.read(name).decode() for name in workbook.namelist())


def _undo(walk: Walk) -> list[str]:
    """What a moderator has done at once is undone by nobody else, and not without the right to do it."""
    page, moderator = factories.practice(), walk.network.people["M"]
    assert moderator is not None
    bulk = address(BULK, walk.network.values | {"action": "unpublish"})
    walk.browsers["M"].post(f"{bulk}?id={page.pk}")
    path = address(UNDO, {"token": walk.browsers["M"].session[DONE_AT_ONCE]["token"]})
    before, wrong = kept(), []
    for letter in "vdfeoTEA":
        for method in ("get", "post", "put"):
            status = getattr(walk.browsers[letter], method)(path).status_code
            wrong += [] if status in {302, 404, 405} else [f"{letter}: {method} {UNDO}: {status}"]
    with transaction.atomic():
        moderator.groups.set([Group.objects.get(name="Translators")])
        walk.browsers["M"].post(path)
        wrong += ["undone without the right"] * (kept()["pages"] != before["pages"])
        transaction.set_rollback(True)
    wrong += ["undone by somebody else"] * (kept() != before)
    walk.browsers["M"].post(path)
    assert kept() != before, "nobody could undo it, so it would prove nothing"
    return wrong


def _links(walk: Walk) -> list[str]:
    """A link signs in once, and only when the button of its page is pressed."""
    person = walk.network.people["o"]
    assert person is not None
    link, token = links.make(person, EmailLink.Purpose.SIGN_IN)
    page, use = f"/en/desk/sign-in/link/{token}/", "/en/desk/sign-in/use/"
    wrong = []
    for path in (page, page.replace("/en/", "/ar/"), f"{use}?token={token}"):
        for method in ("get", "head", "options", "post", "put", "delete"):
            browser = Client()
            getattr(browser, method)(path, **({"data": {"token": token}} if method == "post" else {}))
            if SESSION_KEY in browser.session or EmailLink.objects.get(pk=link.pk).used_at:
                wrong.append(f"{method} {path} uses the link")
    signed_in = []
    for _time in range(2):
        browser = Client()
        form = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', body_of(browser.get(page)))
        browser.post(use, dict(form) | {"token": token, FIELD: browser.cookies[COOKIE].value})
        signed_in.append(SESSION_KEY in browser.session)
    return [*wrong, *([] if signed_in == [True, False] else [f"signed in by the same link: {signed_in}"])]
