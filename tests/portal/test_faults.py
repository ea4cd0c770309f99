"""What people are told while the database or the disk takes nothing, and that all comes back by itself."""

import urllib.error
import urllib.parse
import urllib.request

import pytest
from django.db import connection
from django.test import Client
from lxml import html

from core.media import storage
from desk.files import services
from feedback.models import MistakeReport
from tests import factories
from tests.desk.files.test_files import section_of, upload
from tests.desk.writing.test_views import fields
from tests.feedback.test_reports import fields as report_fields

ENOUGH = 10
"""Requests until each thread of the server's processes has surely had one."""
REPORT = "/fr/feedback/"


@pytest.mark.django_db
@pytest.mark.one_database
def test_an_upload_to_a_full_disk_is_refused_in_words_and_leaves_nothing(small_disk, settings, sign_in, monkeypatch):
    monkeypatch.setattr(storage, "RESERVE", 1_000)
    settings.MEDIA_ROOT = small_disk
    factories.tree()
    city = factories.city()
    copy = factories.working_copy(city)
    browser, section = sign_in(factories.person(city)), section_of(copy)
    browser.raise_request_exception = False
    form = fields(browser, section)
    (small_disk / "others").write_bytes(bytes(250_000))

    answer = browser.post(section, form | {"new-pictures": upload()}, headers={"origin": "http://testserver"})
    page = html.fromstring(answer.content.decode())
    assert answer.status_code == 507
    assert "Files have to be chosen again." in page.xpath("string(//main)")
    assert page.xpath("//main//form/@action") == [section]
    assert [path.name for path in small_disk.rglob("*") if path.is_file()] == ["others"]
    assert services.files_of(copy) == {}

    (small_disk / "others").unlink()
    assert browser.post(section, form | {"new-pictures": upload()}).status_code == 302
    assert len(services.files_of(copy)) == 1


@pytest.mark.one_database
def test_a_form_that_a_full_database_does_not_take_is_answered_503_and_taken_afterwards(own_database):
    factories.tree("fr")
    browser = Client(raise_request_exception=False)
    sent = report_fields(REPORT) | {"page": "/fr/", "text": "Une date fausse. " * 110}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
    taken = 0
    while (answer := browser.post(REPORT, sent, headers={"origin": "http://testserver"})).status_code == 302:
        taken += 1  # there was room for it
    assert answer.status_code == 503
    assert "Une date fausse." in html.fromstring(answer.content.decode()).xpath("string(//main//form)")
    assert MistakeReport.objects.count() == taken
    connection.cursor().execute(f"PRAGMA max_page_count={pages + 1000}")
    assert browser.post(REPORT, sent).status_code == 302
    assert MistakeReport.objects.count() == taken + 1


@pytest.mark.skipif("connection.vendor == 'sqlite'")
def test_after_postgresql_was_restarted_readers_get_pages_at_once_and_writers_were_told(serve):
    """Seen from the portal a restart is this: its connections end, and for a while it gets no new ones."""
    factories.tree("fr")
    sent = report_fields(REPORT) | {"page": "/fr/", "text": "Une date fausse"}
    name = connection.settings_dict["NAME"]
    connection.close()
    address = serve()

    def read() -> set[int]:
        return {_get(f"{address}{REPORT}") for _ in range(ENOUGH)}

    def end_connections(*, allow: bool) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allow}')
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    assert read() == {200}
    end_connections(allow=True)
    assert read() == {200}, "a thread has not noticed that its connection has ended"

    end_connections(allow=False)
    assert read() == {503}
    form = urllib.parse.urlencode(sent).encode()
    request = urllib.request.Request(f"{address}{REPORT}", form, headers={"Origin": address})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    page = html.fromstring(refused.value.read().decode())
    assert (refused.value.code, page.get("lang")) == (503, "fr")
    assert "Une date fausse" in page.xpath("string(//main//form)")

    end_connections(allow=True)
    assert read() == {200}
    with urllib.request.urlopen(request, timeout=30) as taken:
        assert taken.status == 200
    assert MistakeReport.objects.count() == 1


def _get(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
