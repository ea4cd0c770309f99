"""A separate program: reads a PDF from standard input and writes its text in UTF-8 to standard output.

`search.document_texts` runs it. A file that makes the parser loop or use too much memory ends only this
process. It imports nothing of the portal, so that it starts fast and has no secrets.
"""

import re
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from pypdf import PageObject, PdfReader
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, StreamObject

MOST_PAGES = 300
CPU_SECONDS = 20
MEMORY_BYTES = 1024**3

# Letters that are written from right to left; without Arabic-Indic digits, which run from left to right.
_LEFTWARD = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_HAS_LEFTWARD = re.compile(f"[{_LEFTWARD}]")
_ONLY_LEFTWARD = re.compile(f"[{_LEFTWARD}]{{2,}}")
# The parts of a /ToUnicode CMap (PDF 32000-1, 9.10.3) that map a code, or a range of codes, to text in UTF-16.
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)
_ENTRY = {
    b"bfchar": re.compile(rb"<([^<>]*)>\s*()(<[^<>]*>)"),
    b"bfrange": re.compile(rb"<([^<>]*)>\s*<([^<>]*)>\s*(<[^<>]*>|\[[^\]]*\])"),
}
_TEXT = re.compile(rb"<([^<>]*)>")
_RIGHTWARD_RUN = re.compile(rf"[^\W{_LEFTWARD}]+(?:[\s.,:;/@'’+–-]*[^\W{_LEFTWARD}]+)*")


def pages_of(content: bytes) -> Iterator[str]:
    """Yield the text of each of the first `MOST_PAGES` pages.

    Raises what the parser raises for a file that is broken or needs a password.
    """
    for page in islice(PdfReader(BytesIO(content)).pages, MOST_PAGES):
        text = page.extract_text()
        yield leftward_text(page) if _HAS_LEFTWARD.search(text) else text


def leftward_text(page: PageObject) -> str:
    """Return the text of a page in a script that runs from right to left.

    Plain extraction puts the words in the wrong order and loses spaces. Layout extraction returns the
    visual order, of which each line is reversed. A glyph of several letters, such as lam-alef, gives
    them as one reads them, so they are put in visual order before.
    """
    for font in fonts_of(page):
        reverse_ligatures(font)
    return "\n".join(map(as_read, page.extract_text(extraction_mode="layout").splitlines()))


def fonts_of(page: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield the fonts of a page, those that it inherits included."""
    node: object = page
    above: set[int] = set()
    while isinstance(node, DictionaryObject) and id(node) not in above:
        above.add(id(node))
        fonts = _dictionary(_dictionary(node.get("/Resources")).get("/Font"))
        yield from (font for name in fonts if (font := _dictionary(fonts[name])))
        node = _dictionary(node.get("/Parent"))


def _dictionary(value) -> DictionaryObject:
    """Return what a value refers to; an empty dictionary where it is none."""
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def reverse_ligatures(font: DictionaryObject) -> None:
    """Let each glyph of several letters that run from right to left give them in visual order.

    Only the document in memory changes. A font that several pages share is changed once.
    """
    table = font["/ToUnicode"].get_object() if "/ToUnicode" in font else None
    if not isinstance(table, StreamObject) or isinstance(table, _Reversed):
        return
    reversed_table = _Reversed()
    reversed_table.set_data(_SECTION.sub(_reversed_section, table.get_data()))
    font[NameObject("/ToUnicode")] = reversed_table


class _Reversed(DecodedStreamObject):
    """A /ToUnicode table that `reverse_ligatures` has made."""


def _reversed_section(section: re.Match[bytes]) -> bytes:
    return _ENTRY[section[1]].sub(_reversed_entry, section[0])


def _reversed_entry(entry: re.Match[bytes]) -> bytes:
    """Reverse the text of an entry; not of a range of codes, in which its last letter counts on."""
    first, last, texts = entry.groups()
    if last and last != first and not texts.startswith(b"["):
        return entry[0]
    return entry[0][: entry.start(3) - entry.start()] + _TEXT.sub(_reversed_text, texts)


def _reversed_text(text: re.Match[bytes]) -> bytes:
    try:
        letters = bytes.fromhex(text[1].decode("ascii")).decode("utf-16-be")
    except ValueError:
        return text[0]
    if not _ONLY_LEFTWARD.fullmatch(letters):
        return text[0]
    return b"<" + letters[::-1].encode("utf-16-be").hex().encode() + b">"


def as_read(line: str) -> str:
    """Return a line in logical order (as it is read), from one in visual order (from left to right on the page).

    The reverse of rule L2 of the Unicode bidirectional algorithm (UAX #9), for lines whose direction
    is right to left: only runs of numbers and of other letters in them run from left to right.
    """
    if not _HAS_LEFTWARD.search(line):
        return line
    return _RIGHTWARD_RUN.sub(lambda run: run[0][::-1], line[::-1])


def text_of(content: bytes, limit: int) -> str:
    """Return the first `limit` characters of the text of a PDF. Raises what `pages_of` raises."""
    texts, length = [], 0
    for text in pages_of(content):
        texts.append(text)
        length += len(text) + 1
        if length > limit:
            break
    return "\n".join(texts)[:limit]


def limit_resources() -> None:
    """Make the operating system end this process when it uses too much time or memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    limit_resources()
    words = text_of(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.buffer.write(words.encode("utf-8", "replace"))
