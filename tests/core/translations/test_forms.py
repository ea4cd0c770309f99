"""Form fields of the admin."""

import pytest

from core.translations.strings import open_strings
from practices.models import PracticePage
from tests import admin_forms, factories

pytestmark = pytest.mark.django_db


def test_a_paragraph_that_only_went_through_a_browser_is_not_translated_again(sign_in):
    factories.tree("fr")
    practice = factories.practice(problem="They could not read.\n\nNor write.")
    factories.translated(practice, "fr")
    moderator = sign_in(factories.user("Moderators"))
    form = admin_forms.form_of(moderator, practice) | admin_forms.stream_form("body", practice.body)
    form |= {"title": "Traders learn", "action-publish": "on"}
    # As browsers send line breaks.
    moderator.post(admin_forms.edit_url(practice), form | {"problem": "They could not read.\r\n\r\nNor write."})
    saved = PracticePage.objects.get(pk=practice.pk)
    assert (saved.title, saved.problem) == ("Traders learn", practice.problem)
    left = open_strings(admin_forms.translation_of(practice, "fr"))
    assert [string.text for string in left] == ["Traders learn"]
