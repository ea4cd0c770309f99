"""What is stored tells nothing about the people who made it: marked words are in no byte of it, or of a rendition."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from core.media.cleaning import CLEANERS, clean_document
from core.media.models import PortalImage
from core.media.reencoding import clean_picture
from core.media.refusals import REFUSALS, CannotBeCleaned
from tests import factories
from tests.core.media.test_media import archive, editor, errors_of, media, pdf, send, stored  # noqa: F401

pytestmark = pytest.mark.one_database

MARK = "Quokka"
BYTES = MARK.encode()
# The formats of WAGTAILIMAGES_EXTENSIONS as Pillow names them.
FORMATS = {"avif": "AVIF", "gif": "GIF", "jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
RENDITIONS = (
    "max-30x30|format-jpeg",
    "max-30x30|format-png",
    "max-30x30|format-webp",
    "max-30x30|format-avif",
    "original",
)


def marked_exif() -> Image.Exif:
    """Camera, author, a small preview, a position, and that the picture lies on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B], exif[0x0112] = f"{MARK} camera", MARK, f"Maria {MARK}", 6
    position = exif.get_ifd(0x8825)
    position[1], position[2], position[27] = "N", (1.0, 2.0, 3.0), MARK.encode()
    return exif


def marked_picture(kind: str) -> bytes:
    """A picture of 64 × 48 pixels that lies on its side, with marked words wherever a file has a place for them."""
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><photographer>{MARK}</photographer></x:xmpmeta>'.encode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", MARK)
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    options: dict[str, dict[str, Any]] = {
        "AVIF": {"exif": marked_exif(), "xmp": xmp},
        "GIF": {"comment": BYTES},
        "JPEG": {"exif": marked_exif(), "xmp": xmp, "comment": BYTES},
        "PNG": {"exif": marked_exif(), "pnginfo": text},
        "WEBP": {"exif": marked_exif(), "xmp": xmp},
    }
    file = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = Image.effect_noise((64, 48), 80).convert("RGB")
    picture.save(file, kind, **options[kind], **({} if kind == "GIF" else {"icc_profile": profile}))
    return file.getvalue() + archive(**{f"{MARK}.txt": BYTES})


@pytest.mark.django_db
def test_no_marked_word_is_in_a_stored_picture_or_in_any_rendition(media, editor):  # noqa: F811
    assert set(FORMATS) == set(project.WAGTAILIMAGES_EXTENSIONS)
    browser = editor()
    for ending, kind in FORMATS.items():
        content = marked_picture(kind)
        assert BYTES in content
        assert send(browser, "images", f"market.{ending}", content).status_code == 302
        by_code = factories.image(file=ContentFile(content, f"by-code.{ending}"))
        for image in (PortalImage.objects.order_by("pk").last(), by_code, PortalImage.objects.order_by("-pk")[1]):
            assert (image.width, image.height) == ((64, 48) if kind == "GIF" else (48, 64)), kind
            assert image.file_size == image.file.size
            with Image.open(image.file.path) as picture:
                assert picture.format == kind
                assert bool(picture.info.get("icc_profile")) == (kind != "GIF"), kind
            for spec in RENDITIONS:
                assert not image.get_rendition(spec).is_placeholder
    files = [path for path in media.rglob("*") if path.is_file()]
    assert len(files) >= len(FORMATS) * 2 * (1 + len(RENDITIONS))
    for path in files:
        content = path.read_bytes()
        assert BYTES not in content, path
        assert b"Exif" not in content, path
        assert b"PK\x03\x04" not in content, path


@pytest.mark.django_db
def test_a_picture_that_was_stored_before_has_clean_renditions(media):  # noqa: F811
    image = factories.image(file=ContentFile(marked_picture("JPEG"), "market.jpg"))
    Path(image.file.path).write_bytes(marked_picture("JPEG"))
    for spec in RENDITIONS:
        rendition = image.get_rendition(spec)
        assert rendition.height > rendition.width
        assert BYTES not in Path(rendition.file.path).read_bytes()


def test_a_colour_profile_ends_where_it_says_and_what_is_none_goes():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for added, kept in ((profile + BYTES, profile), (BYTES * 100, None)):
        file = BytesIO()
        Image.new("RGB", (9, 9)).save(file, "PNG", icc_profile=added)
        with Image.open(clean_picture(ContentFile(file.getvalue(), "a.png"))) as picture:
            assert picture.info.get("icc_profile") == kept


# --- Documents ----------------------------------------------------------------------------


def marked_pdf() -> bytes:
    """A PDF with a word that readers see, and marked words wherever else there is a place for them."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(text_pdf("Lanterns by the sea"))))
    writer.add_metadata({"/Author": MARK, "/Producer": MARK, "/Title": MARK})
    page = writer.pages[0]
    for holder in (writer.root_object, page):
        notes = StreamObject()
        notes._data = BYTES
        holder[NameObject("/Metadata")] = writer._add_object(notes)
        holder[NameObject("/PieceInfo")] = DictionaryObject({NameObject(f"/{MARK}"): DictionaryObject()})
    comment = Text(text="Too long", rect=(10, 10, 20, 20))
    comment[NameObject("/T")] = TextStringObject(f"Maria {MARK}")
    writer.add_annotation(0, comment)
    picture = StreamObject()
    picture._data = marked_picture("JPEG")
    picture[NameObject("/Filter")] = NameObject("/DCTDecode")
    picture[NameObject("/Subtype")] = NameObject("/Image")
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/P"): writer._add_object(picture)})
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(f"app.alert('{MARK}')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    file = BytesIO()
    writer.write(file)
    return file.getvalue() + BYTES


def text_pdf(words: str) -> bytes:
    """A PDF of one page with these words in Helvetica."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=300, height=300)
    face = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(name): NameObject(value) for name, value in face.items()})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F"): writer._add_object(font)})}
    )
    drawn = StreamObject()
    drawn._data = f"BT /F 12 Tf 20 200 Td ({words}) Tj ET".encode()
    page[NameObject("/Contents")] = writer._add_object(drawn)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MARKED_PACKAGES = {
    "docx": {
        "[Content_Types].xml": '<Types><Override PartName="/docProps/thumbnail.jpeg" ContentType="x"/></Types>',
        "_rels/.rels": '<R><Relationship Id="1" Type="x/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/></R>',
        "docProps/core.xml": f"<c><dc:creator>{MARK}</dc:creator></c>",
        "docProps/app.xml": f"<P><Company>{MARK}</Company></P>",
        "docProps/custom.xml": f"<P>{MARK}</P>",
        "docProps/thumbnail.jpeg": MARK,
        "word/document.xml": f'<w:d {W}><w:t>A text with author="Ann"</w:t><w:ins w:author="{MARK}"/></w:d>',
        "word/comments.xml": f"<w:c {W}><w:comment w:initials='{MARK}' w:author='{MARK}'>Shorter</w:comment></w:c>",
        "word/people.xml": f'<p><w15:person w15:author="{MARK}"><w15:i userId="{MARK}"/></w15:person></p>',
        "word/_rels/settings.xml.rels": f'<R><Relationship Id="1" Target="file:///C:\\Users\\{MARK}\\a.dotx"/></R>',
        "customXml/item1.xml": f"<p><DisplayName>{MARK}</DisplayName></p>",
    },
    "xlsx": {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<w><x15ac:absPath url="C:\\{MARK}"/><fileSharing userName="{MARK}"/></w>',
        "xl/comments1.xml": f"<c><authors><author>{MARK}</author></authors></c>",
        "xl/persons/person.xml": f'<p><person displayName="{MARK}" userId="{MARK}"/></p>',
    },
    "pptx": {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": "<p/>",
        "ppt/commentAuthors.xml": f'<p><p:cmAuthor id="1" name="{MARK}" initials="{MARK}"/></p>',
    },
    **{
        ending: {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": '<m:manifest><m:file-entry m:full-path="Thumbnails/thumbnail.png"/></m:manifest>',
            "meta.xml": f"<m><meta:initial-creator>{MARK}</meta:initial-creator></m>",
            "settings.xml": f'<s><c:config-item c:name="PrinterName">{MARK}</c:config-item></s>',
            "content.xml": f"<t>A text<office:annotation><dc:creator>{MARK}</dc:creator></office:annotation></t>",
            "Thumbnails/thumbnail.png": MARK,
        }
        for ending, kind in (("odt", "text"), ("ods", "spreadsheet"), ("odp", "presentation"))
    },
}
PICTURES_IN = {"docx": "word/media/", "xlsx": "xl/media/", "pptx": "ppt/media/"}


def marked_package(ending: str) -> bytes:
    parts = {name: text.encode() for name, text in MARKED_PACKAGES[ending].items()}
    folder = PICTURES_IN.get(ending, "Pictures/")
    parts |= {f"{folder}{kind}.{kind}": marked_picture(FORMATS[kind]) for kind in ("jpeg", "png", "gif")}
    return archive(**parts)


def everything_in(content: bytes) -> bytes:
    """The bytes of a file, and those of the parts of an archive."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as packed:
        return content + b"".join(name.encode() + packed.read(name) for name in packed.namelist())


def cleaned(content: bytes, ending: str) -> bytes:
    return clean_document(ContentFile(content, f"a.{ending}"), ending).read()


def test_no_marked_word_is_in_a_document_of_any_type():
    assert set(CLEANERS) == {"pdf", *MARKED_PACKAGES}
    assert set(CLEANERS) | {"csv", "txt"} == set(project.WAGTAILDOCS_EXTENSIONS)
    for ending in CLEANERS:
        content = marked_pdf() if ending == "pdf" else marked_package(ending)
        assert BYTES in everything_in(content)
        clean = everything_in(cleaned(content, ending))
        assert BYTES not in clean, ending
        assert b"Exif" not in clean, ending
        assert b"thumbnail" not in clean, ending


def test_the_text_of_a_document_stays_as_it_is():
    reader = PdfReader(BytesIO(cleaned(marked_pdf(), "pdf")))
    assert reader.pages[0].extract_text() == "Lanterns by the sea"
    assert [note.get_object()["/Contents"] for note in reader.pages[0]["/Annots"]] == ["Too long"]
    word = everything_in(cleaned(marked_package("docx"), "docx"))
    assert b'A text with author="Ann"' in word
    assert b">Shorter</w:comment>" in word
    with ZipFile(BytesIO(cleaned(marked_package("odt"), "odt"))) as packed:
        assert packed.infolist()[0].filename == "mimetype"
        assert packed.infolist()[0].compress_type == 0
        assert b"A text" in packed.read("content.xml")


def signed_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    form = DictionaryObject()
    form[NameObject("/SigFlags")] = NumberObject(3)
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def pdf_with_a_file() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    writer.add_attachment("a.txt", b"x")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def word(**parts: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>"} | parts)


def entry(name: str) -> bytes:
    return word(**{name: b"x"})


CANNOT = [
    ("pdf", "unreadable", lambda: pdf()[:-200]),
    ("pdf", "protected", lambda: pdf(user_password="secret", owner_password="secret", algorithm="RC4-128")),
    ("pdf", "signed", signed_pdf),
    ("pdf", "attachments", pdf_with_a_file),
    ("docx", "unreadable", lambda: b"PK\x03\x04 and nothing else"),
    ("docx", "unreadable", lambda: word(**{"word/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'})),
    ("docx", "unreadable", lambda: word(**{"word/media/a.png": b"no picture"})),
    ("docx", "signed", lambda: entry("_xmlsignatures/origin.sigs")),
    ("docx", "macros", lambda: entry("word/vbaProject.bin")),
    ("docx", "embedded", lambda: entry("word/embeddings/oleObject1.bin")),
    ("docx", "film", lambda: entry("word/media/film.mp4")),
    ("docx", "too_large", lambda: word(**{"word/a.bin": bytes(61 * 1024 * 1024)})),
    ("odt", "macros", lambda: archive(**{"Basic/Standard/Module1.xml": b"<x/>"})),
    ("odt", "signed", lambda: archive(**{"META-INF/documentsignatures.xml": b"<x/>"})),
    ("odt", "protected", lambda: archive(**{"META-INF/manifest.xml": b"<manifest><encryption-data/></manifest>"})),
]


@pytest.mark.parametrize(("ending", "code", "make"), CANNOT, ids=[f"{row[0]}-{row[1]}" for row in CANNOT])
def test_what_cannot_be_cleaned_is_refused_with_a_reason(ending, code, make):
    with pytest.raises(CannotBeCleaned) as refusal:
        cleaned(make(), ending)
    assert refusal.value.code == code


def test_every_reason_is_tried():
    assert {code for _ending, code, _make in CANNOT} == set(REFUSALS)


@pytest.mark.django_db
def test_an_editor_reads_why_a_document_cannot_be_cleaned(editor, media):  # noqa: F811
    assert "This document is signed" in errors_of(send(editor(), "documents", "letter.pdf", signed_pdf()))
    assert "has macros" in errors_of(send(editor(), "documents", "a.docx", entry("word/vbaProject.bin")))
    assert stored(media) == []
