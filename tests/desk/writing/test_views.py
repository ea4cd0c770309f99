"""The pages on which a city writes a practice."""

import re
from html import unescape

import pytest

from desk.models import WorkingCopy
from moderation.states import Stage, standing
from practices.models import PracticePage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    factories.tree("pt")
    return factories.city(code="br-contagem", own_name="Contagem")


@pytest.fixture
def browser(sign_in, city):
    return sign_in(factories.person(city))


def address(copy, *more: str, language: str = "en") -> str:
    return "/".join([f"/{language}/desk/cities/{copy.city.code}/practices/{copy.key}", *more, ""])


def fields(browser, path: str) -> dict:
    """The fields of the form of a section, as a browser sends them."""
    page = browser.get(path).content.decode()
    form = re.search(r'<form[^>]*id="section".*?</form>', page, re.DOTALL)[0]
    sent: dict = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag
        if name and (not is_box or " checked" in tag):
            sent.setdefault(unescape(name[1]), []).append(unescape(value[1]) if value else "")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [unescape(value)]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = [chosen[1]]
    return sent


def fill(browser, path: str, then: str = "next", **answers):
    """Open a section, type answers, and press a button. An answer for "results.value" goes into the newest row."""
    sent = fields(browser, path) | {"then": [then]}
    for name, value in answers.items():
        relation, _dot, column = name.partition("__")
        if column:
            name = [key for key in sent if key.startswith(f"{relation}-") and key.endswith(f"-{column}")][-1]
        sent[name] = value if isinstance(value, list) else [value]
    return browser.post(path, sent)


COMPLETE = {
    "start": {"title": "Feirantes aprendem a ler", "one_line_result": "412 de 530 feirantes leem."},
    "when-and-where": {"period_start": "março de 2021"},
    "what-was-done": {"problem": "Não sabiam ler as tabelas.", "steps__text": "Aulas na feira."},
    "results": {
        "results__value": "413,5",
        "results__label": "feirantes leem",
        "results__year": "2024",
        "results__evidence": "outcome",
        "results__basis": "statistics",
        "results__source": "Censo",
    },
    "what-you-learnt": {"not_again": "Começar na colheita."},
    "contact-and-consent": {"contact_role": "Técnica de educação", "consent": "yes"},
}


def complete(browser, copy) -> None:
    cluster = factories.public_cluster()
    for section, answers in COMPLETE.items():
        more = {"clusters": [cluster.code]} if section == "start" else {}
        assert fill(browser, address(copy, section), **answers, **more).status_code == 302


def test_a_city_writes_a_practice_and_submits_it(browser, city):
    path = f"/en/desk/cities/{city.code}/practices/new/"
    looked = browser.post(path, {"title": "Feirantes aprendem a ler", "language": "pt", "then": "look"})
    assert "Nobody has written about this yet" in looked.content.decode()
    key = re.search(r'name="key" value="([^"]*)"', looked.content.decode())[1]
    started = {"title": "Feirantes aprendem a ler", "language": "pt", "key": key, "then": "start"}
    assert browser.post(path, started).status_code == 302
    assert browser.post(path, started).status_code == 302
    copy = WorkingCopy.objects.get()
    assert (copy.language, copy.answers) == ("pt", {"title": "Feirantes aprendem a ler"})

    complete(browser, copy)
    assert "6 of 9 sections done" in browser.get(address(copy)).content.decode()
    assert browser.get(address(copy, "check")).status_code == 200
    assert browser.post(address(copy, "submit")).status_code == 302
    assert browser.post(address(copy, "submit")).status_code == 302

    page = PracticePage.objects.get()
    newest = page.get_latest_revision_as_object()
    assert standing(page).stage == Stage.SUBMITTED
    assert (newest.title, newest.language, newest.live) == ("Feirantes aprendem a ler", "pt", False)
    assert [str(row.value) for row in newest.results.all()] == ["413.500"]
    assert page.revisions.count() == 1
    assert "With the secretariat since" in browser.get(address(copy)).content.decode()
