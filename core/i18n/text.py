"""Plain text out of rich text and streams, bidi isolates, lists of words."""

import re
from collections.abc import Iterable
from html import unescape

from babel.lists import format_list
from django.utils.html import strip_tags
from django.utils.translation import get_language, pgettext
from wagtail.blocks import StreamValue

from core.i18n import dates
from core.i18n.languages import active_language, direction, main_code

BLOCK_ENDS = re.compile(r"</(?:p|li|h[1-6]|blockquote|td|div)>|<br\s*/?>", re.IGNORECASE)
# A mark that ends a sentence or a line, with closing quotation marks and brackets after it.
SENTENCE_END = re.compile(r"[.!?…:;。！？：；؟؛।։][”»’\")）』」]*$")
# Chinese marks are as wide as a character and have no space after them.
SPACE_AFTER_WIDE_MARK = re.compile(r"(?<=[。！？；：，、）」』])\s+")


def plain_text(html: str) -> str:
    """Rich text without its tags; the end of a block becomes a space, but not after a Chinese mark."""
    text = " ".join(unescape(strip_tags(BLOCK_ENDS.sub(" ", html))).split())
    return SPACE_AFTER_WIDE_MARK.sub("", text)


def passages(texts: Iterable[str], language: str) -> str:
    """Separate texts of a page in `language` as one text for the search index, empty ones left out.

    A snippet can cross from one to the next: each gets a full stop if it has none, such as the label of a result.
    """
    stop, space = ("。", "") if _is_chinese(language) else (".", "\n")
    return space.join(
        text if SENTENCE_END.search(text) else text + stop for text in map(str.strip, filter(None, texts))
    )


def _is_chinese(language: str) -> bool:
    """Whether sentences of the language end in wide marks, which have no space after them."""
    return main_code(language) == "zh"


def stream_text(stream: StreamValue) -> str:
    """The searchable text of a stream, block by block."""
    return plain_text(" ".join(stream.stream_block.get_searchable_content(stream)))


def bidi_isolate(text: str, language: str) -> str:
    """Text in `language` for a sentence in the active language.

    Text of the opposite direction gets the Unicode characters FSI and PDI around it, so that the
    punctuation beside it keeps its place (UAX #9, isolates).
    """
    return text if direction(language) == direction(active_language()) else f"\u2068{text}\u2069"


def sentence_start(text: str) -> str:
    """The text with a capital first letter, for names at the start of a line: "juin 2026" → "Juin 2026"."""
    return text[:1].upper() + text[1:]


def comma_list(words: Iterable[str]) -> str:
    """Words joined by the separator of the active language: "Arabic, French"."""
    return pgettext("between two items of a list", ", ").join(words)


def detail_list(details: Iterable[str]) -> str:
    """Different details of one thing, such as a source and its year, in one line: "Census, 2020". Skips empty ones."""
    return pgettext("between two different details of one thing", ", ").join(filter(None, details))


def sentence_list(sentences: Iterable[str]) -> str:
    """Sentences of the active language, one after the other."""
    return sentence_space().join(sentences)


def sentence_space() -> str:
    """What stands after a full stop or a colon of the active language: a space; in Chinese nothing."""
    return "" if _is_chinese(active_language()) else " "


def label_list(labels: Iterable[str]) -> str:
    """Labels, which begin with a capital, joined as one text that begins with one: "Adults, women".

    German keeps its capitals: there they belong to nouns.
    """
    first, *others = labels
    if (get_language() or "").startswith("de"):
        return comma_list([first, *others])
    return comma_list([first, *(label[:1].lower() + label[1:] for label in others)])


def name_list(words: Iterable[str]) -> str:
    """Words as a list in a sentence of the active language: "Arabic, French and Russian". The pattern is CLDR's."""
    return format_list(list(words), locale=dates.locale())
