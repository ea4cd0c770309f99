"""The strings of Wagtail that the portal translates itself."""

from pathlib import Path

import pytest
import wagtail
from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

from core.wagtail_strings import WAGTAIL_STRINGS
from tests.test_portuguese import FORM


def test_wagtail_still_has_each_of_them():
    ids = set()
    for path in Path(wagtail.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            ids |= {message.id for message in read_po(file)}
    assert set(WAGTAIL_STRINGS) <= ids


@pytest.mark.parametrize("text", WAGTAIL_STRINGS)
def test_the_admin_shows_the_translation_of_the_portal(text):
    with override("pt"):
        assert gettext(text) != text
        assert not FORM.search(gettext(text))
    with override("ru"):
        assert not gettext(text).startswith("Добавить %"), "a label after it is not accusative"
