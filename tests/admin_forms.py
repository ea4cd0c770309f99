"""Use the admin as a person does: through its own forms and URLs."""

import json
from html import unescape

import polib
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT, Client, encode_multipart
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import querydict_from_html
from wagtail_localize.models import Translation

BOUNDARY = "BoUnDaRyStRiNg"


def edit_url(version) -> str:
    """Return the edit URL of a page or snippet."""
    if isinstance(version, Page):
        return reverse("wagtailadmin_pages:edit", args=[version.pk])
    return reverse(version.snippet_viewset.get_url_name("edit"), args=[version.pk])


def submit_url(original) -> str:
    """Return the URL where an original is submitted for translation."""
    if isinstance(original, Page):
        return reverse("wagtail_localize:submit_page_translation", args=[original.pk])
    return reverse(
        "wagtail_localize:submit_snippet_translation",
        args=[original._meta.app_label, original._meta.model_name, original.pk],
    )


def submit(browser: Client, original, *languages: str, **fields):
    """Submit an original for translation; return the response after redirects."""
    locales = [Locale.objects.get(language_code=code).pk for code in languages]
    return browser.post(submit_url(original), {"locales": locales, **fields}, follow=True)


def version_of(original, language: str):
    """Return the version of `original` in `language` from the database, or None."""
    found = type(original).objects.filter(translation_key=original.translation_key, locale__language_code=language)
    return found.first()


def translation_of(original, language: str) -> Translation:
    """Return the `Translation` of wagtail-localize for the version in `language`."""
    return Translation.objects.get(source__object_id=original.translation_key, target_locale__language_code=language)


def strings_in_editor(browser: Client, version) -> list[dict]:
    """Return the strings that the translation editor shows."""
    page = BeautifulSoup(browser.get(edit_url(version)).content, "html.parser")
    (editor,) = page.select("[data-props]")
    segments = json.loads(unescape(str(editor["data-props"])))["segments"]
    return [segment for segment in segments if segment["type"] == "string"]


def put(browser: Client, url: str, **fields):
    """Send fields as the translation editor does."""
    return browser.put(url, encode_multipart(BOUNDARY, fields), content_type=MULTIPART_CONTENT)


def save_string(browser: Client, segment: dict, text: str) -> None:
    """Save one string in the translation editor."""
    answer = put(browser, segment["editUrl"], value=text)
    assert answer.status_code in {200, 201}, answer.content


def press_publish(browser: Client, version):
    """Press “Publish” in the translation editor; return the response after redirects."""
    return browser.post(edit_url(version), {"action": "publish"}, follow=True)


def translate_by_po_file(browser: Client, record: Translation, translate) -> None:
    """Download the PO file, fill it by `translate(source)`, upload it."""
    download = reverse("wagtail_localize:download_pofile", args=[record.pk])
    po = polib.pofile(browser.get(download).content.decode())
    for entry in po:
        entry.msgstr = translate(entry.msgid)
    file = SimpleUploadedFile("translation.po", str(po).encode(), "text/x-gettext-translation")
    upload = reverse("wagtail_localize:upload_pofile", args=[record.pk])
    browser.post(upload, {"file": file}, follow=True)


def form_of(browser: Client, version) -> dict:
    """Return the form data of an original's edit page."""
    html = browser.get(edit_url(version)).content.decode()
    form_id = "page-edit-form" if isinstance(version, Page) else "w-editor-form"
    return dict(querydict_from_html(html, form_id=form_id).lists())


def fields_of(html: str) -> dict:
    """Return the form data of the edit page of a viewset."""
    return dict(querydict_from_html(html, form_id="w-editor-form").lists())


def stream_form(name: str, stream) -> dict:
    """Return the form data of a StreamField: plain values and structs of them."""
    data: dict = {f"{name}-count": len(stream)}
    for index, block in enumerate(stream):
        at = f"{name}-{index}"
        data |= {f"{at}-id": block.id, f"{at}-type": block.block_type, f"{at}-order": index, f"{at}-deleted": ""}
        value = block.block.get_prep_value(block.value)
        if isinstance(value, dict):
            data |= {f"{at}-value-{key}": "" if part is None else part for key, part in value.items()}
        else:
            data[f"{at}-value"] = value
    return data


def shown_messages(answer) -> str:
    """Return the messages above an admin page."""
    page = BeautifulSoup(answer.content, "html.parser")
    messages = page.find(class_="messages")
    return " ".join(messages.get_text(" ").split()) if messages else ""
