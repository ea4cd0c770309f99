"""What a translator enters is refused in words if it does not fit, wherever it is entered."""

import json

import polib
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail_localize.models import OverridableSegment, SegmentOverride, StringTranslation

from core.translations.input_rules import validate_address
from practices.models import PracticeResult
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LONG = "Une phrase bien trop longue pour ce champ. " * 10


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr")


@pytest.fixture
def translator(sign_in):
    return sign_in(factories.user("Translators"))


@pytest.fixture
def page():
    """A page with a field, rows, blocks and links whose length is limited."""
    return factories.practice(
        body=[
            ("heading", "A heading"),
            ("picture", {"image": factories.image(), "alternative_text": "A stall", "caption": "At noon"}),
            ("text", '<p>Hand in <a href="https://example.org/form">the form</a>.</p>'),
            ("video", {"url": "https://example.org/video", "title": "A film"}),
        ],
        results=[PracticeResult(label="of 530 traders", evidence="outcome", source="Census", sort_order=0)],
    )


def segments_of(browser, version) -> dict[str, dict]:
    """Return the strings of the translation editor by their source."""
    return {segment["source"]: segment for segment in admin_forms.strings_in_editor(browser, version)}


def override_url(version, path_end: str) -> str:
    segment = OverridableSegment.objects.get(context__path__endswith=path_end)
    record = admin_forms.translation_of(version, "fr")
    return reverse("wagtail_localize:edit_override", args=[record.pk, segment.pk])


def upload(browser, version, content: bytes) -> str:
    """Upload a PO file; return the messages that follow."""
    record = admin_forms.translation_of(version, "fr")
    file = SimpleUploadedFile("translation.po", content, "text/x-gettext-translation")
    url = reverse("wagtail_localize:upload_pofile", args=[record.pk])
    return admin_forms.shown_messages(browser.post(url, {"file": file}, follow=True))


def po_file(browser, version, translate) -> polib.POFile:
    record = admin_forms.translation_of(version, "fr")
    po = polib.pofile(browser.get(reverse("wagtail_localize:download_pofile", args=[record.pk])).content.decode())
    for entry in po:
        entry.msgstr = translate(entry.msgid)
    return po


@pytest.mark.parametrize("text", ["A stall", "At noon", "A heading", "of 530 traders", "A film"])
def test_a_string_longer_than_its_field_or_block_is_refused_in_words(text, page, translator):
    french = factories.translated(page, "fr")
    segment = segments_of(translator, french)[text]
    answer = admin_forms.put(translator, segment["editUrl"], value=LONG)
    assert answer.status_code == 200
    assert f"The text has {len(LONG)} characters; at most" in answer.json()["error"]
    assert text in admin_forms.shown_messages(admin_forms.press_publish(translator, french))
    assert LONG.strip() not in json.dumps(row(french).serializable_data(), default=str)
    admin_forms.put(translator, segment["editUrl"], value="Court")
    admin_forms.press_publish(translator, french)
    assert "Court" in json.dumps(row(french).serializable_data(), default=str)


def test_a_character_that_cannot_be_saved_is_refused_in_words(page, translator):
    french = factories.translated(page, "fr")
    segment = segments_of(translator, french)["A heading"]
    answer = admin_forms.put(translator, segment["editUrl"], value="Un\0titre")
    assert "cannot be saved" in answer.json()["error"]
    assert not any("\0" in data for data in StringTranslation.objects.values_list("data", flat=True))
    assert "A heading" in admin_forms.shown_messages(admin_forms.press_publish(translator, french))


@pytest.mark.parametrize("body", ["", "other=1", "{}", "--BoUnDaRyStRiNg\r\n"])
def test_a_request_without_a_value_is_a_400(body, page, translator):
    french = factories.translated(page, "fr")
    string = segments_of(translator, french)["A heading"]["editUrl"]
    for url in (string, override_url(page, ".url")):
        for kind in ("multipart/form-data; boundary=BoUnDaRyStRiNg", "application/x-www-form-urlencoded"):
            assert translator.put(url, body, content_type=kind).status_code == 400
        assert translator.put(url, "[1", content_type="application/json").status_code == 400
        assert translator.put(url, "<x>", content_type="text/xml").status_code in {400, 415}
    assert not SegmentOverride.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "\u200bjavascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "/\\evil.example",
        "https:",
        "example.org",
        "",
        "https://example.org/\0",
    ],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ValidationError):
        validate_address(address)


@pytest.mark.parametrize("address", ["https://example.org/é", "mailto:a@example.org", "tel:+49", "/fr/", "#top"])
def test_an_address_that_leads_somewhere_is_taken(address):
    validate_address(address)


@pytest.mark.parametrize("path_end", [".'https://example.org/form'", ".url"])
def test_the_own_link_of_a_language_is_refused_in_words_if_it_leads_nowhere(path_end, page, translator):
    french = factories.translated(page, "fr")
    url = override_url(page, path_end)
    answer = admin_forms.put(translator, url, value="javascript:alert(1)")
    assert answer.json()["error"]
    admin_forms.press_publish(translator, french)
    assert "javascript" not in json.dumps(row(french).serializable_data(), default=str)
    assert not admin_forms.put(translator, url, value="https://example.org/fr").json()["error"]
    admin_forms.press_publish(translator, french)
    assert "https://example.org/fr" in json.dumps(row(french).serializable_data(), default=str)


def test_a_string_that_a_po_file_marks_as_fuzzy_is_not_translated(page, translator):
    french = factories.translated(page, "fr", publish=False)
    StringTranslation.objects.all().delete()
    po = po_file(translator, page, lambda text: f"fr: {text}")
    unsure = next(entry for entry in po if entry.msgid == "A heading")
    unsure.flags.append("fuzzy")
    text = upload(translator, page, str(po).encode())
    assert f"{len(po) - 1} strings were imported" in text
    assert "marked as fuzzy" in text
    assert "“A heading”" in text
    assert "“A heading”" in admin_forms.shown_messages(admin_forms.press_publish(translator, french))


def test_a_long_string_that_is_only_copied_is_not_translated_and_a_name_is(page, translator):
    factories.translated(page, "fr", publish=False)
    StringTranslation.objects.all().delete()
    text = upload(translator, page, str(po_file(translator, page, lambda text: text)).encode())
    assert "They could not read the price lists." in text
    assert "same as their sources" in text
    translated = set(StringTranslation.objects.values_list("translation_of__data", flat=True))
    assert "A heading" in translated
    assert page.problem not in translated


def test_a_po_file_says_what_it_did_not_bring(page, translator):
    french = factories.translated(page, "fr")
    po = po_file(translator, page, lambda text: LONG if text == "A stall" else "")
    po.append(polib.POEntry(msgid="Never there", msgctxt="body.x", msgstr="Jamais"))
    po.append(polib.POEntry(msgid="A heading", msgctxt="title", msgstr="Ailleurs"))
    po.append(polib.POEntry(msgid="A film", msgctxt=po.find("A film").msgctxt, msgstr="Vieux", obsolete=True))
    text = upload(translator, page, str(po).encode())
    assert "1 string was imported" in text
    assert "2 strings are not on the page any more" in text
    assert f"The text has {len(LONG)} characters" in text
    assert not StringTranslation.objects.filter(data__in=["Jamais", "Ailleurs", "Vieux"]).exists()
    assert row(french).live


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no PO file",
        b"\xff\xfe",
        b'msgid "',
        b"/etc/passwd",
        b'msgid ""\nmsgstr "Content-Type: charset=rot13"\n',
        b"\0",
    ],
)
def test_a_file_that_is_no_po_file_of_this_translation_is_refused_in_words(content, page, translator):
    factories.translated(page, "fr")
    text = upload(translator, page, content)
    assert "PO file" in text or "empty" in text


def test_submitting_again_overwrites_no_translation(page, translator):
    french = factories.translated(page, "fr")
    StringTranslation.objects.filter(translation_of__data="A heading").update(data="Mieux")
    change(page, cost_band="over-250k")
    admin_forms.submit(translator, page, "fr")
    assert row(french).body[0].value == "fr: A heading"
    assert StringTranslation.objects.get(translation_of__data="A heading").data == "Mieux"
