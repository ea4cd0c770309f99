"""Every change upgrades: a database that was kept, with edited data, works at the newest state."""

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from PIL import Image
from wagtail.models import Page

from accounts.models import User
from calls.models import Call
from cities.models import City
from core.media.models import PortalImage
from home.models import StandardPage
from practices.models import PracticePage
from search.models import DocumentText, IndexTask, SearchStatistic
from search.rebuild import rebuild_index
from tests.upgrade.kept import copy_to_postgresql, kept_databases, unpack

PUBLIC = [
    "/en/",
    "/fr/",
    "/en/practices/",
    "/fr/practices/",
    "/en/practices/night-library/",
    "/fr/practices/night-library/",
    "/fr/practices/lecture-au-marche/",
    "/en/calls/",
    "/en/calls/call-for-members/",
    "/fr/calls/call-for-members/",
    "/calls/membership-2026.json",
    "/en/cities/",
    "/en/cities/dk-sonderborg/",
    "/fr/cities/dk-sonderborg/",
    "/en/clusters/",
    "/en/events/",
    "/en/events/webinar-on-night-libraries/",
    "/en/news/",
    "/en/about-the-network/",
    "/en/about-the-network/team/",
    "/sitemap.xml",
]


@pytest.fixture(params=kept_databases(), ids=lambda path: path.name.partition(".")[0])
def upgraded(request, django_db_setup, django_db_blocker, tmp_path, settings):
    """A kept database at the newest state; the test's connection uses it."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    settings.MEDIA_ROOT = tmp_path / "media"
    names = connection.settings_dict
    original = names["NAME"]
    file = tmp_path / "kept.sqlite3"
    unpack(request.param, file)
    with django_db_blocker.unblock():
        connection.close()
        if connection.vendor == "sqlite":
            names["NAME"] = str(file)
        else:
            _create(f"{original}_upgrade")
            names["NAME"] = f"{original}_upgrade"
            copy_to_postgresql(file)
        call_command("migrate", verbosity=0)
        ContentType.objects.clear_cache()  # the kept database has other ids than that of the tests before
        _write_pictures()
        yield
        ContentType.objects.clear_cache()
        connection.close()
        names["NAME"] = original
        if connection.vendor != "sqlite":
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{original}_upgrade" WITH (FORCE)')


def _create(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')


def _write_pictures() -> None:
    """The files of the pictures, which are not kept."""
    for picture in PortalImage.objects.all():
        content = BytesIO()
        Image.new("RGB", (picture.width, picture.height), "teal").save(content, Path(picture.file.name).suffix[1:])
        picture.file.storage.save(picture.file.name, ContentFile(content.getvalue()))


def test_a_kept_database_upgrades_with_all_that_people_have_written(upgraded, client, sign_in):
    assert not any(Page.find_problems())
    rebuild_index()
    pages = {address: client.get(address) for address in PUBLIC}
    assert {address: page.status_code for address, page in pages.items() if page.status_code != 200} == {}
    text = {address: page.content.decode() for address, page in pages.items() if address != "/sitemap.xml"}

    # What was edited is there, in both languages, and the draft is not public.
    assert "Night library, open until midnight" in text["/en/practices/night-library/"]
    assert "Bibliothèque de nuit, ouverte jusqu’à minuit" in text["/fr/practices/night-library/"]
    assert "A draft that nobody has published" not in "".join(text.values())
    assert "Sonderbourg" in text["/fr/cities/dk-sonderborg/"]
    assert "2098" in text["/calls/membership-2026.json"]  # 31 December: the deadline that was extended to
    assert '"time_zone_label": "Hamburg"' in text["/calls/membership-2026.json"]
    assert client.get("/en/about-us").headers["Location"].endswith("/en/about-the-network/")
    assert client.get("/en/for-members-only/").status_code == 302
    assert "/en/practices/night-library/" in client.get("/en/search/?q=midnight").content.decode()

    # Rows of every part.
    practice = PracticePage.objects.get(title="Night library, open until midnight")
    assert practice.get_latest_revision_as_object().title == "A draft that nobody has published"
    assert practice.revisions.count() >= 3
    assert practice.written_on == practice.first_published_at.date()
    french = PracticePage.objects.get(title="Bibliothèque de nuit, ouverte jusqu’à minuit")
    assert (french.written_on, french.translation_kind) == (practice.written_on, "human")
    assert french.translated_at is not None
    assert Call.objects.get(code="membership-2026").date_changes.count() == 1
    (admission,) = City.objects.get(code="dk-sonderborg").membership_events.all()
    assert (admission.round.code, admission.known_year, admission.round.source) == (
        "2019",
        2019,
        "Register of the network",
    )
    assert "Member since 2019" in text["/en/cities/dk-sonderborg/"]
    assert SearchStatistic.objects.get(value="bibliobus").count == 7
    assert IndexTask.objects.filter(key="city:dk-sonderborg", attempts=3).exists()
    assert DocumentText.objects.get().text == "Open until midnight"

    # People go on working.
    editor = User.objects.get(first_name="Lena")
    browser = sign_in(editor)
    for page in Page.objects.filter(depth__gt=1):
        assert browser.get(f"/admin/pages/{page.pk}/edit/").status_code == 200, page.title
    practice.title = "Edited after the upgrade"
    practice.save_revision(user=editor).publish()
    assert "Edited after the upgrade" in client.get("/en/practices/night-library/").content.decode()
    about = StandardPage.objects.get(slug="about-the-network")
    about.add_child(instance=StandardPage(title="Made after the upgrade")).save_revision(user=editor).publish()
    assert client.get("/en/about-the-network/made-after-the-upgrade/").status_code == 200
    assert not any(Page.find_problems())


def test_there_is_a_kept_database_and_it_is_small():
    assert kept_databases()
    assert all(path.stat().st_size < 300_000 for path in kept_databases())
