"""The screen of a call: previews at an instant, documents in their grid, translations."""

from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import PageViewRestriction

from calls.models import Call, CallDocument, DateChange
from core.media.models import PortalDocument
from tests import factories
from tests.calls.builders import BERLIN, at, call_document, extend_both, membership

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ANNOUNCED = datetime(2026, 4, 30, 9, tzinfo=BERLIN)
NOON = datetime(2026, 4, 29, 12, tzinfo=BERLIN)
PLAN = {
    "city_day": "2026-06-30",
    "commission_day": "2026-07-15",
    "commission_time": "18:00",
    "reason": "emergency",
    "decided_by": "secretariat",
    "announce_day": "2026-04-30",
    "announce_time": "09:00",
}


@pytest.fixture(autouse=True)
def _tree():
    factories.tree("ar", "fr")


@pytest.fixture
def editor(sign_in):
    return sign_in(factories.user("Editors"))


@pytest.fixture
def call():
    """A call with a public page in English and Arabic."""
    row = membership()
    factories.translated(factories.call_page(row, title="Join us"), "ar", {"Join us": "انضموا إلينا"})
    return row


def url(name, *args):
    return reverse(f"calls:{name}", args=args)


def text_of(response) -> str:
    (main,) = BeautifulSoup(response.content.decode(), "html.parser").select("main")
    return " ".join(main.get_text().split())


# --- Previews -----------------------------------------------------------------------------


def test_a_plan_is_read_in_arabic_before_it_is_saved_and_nothing_is_saved(editor, call):
    with at(2026, 4, 29, 12):
        page = editor.post(url("extend", call.pk), {**PLAN, "preview": "ar"})
        assert not DateChange.objects.exists()
        public = editor.get(call.pages.get(locale__language_code="ar").url)
    assert page.status_code == 200
    assert "انضموا إلينا" in text_of(page)
    assert "30 يونيو 2026" in text_of(page)
    assert "30 يونيو 2026" not in text_of(public)
    assert '<html lang="ar"' in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]


def test_the_screen_links_to_the_page_of_each_language_at_each_coming_instant(editor, call):
    with at(2026, 4, 29, 12):
        extend_both(call, announce_at=ANNOUNCED)
        turns = editor.get(url("edit", call.pk)).context["turns"]
        announcement = next(turn for turn in turns if turn["announces"])
        assert announcement["far"] == "tomorrow"
        answers = {item["code"]: editor.get(item["url"]) for item in announcement["previews"]}
        pages = {code: text_of(answer) for code, answer in answers.items()}
        before = text_of(editor.get(url("preview", call.pk, "en")))
    assert set(pages) == {"en", "ar"}
    assert "30 June 2026" in pages["en"]
    assert "30 يونيو 2026" in pages["ar"]
    assert "30 June 2026" not in before
    assert "as it will be at 30 April 2026, 09:00 (Hamburg). In UTC: 30 April 2026, 07:00." in pages["en"]
    assert all("wagtail-userbar" not in answer.content.decode() for answer in answers.values())
    assert "wagtail-userbar" in editor.get(call.pages.get(locale__language_code="en").url).content.decode()


def test_the_menu_of_a_preview_counts_the_calls_that_are_open_then(editor, call):
    at_the_end = datetime(2026, 8, 1, tzinfo=BERLIN)
    with at(2026, 4, 29, 12):
        header = [
            BeautifulSoup(editor.get(address).content.decode(), "html.parser").select("header")[0].get_text()
            for address in (
                url("preview", call.pk, "en"),
                f"{url('preview', call.pk, 'en')}?at={at_the_end:%Y-%m-%dT%H:%M}Z",
            )
        ]
    assert "1 open" in header[0]
    assert "1 open" not in header[1]


def test_a_preview_of_a_draft_says_so_and_a_scheduled_text_is_read_from_its_day_on(editor, call):
    page = call.pages.get(locale__language_code="en")
    with at(2026, 4, 29, 12):
        page.title, page.go_live_at = "Scheduled words", ANNOUNCED
        page.save_revision(approved_go_live_at=ANNOUNCED)
        address = url("preview", call.pk, "en")
        earlier = ANNOUNCED - timedelta(minutes=1)
        assert "Scheduled words" in text_of(editor.get(address, {"at": ANNOUNCED.isoformat()}))
        assert "Scheduled words" not in text_of(editor.get(address, {"at": earlier.isoformat()}))
        draft = factories.call_page(membership(code="draft"), title="Only a draft")
        draft.unpublish()
        assert "it is not published" in text_of(editor.get(url("preview", draft.call_id, "en")))
        assert "it is not published" not in text_of(editor.get(address))


@pytest.mark.parametrize(("language", "instant", "status"), [("fr", "", 404), ("xx", "", 404), ("en", "soon", 400)])
def test_a_preview_of_nothing_or_at_no_instant_is_refused(editor, call, language, instant, status):
    assert editor.get(url("preview", call.pk, language), {"at": instant}).status_code == status


def test_a_preview_needs_the_permission_to_change_calls(sign_in, client, call):
    address = f"{url('preview', call.pk, 'en')}?at=2026-08-01T00:00Z"
    assert "/admin/login/" in client.get(address)["Location"]
    assert sign_in(factories.user("Translators")).get(address)["Location"] == reverse("wagtailadmin_home")


def test_a_plan_proposes_tomorrow_and_needs_a_day(editor, call):
    with at(2026, 4, 29, 12):
        form = editor.get(url("extend", call.pk), {"plan": "1"}).context["form"]
        assert form["announce_day"].value() == date(2026, 4, 30)
        refused = editor.post(f"{url('extend', call.pk)}?plan=1", {**PLAN, "announce_day": "", "announce_time": ""})
    assert set(refused.context["form"].errors) == {"announce_day"}
    assert not DateChange.objects.exists()


# --- Documents ----------------------------------------------------------------------------


def upload(name: str = "flyer.txt", content: bytes = b"Until 30 June") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def cell(editor, call, language: str):
    (line,) = (line for line in editor.get(url("edit", call.pk)).context["grid"] if line["code"] == language)
    return line["cells"][0]


def test_a_missing_flyer_is_added_in_its_cell_and_an_old_one_is_replaced(editor, call):
    old = call_document(call, shows_deadline=date(2026, 5, 30), document=factories.document(title="Old"))
    call_document(membership(code="decoy"), document=factories.document(title="Decoy"))
    assert cell(editor, call, "ar").is_missing
    assert not cell(editor, call, "fr").is_missing
    form = {"title": "مطوية", "version": "1", "shows_deadline": "2026-05-31"}
    added = editor.post(url("document", call.pk), {**form, "document": "flyer-ar", "file": upload()})
    assert added["Location"] == f"{url('edit', call.pk)}#documents"
    assert not cell(editor, call, "ar").is_missing
    replaced = {"title": "New", "version": "2", "shows_deadline": "2026-05-31", "document": f"flyer-en-{old.pk}"}
    editor.post(url("document", call.pk), {**replaced, "file": upload()})
    (row,) = cell(editor, call, "en").rows
    assert (row["row"].document.title, row["row"].version, row["fault"]) == ("New", "2", "")
    assert PortalDocument.objects.filter(title="Old").exists()
    assert set(CallDocument.objects.filter(call__code="decoy").values_list("document__title", flat=True)) == {"Decoy"}


def test_a_document_with_an_error_comes_back_with_what_was_typed(editor, call):
    call_document(call, version="2")
    sent = {"title": "The flyer", "version": "2", "shows_deadline": "31.02.2026", "document": "flyer-en"}
    for file, faults in ((None, {"file"}), (upload("flyer.pdf", b"no PDF"), {"file"}), (upload("x.exe"), {"file"})):
        response = editor.post(url("document", call.pk), sent | ({"file": file} if file else {}))
        form = response.context["open_document"]
        assert set(form.errors) == faults | {"version", "shows_deadline"}
        assert form["title"].value() == "The flyer"
        assert "31.02.2026" in response.content.decode()
    assert CallDocument.objects.count() == 1


def test_a_document_is_taken_off_the_page_and_one_of_another_call_is_not_there(editor, call):
    own, foreign = call_document(call), call_document(membership(code="award-2026"))
    for name in (f"flyer-en-{foreign.pk}", f"flyer-fr-{own.pk}", "flyer-xx", "poster-en", "flyer-en-²", ""):
        assert editor.post(url("document", call.pk), {"document": name, "remove": "1"}).status_code == 404
    editor.post(url("document", call.pk), {"document": f"flyer-en-{own.pk}", "remove": "1"})
    assert list(CallDocument.objects.all()) == [foreign]
    assert PortalDocument.objects.filter(pk=own.document_id).exists()


def test_the_grid_says_what_a_planned_announcement_does_to_a_flyer(editor, call):
    call_document(call, language="en", shows_deadline=date(2026, 5, 31))
    call_document(call, language="ar", shows_deadline=date(2026, 6, 30))
    with at(2026, 4, 29, 12):
        extend_both(call, announce_at=ANNOUNCED)
        (english,), (arabic,) = (cell(editor, call, code).rows for code in ("en", "ar"))
    assert english["later"] == "From 30 April 2026, 09:00 (Hamburg) on it shows an old date."
    assert arabic["later"] == "From 30 April 2026, 09:00 (Hamburg) on its date is right."


# --- Pages --------------------------------------------------------------------------------


def test_the_screen_lists_every_language_with_its_state_and_begins_a_missing_translation(editor, call):
    rows = {row["code"]: row for row in editor.get(url("edit", call.pk)).context["pages"]}
    assert {code: row["state"] for code, row in rows.items()} == {"en": "live", "fr": "missing", "ar": "live"}
    response = editor.post(rows["fr"]["translate_url"])
    french = call.pages.get(locale__language_code="fr")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[french.pk])
    assert not french.live
    again = editor.post(rows["fr"]["translate_url"])
    assert again["Location"] == response["Location"]
    rows = {row["code"]: row for row in editor.get(url("edit", call.pk)).context["pages"]}
    assert rows["fr"]["state"] == "draft"


def test_a_restricted_section_is_not_called_public(editor, call):
    restricted = call.pages.get(locale__language_code="en").get_parent()
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    answer = editor.get(url("edit", call.pk))
    assert answer.context["public_pages"] == []
    assert {row["state"] for row in answer.context["pages"] if row["url"]} == {"closed"}
    assert "Nothing: no page of the call is open to the public." in text_of(answer)
    assert "Not open to the public:" in text_of(editor.get(reverse("calls:index")))


def test_the_screen_of_a_call_without_a_page_says_that_readers_see_nothing(editor):
    content = text_of(editor.get(url("edit", membership().pk)))
    assert "Nothing: no page of the call is open to the public." in content
    assert Call.objects.get().code not in content
