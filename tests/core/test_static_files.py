"""The portal's style sheets as they are served."""

import gzip
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile

from core.static_files import PortalStaticFilesStorage, compact

STYLE_SHEETS = sorted((Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))
# What readers get; the admin and the desk of the cities have sheets of their own.
OTHERS = {"admin.css", "desk.css", "editorial.css", "translation_editor.css"}
PUBLIC = [sheet for sheet in STYLE_SHEETS if sheet.name not in OTHERS]


def test_a_style_sheet_is_served_without_its_comments(tmp_path):
    storage = PortalStaticFilesStorage(location=tmp_path)
    sheet = ContentFile(b"/* why */\na {\n  color: red;\n}\n")
    sheet.read()  # collectstatic has read it before it saves the hashed copy
    name = storage.save("css/page.css", sheet)
    assert (tmp_path / name).read_text() == "a{color:red}"


def test_files_of_packages_are_served_unchanged(tmp_path):
    storage = PortalStaticFilesStorage(location=tmp_path)
    name = storage.save("wagtailadmin/css/page.css", ContentFile(b"/* licence */\na {}\n"))
    assert (tmp_path / name).read_text() == "/* licence */\na {}\n"


def test_each_file_is_compressed_once_under_the_name_that_pages_use(tmp_path):
    storage = PortalStaticFilesStorage(location=tmp_path)
    name = storage.save("js/page.js", ContentFile(b"let page;\n" * 100))
    assert not [error for *_names, error in storage.post_process({name: (storage, name)}) if error is not True]
    served = tmp_path / storage.stored_name(name).replace("js/", "")
    kept = {path.name for path in (tmp_path / "js").iterdir()}
    assert kept == {"page.js", served.name, f"{served.name}.br", f"{served.name}.gz"}


def test_strings_keep_their_spaces():
    assert compact('a::after { content: " (" attr(href) ") ; {"; }') == 'a::after{content:" (" attr(href) ") ; {"}'


def test_space_that_means_something_stays():
    sheet = "@media (min-width: 3rem) and (width > 1px) {\n  nav a :hover, b > i { inset: calc(1px + 2 * 3px) 0 ; }\n}"
    assert compact(sheet) == "@media (min-width:3rem) and (width>1px){nav a :hover,b>i{inset:calc(1px + 2 * 3px) 0}}"


def test_the_style_sheets_of_the_public_together_weigh_less_than_thirteen_kilobytes_compressed():
    sent = [gzip.compress(compact(sheet.read_text(encoding="utf-8")).encode()) for sheet in PUBLIC]
    assert len(PUBLIC) > 1
    assert sum(map(len, sent)) <= 13_000


def test_the_style_sheet_of_the_desk_weighs_less_than_three_kilobytes_compressed():
    sheet = Path(settings.BASE_DIR) / "static" / "css" / "desk.css"
    assert len(gzip.compress(compact(sheet.read_text(encoding="utf-8")).encode())) <= 3_000


def test_every_block_of_a_style_sheet_ends_before_the_next_rule_begins():
    """A browser reads a rule after a brace that was forgotten as a part of the one before, and says nothing."""
    for sheet in STYLE_SHEETS:
        depth = 0
        for line in sheet.read_text(encoding="utf-8").splitlines():
            assert not (depth and "{" in line and not line.startswith(" ")), f"{sheet.name}: {line}"
            depth += line.count("{") - line.count("}")
        assert depth == 0, sheet.name


def test_style_sheets_use_logical_properties_only():
    physical = ("left:", "right:", "-left", "-right", "text-align: left", "float: left")
    for sheet in STYLE_SHEETS:
        text = sheet.read_text(encoding="utf-8")
        assert not [word for word in physical if word in text], sheet.name
