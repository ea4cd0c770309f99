"""A half-written page can be saved as a draft, looked at and copied; it is checked when it is published."""

import json

import pytest
from django.urls import reverse
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import querydict_from_html

from cities.models import CityProfile
from core.pages import PortalPage
from events.models import EventPage
from events.vocabularies import EventMode
from home.models import StandardPage
from tests import admin_forms, factories
from tests.core.translations.test_copies import copy
from tests.core.translations.test_synchronised_fields import row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# What the database cannot do without, besides the title.
NEEDED = {"city": lambda: factories.city().pk}
EMPTY_RICH_TEXT = json.dumps({"blocks": [], "entityMap": {}})


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr")


@pytest.fixture
def moderator(sign_in):
    return sign_in(factories.user("Moderators"))


PAGE_TYPES = [model for model in get_page_models() if issubclass(model, PortalPage) and not model._meta.abstract]


def parent_of(model):
    """Return an English page below which a page of this type is created; None for a type that exists once."""
    for parent in model.allowed_parent_page_models():
        found = Page.objects.type(parent).filter(locale__language_code="en").first()
        if found and model.max_count_per_parent is None and issubclass(parent, PortalPage):
            return found.specific
    return None


def add_form(browser, url: str, form_id: str) -> dict:
    return dict(querydict_from_html(browser.get(url).content.decode(), form_id=form_id).lists())


def edit_form(browser, page) -> dict:
    """Return the form of a page without blocks: a browser adds their number."""
    return admin_forms.form_of(browser, page) | {"body-count": 0}


def new_draft(browser, model) -> PortalPage:
    """Create a page in the admin with nothing but what the database needs, or empty one that exists."""
    parent = parent_of(model)
    if parent is None:
        page = model.objects.get(locale__language_code="en")
        form = edit_form(browser, page)
        browser.post(admin_forms.edit_url(page), form | {"lede": ""})
        return row(page)
    url = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
    form = add_form(browser, url, "page-edit-form") | {"title": "Half", "slug": "half", "body-count": 0}
    fields = {name: "" for name in form if name in {"lede", "mode", "kind", "date"}}
    needed = {name: value() for name, value in NEEDED.items() if name in form}
    answer = browser.post(url, form | fields | {"date": "2026-01-01"} | needed)
    assert answer.status_code == 302, [rows.errors for rows in answer.context["form"].formsets.values()]
    return model.objects.get(slug="half")


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_a_half_written_page_is_a_draft_that_can_be_seen_and_is_checked_to_be_published(model, moderator):
    page = new_draft(moderator, model)
    assert page.has_unpublished_changes
    assert moderator.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200
    form = edit_form(moderator, page)
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert moderator.post(preview, form).json()["is_valid"]
    assert moderator.get(preview).status_code == 200
    if parent_of(model) is None:
        return
    copy(moderator, page)
    twin = model.objects.get(slug="copy")
    assert moderator.get(reverse("wagtailadmin_pages:view_draft", args=[twin.pk])).status_code == 200
    moderator.post(admin_forms.edit_url(page), form | {"action-publish": "on"})
    assert not row(page).live


def test_a_result_without_the_document_it_rests_on_is_a_draft_and_is_refused_when_it_is_published(moderator):
    page = factories.practice()
    form = edit_form(moderator, page) | {"results-0-basis": "", "results-0-evidence": ""}
    assert moderator.post(admin_forms.edit_url(page), form).status_code == 302
    assert row(page).has_unpublished_changes
    assert moderator.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200
    form = edit_form(moderator, page) | {"action-publish": "1"}
    answer = moderator.post(admin_forms.edit_url(page), form)
    assert answer.status_code == 200
    assert "evidence" in answer.context["form"].formsets["results"].errors[0]


def test_a_half_written_profile_is_a_draft_and_is_checked_to_be_published(moderator):
    url = reverse("wagtailsnippets_cities_cityprofile:add")
    form = add_form(moderator, url, "w-editor-form") | {"city": factories.city().pk, "headline": ""}
    assert moderator.post(url, form).status_code == 302
    profile = CityProfile.objects.get()
    moderator.post(admin_forms.edit_url(profile), form | {"action-publish": "on"})
    assert not row(profile).live


def test_every_block_can_be_empty_in_a_draft_and_not_in_a_published_page(moderator):
    page = factories.standard_page()
    stream = StandardPage._meta.get_field("body").stream_block
    form = admin_forms.form_of(moderator, page) | {"body-count": len(stream.child_blocks)}
    for index, (name, block) in enumerate(stream.child_blocks.items()):
        at = f"body-{index}"
        form |= {f"{at}-type": name, f"{at}-order": index, f"{at}-deleted": "", f"{at}-id": "", f"{at}-value": ""}
        form |= {f"{at}-value-{part}": "" for part in getattr(block, "child_blocks", {})}
        rich = {"text": f"{at}-value", "call_out": f"{at}-value-text"}
        form |= {rich[name]: EMPTY_RICH_TEXT} if name in rich else {}
    answer = moderator.post(admin_forms.edit_url(page), form)
    assert answer.status_code == 302, answer.context["form"].errors
    draft = row(page).get_latest_revision_as_object()
    assert [block.block_type for block in draft.body] == list(stream.child_blocks)
    assert moderator.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200
    answer = moderator.post(admin_forms.edit_url(page), form | {"action-publish": "on"})
    assert answer.context["form"].errors["body"]
    assert [block.block_type for block in row(page).body] == ["text"]


def test_what_is_never_right_is_refused_in_a_draft_too(moderator):
    event = factories.event()
    form = admin_forms.form_of(moderator, event) | admin_forms.stream_form("body", event.body)
    answer = moderator.post(admin_forms.edit_url(event), form | {"last_day": "1999-01-01"})
    assert answer.context["form"].errors["last_day"]


def test_an_edition_of_a_conference_can_be_copied_and_the_copy_is_no_edition(moderator):
    edition = factories.event(series="iclc", edition=5, mode=EventMode.ONLINE)
    answer = copy(moderator, edition, publish_copies="on")
    assert answer.status_code == 200
    assert "This copy cannot be published yet" in answer.content.decode()
    copy(moderator, edition)
    twin = EventPage.objects.get(slug="copy")
    assert (twin.series, twin.edition, twin.live) == ("iclc", None, False)
    assert twin.get_latest_revision_as_object().edition is None
    assert moderator.get(reverse("wagtailadmin_pages:view_draft", args=[twin.pk])).status_code == 200
