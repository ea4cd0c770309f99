"""The translation editor by keyboard: lines are kept, Enter never saves, the next open string is one key away."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

MARKED = "form[data-string]:has(textarea{kind}) >> nth={number}"
ONE_LINE, LINES = "[data-one-line]", ":not([data-one-line])"


@pytest.fixture
def editor(staff, open_page) -> Iterator[Page]:
    """The editor of a complete French translation with strings of one line and of several, opened by a translator."""
    page = open_page("/admin/localize/reports/translations/?language=fr&has_open_strings=false", **staff("translator"))
    links = page.locator("table tbody td:first-child a[href^='/admin/pages/']")
    for address in [link.get_attribute("href") for link in links.all()]:
        page.goto(f"{page.url.partition('/admin/')[0]}{address}")
        is_complete = not page.locator("form[data-string]:not([data-state=done])").count()
        if is_complete and page.locator(string(ONE_LINE, 1)).count() and page.locator(string(LINES, 1)).count():
            yield page
            return
    raise AssertionError("no translation is complete and has such strings")


def string(kind: str, number: int) -> str:
    return MARKED.format(kind=kind, number=number)


def text_of(page: Page, form: str):
    return page.locator(f"{form} >> textarea")


def focused(page: Page) -> str:
    """The id of the form that has the focus."""
    return page.evaluate("document.activeElement.closest('form[data-string]')?.id ?? ''")


def saved(page: Page) -> None:
    page.wait_for_function("document.querySelector('[data-save-message]').textContent === 'Saved.'")
    page.evaluate("document.querySelector('[data-save-message]').textContent = ''")


def state_of(page: Page, form: str) -> str | None:
    return page.locator(form).get_attribute("data-state")


def test_strings_are_translated_with_the_keyboard_alone(editor):
    one, several = string(ONE_LINE, 0), string(LINES, 0)
    sent: list[str] = []
    editor.on("request", lambda request: sent.append(request.method))

    # Enter in a field of one line goes on; nothing is sent, and there is no line end.
    field = text_of(editor, one)
    before = field.input_value()
    field.focus()
    here = focused(editor)
    editor.keyboard.press("Enter")
    assert focused(editor) not in {"", here}
    assert field.input_value() == before
    # Pasted lines become blanks there.
    field.focus()
    editor.keyboard.press("Control+A")
    editor.keyboard.insert_text("Un titre\nen deux lignes")
    assert field.input_value() == "Un titre en deux lignes"
    # Elsewhere they stay, and Enter makes a line.
    field = text_of(editor, several)
    field.focus()
    editor.keyboard.press("Control+A")
    editor.keyboard.insert_text("Premier.\n\nDeuxième.")
    editor.keyboard.press("Enter")
    editor.keyboard.type("Fin.")
    typed = "Premier.\n\nDeuxième.\nFin."
    assert field.input_value() == typed
    assert sent == []

    # Control and Enter save; “Save all changes” saves the others.
    editor.keyboard.press("Control+Enter")
    saved(editor)
    editor.locator("[data-save-all]").focus()
    editor.keyboard.press("Enter")
    saved(editor)
    editor.reload()
    assert text_of(editor, several).input_value() == typed
    assert text_of(editor, one).input_value() == "Un titre en deux lignes"

    # An emptied string is open. A key goes from one open string to the next, and to the first after the last.
    for form in (one, several):
        text_of(editor, form).fill("")
        text_of(editor, form).press("Control+Enter")
        saved(editor)
    assert [state_of(editor, form) for form in (one, several)] == ["open", "open"]
    assert editor.locator("[data-open-count]").inner_text() == "2 strings are open."
    assert editor.locator("[data-actions] [value=publish]").count() == 0
    stops = []
    for _press in range(3):
        editor.keyboard.press("Alt+ArrowDown")
        stops.append(focused(editor))
    assert len(set(stops)) == 2
    assert stops[0] == stops[2]
    editor.locator("[data-next-open]").click()
    assert focused(editor) == stops[1]

    # What was taken away comes back: the pages of the portal stay as they are.
    for form, text in ((one, before), (several, typed)):
        text_of(editor, form).fill(text)
        text_of(editor, form).press("Control+Enter")
        saved(editor)
    assert editor.locator("[data-actions] [value=publish]").count() == 1
    assert editor.complaints == []


def test_the_editor_fits_a_phone(editor):
    editor.set_viewport_size({"width": 360, "height": 800})
    assert editor.evaluate("document.documentElement.scrollWidth") <= 360
    outside = editor.evaluate(
        """[...document.querySelectorAll('.translation-editor *')].filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width && (box.right > innerWidth + 1 || box.left < -1);
        }).map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert outside == []
