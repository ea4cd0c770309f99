"""A program of its own: takes a PDF from standard input, writes its words in UTF-8 to standard output.

`search.document_texts` runs it. A file that was made to loop or to fill the memory ends this
process and no other; it imports nothing of the portal, so that it starts fast and knows no secrets.
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

# Letters that are written from right to left, Arabic-Indic digits left out: numbers run the other way.
_LEFTWARD = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_HAS_LEFTWARD = re.compile(f"[{_LEFTWARD}]")
_RIGHTWARD_RUN = re.compile(rf"[^\W{_LEFTWARD}]+(?:[\s.,:;/@'’+–-]*[^\W{_LEFTWARD}]+)*")


def pages_of(content: bytes) -> Iterator[str]:
    """The text of each of the first `MOST_PAGES` pages.

    Raises whatever the parser raises for a file that is broken, or that only a password opens.
    """
    for page in islice(PdfReader(BytesIO(content)).pages, MOST_PAGES):
        text = page.extract_text()
        yield leftward_text(page) if _HAS_LEFTWARD.search(text) else text


def leftward_text(page: PageObject) -> str:
    """The text of a page in Arabic letters.

    Plain extraction puts their words in the wrong order and loses spaces between them; the layout
    has them as they stand on the paper, from which the lines are turned round.
    """
    return "\n".join(map(as_read, page.extract_text(extraction_mode="layout").splitlines()))


def as_read(line: str) -> str:
    """A line in the order in which one reads it, from that in which it stands on the paper, left to right.

    The reverse of rule L2 of the Unicode bidirectional algorithm (UAX #9), for lines whose direction
    is right to left: in them only runs of numbers and of other letters go rightward.
    """
    if not _HAS_LEFTWARD.search(line):
        return line
    return _RIGHTWARD_RUN.sub(lambda run: run[0][::-1], line[::-1])


def text_of(content: bytes, limit: int) -> str:
    """The first `limit` characters of a PDF's text. Raises as `pages_of`."""
    texts, length = [], 0
    for text in pages_of(content):
        texts.append(text)
        length += len(text) + 1
        if length > limit:
            break
    return "\n".join(texts)[:limit]


def limit_resources() -> None:
    """Let the operating system end this process when it takes too much."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    limit_resources()
    words = text_of(sys.stdin.buffer.read(), int(sys.argv[1]))
    sys.stdout.buffer.write(words.encode("utf-8", "replace"))
