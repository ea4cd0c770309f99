"""Pictures inside documents, without the data about people in them. JPEG and PNG keep their pixels bit by bit."""

import struct
from collections.abc import Callable, Iterator
from io import BytesIO

from core.media.reencoding import reencode

# Segments of JPEG (ITU-T T.81, annex B) that a picture needs: all but comments and what applications add, of which the
# density (JFIF), the colour profile and the colour transformation (Adobe) stay.
COMMENT, FIRST_APPLICATION, LAST_APPLICATION = 0xFE, 0xE0, 0xEF
KEPT_APPLICATIONS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
SCAN, END = 0xDA, 0xD9
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
# Chunks of PNG (third edition, 11) that say how a picture looks.
PNG_START = b"\x89PNG\r\n\x1a\n"
KEPT_CHUNKS = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs"),
    *(b"acTL", b"fcTL", b"fdAT", b"cICP"),
}


def clean_embedded(content: bytes, kind: str) -> bytes:
    """A picture of a document without data about people. kind: its extension in lower case.

    Raises ValueError, or what Pillow raises, for a picture that cannot be read.
    """
    return CLEANERS[kind](content)


def clean_jpeg(content: bytes) -> bytes:
    """A JPEG file without EXIF, XMP, IPTC, comments, previews and what follows its end."""
    return b"".join(_jpeg_parts(content))


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    if content[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    yield content[:2]
    at = 2
    while at < len(content):
        marker = content[at + 1] if content[at : at + 1] == b"\xff" and at + 1 < len(content) else None
        if marker is None:
            raise ValueError("a segment of a JPEG has no marker")
        if marker == 0xFF:  # fill
            at += 1
        elif marker == END:
            yield b"\xff\xd9"
            return
        elif marker in WITHOUT_LENGTH:
            yield content[at : at + 2]
            at += 2
        else:
            end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
            if end > len(content) or end < at + 4:
                raise ValueError("a segment of a JPEG is incomplete")
            if marker == SCAN:
                end = _end_of_scan(content, end)
            if _is_kept(marker, content[at + 4 : at + 18]):
                yield content[at:end]
            at = end


def _is_kept(marker: int, start: bytes) -> bool:
    if FIRST_APPLICATION <= marker <= LAST_APPLICATION:
        return marker in KEPT_APPLICATIONS and start.startswith(KEPT_APPLICATIONS[marker])
    return marker != COMMENT


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the data of a scan ends: at the next marker that is neither a stuffed 0xFF nor a restart.

    Some programs write no end into a PDF.
    """
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return len(content)
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2


def clean_png(content: bytes) -> bytes:
    """A PNG file without texts, EXIF, times and what follows its end."""
    if not content.startswith(PNG_START):
        raise ValueError("no PNG")
    parts, at, kind = [PNG_START], len(PNG_START), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise ValueError("a PNG is incomplete")
        if kind in KEPT_CHUNKS:
            parts.append(content[at:end])
        at = end
    return b"".join(parts)


def clean_jpeg_2000(content: bytes) -> bytes:
    """A JPEG 2000 file (ITU-T T.800, annex I) without boxes of XML and of applications."""
    if content[4:8] != b"jP  ":
        return content  # a bare code stream
    parts, at = [], 0
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if length == 1:
            length = int.from_bytes(content[at + 8 : at + 16], "big")
        end = at + length if length else len(content)
        if end <= at or end > len(content):
            raise ValueError("a box of a JPEG 2000 is incomplete")
        if kind not in {b"uuid", b"xml ", b"uinf"}:
            parts.append(content[at:end])
        at = end
    return b"".join(parts)


def clean_other(content: bytes) -> bytes:
    """A picture in another format, decoded and encoded again."""
    with reencode(BytesIO(content), None) as file:
        return file.read()


CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "jpg": clean_jpeg,
    "jpeg": clean_jpeg,
    "jpe": clean_jpeg,
    "jfif": clean_jpeg,
    "png": clean_png,
    **dict.fromkeys(("gif", "webp", "tif", "tiff", "bmp", "avif"), clean_other),
}
