"""How a translator reads and types a string, and how wagtail-localize stores it.

It stores HTML: a line end is `<br/>`, and in plain text `&` is `&amp;`. A translator types line ends, and plain text
without HTML. In rich text the inline tags stay visible, because a translation needs them (`<a id="a1">…</a>`).
"""

import re
from enum import Enum

from django.db import models
from wagtail import blocks
from wagtail.fields import RichTextField
from wagtail_localize.strings import StringValue

BREAK = re.compile(r"<br\s*/?>")
LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")


class TextKind(Enum):
    """What a field or block takes."""

    LINE = "plain text in one line"
    LINES = "plain text with line ends"
    RICH = "running text with inline tags"


def text_kind(part: models.Field | blocks.Block | None) -> TextKind:
    """Return what the field or block takes in which a string is."""
    if isinstance(part, RichTextField | blocks.RichTextBlock | blocks.RawHTMLBlock):
        return TextKind.RICH
    if isinstance(part, models.TextField | blocks.TextBlock):
        return TextKind.LINES
    return TextKind.LINE


def typed(data: str, kind: TextKind) -> str:
    """Return a stored string as a translator types it."""
    if kind is not TextKind.RICH:
        return StringValue(data).render_text()
    return BREAK.sub("\n", " ".join(data.split()))


def stored(text: str, kind: TextKind) -> str:
    """Return what a translator typed as wagtail-localize stores it."""
    text = with_line_ends(text.strip(), kind)
    return text if kind is TextKind.RICH else StringValue.from_plaintext(text).data


def with_line_ends(text: str, kind: TextKind) -> str:
    """Return a text with its line ends as its field keeps them: in a field of one line they are blanks."""
    text = LINE_END.sub("\n", text)
    if "\n" not in text:
        return text
    if kind is TextKind.LINE:
        return " ".join(filter(None, map(str.strip, text.split("\n"))))
    return text.replace("\n", "<br/>") if kind is TextKind.RICH else text
