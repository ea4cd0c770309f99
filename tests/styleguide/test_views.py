"""The style guide: it shows every component."""

from pathlib import Path

import pytest
from django.conf import settings as project
from lxml import html

COMPONENTS = Path(project.BASE_DIR) / "templates" / "components"
# Blocks of running text that need a stored file.
NEED_A_FILE = {"components/blocks/picture.html", "components/blocks/document.html"}

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.urls("styleguide.views")]


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("zh-Hans", "ltr")])
def test_it_is_in_the_requested_language(client, language, direction):
    page = html.fromstring(client.get("/styleguide/", {"lang": language.lower()}).content)
    assert (page.get("lang"), page.get("dir")) == (language, direction)


def test_it_has_no_page_in_a_language_without_sample_texts(client):
    assert client.get("/styleguide/", {"lang": "fr"}).status_code == 404


def test_it_contains_every_component(client, settings):
    settings.DEBUG = True  # as in `make dev`: components are not cached
    shown = {template.name for template in client.get("/styleguide/").templates}
    written = {str(file.relative_to(COMPONENTS.parent)) for file in COMPONENTS.rglob("*.html")}
    assert written - NEED_A_FILE - shown == set()


def test_it_contains_no_inline_style_or_script(client):
    page = html.fromstring(client.get("/styleguide/").content)
    assert page.xpath("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []


def test_its_pictures_are_drawn_covers(client):
    page = html.fromstring(client.get("/styleguide/").content)
    address = page.xpath("//img/@src")[0]
    assert client.get(address).content[8:12] == b"WEBP"


def test_there_is_no_cover_with_an_unknown_sign(client):
    assert client.get("/styleguide/covers/cross.webp").status_code == 404
