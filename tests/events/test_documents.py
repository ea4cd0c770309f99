"""The documents of an event: an editor adds, replaces and removes files in the grid on the screen of the event."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail_localize.models import Translation

from core.media.models import PortalDocument
from events.models import EventDocument, EventPage
from tests import factories
from tests.admin_forms import shown_messages

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def event():
    """A public event in English and French with one document."""
    return event_in("fr")


def event_in(*languages: str) -> EventPage:
    """A public event in English and these languages with one document."""
    factories.tree(*languages)
    rows = [EventDocument(title="Programme", document=factories.document(title="Programme"), sort_order=0)]
    event = factories.event(title="Meeting", documents=rows)
    for language in languages:
        factories.translated(event, language)
    return EventPage.objects.get(pk=event.pk)


def upload(name: str = "programme.txt", content: bytes = b"Day one") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def grid(browser, event) -> dict[str, list[str]]:
    """The cells of each document by its title, as an editor reads them, and the forms that are open."""
    page = BeautifulSoup(browser.get(reverse("events:screen", args=[event.pk])).content, "html.parser")
    return {
        row.select("th")[0].get_text(): [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
        for row in page.select(".document-grid tbody tr")
    }


def send(browser, event, name: str, follow=True, **fields):
    return browser.post(reverse("events:document", args=[event.pk]), {"document": name, **fields}, follow=follow)


def public_files(event, language: str) -> dict[str, str]:
    """The documents of the public page: the title, and the text of the file."""
    page = EventPage.objects.get(translation_key=event.translation_key, locale__language_code=language)
    return {row.title: row.document.file.open().read().decode() for row in page.documents.all()}


def test_a_translation_gets_a_file_of_its_own_and_keeps_it_until_it_is_given_back(event, sign_in):
    moderator = sign_in(factories.user("Moderators"))
    (row,) = event.documents.all()
    others = public_files(event, "en")["Programme"]
    assert "The file of the original" in grid(moderator, event)["Programme"][1]
    opened = moderator.get(f"{reverse('events:screen', args=[event.pk])}?document={row.translation_key}-fr")
    assert b'name="file"' in opened.content
    assert b'name="title"' not in opened.content, "the title is a text of the translation"
    answer = send(moderator, event, f"{row.translation_key}-fr", file=upload(content=b"Premier jour"))
    assert "Saved and public." in shown_messages(answer)
    assert public_files(event, "fr") == {"fr: Programme": "Premier jour"}
    assert public_files(event, "en") == {"Programme": others}
    assert "The file of the original" not in grid(moderator, event)["Programme"][1]
    send(moderator, event, f"{row.translation_key}-en", title="Programme", file=upload(content=b"Another day"))
    assert public_files(event, "en") == {"Programme": "Another day"}
    assert public_files(event, "fr") == {"fr: Programme": "Premier jour"}
    send(moderator, event, f"{row.translation_key}-fr", remove="1")
    assert public_files(event, "fr") == {"fr: Programme": "Another day"}


def test_a_document_is_added_and_removed_and_a_draft_is_not_public(event, sign_in):
    moderator, editor = sign_in(factories.user("Moderators")), sign_in(factories.user("Editors"))
    send(moderator, event, "new", title="Venue", file=upload(content=b"A map"))
    assert set(public_files(event, "en")) == {"Programme", "Venue"}
    shown = grid(moderator, event)
    assert "Missing" in shown["Venue"][1]
    assert "Missing" not in shown["Programme"][1]
    (row,) = EventPage.objects.get(pk=event.pk).documents.filter(title="Venue")
    send(moderator, event, f"{row.translation_key}-en", remove="1")
    assert set(public_files(event, "en")) == {"Programme"}
    assert PortalDocument.objects.filter(title="Venue").exists(), "its file is kept"
    answer = send(editor, event, "new", title="Speakers", file=upload(content=b"Names"))
    assert "draft" in shown_messages(answer)
    assert set(public_files(event, "en")) == {"Programme"}
    assert set(grid(editor, event)) == {"Programme", "Speakers"}


def test_nothing_is_saved_with_an_error_nor_in_a_foreign_or_locked_page(event, sign_in):
    editor = sign_in(factories.user("Editors"))
    foreign = factories.event(documents=[EventDocument(title="Foreign", document=factories.document(), sort_order=0)])
    (own,), (other,) = event.documents.all(), foreign.documents.all()
    answer = send(editor, event, "new", title="A title", file=upload("programme.exe"))
    assert answer.status_code == 200
    form = BeautifulSoup(answer.content, "html.parser").select_one(".document-form")
    assert form.select_one("[name=title]")["value"] == "A title"
    assert form.select(".w-field--error")
    for name in (f"{other.translation_key}-en", f"{own.translation_key}-ar", "", "new-fr"):
        assert send(editor, event, name, follow=False, title="x", file=upload()).status_code == 404, name
    EventPage.objects.filter(pk=event.pk).update(
        locked=True, locked_by=factories.user("Moderators"), locked_at=timezone.now()
    )
    for fields in ({"title": "x", "file": upload()}, {"remove": "1"}):
        answer = send(editor, event, f"{own.translation_key}-en", **fields)
        assert "is locked" in " ".join([answer.content.decode(), shown_messages(answer)])
    page = EventPage.objects.get(pk=event.pk)
    assert [row.title for row in page.get_latest_revision_as_object().documents.all()] == ["Programme"]


def test_a_file_is_replaced_exactly_where_the_grid_offers_it(sign_in):
    event = event_in("ar", "es", "fr")
    versions = EventPage.objects.filter(translation_key=event.translation_key)
    never, locked = (versions.get(locale__language_code=code) for code in ("fr", "es"))
    Translation.objects.filter(source__object_id=event.translation_key, target_locale=never.locale).delete()
    versions.filter(pk=locked.pk).update(locked=True, locked_by=factories.user("Moderators"), locked_at=timezone.now())
    original = versions.get(pk=event.pk)
    original.lede = "Words that nobody has translated"
    original.save_revision().publish()
    moderator = sign_in(factories.user("Moderators"))
    screen = reverse("events:screen", args=[event.pk])
    page = BeautifulSoup(moderator.get(screen).content, "html.parser")
    languages = [head["lang"] for head in page.select(".document-grid thead th[lang]")]
    cells = dict(zip(languages, page.select(".document-grid tbody td"), strict=True))
    offered = {language for language, cell in cells.items() if cell.select("a.button")}
    assert offered == {"en", "ar"}
    assert "never submitted" in cells["fr"].get_text()
    assert "is locked" in cells["es"].get_text()
    (row,) = event.documents.all()
    for language, cell in cells.items():
        before = public_files(event, language)
        if language in offered:
            opened = moderator.get(f"{screen}{cell.select_one('a.button')['href']}")
            assert b'name="file"' in opened.content
        title = {"title": "Programme"} if language == "en" else {}
        send(moderator, event, f"{row.translation_key}-{language}", file=upload(content=language.encode()), **title)
        newest = versions.get(locale__language_code=language).get_latest_revision_as_object()
        is_saved = newest.documents.get().document.file.open().read().decode() == language
        assert is_saved == (language in offered), language
        # A translation with open strings is not published by a file.
        assert (public_files(event, language) == before) == (language != "en"), language
