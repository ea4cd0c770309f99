"""The guides name what is on the screens, in every language."""

import json

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override
from wagtail.users.models import UserProfile

from accounts.models import User
from core.i18n.languages import LANGUAGE_CODES
from editorial.guides import GUIDES, task_of
from home.help_topics import TOPICS
from scripts.guide_pictures import screens
from tests import factories

ALL = {**TOPICS, **GUIDES}


def test_the_screens_of_the_guides_are_those_of_which_pictures_are_taken():
    with_words = {step.screen for guide in ALL.values() for step in guide.steps() if step.words}
    assert with_words == set(screens())


def test_every_page_of_the_admin_that_a_task_names_exists():
    for guide in GUIDES.values():
        for view in (view for task in guide.tasks for view in task.views):
            try:
                reverse(view)
            except NoReverseMatch:
                reverse(view, args=[1])


def test_the_words_of_a_guide_are_on_its_screens_in_every_language(network):
    """Each screen is opened in one language, the next in the next one: every language has its turn."""
    steps = [step for guide in ALL.values() for step in guide.steps()]
    missing = []
    for number, (name, screen) in enumerate(screens().items()):
        language = LANGUAGE_CODES[number % len(LANGUAGE_CODES)]
        client = Client()
        if screen.account:
            user = User.objects.get(email=f"{screen.account}@example.org")
            UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
            client.force_login(user)
        with override(language):
            address = screen.address()
            words = [str(word) for step in steps if step.screen == name for word in step.words.values()]
        answer = client.get(address)
        assert answer.status_code == 200, (name, language)
        shown = " ".join(answer.content.decode().split())
        texts = {" ".join(text.split()) for text in BeautifulSoup(shown, "html.parser").stripped_strings}
        missing += [(name, language, word) for word in words if word not in texts and json.dumps(word) not in shown]
    assert missing == []


@pytest.mark.django_db
def test_a_screen_leads_to_the_task_that_is_done_on_it(sign_in):
    factories.tree()
    editor = sign_in(factories.user("Editors"))
    page = BeautifulSoup(editor.get(reverse("calls:index")).content, "html.parser")
    link = page.select_one("a.guide-link")["href"]
    assert link == f"{reverse('guide', args=['editors'])}#call"
    guide = BeautifulSoup(editor.get(link).content, "html.parser")
    assert len(guide.select("#call li")) == 5
    translator = factories.user("Translators")
    assert task_of("calls:index", translator) is None
    assert task_of("terms:index", translator)
