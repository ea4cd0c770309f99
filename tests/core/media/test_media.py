"""Uploads of editors: a file that does not match its extension is rejected with a message and not stored."""

import re
import resource
import struct
import time
import zlib
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from wagtail.models import PageViewRestriction, UploadedFile
from wagtail.users.models import UserProfile

from accounts.roles import ensure_groups
from clusters.models import ClusterDocument
from core.media.models import PortalDocument, PortalImage, prefetch_pictures
from practices.models import PracticePhoto
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MEGABYTES = 1024
SCRIPT = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PROGRAM = b"MZ\x90\x00" + bytes(300)


# --- Files --------------------------------------------------------------------------------


def png_of_zeros(width: int, height: int) -> bytes:
    """Return a black picture with one bit per pixel: a small file that needs much memory when it is decoded."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(width // 8 + 2)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture(kind: str, size: tuple[int, int] = (120, 90)) -> bytes:
    file = BytesIO()
    Image.effect_noise((120, 90), 80).convert("RGB").resize(size).save(file, kind)
    return file.getvalue()


def pdf(pages: int = 1, **password) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=210, height=297)
    if password:
        writer.encrypt(**password)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def pdf_of(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of these objects, which no program would write."""
    content, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    foot = b"trailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF" % (size, trailer, len(content))
    return content + head + foot


def endless_pdf() -> bytes:
    """Return a PDF whose page tree contains itself."""
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def swelling_pdf() -> bytes:
    """Return a PDF with some kilobytes that decompress to a thousand times as much, which parsers read first."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(10**7)) for _ in range(20)) + packer.flush()
    head = b"<< /Type /XRef /Size 99999999 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length %d >>" % len(data)
    return b"%%PDF-1.7\n1 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n9\n%%%%EOF" % (head, data)


def encrypted_pdf() -> bytes:
    """Return a PDF encrypted with AES (ISO 32000-2, 7.6), as office programs do to forbid printing."""
    keys = b"/O <%s> /U <%s> /OE <%s> /UE <%s> /Perms <%s>" % (b"41" * 48, b"42" * 48, *[b"43" * 32] * 2, b"44" * 16)
    rule = b"/CF << /StdCF << /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF"
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        b"<< /Filter /Standard /V 5 /R 6 /Length 256 /P -4 %s %s >>" % (keys, rule),
        trailer=b"/Root 1 0 R /Encrypt 4 0 R /ID [<41> <41>]",
    )


def archive(**parts: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def office(folder: str) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", f"{folder}/main.xml": b"<x/>"})


def open_document(kind: str) -> bytes:
    return archive(mimetype=f"application/vnd.oasis.opendocument.{kind}".encode(), **{"content.xml": b"<x/>"})


# --- Sending ------------------------------------------------------------------------------


@pytest.fixture
def media(tmp_path, settings) -> Path:
    """Return an empty folder for stored files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def editor(media, sign_in):
    """Return a function that signs in an editor with a language of the admin and returns the client."""
    ensure_groups()

    def editor_of(language: str = "en"):
        person = factories.user("Editors")
        profile = UserProfile.get_for_user(person)
        profile.preferred_language = language
        profile.save()
        return sign_in(person)

    return editor_of


def send(browser, kind: str, name: str, content: bytes, **fields):
    """Upload a file with the form for one file: `kind` is "images" or "documents"."""
    form = {"title": "A file", "collection": 1, "licence": "cc-by-4.0", "credit": "City", **fields}
    return browser.post(f"/admin/{kind}/add/", {**form, "file": SimpleUploadedFile(name, content)})


def send_several(browser, kind: str, name: str, content: bytes) -> dict:
    """Upload a file with the form for several files, which stores valid files and then asks for the other fields."""
    form = {"title": "A file", "collection": 1, "files[]": SimpleUploadedFile(name, content)}
    return browser.post(f"/admin/{kind}/multiple/add/", form).json()


def errors_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    page = BeautifulSoup(answer.content, "lxml")
    return " ".join(error.get_text(" ", strip=True) for error in page.select(".w-field__errors")).strip()


def stored(media: Path) -> list[str]:
    return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


CORRUPT = ("not an image or a corrupted image", "n’est pas une image ou bien est corrompu")
TOO_MANY_PIXELS = ("too many pixels", "trop grand nombre de pixels")
TOO_LONG = ("The longer side may be 8 times as long", "au plus 8 fois plus long que le petit")
TOO_MANY_ON_A_SIDE = ("A side may have 12,000 pixels at most", "Un côté ne peut pas dépasser 12\u202f000 pixels")
NOT_SUPPORTED = ("Not a supported image format", "Format d'image non supporté")
NOT_THAT_FORMAT = ("The extension does not match the file format", "ne correspond pas au format du fichier")
FALSE_CONTENT = ("The content of this file does not match the ending of its name", "ne correspond pas à son nom")
NOT_ALLOWED = ("is not allowed", "n’est pas autorisée")
EMPTY = ("The submitted file is empty", "Le fichier soumis est vide")
TOO_BIG = ("This file is too big", "Ce fichier est trop gros")

# Kind, name and content of an upload, and the messages in English and French.
REFUSED = [
    ("images", "bomb.png", lambda: png_of_zeros(30_000, 30_000), TOO_MANY_PIXELS),
    ("images", "121-megapixels.png", lambda: png_of_zeros(11_000, 11_000), TOO_MANY_PIXELS),
    ("images", "a-long-line.png", lambda: png_of_zeros(26_000_000, 1), TOO_MANY_PIXELS),
    ("images", "tower.png", lambda: png_of_zeros(1_000, 11_000), TOO_LONG),
    ("images", "as-tall-as-a-sheet-of-webp.png", lambda: png_of_zeros(1_000, 21_500), TOO_MANY_ON_A_SIDE),
    ("images", "panorama.png", lambda: png_of_zeros(12_001, 1_600), TOO_MANY_ON_A_SIDE),
    ("images", "much-memory.webp", lambda: picture("WEBP", (4_000, 3_200)), TOO_MANY_PIXELS),
    ("images", "half.png", lambda: picture("PNG")[:-2_000], CORRUPT),
    ("images", "half.jpg", lambda: picture("JPEG")[:-2_000], CORRUPT),
    ("images", "half.webp", lambda: picture("WEBP")[:-2_000], CORRUPT),
    ("images", "half.avif", lambda: picture("AVIF")[:-2_000], CORRUPT),
    ("images", "head-only.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), CORRUPT),
    ("images", "head-only.gif", lambda: b"GIF89a" + bytes(5), CORRUPT),
    ("images", "drawing.svg", lambda: SVG, NOT_SUPPORTED),
    ("images", "drawing.png", lambda: SVG, NOT_THAT_FORMAT),
    ("images", "page.jpg", lambda: SCRIPT, NOT_THAT_FORMAT),
    ("images", "text.jpg", lambda: b"Nothing but words", CORRUPT),
    ("images", "jpeg.png", lambda: picture("JPEG"), NOT_THAT_FORMAT),
    ("images", "empty.png", lambda: b"", EMPTY),
    ("images", "no-extension", lambda: picture("PNG"), NOT_SUPPORTED),
    ("images", "heavy.png", lambda: picture("PNG") + bytes(10 * 1024 * 1024), TOO_BIG),
    ("documents", "page.pdf", lambda: SCRIPT, FALSE_CONTENT),
    ("documents", "head-only.pdf", lambda: b"%PDF-1.7\n" + SCRIPT, FALSE_CONTENT),
    ("documents", "half.pdf", lambda: pdf()[:200], FALSE_CONTENT),
    ("documents", "endless.pdf", endless_pdf, FALSE_CONTENT),
    ("documents", "swelling.pdf", swelling_pdf, FALSE_CONTENT),
    ("documents", "program.docx", lambda: PROGRAM, FALSE_CONTENT),
    ("documents", "archive.docx", lambda: archive(**{"a.txt": b"x"}), FALSE_CONTENT),
    ("documents", "head-only.xlsx", lambda: b"PK\x03\x04" + bytes(300), FALSE_CONTENT),
    ("documents", "text.pptx", lambda: office("word"), FALSE_CONTENT),
    ("documents", "text.odp", lambda: open_document("text"), FALSE_CONTENT),
    ("documents", "program.txt", lambda: PROGRAM, FALSE_CONTENT),
    ("documents", "archive.csv", lambda: archive(**{"a.txt": b"x"}), FALSE_CONTENT),
    ("documents", "letter.pdf.exe", lambda: PROGRAM, NOT_ALLOWED),
    ("documents", "page.html", lambda: SCRIPT, NOT_ALLOWED),
    ("documents", "drawing.svg", lambda: SVG, NOT_ALLOWED),
    ("documents", "no-extension", pdf, NOT_ALLOWED),
    ("documents", ".pdf", pdf, NOT_ALLOWED),
    ("documents", "empty.pdf", lambda: b"", EMPTY),
    ("documents", "heavy.txt", lambda: b"a" * (10 * 1024 * 1024 + 1), TOO_BIG),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "name", "make", "sentences"), REFUSED, ids=[f"{row[0]}-{row[1]}" for row in REFUSED])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_file_with_other_content_is_rejected_in_the_editors_language(editor, media, kind, name, make, sentences):
    content = make()
    memory, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    english, french = sentences
    assert english in errors_of(send(editor("en"), kind, name, content))
    reader_of_french = editor("fr")
    assert french in errors_of(send(reader_of_french, kind, name, content))
    answer = send_several(reader_of_french, kind, name, content)
    assert not answer["success"]
    assert french in answer["error_message"]
    assert stored(media) == []
    assert not PortalImage.objects.exists()
    assert not PortalDocument.objects.exists()
    assert not UploadedFile.objects.exists()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 300 * MEGABYTES
    assert time.process_time() - begin < 10


def test_an_empty_file_has_one_error_message(editor):
    assert errors_of(send(editor(), "documents", "empty.pdf", b"")) == "The submitted file is empty."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.docx", office("word")),
        ("table.xlsx", office("xl")),
        ("slides.pptx", office("ppt")),
        ("letter.odt", open_document("text")),
        ("table.ods", open_document("spreadsheet")),
        ("slides.odp", open_document("presentation")),
        ("table.csv", "Stadt;人口\n学习;3".encode()),
        ("letter.txt", "Straße".encode("utf-16")),
        ("old-letters.txt", "Straße".encode("latin-1")),
        ("LETTER.PDF", pdf()),
    ],
)
def test_a_file_that_matches_its_extension_is_stored(editor, media, name, content):
    assert send(editor(), "documents", name, content).status_code == 302
    assert stored(media) == [f"documents/{name}"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
def test_a_picture_that_can_be_decoded_is_stored(editor, media, kind):
    assert send(editor(), "images", f"market.{kind.lower()}", picture(kind)).status_code == 302
    image = PortalImage.objects.get()
    assert (image.width, image.height) == (120, 90)
    assert stored(media) == [image.file.name]


def test_the_pages_of_a_pdf_are_counted(editor):
    send(editor(), "documents", "letter.pdf", pdf(pages=3))
    assert PortalDocument.objects.get().pages == 3


@pytest.mark.parametrize(
    "content",
    [encrypted_pdf(), pdf(user_password="secret", owner_password="secret", algorithm="RC4-128")],
    ids=["not to be printed", "password"],
)
def test_a_protected_pdf_is_refused_because_it_cannot_be_cleaned(editor, media, content):
    assert "This document is protected" in errors_of(send(editor(), "documents", "letter.pdf", content))
    assert stored(media) == []


NAMES = [
    "a" * 300,
    "学" * 300,
    "../../../settings",
    "..\\..\\settings",
    "/etc/passwd",
    "letter\u202exslx",
    "\u2066letter\u2069",
    "a\0b",
    "a\r\nX-Header: b",
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "%2e%2e%2fsettings",
    "..",
    "a b & ü",
]


@pytest.mark.parametrize(
    ("kind", "folder", "ending", "content"),
    [("images", "original_images", "png", picture("PNG")), ("documents", "documents", "pdf", pdf())],
)
def test_a_file_with_any_name_is_stored_in_its_folder_under_a_plain_name(editor, media, kind, folder, ending, content):
    browser = editor()
    for name in NAMES:
        assert send(browser, kind, f"{name}.{ending}", content).status_code in {200, 302}
    files = stored(media)
    for path in files:
        parent, _slash, own = path.partition("/")
        assert parent == folder
        assert len(path) <= 100
        assert own.endswith(f".{ending}")
        assert re.fullmatch(r"[\w.-]+", own), own
    rows = PortalImage.objects.all() if kind == "images" else PortalDocument.objects.all()
    assert files == sorted(row.file.name for row in rows)
    assert len(files) >= len(NAMES) - 2  # only dots, and an invalid header, are no names
    assert not [path for path in media.parent.rglob("*") if path.is_file() and media not in path.parents]


def test_a_replaced_file_is_validated_like_a_new_one(editor, media):
    browser = editor()
    send(browser, "documents", "letter.pdf", pdf(pages=2))
    document = PortalDocument.objects.get()
    form = {"title": "Letter", "collection": 1, "licence": "cc-by-4.0"}
    address = f"/admin/documents/edit/{document.pk}/"
    assert FALSE_CONTENT[0] in errors_of(browser.post(address, {**form, "file": SimpleUploadedFile("b.pdf", SCRIPT)}))
    assert stored(media) == ["documents/letter.pdf"]
    assert browser.post(address, {**form, "file": SimpleUploadedFile("b.pdf", pdf(pages=5))}).status_code == 302
    assert PortalDocument.objects.get().pages == 5
    assert browser.post(address, {**form, "title": "A new title"}).status_code == 302
    assert PortalDocument.objects.get().pages == 5


def test_a_document_whose_file_cannot_be_read_answers_404_and_the_log_says_why(media, client, caplog):
    document = factories.document()
    path = Path(document.file.path)
    path.unlink()
    path.mkdir()
    answer = client.get(document.url)
    assert answer.status_code == 404
    assert f"document {document.pk} cannot be read" in caplog.text


def test_a_document_whose_file_is_missing_can_be_renamed_and_answers_404(editor, media):
    browser = editor()
    send(browser, "documents", "letter.pdf", pdf())
    document = PortalDocument.objects.get()
    (media / document.file.name).unlink()
    form = {"title": "A new title", "collection": 1, "licence": "cc-by-4.0"}
    assert browser.post(f"/admin/documents/edit/{document.pk}/", form).status_code == 302
    assert PortalDocument.objects.get().title == "A new title"


# --- Serving ------------------------------------------------------------------------------


# A file of every type that may be uploaded.
CONTENTS = {
    "pdf": pdf(),
    "odt": open_document("text"),
    "ods": open_document("spreadsheet"),
    "odp": open_document("presentation"),
    "docx": office("word"),
    "xlsx": office("xl"),
    "pptx": office("ppt"),
    "csv": SVG,
    "txt": SCRIPT,
}
ACTIVE = ("html", "htm", "xhtml", "xml", "svg", "svgz", "js", "mjs", "swf", "xsl", "mht", "unknown", "")
PICTURES = ("avif", "gif", "jpeg", "jpg", "png", "webp")


def name_of(answer) -> str:
    """The file name of an answer as browsers read it (RFC 6266)."""
    header = answer["Content-Disposition"]
    extended = re.findall(r"filename\*=utf-8''(.+)$", header, re.IGNORECASE)
    return unquote(extended[0]) if extended else re.findall(r'filename="(.+)"$', header)[0]


def kept(media, name: str, content: bytes = b"Text", **fields) -> PortalDocument:
    """A stored document, also of a type that is refused as an upload."""
    return factories.document(file=ContentFile(content, name), **fields)


def test_a_document_opens_in_the_browser_only_where_no_script_can_run(media, client, settings):
    assert set(CONTENTS) == set(settings.WAGTAILDOCS_EXTENSIONS)
    shown = set()
    for extension in (*CONTENTS, *PICTURES, *ACTIVE):
        document = kept(media, f"file.{extension}".strip("."), CONTENTS.get(extension, b"Text"))
        answer = client.get(document.url)
        assert answer.status_code == 200
        if answer["Content-Disposition"].startswith("inline;"):
            shown.add(extension)
        else:
            assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'"
        assert "Content-Encoding" not in answer
        assert b"".join(answer.streaming_content) == Path(document.file.path).read_bytes()
    assert shown == {"pdf", *PICTURES}


def test_nothing_that_can_hold_a_script_may_be_shown(settings):
    allowed = re.compile(r"application/pdf|image/(?!svg)[a-z]+")
    assert all(allowed.fullmatch(kind) for kind in settings.WAGTAILDOCS_INLINE_CONTENT_TYPES)


def test_a_changed_document_has_another_tag_for_caches(media, client):
    document = kept(media, "letter.pdf", pdf())
    first = client.get(document.url)["ETag"]
    assert client.get(document.url, headers={"If-None-Match": first}).status_code == 304
    document.file.save("letter.pdf", ContentFile(pdf(2)))
    assert client.get(document.url)["ETag"] not in {first, '""'}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Übersicht 学习", "Übersicht 学习.pdf"),
        ("دعوة إلى تقديم الطلبات", "دعوة إلى تقديم الطلبات.pdf"),
        ("Guide.pdf", "Guide.pdf"),
        ('Join: the "call" of 2020 / 2021?', "Join the call of 2020 2021.pdf"),
        ("..\\..\\secret\r\nSet-Cookie: a", "secret Set-Cookie a.pdf"),
        ("evil\u202efdp.exe", "evil fdp.exe.pdf"),
        ("…", "….pdf"),
        ("?", "document.pdf"),
        ("学" * 200, "学" * 66 + ".pdf"),
    ],
)
def test_a_document_is_stored_under_its_title(media, client, title, name):
    assert name_of(client.get(kept(media, "q7-v2_final.PDF", pdf(), title=title).url)) == name


def test_a_document_has_the_title_that_the_page_of_the_reader_gives_it(media, client):
    factories.tree("fr")
    document = kept(media, "programme.pdf", pdf(), title="Programme 2026 v3")
    page = factories.cluster_page()
    ClusterDocument.objects.create(page=page, document=document, title="Strategy of the cluster", locale=page.locale)
    french = factories.translated(page, "fr")
    french.documents.all().delete()
    row = ClusterDocument.objects.create(
        page=french, document=document, title="Stratégie du groupe", locale=french.locale
    )

    def stored_as(referer: str = "", language: str = "") -> str:
        headers = {"Referer": referer, "Accept-Language": language}
        return name_of(client.get(document.url, headers={key: value for key, value in headers.items() if value}))

    assert stored_as("http://testserver/fr/clusters/") == "Stratégie du groupe.pdf"
    assert stored_as("http://testserver/en/clusters/", "fr") == "Strategy of the cluster.pdf"
    assert stored_as("https://elsewhere.example/en/", "fr") == "Stratégie du groupe.pdf"
    assert stored_as("http://testserver/ru/clusters/") == "Programme 2026 v3.pdf"
    PageViewRestriction.objects.create(page=french, restriction_type="password", password="1")
    row.title = "Secret"
    row.save()
    assert "Secret" not in stored_as("http://testserver/fr/clusters/")


def test_the_folder_of_documents_is_not_served(editor, client):
    send(editor(), "documents", "letter.pdf", pdf())
    for address in ("/media/documents/letter.pdf", "/media/images/../documents/letter.pdf"):
        assert client.get(address).status_code == 404


# --- Pictures of rows ---------------------------------------------------------------------


def test_pictures_of_many_rows_are_fetched_with_their_renditions_in_one_query(django_assert_num_queries):
    factories.tree()
    wide, small = "width-8|format-webp", "width-4|format-webp"
    pictures = [factories.image(), factories.image()]
    for picture in pictures:
        picture.get_renditions(wide, small)
    page = factories.practice(
        photos=[PracticePhoto(image=picture, alternative_text="A class") for picture in [*pictures, pictures[0]]]
    )
    rows = list(PracticePhoto.objects.filter(page=page).order_by("pk"))
    with django_assert_num_queries(1):
        prefetch_pictures(rows, wide)
        assert [row.image for row in rows] == [*pictures, pictures[0]]
        assert {row.image.get_rendition(wide).width for row in rows} == {8}


def test_a_picture_without_renditions_is_fetched_as_well():
    factories.tree()
    page = factories.practice(photos=[PracticePhoto(image=factories.image(), alternative_text="A class")])
    (row,) = PracticePhoto.objects.filter(page=page)
    prefetch_pictures([row], "width-4|format-webp")
    assert row.image.get_rendition("width-4|format-webp").width == 4
