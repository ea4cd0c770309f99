"""The portal's style sheets as they are served."""

import gzip
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile

from core.static_files import PortalStaticFilesStorage, compact

STYLE_SHEETS = sorted((Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))


def test_a_style_sheet_is_served_without_its_comments(tmp_path):
    storage = PortalStaticFilesStorage(location=tmp_path)
    sheet = ContentFile(b"/* why */\na {\n  color: red;\n}\n")
    sheet.read()  # collectstatic has read it before it saves the hashed copy
    name = storage.save("css/page.css", sheet)
    assert (tmp_path / name).read_text() == "a { color: red; }"


def test_files_of_packages_are_served_unchanged(tmp_path):
    storage = PortalStaticFilesStorage(location=tmp_path)
    name = storage.save("wagtailadmin/css/page.css", ContentFile(b"/* licence */\na {}\n"))
    assert (tmp_path / name).read_text() == "/* licence */\na {}\n"


def test_strings_keep_their_spaces():
    assert compact('a::after { content: " (" attr(href) ")"; }') == 'a::after { content: " (" attr(href) ")"; }'


def test_all_style_sheets_together_weigh_less_than_twelve_kilobytes_compressed():
    sent = [gzip.compress(compact(sheet.read_text(encoding="utf-8")).encode()) for sheet in STYLE_SHEETS]
    assert STYLE_SHEETS
    assert sum(map(len, sent)) <= 12_000


def test_style_sheets_use_logical_properties_only():
    physical = ("left:", "right:", "-left", "-right", "text-align: left", "float: left")
    for sheet in STYLE_SHEETS:
        text = sheet.read_text(encoding="utf-8")
        assert not [word for word in physical if word in text], sheet.name
