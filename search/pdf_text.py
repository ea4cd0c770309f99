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

MOST_PAGES = 300
CPU_SECONDS = 20
MEMORY_BYTES = 1024**3

# Letters that are written from right to left; without Arabic-Indic digits, which run from left to right.
_LEFTWARD = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_HAS_LEFTWARD = re.compile(f"[{_LEFTWARD}]")
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
    visual order, of which each line is reversed.
    """
    return "\n".join(map(as_read, page.extract_text(extraction_mode="layout").splitlines()))


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
