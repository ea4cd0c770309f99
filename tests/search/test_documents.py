"""The text of PDFs is found: of those that everybody may open and that a public page offers."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import fontpkg
import pytest
import typst
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from calls.models import CallDocument
from portal.periodic_tasks import TaskRunner
from practices.models import PracticeDocument
from search import document_texts, outbox, pdf_text
from search.current_engine import current_engine
from search.group_documents import all_documents
from search.models import DocumentText
from search.rebuild import rebuild_index
from search_engines.criteria import Criteria
from search_engines.results import plain
from tests import factories
from tests.admin_forms import fields_of
from tests.reading import by_class, fetch, words

pytestmark = [pytest.mark.one_database, pytest.mark.django_db, pytest.mark.usefixtures("network")]


def pdf(text: str, **options) -> bytes:
    """A PDF of one page with these words."""
    return typst.compile(text.encode(), **options)


def file(text: str = "Lanterns by the sea", **fields):
    """A public file in English whose words are not in its title."""
    content = fields.pop("content", None) or pdf(text)
    return factories.document(**{"title": "Handbook", "language": "en", "file": ContentFile(content, "a.pdf")} | fields)


def offered(document, language: str = "en", **fields):
    """A practice that offers the file."""
    return factories.practice(
        language, documents=[PracticeDocument(document=document, title="A file")], **{"title": "A practice"} | fields
    )


def run_task() -> bool:
    """Run the next background task; the worker's own way to take it would close the test's connection."""
    task = DBTaskResult.objects.ready().first()
    if task is None:
        return False
    task.claim("a worker")
    TaskRunner().tasks.run_task(task)
    return True


def work() -> None:
    """Let the worker do all that waits for it; the index as early as it can."""
    while outbox.drain() or run_task() or document_texts.read_next():
        pass


def found(asked: str = "lanterns", language: str = "en") -> list[str]:
    answer = current_engine().search(Criteria(language=language, instant=timezone.now(), words=asked))
    return [plain(hit.title) for hit in answer.hits]


def private_collection():
    collection = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


# --- what a reader sees ----------------------------------------------------------------------


def test_a_file_is_found_by_its_words_and_says_what_it_is():
    document = file()
    offered(document)
    work()
    (hit,) = by_class(fetch("/en/search/?q=lanterns"), "hit")
    assert "Lanterns by the sea" in words(hit)
    for said in ("Document", "Handbook", "PDF", "1 page", "kB"):
        assert said in words(hit)
    assert hit.xpath(".//h3/a/@href") == [document.url]
    assert by_class(fetch("/en/search/?q=lanterns&type=document"), "hit")
    assert not by_class(fetch("/en/search/?q=lanterns&type=practice"), "hit")


def test_a_file_is_shown_to_readers_of_its_language_and_of_the_pages_that_offer_it():
    english, french = file(), file("Lanterns, mais en français", title="Manuel", language="fr")
    page = offered(english)
    translated = factories.translated(page, "fr", {"A practice": "Une pratique"})
    work()
    assert found(language="ar") == ["Handbook"], "who sees the English page sees its file"
    assert found(language="fr") == ["Handbook"], "the French page offers it, too"
    translated.documents.all().update(document=french)
    translated.refresh_from_db()
    translated.save_revision().publish()
    work()
    assert found(language="fr") == ["Manuel"]
    assert found(language="en") == ["Handbook"]


def test_each_reader_finds_the_flyer_in_the_language_that_is_best_for_him():
    call = factories.call()
    factories.call_page(call, title="A call")
    for language in ("en", "fr"):
        document = file(title=f"Flyer {language}", language=language)
        CallDocument.objects.create(call=call, language=language, document=document)
    work()
    assert [found(language=language) for language in ("en", "fr", "ar")] == [["Flyer en"], ["Flyer fr"], ["Flyer en"]]


def test_a_file_without_a_language_has_that_of_the_page_that_offers_it():
    offered(file(language=""), language="fr")
    work()
    (document,) = [document for document in all_documents() if document.type == "document"]
    assert document.language == "fr"


# --- what is in no answer --------------------------------------------------------------------


def test_a_file_that_no_public_page_offers_is_not_found():
    file(title="In the library")
    page = offered(file(title="On a page"))
    closed = offered(file(title="Behind a password"))
    PageViewRestriction.objects.create(page=closed, restriction_type="password", password="p")
    work()
    assert found() == ["On a page"]
    page.unpublish()
    work()
    assert found() == []


def test_a_file_is_found_for_as_long_as_a_page_offers_it():
    document = file()
    work()
    page = factories.practice()
    for _time in range(2):
        page.documents = [PracticeDocument(document=document, title="A file")]
        page.save_revision().publish()
        work()
        assert found() == ["Handbook"]
        page.documents = []
        page.save_revision().publish()
        work()
        assert found() == []


def test_a_file_in_a_private_collection_is_in_no_answer():
    offered(file("Zyxlantern decoy", title="Decoy"))
    offered(file("Zyxlantern secret", title="Zyxlantern file", collection=private_collection()))
    work()
    assert found("zyxlantern") == ["Decoy"]
    assert current_engine().suggest("zyxl", "en") == ()
    for address in ("/en/search/?q=zyxlantern", "/en/search/?q=zyxlantern&type=document", "/en/search/?q=secret"):
        assert "Zyxlantern secret" not in words(fetch(address))
    assert not any("secret" in document.body for document in all_documents())


def test_closing_moving_and_opening_a_collection_is_told_the_index(admin_client):
    collection = Collection.get_first_root_node().add_child(name="Files")
    offered(file(collection=collection))
    work()
    assert found() == ["Handbook"]
    restriction = CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    work()
    assert found() == []
    restriction.delete()
    work()
    assert found() == ["Handbook"]
    address = reverse("wagtailadmin_collections:edit", args=[collection.pk])
    form = fields_of(admin_client.get(address).content.decode())
    admin_client.post(address, form | {"parent": private_collection().pk})
    work()
    assert found() == []


def test_a_deleted_file_is_not_found():
    page = offered(document := file())
    work()
    page.delete()
    document.delete()
    work()
    assert found() == []
    assert not DocumentText.objects.exists()


# --- reading files ---------------------------------------------------------------------------


def test_a_file_is_read_once_and_again_when_it_is_replaced():
    offered(document := file())
    work()
    assert document_texts.read_next() is False
    rebuild_index()
    assert found() == ["Handbook"]
    document.file.save("b.pdf", ContentFile(pdf("Tambourines in town")))
    assert [found(), found("tambourines")] == [["Handbook"], []]
    outbox.drain()
    assert found() == [], "the words of the former file are those of no file"
    work()
    assert found("tambourines") == ["Handbook"]


def locked() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("Lanterns"))))
    writer.encrypt("a password", algorithm="RC4-128")
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def without_end() -> bytes:
    """A tree of pages whose branch is the tree itself."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj"


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", locked(), without_end()], ids=["broken", "locked", "endless"])
def test_a_file_that_cannot_be_read_is_found_by_its_title_and_holds_up_nobody(content):
    unreadable = file(title="Unreadable tambourines")
    Path(unreadable.file.path).write_bytes(content)  # an upload is refused: core.media.cleaning
    offered(unreadable)
    offered(file())
    work()
    assert found() == ["Handbook"]
    assert found("tambourines") == ["Unreadable tambourines"]


def test_a_file_that_has_gone_from_the_disk_holds_up_nobody():
    document, another = file(), file(title="Another")
    document.file.storage.delete(document.file.name)  # after that its name is free for a new file
    offered(document)
    offered(another)
    work()
    assert found() == ["Another"]


def test_reading_ends_after_its_time(monkeypatch):
    monkeypatch.setattr(document_texts, "SECONDS", 0.01)
    started = timezone.now()
    assert document_texts.words_of(pdf("Lanterns")) == ""
    assert timezone.now() - started < timedelta(seconds=5)


def test_a_long_file_is_read_up_to_a_limit():
    content = pdf("#for n in range(5) [Lanterns #n #pagebreak()]")
    assert pdf_text.text_of(content, 10_000).split()[:4] == ["Lanterns", "0", "Lanterns", "1"]
    assert len(pdf_text.text_of(content, 12)) == 12


def test_arabic_words_have_the_order_in_which_one_reads_them():
    font = str(fontpkg.path("noto-sans-arabic"))
    content = pdf(
        '#set text(lang: "ar", font: "Noto Sans Arabic")\nمدينة التعلم في المكتبة 2026 مفتوحة', font_paths=[font]
    )
    assert document_texts.words_of(content).split() == ["مدينة", "التعلم", "في", "المكتبة", "2026", "مفتوحة"]


# Typst brings this font, which joins lam and alef as most Arabic fonts do.
@pytest.mark.parametrize("font", ["DejaVu Sans Mono", "Noto Sans Arabic"])
def test_arabic_words_with_lam_alef_are_read_as_they_are_written_on_every_page(font):
    words = "الانضمام إلى الشبكة والآن الأطفال لأجل الإعلان للإسلام 2026 ألا Learning لا"
    text = f'#set text(lang: "ar", font: "{font}")\n{words}\n#pagebreak()\n{words}'
    content = pdf(text, font_paths=[str(fontpkg.path("noto-sans-arabic"))])
    assert document_texts.words_of(content).split() == words.split() * 2


def test_tables_of_letters_that_are_broken_or_run_to_the_right_are_left_as_they_are():
    table = (
        b"2 beginbfchar <0001> <06440627> <0002> <00660069> endbfchar "
        b"3 beginbfrange <0003> <0003> <0644062706440627> "
        b"<0004> <0005> <06440627> <0006> <0007> [<06440622> <zz>] endbfrange"
    )
    font = DictionaryObject({NameObject("/ToUnicode"): DecodedStreamObject()})
    font["/ToUnicode"].set_data(table)
    page = DictionaryObject({NameObject("/Resources"): DictionaryObject({NameObject("/Font"): DictionaryObject()})})
    page["/Resources"]["/Font"][NameObject("/F1")] = font
    for _time in range(2):  # two pages with one font
        for found in pdf_text.fonts_of(page):
            pdf_text.reverse_ligatures(found)
    assert font["/ToUnicode"].get_data() == (
        b"2 beginbfchar <0001> <06270644> <0002> <00660069> endbfchar "
        b"3 beginbfrange <0003> <0003> <0627064406270644> "
        b"<0004> <0005> <06440627> <0006> <0007> [<06220644> <zz>] endbfrange"
    )


@pytest.mark.parametrize(
    ("printed", "typed"),
    [("ﬁnance", "finance"), ("ﻣﺪﻳﻨﺔ", "مدينة"), ("lear\u00ad\nning", "learning"), ("m²", "m²")],
)
def test_letters_are_kept_as_one_types_them(printed, typed):
    assert document_texts.as_typed(printed) == typed
