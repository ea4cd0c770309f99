"""The translation editor: what it shows, and how it keeps what a translator types."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail_localize.models import OverridableSegment, SegmentOverride, StringTranslation

from core.translations.earlier import compared
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

STREAM = [
    ("heading", "Bread & salt"),
    ("text", '<p>Hand in <a href="https://example.org/form">the form</a>.</p><p>Come early.</p>'),
    ("figure", {"number": "412", "text": "traders", "year": 2024, "source": "", "source_url": "https://example.org/"}),
]


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("ar")


@pytest.fixture
def translator(sign_in):
    return sign_in(factories.user("Translators"))


def editor_of(browser, version) -> BeautifulSoup:
    answer = browser.get(admin_forms.edit_url(version))
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def form_with(editor: BeautifulSoup, source: str):
    """Return the form of the string whose original has these words."""
    (found,) = [form for form in editor.select("form[data-string]") if source in form.get_text()]
    return found


def type_in(browser, form, text: str, **headers):
    """Save the form of a string without scripts."""
    return browser.post(form["action"], {"text": text}, headers=headers)


def stored(version, source: str) -> str:
    found = StringTranslation.objects.filter(locale=version.locale, translation_of__data=source)
    return found.values_list("data", flat=True).get()


def test_pasted_paragraphs_keep_their_lines_where_the_field_has_lines(translator):
    page = factories.practice(problem="They could not read.", body=STREAM)
    arabic = factories.translated(page, "ar")
    editor = editor_of(translator, arabic)
    type_in(translator, form_with(editor, "They could not read."), "واحد & اثنان\r\n\r\nثلاثة")
    type_in(translator, form_with(editor, "Come early."), "بكّروا\r\nدائما")
    type_in(translator, form_with(editor, "Bread & salt"), "خبز\r\n\r\nو<ملح>")
    assert stored(arabic, "Come early.") == "بكّروا<br/>دائما"
    admin_forms.press_publish(translator, arabic)
    published = row(arabic)
    assert published.problem == "واحد & اثنان\n\nثلاثة"
    assert "بكّروا<br/>دائما" in str(published.body)
    assert published.body[0].value == "خبز و<ملح>"
    again = editor_of(translator, arabic)
    assert form_with(again, "They could not read.").textarea.get_text().lstrip("\n") == "واحد & اثنان\n\nثلاثة"
    # wagtail-localize's own way to save a string keeps them, too.
    url = form_with(again, "Come early.")["action"]
    assert admin_forms.put(translator, url, value="A\nB").json()["data"] == "A<br/>B"


def test_every_string_and_value_can_be_reached_and_saved_without_scripts(translator):
    page = factories.practice(body=STREAM)
    arabic = factories.translated(page, "ar")
    editor = editor_of(translator, arabic)
    record = admin_forms.translation_of(page, "ar")
    assert len(editor.select("form[data-string]")) == record.source.stringsegment_set.count()
    assert len(editor.select("form[data-value]")) == OverridableSegment.objects.filter(source=record.source).count() > 0
    for field in editor.select("form[data-string] textarea"):
        assert (field["lang"], field["dir"]) == ("ar", "rtl")
        assert editor.select_one(f'label[for="{field["id"]}"]')
        for described in field["aria-describedby"].split():
            assert editor.find(id=described) is not None
    (value,) = [form for form in editor.select("form[data-value]") if "https://example.org/form" in form.get_text()]
    translator.post(value["action"], {"value": "https://example.org/ar"})
    assert SegmentOverride.objects.get().data == "https://example.org/ar"
    answer = translator.post(value["action"], {"value": "javascript:x"}, headers={"Accept": "application/json"})
    assert answer.json()["state"] == "error"
    assert answer.json()["error"]
    translator.post(value["action"], {"value": "x", "revert": "1"})
    assert not SegmentOverride.objects.exists()
    for form in (value, editor.select_one("form[data-string]")):
        assert translator.post(form["action"], {}).status_code == 400


def test_an_open_string_stands_beside_what_it_was_before(translator):
    page = factories.practice(problem="They could not read prices.", body=STREAM)
    arabic = factories.translated(page, "ar", {"They could not read prices.": "لم يقرؤوا الأسعار."})
    new = [*STREAM[:1], ("text", "<p>Come early.</p><p>Hand in two forms.</p>")]
    change(page, problem="They could not read invoices.", body=new)
    editor = editor_of(translator, arabic)
    form = form_with(editor, "They could not read invoices.")
    assert form["data-state"] == "outdated"
    assert form.select_one("[data-before]").get_text() == "لم يقرؤوا الأسعار."
    assert [mark.get_text() for mark in form.select("del, ins")] == ["prices", "invoices"]
    assert "2 strings are open." in editor.get_text()
    assert editor.select_one("[data-next-open]")["href"] == f"#{form['id']}"
    answer = type_in(translator, form, "لم يقرؤوا الفواتير.", Accept="application/json").json()
    assert (answer["state"], answer["open"]) == ("done", "1 string is open.")
    assert 'value="publish"' not in answer["actions"]
    other = form_with(editor, "Hand in two forms.")
    answer = type_in(translator, other, "استمارتان.", Accept="application/json").json()
    assert answer["open"] == "All strings are translated."
    assert 'value="publish"' in answer["actions"]
    admin_forms.press_publish(translator, arabic)
    assert row(arabic).text_outdated_since is None


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("We met on Monday.", "We met on Friday.", (["Monday"], ["Friday"])),
        ("我们星期一见。", "我们星期五见。", (["一"], ["五"])),
        ("اجتمعنا يوم الاثنين.", "اجتمعنا يوم الجمعة.", (["الاثنين"], ["الجمعة"])),
        ("The same.", "The same.", ([], [])),
    ],
)
def test_what_changed_is_marked_within_the_sentence(old, new, marked):
    parts = compared(old, new)
    assert tuple([part.text for part in side if part.is_changed] for side in parts) == marked
    assert tuple("".join(part.text for part in side) for side in parts) == (old, new)


def test_the_strings_of_a_locked_translation_are_shown_and_not_saved(translator):
    page = factories.practice()
    arabic = factories.translated(page, "ar")
    url = editor_of(translator, arabic).select_one("form[data-string]")["action"]
    type(arabic).objects.filter(pk=arabic.pk).update(locked=True, locked_by=factories.user("Moderators"))
    assert not editor_of(translator, arabic).select("textarea, [data-next-open], [type=file]")
    before = set(StringTranslation.objects.values_list("data", flat=True))
    answer = translator.post(url, {"text": "x"}, headers={"Accept": "text/html"}, follow=True)
    assert "locked" in admin_forms.shown_messages(answer)
    assert translator.post(url, {"text": "x"}, headers={"Accept": "application/json"}).status_code == 403
    assert set(StringTranslation.objects.values_list("data", flat=True)) == before


def test_a_string_of_another_page_is_not_saved(translator):
    first, second = factories.practice(), factories.practice()
    arabic = factories.translated(first, "ar")
    factories.translated(second, "ar")
    form = editor_of(translator, arabic).select_one("form[data-string]")
    other = admin_forms.translation_of(second, "ar")
    number = int(form["id"].partition("-")[2])
    url = reverse("wagtail_localize:edit_string_translation", args=[other.pk, number])
    assert translator.post(url, {"text": "x"}).status_code == 404
