"""A PO file leaves the portal as the tools of gettext accept it, and comes back in."""

import subprocess

import polib
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from core.translations.po_files import export_po_file
from tests import admin_forms, factories
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = pytest.mark.django_db

TWICE = "Open on <b>Mondays</b>."
STREAM = [
    ("heading", 'Say "no\\n" to 100 %s {braces}\tand <tags> & more'),
    ("text", "<p>Open on <b>Mondays</b>.</p><p>Read on.</p><p>Open on <b>Mondays</b>.</p>"),
    ("text", "<p>Open on <b>Mondays</b>.</p>"),
]


def check(po: bytes, tmp_path) -> None:
    """Fail with the words of msgfmt if it has any to say about a file."""
    file = tmp_path / "translation.po"
    file.write_bytes(po)
    command = ["msgfmt", "--check", "--verbose", "--output-file=/dev/null", file]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "warning" not in answer.stderr, answer.stderr


def download(browser, record) -> bytes:
    answer = browser.get(reverse("wagtail_localize:download_pofile", args=[record.pk]))
    assert answer.status_code == 200
    return answer.content


def upload(browser, record, content: bytes) -> str:
    file = SimpleUploadedFile("translation.po", content, "text/x-gettext-translation")
    answer = browser.post(reverse("wagtail_localize:upload_pofile", args=[record.pk]), {"file": file}, follow=True)
    return admin_forms.shown_messages(answer)


def texts(record) -> set[tuple[str, str, str]]:
    rows = StringTranslation.objects.filter(locale=record.target_locale, context__object_id=record.source.object_id)
    return set(rows.values_list("context__path", "translation_of__data", "data"))


def test_a_file_passes_msgfmt_and_comes_back_with_repeated_text_and_marks(tmp_path, sign_in):
    factories.tree("ar")
    page = factories.practice(body=STREAM, one_line_result="Line one")
    arabic = factories.translated(page, "ar")
    translator = sign_in(factories.user("Translators"))
    record = admin_forms.translation_of(page, "ar")
    content = download(translator, record)
    check(content, tmp_path)
    po = polib.pofile(content.decode())
    assert po.metadata["Language"] == "ar"
    assert po.metadata["Plural-Forms"].startswith("nplurals=6;")
    assert "charset=UTF-8" in po.metadata["Content-Type"]
    assert sum(entry.msgid == TWICE for entry in po) == 2  # one for each block, in its msgctxt
    before = texts(record)
    assert "imported" in upload(translator, record, content)
    assert texts(record) == before
    for entry in po:
        entry.msgstr = f"ع {entry.msgid}"
    upload(translator, record, str(po).encode())
    assert {text for _path, source, text in texts(record) if source == TWICE} == {f"ع {TWICE}"}
    check(download(translator, record), tmp_path)
    admin_forms.press_publish(translator, arabic)
    assert "ع Read on." in str(row(arabic).body)


def test_a_file_says_what_an_open_string_was_before(tmp_path, sign_in):
    factories.tree("fr")
    page = factories.practice(problem="They could not read prices.")
    factories.translated(page, "fr", {"They could not read prices.": "Ils ne lisaient pas les prix."})
    change(page, problem="They could not read invoices.")
    record = admin_forms.translation_of(page, "fr")
    content = download(sign_in(factories.user("Translators")), record)
    check(content, tmp_path)
    (entry,) = [entry for entry in polib.pofile(content.decode()) if entry.msgid == "They could not read invoices."]
    assert not entry.msgstr
    assert "They could not read prices." in entry.comment
    assert "Ils ne lisaient pas les prix." in entry.comment


def test_the_header_is_right_in_every_language(tmp_path):
    factories.tree("fr")
    page = factories.practice()
    factories.translated(page, "fr")
    record = admin_forms.translation_of(page, "fr")
    for code, _name in settings.LANGUAGES:
        record.target_locale, _created = Locale.objects.get_or_create(language_code=code)
        po = export_po_file(record, "Portal")
        check(str(po).encode(), tmp_path)
        assert po.metadata["Language"].replace("_", "-").lower() == code
