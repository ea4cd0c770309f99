"""The search fields of the admin take whatever an editor types or pastes."""

import pytest
from django.core.management import call_command

from tests import factories
from tests.bad_input.corpus import NUMBERS, TEXTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network")]

FIELDS = [
    "/admin/pages/search/?q={}",
    "/admin/pages/?q={}",
    "/admin/choose-page/search/?q={}",
    "/admin/images/?q={}",
    "/admin/images/chooser/results/?q={}",
    "/admin/documents/?q={}",
    "/admin/documents/chooser/results/?q={}",
    "/admin/calls/?q={}",
]
PAGED = ["/admin/images/?p={}", "/admin/pages/search/?q=market&p={}"]


@pytest.fixture
def editor(reader, sign_in):
    """The reader, signed in as an editor of a network with a picture and a document to be found."""
    factories.image(title="A market")
    factories.document(title="A market")
    call_command("update_index", verbosity=0)
    reader.client = sign_in(factories.user("Editors"))
    reader.client.raise_request_exception = False
    return reader


def test_every_hostile_search_is_answered(editor):
    # What breaks databases goes into every field; the rest takes turns.
    hostile = ["learning%22", "%00", "a+" * 2_000]
    for shift, field in enumerate(FIELDS):
        for text in [*hostile, *TEXTS[shift :: 2 * len(FIELDS)]]:
            editor.send(field.format(text))
    for field in PAGED:
        for number in NUMBERS[::3]:
            editor.send(field.format(number))
    assert editor.complaints == []


@pytest.mark.parametrize("typed", ["market", "%22market%22", "%22learning+market", "%00market%01"])
def test_what_is_looked_for_is_found(editor, typed):
    assert "Learning at the market" in editor.send(f"/admin/choose-page/search/?q={typed}").content.decode()
    assert "Learning at the market" not in editor.send("/admin/choose-page/search/?q=xyzzy").content.decode()


@pytest.mark.sweep
@pytest.mark.parametrize("field", FIELDS)
def test_everything_hostile_is_answered_in_every_field(editor, field):
    for text in [*TEXTS, *NUMBERS]:
        editor.send(field.format(text))
    assert editor.complaints == []
