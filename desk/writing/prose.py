"""Running text as people type it, and the rich text of a block: paragraphs and lists.

An empty line ends a paragraph. Lines that begin with "- " or "1. " are a list.
"""

import re
from html import unescape

from django.utils.html import escape

_BULLET = re.compile(r"[-*•–]\s+(.*)")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+(.*)")
_KEYS = re.compile(r'\s+data-block-key="[^"]*"')
_BREAK = re.compile(r"<br\s*/?>")
_BLOCK = re.compile(r"<p>(?P<p>.*?)</p>|<ul>(?P<ul>.*?)</ul>|<ol>(?P<ol>.*?)</ol>", re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)


def to_html(text: str) -> str:
    """Typed text as the HTML of a rich text block; "" for an empty one."""
    blocks: list[tuple[str, list[str]]] = []
    is_open = False  # whether the next line goes on with the last block
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = " ".join(line.split())
        if not line:
            is_open = False
            continue
        tag, content = _kind(line)
        if is_open and blocks[-1][0] == tag:
            blocks[-1][1].append(content)
        else:
            blocks.append((tag, [content]))
        is_open = True
    return "".join(_block(tag, lines) for tag, lines in blocks)


def _kind(line: str) -> tuple[str, str]:
    for tag, pattern in (("ul", _BULLET), ("ol", _NUMBERED)):
        if match := pattern.fullmatch(line):
            return tag, match[1]
    return "p", line


def _block(tag: str, lines: list[str]) -> str:
    if tag == "p":
        return f"<p>{'<br/>'.join(map(escape, lines))}</p>"
    return f"<{tag}>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</{tag}>"


def to_text(html: str) -> str | None:
    """The HTML of a rich text block as people type it; None if something would get lost (links, bold, other tags)."""
    bare = _bare(html)
    blocks, end = [], 0
    for match in _BLOCK.finditer(bare):
        if bare[end : match.start()].strip():
            return None
        blocks.append(_typed(match))
        end = match.end()
    text = "\n\n".join(blocks)
    return text if not bare[end:].strip() and _bare(to_html(text)) == re.sub(r">\s+<", "><", bare).strip() else None


def _typed(match: re.Match) -> str:
    if match["p"] is not None:
        return unescape(_BREAK.sub("\n", match["p"]))
    if match["ul"] is not None:
        return "\n".join(f"- {unescape(item)}" for item in _ITEM.findall(match["ul"]))
    return "\n".join(f"{place}. {unescape(item)}" for place, item in enumerate(_ITEM.findall(match["ol"] or ""), 1))


def _bare(html: str) -> str:
    """The HTML without Draftail's keys, with one way to write a line end and characters."""
    return re.sub(r"&#x27;|&#39;|&quot;", lambda mark: unescape(mark[0]), _BREAK.sub("<br/>", _KEYS.sub("", html)))
