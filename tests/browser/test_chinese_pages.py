"""Chinese pages as they are rendered: what templates and code put between texts shows only there."""

import re
import urllib.error
import urllib.request

import pytest
from lxml import html

from tests.browser.addresses import TEMPLATES

HAN = r"\u3400-\u9fff"
WIDE = "。：，、）；"
FAULTS = {
    rf"[{WIDE}] +(?=[^\s·])": "a space after a full-width mark",
    rf"(?<=[{HAN}]) ?\(|\) ?(?=[{HAN}])|\((?=[{HAN}])|(?<=[{HAN}])\)": "a half-width bracket beside Chinese",
    rf"(?<=[{HAN}])[:;,](?=\s|[{HAN}]|$)|[:;,] ?(?=[{HAN}])": "a half-width mark beside Chinese",
}
# Elements within a line; all others begin a line of their own.
INLINE = {
    "a",
    "abbr",
    "b",
    "bdi",
    "code",
    "del",
    "em",
    "i",
    "ins",
    "label",
    "mark",
    "q",
    "small",
    "span",
    "strong",
    "sub",
}
INLINE |= {"sup", "time"}
BLOCK_CLASSES = {"block", "meta", "event__number"}
SKIPPED = {"script", "style", "svg", "select", "textarea", "datalist", "template"}


def lines(element, language: str = "zh-Hans") -> str:
    """Return the text of an element as a reader sees it, a line for each block; text in other languages is "x"."""
    if not isinstance(element.tag, str) or element.tag in SKIPPED:
        return "\v"
    language = element.get("lang", language)
    inside = element.text or ""
    own = language.startswith("zh")
    parts = [inside if own else "x"]
    for child in element:
        parts += [lines(child, language), (child.tail or "") if own else ""]
    text = re.sub(r"\s*\v\s*", "\v", re.sub(r"[ \t\r\n]+", " ", "".join(parts)))
    classes = set(element.get("class", "").split())
    return text if element.tag in INLINE and not classes & BLOCK_CLASSES else f"\v{text}\v"


def faults(page: str) -> list[str]:
    """Return what is wrong in the main part, the header and the footer of a page, with the place."""
    text = lines(html.document_fromstring(page).find("body"))
    return [
        f"{fault}: …{text[max(0, match.start() - 25) : match.end() + 15]}…".replace("\v", "|")
        for pattern, fault in FAULTS.items()
        for match in re.finditer(pattern, text)
    ]


def fetched(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_chinese_page_has_no_space_and_no_mark_of_another_script(portal, template):
    assert faults(fetched(f"{portal}/zh-hans/{TEMPLATES[template]}")) == []


@pytest.mark.parametrize(
    "text",
    [
        "<p>来源： <a>数据</a></p>",
        "<p><span>第一句。</span> <span>第二句。</span></p>",
        "<p>柏林 (德国)</p>",
        "<p>城市: 柏林</p>",
    ],
)
def test_a_fault_is_seen(text):
    assert faults(f"<body>{text}</body>")


def test_right_text_and_text_in_other_languages_is_accepted():
    right = "<p>来源：<a>数据</a></p> <p>共2座（柏林）。</p> <p lang='en'>Cities: (Berlin)</p>"
    assert faults(f"<body>{right}</body>") == []
