"""Hostile and odd files, small, with marked words wherever a file has a place for them."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.core.media.test_cleaning import (
    BYTES,
    MARK,
    entry,
    marked_package,
    marked_pdf,
    marked_picture,
    pdf_with_a_file,
    signed_pdf,
    word,
)
from tests.core.media.test_media import (
    PROGRAM,
    SCRIPT,
    SVG,
    archive,
    encrypted_pdf,
    endless_pdf,
    pdf,
    picture,
    png_of_zeros,
)

HTML = b"<html><body onload=alert(1)>" + BYTES + b"</body></html>"


def small(kind: str, mode: str = "RGB", **options) -> bytes:
    """A small picture of any format that Pillow writes."""
    file = BytesIO()
    Image.new(mode, (16, 12)).save(file, kind, **options)
    return file.getvalue()


def animated(kind: str) -> bytes:
    return small(kind, save_all=True, append_images=[Image.new("RGB", (16, 12), "red")], duration=100)


def with_iptc() -> bytes:
    """A JPEG with a by-line in IPTC (APP13, IIM 2:80)."""
    by_line = b"\x1c\x02\x50" + struct.pack(">H", len(BYTES)) + BYTES
    block = b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(by_line)) + by_line + b"\0" * (len(by_line) % 2)
    segment = b"Photoshop 3.0\0" + block
    plain = small("JPEG")
    return plain[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]


def png_with_chunk(kind: bytes, data: bytes, *, is_broken: bool = False) -> bytes:
    plain = small("PNG")
    check = 0 if is_broken else zlib.crc32(kind + data)
    return plain[:33] + struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check) + plain[33:]


def heic() -> bytes:
    """The begin of a HEIC file (ISO/IEC 23008-12), which Pillow does not read."""
    return b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(200) + BYTES


def pdf_with_form(**entries) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    form = DictionaryObject({NameObject(f"/{name}"): value for name, value in entries.items()})
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


NAMED_PNG = [
    "letter\u202egnp.exe.png",
    f"{'a' * 300}.png",
    "../../../etc/passwd.png",
    "..\\..\\windows.png",
    "a\0b.png",
    ".png",
    "shell.php.png",
    "CON.png",
    "<script>alert(1)<.png",
]

# Name of the file and its content.
FILES: list[tuple[str, Callable[[], bytes]]] = [
    *((f"marked.{ending}", lambda kind=kind: marked_picture(kind)) for ending, kind in (
        ("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF"), ("gif", "GIF")
    )),
    ("iptc.jpg", with_iptc),
    ("printing.jpg", lambda: small("JPEG", "CMYK")),
    ("sixteen-bits.png", lambda: small("PNG", "I;16")),
    ("moving.gif", lambda: animated("GIF")),
    ("moving.webp", lambda: animated("WEBP")),
    ("moving.png", lambda: animated("PNG")),
    ("half.jpg", lambda: picture("JPEG")[:-2_000]),
    ("drawing.svg", lambda: SVG),
    ("drawing.png", lambda: SVG),
    ("page.jpg", lambda: HTML),
    ("page.gif", lambda: b"GIF89a/*" + HTML + b"*/=alert(1)"),
    ("bomb.png", lambda: png_of_zeros(30_000, 3_000)),
    ("line.png", lambda: png_of_zeros(60_000, 1)),
    ("huge.gif", lambda: b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(20)),
    ("text-bomb.png", lambda: png_with_chunk(b"zTXt", b"Author\0\0" + zlib.compress(bytes(20_000_000), 9))),
    ("broken-sum.png", lambda: png_with_chunk(b"tEXt", b"Author\0" + BYTES, is_broken=True)),
    ("empty.png", lambda: b""),
    ("empty.pdf", lambda: b""),
    ("scan.tif", lambda: small("TIFF")),
    ("scan.jpg", lambda: small("TIFF")),
    ("old.bmp", lambda: small("BMP")),
    ("sign.ico", lambda: small("ICO")),
    ("phone.heic", heic),
    ("phone.jpg", heic),
    ("not-jpeg.jpg", lambda: small("PNG")),
    ("no-document.pdf", lambda: small("JPEG")),
    ("picture-and-page.jpg", lambda: small("JPEG") + HTML),
    *((name, lambda: small("PNG")) for name in NAMED_PNG),
    ("marked.pdf", marked_pdf),
    ("letter\u202efdp.exe.pdf", pdf),
    (f"{'a' * 300}.pdf", pdf),
    ("../../../etc/passwd.pdf", pdf),
    ("attached.pdf", pdf_with_a_file),
    ("signed.pdf", signed_pdf),
    ("encrypted.pdf", encrypted_pdf),
    ("xfa.pdf", lambda: pdf_with_form(XFA=TextStringObject(MARK))),
    ("half.pdf", lambda: pdf()[:200]),
    ("endless.pdf", endless_pdf),
    ("page.pdf", lambda: b"%PDF-1.7\n" + HTML),
    *((f"marked.{ending}", lambda ending=ending: marked_package(ending)) for ending in ("docx", "xlsx", "pptx", "odt")),
    ("macros.docx", lambda: entry("word/vbaProject.bin")),
    ("object.docx", lambda: entry("word/embeddings/oleObject1.bin")),
    ("entity.docx", lambda: word(**{"word/a.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'})),
    ("climbing.docx", lambda: word(**{"../../../word/a.xml": b"<a/>"})),
    ("swelling.docx", lambda: word(**{"word/a.bin": bytes(61 * 1024 * 1024)})),
    ("program.docx", lambda: PROGRAM),
    ("archive.docx", lambda: archive(**{"a.txt": BYTES})),
    ("macros.odt", lambda: archive(**{"Basic/Standard/Module1.xml": b"<x/>"})),
    ("page.html", lambda: SCRIPT),
    ("page.csv", lambda: HTML),
    ("page.txt", lambda: HTML),
    ("nothing.txt", lambda: b"\0" * 300),
    ("formula.csv", lambda: b"=cmd|' /C calc'!A0;2\n"),
    ("foreign.po", lambda: b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'),
    ("odd.po", lambda: b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nonsense\\n"\n\nmsgid "a"\nmsgstr "b"\n'),
    ("binary.csv", lambda: bytes(range(256))),
]  # fmt: skip


@cache
def content_of(number: int) -> bytes:
    """The content of a file of the list, made once."""
    return FILES[number][1]()
