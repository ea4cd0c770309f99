"""Panels and fields that every editor in the admin has."""

import pytest
from wagtail.admin.panels import CommentPanel
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models
from wagtail.users.models import UserProfile

from core.pages import PortalPage
from tests import factories
from tests.admin_forms import edit_url

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, PortalPage)]


def panels_of(panel) -> list:
    return [panel, *(inner for child in getattr(panel, "children", []) for inner in panels_of(child))]


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model._meta.label)
def test_comments_can_be_left_on_every_type_of_page(model):
    panels = panels_of(model.get_edit_handler())
    assert sum(isinstance(panel, CommentPanel) for panel in panels) == 1


@pytest.mark.django_db
def test_the_dates_of_publication_say_in_which_time_zone_they_are_read(sign_in):
    factories.tree()
    editor = factories.user("Moderators")
    browser = sign_in(editor)
    for zone, place in (("Africa/Dakar", "Dakar"), ("Asia/Shanghai", "Shanghai")):
        profile = UserProfile.get_for_user(editor)
        profile.current_time_zone = zone
        profile.save()
        for version in (factories.standard_page(), factories.practice(), factories.event(), factories.profile()):
            html = browser.get(edit_url(version)).content.decode()
            assert html.count(f"In the time of {place}") == 2, version  # from when, and until when


@pytest.mark.django_db
def test_a_chooser_of_snippets_speaks_the_language_of_its_reader(sign_in):
    factories.tree("ar")
    moderator = factories.user("Moderators")
    browser = sign_in(moderator)
    models = {model for model in get_snippet_models() if not issubclass(model, Page)}
    page = factories.practice()
    factories.profile()
    texts = {}
    for language in ("en", "ar"):
        profile = UserProfile.get_for_user(moderator)
        profile.preferred_language = language
        profile.save()
        texts[language] = browser.get(edit_url(page)).content.decode()
    assert models
    assert "Choose another one" in texts["en"]
    for english in ("Choose another", "Choose from", "Edit this", "Open in the editor"):
        assert english not in texts["ar"]
