"""Each hostile or odd file through each field that takes files: cleaned, or refused in words; no error, no trace."""

import gc
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField
from django.test import TestCase
from django.urls import get_resolver, reverse

from calls.models import CallDocument
from core.media.models import PortalDocument, PortalImage
from desk.files import services
from desk.files.checking import FileChecks
from desk.models import DeskFile, WorkingCopy
from editorial.imports.models import Import
from events.models import EventDocument, EventPage
from tests import factories
from tests.admin_forms import submit, translation_of
from tests.bad_input.files import FILES, content_of
from tests.core.media.test_cleaning import BYTES, everything_in
from tests.desk.writing.test_views import fields

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FIELDS = {"collection": 1, "licence": "cc-by-4.0", "credit": "City", "title": "A file"}
# What a browser can execute or show as a page.
ACTIVE = re.compile(rb"<\s*(html|script|svg|body)", re.IGNORECASE)


class World:
    """Who uploads, and to what."""

    def __init__(self, sign_in):
        factories.tree("pt")
        self.staff = sign_in(factories.user("Editors", is_superuser=True))
        self.copy = factories.working_copy()
        self.city = sign_in(factories.person(self.copy.city))
        self.image, self.document = factories.image(), factories.document()
        self.call, self.event = factories.call(), factories.event()
        factories.call_page(self.call)
        page = factories.standard_page()
        submit(self.staff, page, "pt")
        self.translation = translation_of(page, "pt")
        self.desk = f"/en/desk/cities/{self.copy.city.code}/practices/{self.copy.key}/"

    def desk_file(self, kind: str) -> DeskFile:
        """A file of the city that has been checked."""
        name = "a.png" if kind == "picture" else "a.txt"
        content = Path(self.image.file.path).read_bytes() if kind == "picture" else b"Text"
        file = services.receive(SimpleUploadedFile(name, content), self.copy, kind, by=None)
        check_all()
        return DeskFile.objects.get(pk=file.pk)


def check_all() -> None:
    """Let the worker check what waits."""
    checks = FileChecks()
    with TestCase.captureOnCommitCallbacks(execute=True):
        while checks():
            pass


@dataclass
class Answer:
    """What became of an upload."""

    is_accepted: bool
    words: str


def of_form(answer) -> Answer:
    """What the admin says about a form with one file."""
    if answer.status_code == 302:
        return Answer(True, "")
    page = BeautifulSoup(answer.content, "lxml")
    return Answer(False, " ".join(error.get_text(" ", strip=True) for error in page.select(".w-field__errors")))


def of_chooser(answer) -> Answer:
    data = answer.json()
    if data["step"] == "chosen":
        return Answer(True, "")
    page = BeautifulSoup(data.get("html") or data.get("htmlFragment") or "", "lxml")
    return Answer(False, " ".join(error.get_text(" ", strip=True) for error in page.select(".w-field__errors")))


def of_several(answer) -> Answer:
    data = answer.json()
    return Answer(data["success"], data.get("error_message", ""))


def of_desk(answer) -> Answer:
    """What the desk says at once above the section, and after the check of the worker."""
    page = BeautifulSoup(answer.content, "lxml")
    if words := " ".join(part.get_text(" ", strip=True) for part in page.select(".notice--due[role='status']")):
        return Answer(False, words)
    check_all()
    file = DeskFile.objects.order_by("checked_at", "pk").last()
    assert file is not None
    assert file.state != DeskFile.State.WAITING
    return Answer(file.state == DeskFile.State.ACCEPTED, file.reason)


def of_messages(answer) -> Answer:
    if b'name="import_file_name"' in answer.content:
        return Answer(True, "")  # a table, whose columns are asked for next
    page = BeautifulSoup(answer.content, "lxml")
    shown = page.select(".messages, .w-field__errors, .errorlist")
    words = " ".join(part.get_text(" ", strip=True) for part in shown)
    return Answer(not words, words)


def admin(path: str, field: str, read: Callable) -> Callable[[World, SimpleUploadedFile], Answer]:
    return lambda world, file: read(world.staff.post(path, {**FIELDS, field: file}))


def chooser(kind: str) -> Callable[[World, SimpleUploadedFile], Answer]:
    def send(world: World, file: SimpleUploadedFile) -> Answer:
        prefix = f"{kind}-chooser-upload-"
        fields = {f"{prefix}{name}": value for name, value in FIELDS.items()}
        return of_chooser(world.staff.post(f"/admin/{kind}s/chooser/create/", {**fields, f"{prefix}file": file}))

    return send


def to_desk(world: World, field: str, file: SimpleUploadedFile) -> Answer:
    """Send a file with the section of the practice that takes files."""
    section = f"{world.desk}pictures-and-documents/"
    sent = fields(world.city, section)
    assert field in sent
    answer = world.city.post(section, {**sent, field: file}, follow=True)
    assert answer.redirect_chain == [(section, 302)]
    return of_desk(answer)


def desk(field: str) -> Callable[[World, SimpleUploadedFile], Answer]:
    return lambda world, file: to_desk(world, field, file)


def replacing(kind: str) -> Callable[[World, SimpleUploadedFile], Answer]:
    def send(world: World, file: SimpleUploadedFile) -> Answer:
        return to_desk(world, f"replace-{world.desk_file(kind).key}", file)

    return send


def of_call(world: World, file: SimpleUploadedFile) -> Answer:
    """A document in the grid of a call."""
    sent = {"document": "flyer-en", "title": "A file", "version": "1", "file": file}
    return of_form(world.staff.post(reverse("calls:document", args=[world.call.pk]), sent))


def of_event(world: World, file: SimpleUploadedFile) -> Answer:
    """A document in the grid of an event."""
    sent = {"document": "new", "title": "A file", "file": file}
    return of_form(world.staff.post(reverse("events:document", args=[world.event.pk]), sent))


def replacing_of_call(world: World, file: SimpleUploadedFile) -> Answer:
    """A document in the place of one in the grid of a call."""
    row = CallDocument.objects.create(call=world.call, language="en", version="1", document=world.document)
    sent = {"document": f"flyer-en-{row.pk}", "title": "A file", "version": "2", "file": file}
    answer = of_form(world.staff.post(reverse("calls:document", args=[world.call.pk]), sent))
    row.refresh_from_db()
    assert (row.document_id != world.document.pk) is answer.is_accepted
    return answer


UPLOADS: dict[str, Callable[[World, SimpleUploadedFile], Answer]] = {
    "picture": admin("/admin/images/add/", "file", of_form),
    "document": admin("/admin/documents/add/", "file", of_form),
    "several pictures": admin("/admin/images/multiple/add/", "files[]", of_several),
    "several documents": admin("/admin/documents/multiple/add/", "files[]", of_several),
    "chosen picture": chooser("image"),
    "chosen document": chooser("document"),
    "other picture": lambda world, file: of_form(
        world.staff.post(f"/admin/images/{world.image.pk}/", {**FIELDS, "file": file})
    ),
    "other document": lambda world, file: of_form(
        world.staff.post(f"/admin/documents/edit/{world.document.pk}/", {**FIELDS, "file": file})
    ),
    "picture of a city": desk("new-pictures"),
    "document of a city": desk("new-documents"),
    "other picture of a city": replacing("picture"),
    "other document of a city": replacing("document"),
    "document of a call": of_call,
    "document in the place of one of a call": replacing_of_call,
    "document of an event": of_event,
    "translation": lambda world, file: of_messages(
        world.staff.post(
            reverse("wagtail_localize:upload_pofile", args=[world.translation.pk]), {"file": file}, follow=True
        )
    ),
    "redirects": lambda world, file: of_messages(
        world.staff.post("/admin/redirects/import/", {"import_file": file}, follow=True)
    ),
    "table of cities": lambda world, file: of_messages(
        world.staff.post("/admin/imports/cities/", {"file": file, "language": "en"}, follow=True)
    ),
}
STORED_BY = {"core.PortalImage", "core.PortalDocument", "desk.DeskFile", "editorial.Import"}
# Of Wagtail and post-office, which nothing here fills; renditions are made, not uploaded.
NOT_USED = {
    "core.PortalRendition", "wagtailcore.UploadedFile", "wagtaildocs.Document", "wagtailimages.Image",
    "wagtailimages.Rendition", "post_office.Attachment", "wagtailusers.UserProfile",
}  # fmt: skip
# Those that answer fastest, and which part of the files goes through them: each, or every third or seventh; all go in
# `make sweep`.
SHORT = {
    "several pictures": 3, "several documents": 3, "picture of a city": 7, "document of a city": 7,
    "document of a call": 1, "document in the place of one of a call": 7, "table of cities": 7,
    "document of an event": 7,
}  # fmt: skip


def test_every_field_that_takes_files_has_a_door_here():
    fields = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    }
    assert fields == STORED_BY | NOT_USED
    assert get_resolver().url_patterns
    gc.collect()
    named = {
        (form.__module__.partition(".")[0], form.__name__)
        for form in all_forms(forms.BaseForm)
        if any(isinstance(field, forms.FileField) for field in getattr(form, "base_fields", {}).values())
    }
    # Those of pictures and documents are made by Wagtail when a view needs them.
    known = {"ImportForm", "UploadForm", "AvatarPreferencesForm", "ImageForm", "DocumentForm"}
    known |= {"DocumentInPlaceForm", "EventDocumentForm", "OriginalDocumentForm", "TranslatedDocumentForm"}
    assert {name for _app, name in named} <= known | {
        name for _app, name in named if "Picture" in name or "PortalImage" in name or "PortalDocument" in name
    }


def all_forms(kind: Any) -> set:
    found: set = {kind}
    for below in kind.__subclasses__():
        found |= all_forms(below)
    return found


def test_nobody_uploads_a_picture_of_themselves(sign_in, media):
    """It would not be cleaned, and pages do not show it."""
    staff = factories.user("Editors", is_superuser=True)
    browser = sign_in(staff)
    assert 'name="avatar-avatar"' not in browser.get("/admin/account/").content.decode()
    browser.post("/admin/account/", {"avatar-avatar": SimpleUploadedFile("a.png", content_of(1))})
    assert not list(media.rglob("*.png"))


@pytest.fixture
def media(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def stored(media: Path) -> set[Path]:
    return {path for path in media.rglob("*") if path.is_file()}


def try_all(world: World, media: Path, place: str, every: int = 1) -> None:
    for number in range(0, len(FILES), every):
        name = FILES[number][0]
        before = stored(media)
        upload = SimpleUploadedFile("x", content_of(number))
        vars(upload)["_name"] = name  # as a program sends it, not shortened
        answer = UPLOADS[place](world, upload)
        where = f"{place}: {name!r}"
        new = stored(media) - before
        if not answer.is_accepted:
            assert answer.words.strip(), f"{where} is refused without words"
            assert not {path for path in new if path.parts[-2] not in {"withheld"}} or "other" in place, where
        for path in new:
            assert media in path.resolve().parents, where
            content = path.read_bytes()
            is_text = path.suffix in {".txt", ".csv"}
            assert is_text or BYTES not in everything_in(content), f"a marked word of {where} is in {path.name}"
            assert is_text or not ACTIVE.search(content[:1_000]), where
            assert path.suffix[1:] in {"jpg", "jpeg", "png", "webp", "avif", "gif", "pdf", "docx", "xlsx", "pptx",
                                       "odt", "ods", "odp", "csv", "txt"}, where  # fmt: skip
        CallDocument.objects.all().delete()
        EventDocument.objects.all().delete()
        EventPage.objects.update(latest_revision=None)  # a document of a draft cannot be deleted
        PortalImage.objects.exclude(pk=world.image.pk).delete()
        PortalDocument.objects.exclude(pk=world.document.pk).delete()
        DeskFile.objects.all().delete()
        Import.objects.all().delete()
        WorkingCopy.objects.update(answers={})
        world.copy.refresh_from_db()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_hostile_files_are_cleaned_or_refused_in_words(sign_in, media):
    world = World(sign_in)
    for place, every in SHORT.items():
        try_all(world, media, place, every)


@pytest.mark.sweep
@pytest.mark.parametrize("place", sorted(UPLOADS))
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_every_upload_cleans_hostile_files_or_refuses_them_in_words(sign_in, media, place):
    try_all(World(sign_in), media, place)
