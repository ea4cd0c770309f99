"""Running text as it is typed, and the rich text of a block."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.writing.prose import to_html, to_text

LINES = st.lists(st.text("ab&<>\"' 1.-*\u00e9\u5b66", max_size=12), max_size=8)


def test_empty_lines_and_marks_make_paragraphs_and_lists():
    text = "One\nline.\n\n- a\n- b & c\n\n1. first\n2) second\nend"
    html = "<p>One<br/>line.</p><ul><li>a</li><li>b &amp; c</li></ul><ol><li>first</li><li>second</li></ol><p>end</p>"
    assert to_html(text) == html
    assert to_text(html) == "One\nline.\n\n- a\n- b & c\n\n1. first\n2. second\n\nend"
    assert to_text('<p data-block-key="x1">It’s “so” &quot;far&quot;</p>') == 'It’s “so” "far"'


def test_what_would_get_lost_is_not_typed():
    for html in (
        '<p><a href="/x/">link</a></p>',
        "<p><b>bold</b></p>",
        "<h2>heading</h2>",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
        "<p>a</p>text",
        "<p>- no list</p>",
        "<hr/>",
    ):
        assert to_text(html) is None, html


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_no_word_is_lost_and_a_second_time_nothing_changes(lines):
    text = "\n".join(lines)
    again = to_text(to_html(text))
    if again is None:  # a line of a list that looks like a list itself
        assert re.search(r"^\s*(?:[-*]|\d+[.)])\s+(?:[-*•–]|\d+[.)])(?:\s|$)", text, re.MULTILINE)
        return
    assert to_html(again) == to_html(text)
    assert re.findall(r"[ab&<>é学]+", again) == re.findall(r"[ab&<>é学]+", text)
