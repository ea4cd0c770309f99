"""Small work on texts: plain text out of rich text and streams, lists of words."""

import re
from collections.abc import Iterable
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import get_language, pgettext
from wagtail.blocks import StreamValue

from core.i18n.languages import direction

BLOCK_ENDS = re.compile(r"</(?:p|li|h[1-6]|blockquote|td|div)>|<br\s*/?>", re.IGNORECASE)


def plain_text(html: str) -> str:
    """Rich text without its tags; a paragraph's end keeps words apart."""
    return " ".join(unescape(strip_tags(BLOCK_ENDS.sub(" ", html))).split())


def stream_text(stream: StreamValue) -> str:
    """The words of a stream, block by block."""
    return plain_text(" ".join(stream.stream_block.get_searchable_content(stream)))


def bidi_isolate(words: str, language: str) -> str:
    """Words in `language` for a sentence in the active one.

    Where the two run in opposite directions they stand between Unicode's isolates, so that the quotation
    marks and full stops around them stay where they belong.
    """
    return words if direction(language) == direction(get_language()) else f"\u2068{words}\u2069"


def sentence_start(words: str) -> str:
    """The words with a capital first letter, for names that stand at the head of a line: "juin 2026"."""
    return words[:1].upper() + words[1:]


def comma_list(words: Iterable[str]) -> str:
    """Words one after the other, as the active language parts them."""
    return pgettext("between two items of a list", ", ").join(words)
