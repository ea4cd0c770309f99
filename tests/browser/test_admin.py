"""The pages that the portal adds to Wagtail's admin: no serious findings of axe, in both directions of writing."""

import sqlite3
from base64 import b32decode
from contextlib import closing

import pytest
from django_otp.oath import totp

from tests.axe.findings import STANDARD, answer
from tests.browser.addresses import admin_templates
from tests.browser.links import write_link

# Of Wagtail's own frame around our pages: reported in no place of ours.
OF_WAGTAIL = {
    "label-content-name-mismatch",  # the buttons at the top of a report
}
CALL = "SELECT id FROM calls_call WHERE code = 'membership-example'"
CITY = "SELECT id FROM cities_city ORDER BY id LIMIT 1"
CLUSTER = "SELECT id FROM clusters_cluster ORDER BY id LIMIT 1"
TRANSLATION = "SELECT id FROM wagtailcore_page WHERE url_path = '/en-4/about/'"
WAITING = "SELECT object_id FROM wagtailcore_workflowstate WHERE status = 'in_progress' ORDER BY id LIMIT 1"
RETURNED = "SELECT object_id FROM wagtailcore_workflowstate WHERE status = 'needs_changes' ORDER BY id LIMIT 1"
PRACTICE = "SELECT page_ptr_id FROM practices_practicepage ORDER BY page_ptr_id LIMIT 1"
TRANSLATOR = "SELECT id FROM accounts_user WHERE email = 'translator@example.org'"
SOURCE = "SELECT source_id FROM wagtail_localize_translation ORDER BY id LIMIT 1"
EVENT = "SELECT page_ptr_id FROM events_eventpage WHERE starts_at IS NOT NULL ORDER BY starts_at DESC LIMIT 1"
LIVE = "SELECT id FROM wagtailcore_page WHERE url_path = '/en/about/'"
ADDRESSES = {
    "dashboard": ("/admin/", ""),
    "practices": ("/admin/practices/all/", ""),
    "events": ("/admin/events/", ""),
    "an event": ("/admin/event/{}/", EVENT),
    "moving an event": ("/admin/event/move/{}/", EVENT),
    "the same event again": ("/admin/event/again/{}/", EVENT),
    "a series of events": ("/admin/event/series/iclc/", ""),
    "calls": ("/admin/calls/", ""),
    "a call": ("/admin/calls/edit/{}/", CALL),
    "a new call": ("/admin/calls/new/", ""),
    "the same call again": ("/admin/calls/again/{}/", CALL),
    "extending a call": ("/admin/calls/extend/{}/", CALL),
    "correcting a call": ("/admin/calls/correct/{}/", CALL),
    "commissions": ("/admin/commissions/", ""),
    "searches": ("/admin/reports/search-analytics/", ""),
    "translations": ("/admin/localize/reports/translations/", ""),
    "a translation": ("/admin/pages/{}/edit/", TRANSLATION),
    "cities": ("/admin/snippets/cities/city/", ""),
    "importing cities": ("/admin/imports/cities/", ""),
    "a city": ("/admin/snippets/cities/city/edit/{}/", CITY),
    "status of a city": ("/admin/snippets/cities/city/status/{}/", CITY),
    "a cluster": ("/admin/snippets/clusters/cluster/edit/{}/", CLUSTER),
    "network": ("/admin/settings/home/networksettings/", ""),
    "practices to review": ("/admin/practices/review/", ""),
    "what has changed": ("/admin/practices/{}/changes/", WAITING),
    "remarks": ("/admin/practices/{}/remarks/", RETURNED),
    "audit log": ("/admin/reports/audit-log/", ""),
    "undelivered mails": ("/admin/mails/undelivered/", ""),
    "state of the portal": ("/admin/system/", ""),
    "a guide": ("/admin/guides/editors/", ""),
    "broken links": ("/admin/reports/broken-links/", ""),
    "late schedules": ("/admin/reports/late-schedules/", ""),
    "people": ("/admin/users/", ""),
    "an invitation to the secretariat": ("/admin/users/new/", ""),
    "invite again": ("/admin/users/invite-again/{}/", TRANSLATOR),
    "people are never deleted": ("/admin/users/delete/{}/", TRANSLATOR),
    "people of a city": ("/admin/snippets/cities/city/people/{}/", CITY),
    "open invitations": ("/admin/cities/invitations/", ""),
    "updating translations": ("/admin/localize/update/{}/", SOURCE),
    "deleting a page": ("/admin/pages/{}/delete/", LIVE),
    "choosing a cluster": ("/admin/bulk/wagtailcore/page/cluster/?id={}", PRACTICE),
    "a state of several practices": ("/admin/bulk/wagtailcore/page/state/?id={}&to_state=failed", PRACTICE),
    "deleting a city": ("/admin/snippets/cities/city/delete/{}/", CITY),
}
# Template → the name of a page in ADDRESSES or in the journey below, or why there is none.
TEMPLATES = {
    "accounts/code.html": "a code",
    "accounts/dead_invitation.html": "a dead invitation",
    "accounts/invitation.html": "an invitation",
    "accounts/invite.html": "an invitation to the secretariat",
    "accounts/invite_again.html": "invite again",
    "accounts/never_deleted.html": "people are never deleted",
    "accounts/no_second_factor.html": "no second factor",
    "accounts/recovery_codes.html": "recovery codes",
    "accounts/second_factor.html": "a second factor",
    "accounts/set_up.html": "setting up",
    "calls/admin/again.html": "the same call again",
    "calls/admin/call.html": "a call",
    "calls/admin/index.html": "calls",
    "calls/admin/list.html": "calls",
    "calls/admin/move_dates.html": "extending a call",
    "calls/admin/new.html": "a new call",
    "cities/admin/open_invitations.html": "open invitations",
    "cities/admin/people.html": "people of a city",
    "cities/admin/record_status.html": "status of a city",
    "editorial/admin/bulk_action.html": "a state of several practices",
    "editorial/admin/bulk_choice.html": "choosing a cluster",
    "editorial/admin/imports/import.html": "an import",
    "editorial/admin/imports/upload.html": "importing cities",
    "editorial/admin/translation_title.html": "translations",
    "editorial/admin/guide.html": "a guide",
    "editorial/admin/late_schedules.html": "late schedules",
    "events/admin/again.html": "the same event again",
    "events/admin/change.html": "moving an event",
    "events/admin/event.html": "an event",
    "events/admin/series.html": "a series of events",
    "mails/admin/undelivered.html": "undelivered mails",
    "moderation/admin/changes.html": "what has changed",
    "moderation/admin/remarks.html": "remarks",
    "moderation/admin/waiting.html": "practices to review",
    "portal/admin/system.html": "state of the portal",
    "search/admin/search_analytics.html": "searches",
    "wagtail_localize/admin/edit_translation.html": "a translation",
    "wagtail_localize/admin/update_translations.html": "updating translations",
    "wagtailadmin/generic/confirm_delete.html": "deleting a city",
    "wagtailadmin/home.html": "dashboard",
    "wagtailadmin/login.html": "the way",
    "wagtailadmin/pages/confirm_delete.html": "deleting a page",
}
JOURNEY = (
    "the way",
    "a dead invitation",
    "an invitation",
    "setting up",
    "recovery codes",
    "a second factor",
    "a code",
)
WITHOUT_PAGE = {
    "calls/admin/withdraw.html": "the same form as another date of a call; the demonstration has no move to take back",
    "cities/admin/userbar_edit.html": "an item of the bar on the public page",
    "editorial/admin/bulk_undo.html": "the same lists as before a bulk action; it needs one that was done",
    "core/admin/remarkable_inline_panel.html": "a panel of the editor of a practice",
    "wagtailadmin/admin_base.html": "the frame of every page",
    "wagtailadmin/base.html": "the frame of every page",
    "wagtailadmin/bulk_actions/confirmation/base.html": "Wagtail's page, with a list of reasons",
    "wagtailadmin/generic/confirm_unpublish.html": "Wagtail's page, with a list of reasons",
    "wagtailadmin/pages/confirm_move.html": "Wagtail's page, with a list of reasons",
    "wagtailadmin/shared/headers/slim_header.html": "the header of every page",
    "wagtailadmin/shared/side_panels/includes/status/privacy.html": "a part of the editor",
}


def test_every_page_that_the_portal_adds_to_the_admin_is_opened():
    assert {*TEMPLATES, *WITHOUT_PAGE} == admin_templates()
    assert set(TEMPLATES.values()) <= {*ADDRESSES, *JOURNEY, "no second factor", "an import"}


def serious(page) -> list[str]:
    """What axe finds on a page that is serious or critical, when its messages have faded in."""
    page.evaluate("Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => {})))")
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in answer(page, STANDARD)["violations"]
        for node in rule["nodes"]
        if rule["impact"] in {"serious", "critical"} and rule["id"] not in OF_WAGTAIL
    ]


def serious_findings(open_page, staff, portal, portal_folder, language: str) -> dict[str, list[str]]:
    """Return what axe finds that is serious or critical, by page."""
    found = {}
    page = open_page("/admin/", locale=language, reduced_motion="reduce", **staff("admin"))
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database:
        for name, (address, query) in ADDRESSES.items():
            page.goto(portal + address.format(*(database.execute(query).fetchone() if query else ())))
            assert page.locator("main h1, main h2, header h1, header h2").count() > 0, name
            assert page.locator("html").get_attribute("lang") == language, name
            if problems := serious(page):
                found[name] = problems
    return found


def test_our_pages_in_the_admin_are_accessible_from_right_to_left(open_page, staff, portal, portal_folder):
    assert serious_findings(open_page, staff, portal, portal_folder, "ar") == {}


@pytest.mark.sweep
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_our_pages_in_the_admin_are_accessible_from_left_to_right(open_page, staff, portal, portal_folder, language):
    assert serious_findings(open_page, staff, portal, portal_folder, language) == {}


@pytest.fixture
def failed_mail(portal, portal_folder):
    """A mail that was refused, for one test."""
    refused = "UPDATE post_office_email SET status = ? WHERE id = (SELECT min(mail_id) FROM mails_notice)"
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database:
        with database:
            database.execute(refused, (1,))
        yield
        with database:
            database.execute(refused, (2,))


@pytest.fixture
def newcomer(portal, portal_folder):
    """The address of a new member of the secretariat, who has no password, and the token of the invitation."""
    email, database = "newcomer@example.org", portal_folder / "portal.sqlite3"
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(accounts_user)") if row[1] != "id"]
        values = {"email": "?", "password": "'!'", "language": "''", "last_login": "NULL"}
        copied = ", ".join(values.get(name, name) for name in columns)
        query = f"INSERT INTO accounts_user ({', '.join(columns)}) SELECT {copied} FROM accounts_user WHERE email = ?"
        connection.execute(query, (email, "admin@example.org"))
    yield email, write_link(database, "staff-invitation", email)
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        connection.execute("UPDATE accounts_user SET is_active = 0, email = 'gone-' || id WHERE email = ?", (email,))


@pytest.mark.sweep
@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_the_list_of_undelivered_mails_is_accessible(open_page, staff, failed_mail, language):
    page = open_page("/admin/mails/undelivered/", locale=language, reduced_motion="reduce", **staff("admin"))
    assert page.locator("main tbody form").count() == 1
    assert serious(page) == []


JUDGED = """INSERT INTO editorial_importrow
    (job_id, number, code, language, cells, verdict, changes, problems, state, reason)
    SELECT max(id), ?, ?, 'en', '{}', ?, ?, ?, 'waiting', '' FROM editorial_import"""
CHANGES = '[{"column": "area_km2", "old": "1", "new": "2"}, {"column": "headline", "old": null, "new": "A town"}]'
PROBLEMS = '[{"column": "country", "text": "“Atlantis” is not in the list."}]'


@pytest.mark.sweep
@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_an_import_is_accessible(open_page, staff, portal, portal_folder, language):
    """Uploaded in the browser; its rows are those that the worker would have judged."""
    page = open_page("/admin/imports/cities/", locale=language, reduced_motion="reduce", **staff("editor"))
    page.locator("[name=file]").set_input_files(
        {"name": "cities.csv", "mimeType": "text/csv", "buffer": b"code,country\nde-ulm,DE\n"}
    )
    with page.expect_navigation():
        page.locator("main form [type=submit]").click()
    found = {"at work": serious(page)}
    with closing(sqlite3.connect(portal_folder / "portal.sqlite3", timeout=60)) as database, database:
        database.execute(JUDGED, (2, "dk-sonderborg", "changed", CHANGES, "[]"))
        database.execute(JUDGED, (3, "de-ulm", "refused", "[]", PROBLEMS))
        database.execute("UPDATE editorial_import SET stage = 'judged'")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[f"judged, {width} px"] = serious(page) + ([f"{wide} px too wide"] if wide else [])
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.locator("main [value=discard]").press("Enter")
    assert found == {name: [] for name in found}


@pytest.mark.sweep
@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_the_way_into_the_secretariat_is_accessible(open_page, portal, staff, newcomer, language):
    """From the invitation to the second factor, as a new member goes it, at the width of a phone too."""
    email, token = newcomer
    found = {}

    def look(name: str) -> None:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if problems := serious(page) + ([f"{wide} px too wide"] if wide else []):
                found[f"{name}, {width} px"] = problems

    def submit() -> None:
        with page.expect_navigation():
            page.locator("form footer button[type=submit]").click()

    page = open_page("/admin/invitation/unknown/", locale=language, reduced_motion="reduce")
    look("a dead invitation")
    page.goto(f"{portal}/admin/login/")
    look("the way")
    page.goto(f"{portal}/admin/invitation/{token}/")
    look("an invitation")
    for field in ("new_password1", "new_password2"):
        page.locator(f"[name={field}]").fill("seven green boats at dawn")
    submit()
    look("setting up")
    key = b32decode(page.locator("li code").inner_text().replace(" ", ""))
    page.locator("[name=code]").fill(f"{totp(key):06}")
    submit()
    assert page.locator("main li code").count() >= 8
    look("recovery codes")
    page.goto(f"{portal}/admin/second-factor/")
    look("a second factor")

    page = open_page("/admin/login/", locale=language, reduced_motion="reduce")
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill("seven green boats at dawn")
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")
    page.goto(f"{portal}/admin/second-factor/")
    page.locator("[name=code]").wait_for()
    look("a code")
    page = open_page("/admin/second-factor/", locale=language, reduced_motion="reduce", **staff("editor"))
    look("no second factor")
    assert found == {}
