"""A reader reports a mistake without account, script or cookie; editors see it until it is done."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.models import Attempt
from audit.models import AuditEntry
from feedback.models import MistakeReport
from feedback.services import report
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ADDRESS = "/en/feedback/"


@pytest.fixture(autouse=True)
def _tree():
    factories.tree("fr", "ar")


def fields(address: str = ADDRESS) -> dict[str, str]:
    """What the form of a fresh page sends."""
    answer = Client().get(address)
    assert not answer.cookies
    form = html.fromstring(answer.content).xpath("//main//form")[0]
    return {name: value or "" for name, value in form.form_values()}


def send(address: str = ADDRESS, sender: str = "192.0.2.1", **values):
    return Client(enforce_csrf_checks=True).post(address, {**fields(address), **values}, REMOTE_ADDR=sender)


def test_a_report_names_the_page_from_which_it_was_sent():
    page = factories.practice()
    link = html.fromstring(Client().get(page.url).content).xpath("//aside//a[@rel='nofollow']/@href")
    assert fields(link[0])["page"] == page.url
    answer = send(link[0], text="The year is\nwrong.", email="reader@example.org")
    assert (answer.status_code, answer["Location"]) == (302, "/en/feedback/sent/")
    assert not answer.cookies
    assert "Thank you" in Client().get(answer["Location"]).content.decode()
    (row,) = MistakeReport.objects.open()
    assert (row.page, row.language, row.text, row.email) == (
        page.url,
        "en",
        "The year is\nwrong.",
        "reader@example.org",
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"text": " \n "}, "Décrivez ce qui est faux."),
        ({"text": "x" * 3001}, "3000"),
        ({"text": "Faux", "page": ""}, "Indiquez l’adresse de la page."),
        ({"text": "Faux", "page": "x" * 501}, "500"),
        ({"text": "Faux", "email": "nobody"}, "nom@ville.org"),
        ({"text": "\x00\x07"}, ""),
    ],
)
def test_bad_input_is_answered_in_words_and_kept_in_the_form(values, message):
    answer = send("/fr/feedback/?page=/fr/", **values)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert "À corriger" in answer.content.decode()
    assert not MistakeReport.objects.exists()


def test_a_form_that_was_open_for_too_long_or_comes_from_elsewhere_is_shown_again():
    sent = {**fields(), "page": "/en/", "text": "A wrong year"}
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        old = Client().post(ADDRESS, sent)
    forged = Client().post(ADDRESS, {**sent, "opened": "report:1:x"})
    missing = Client().post(ADDRESS, {"page": "/en/", "text": "A wrong year"})
    for answer in (old, forged, missing):
        assert answer.status_code == 400
        assert "A wrong year" in answer.content.decode()
    assert not MistakeReport.objects.exists()
    again = dict(html.fromstring(old.content).xpath("//main//form")[0].form_values())
    assert Client().post(ADDRESS, again).status_code == 302


def test_a_program_that_fills_in_every_field_is_not_told_that_its_report_is_dropped():
    assert send(page="/en/", text="Buy", website="https://example.org").status_code == 302
    assert not MistakeReport.objects.exists()


def test_reports_are_limited_for_each_network_address():
    answers = [send(page="/en/", text=f"Report {number}") for number in range(8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 3
    assert "Your report was not sent: wait 10 minutes" in answers[-1].content.decode()
    assert "Report 7" in answers[-1].content.decode()
    assert MistakeReport.objects.count() == 5
    assert send(sender="192.0.2.2", page="/en/", text="Another").status_code == 302
    assert "192.0.2" not in str(list(Attempt.objects.values()))


def test_hostile_parameters_are_shown_as_text():
    for page in ("//evil.example", "javascript:alert(1)", "\x00<b>", "a" * 5000):
        answer = Client().get(ADDRESS, {"page": page})
        assert answer.status_code == 200
        assert b"<b>" not in answer.content
    assert MistakeReport(page="//evil.example").is_of_the_portal is False
    assert MistakeReport(page="/\\evil.example").is_of_the_portal is False
    assert MistakeReport(page="javascript:alert(1)").is_of_the_portal is False
    assert MistakeReport(page="/en/?q=a").is_of_the_portal is True


def test_editors_mark_reports_as_done_and_the_log_says_who():
    wrong, other = report("/en/a/", "en", "A wrong year <b>"), report("//evil.example", "ar", "Another mistake")
    editor = factories.user("Editors")
    staff = Client()
    staff.force_login(editor)
    address = "/admin/reports/mistakes/"
    page = staff.get(address).content.decode()
    assert "A wrong year &lt;b&gt;" in page
    assert 'href="/en/a/"' in page
    assert 'href="//evil.example"' not in page
    assert "Another mistake" not in staff.get(f"{address}?q=year").content.decode()
    assert "A wrong year" not in staff.get(f"{address}?language=ar").content.decode()
    form = html.fromstring(page).xpath(f"//form[@action='{address}{wrong.pk}/done/']")[0]
    assert dict(form.form_values())["csrfmiddlewaretoken"]
    for _twice in range(2):
        assert staff.post(form.get("action")).status_code == 302
    assert list(MistakeReport.objects.open()) == [other]
    wrong.refresh_from_db()
    assert (wrong.closed_by, wrong.state) == (editor, "done")
    assert "A wrong year" not in staff.get(f"{address}?state=new").content.decode()
    assert staff.post(f"{address}{wrong.pk}/new/").status_code == 302
    assert MistakeReport.objects.open().count() == 2
    entries = AuditEntry.objects.filter(object_type="feedback.mistakereport").order_by("pk")
    assert [(entry.action, entry.recorded_by) for entry in entries] == [
        ("report.done", editor),
        ("report.opened", editor),
    ]
    assert staff.post(f"{address}{wrong.pk}/gone/").status_code == 404
    assert staff.post(f"{address}999999/done/").status_code == 404


def test_a_report_is_forgotten_after_the_days_of_the_setting(settings):
    settings.MISTAKE_REPORT_DAYS = 30
    kept, old = report("/en/", "en", "New"), report("/en/", "en", "Old", "reader@example.org")
    MistakeReport.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert MistakeReport.objects.all().forget() == 1
    assert list(MistakeReport.objects.all()) == [kept]
