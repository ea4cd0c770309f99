"""“How to join”: from the open call for membership, and without one from the usual procedure."""

from datetime import date, datetime
from html import unescape

import pytest

from calls.models import CallStep, NationalCommission
from calls.vocabularies import CallKind
from events.models import EventOutcome
from home.models import JoinGuide, JoinPage, JoinStep
from tests import factories
from tests.calls.builders import BERLIN, at, extend_both, membership
from tests.reading import fetch, main, words

pytestmark = pytest.mark.django_db

ADDRESS = "/en/how-to-join/"


@pytest.fixture
def page() -> JoinPage:
    """The page with the usual procedure in English."""
    factories.tree("fr")
    page = JoinPage.objects.get(locale__language_code="en")
    page.rules, page.form, page.afterwards = "<p>Any city.</p>", "<p>Two pages.</p>", "<p>A report.</p>"
    page.directory_url = "https://example.org/directory"
    page.steps = [JoinStep(actor="city", text="Read the usual rules.", locale=page.locale)]
    page.guides = [JoinGuide(title="Guidelines", year=2015, url="https://example.org/guide", locale=page.locale)]
    page.save_revision().publish()
    return page


@pytest.fixture
def call():
    """A call for membership from 1 April to the end of May 2026, with its page."""
    row = membership(quota_per_country=3, application_url="https://example.org/apply")
    with at(2026, 3, 1):
        own = factories.call_page(row, title="Join us", who_can_apply="<p>Towns with a council.</p>")
        own.steps = [CallStep(actor="city", text="Send the form of this year.", locale=own.locale)]
        own.save_revision().publish()
    return row


def test_it_is_in_the_menu_of_every_language(page):
    for language in ("en", "fr"):
        address = f"/{language}/how-to-join/"
        assert address in fetch(f"/{language}/").xpath("//nav[contains(@class, 'nav')]//a/@href")
        assert fetch(address).xpath("//html/@lang") == [language]


def test_an_open_call_gives_the_dates_the_quota_who_can_apply_and_the_steps(page, call):
    with at(2026, 5, 20):
        extend_both(call)
        text = main(fetch(ADDRESS))
    for expected in (
        "30 June 2026",
        "15 July 2026",
        "UTC",
        "Hamburg",
        "3 applications per country",
        "Towns with a council.",
        "Send the form of this year.",
        "Any city.",
    ):
        assert expected in text
    assert "Read the usual rules." not in text
    assert "No call for membership is open now." not in text


def test_an_open_call_gives_the_link_to_apply_and_the_readers_own_time(page, call):
    with at(2026, 5, 20):
        content = fetch(f"{ADDRESS}?tz=Asia/Kathmandu")
    assert "https://example.org/apply" in content.xpath("//main//a[contains(@class, 'button')]/@href")
    assert "Mon 1 June, 03:44" in main(content)


def test_without_an_open_call_the_usual_procedure_and_the_last_call_are_shown(page, call):
    factories.call_page(factories.call(kind=CallKind.AWARD), title="An award that is open")
    with at(2026, 8, 1):
        text = main(fetch(ADDRESS))
    assert "No call for membership is open now." in text
    assert "Join us Closed on" in text
    assert "Read the usual rules." in text
    assert "An award that is open" not in text


def test_a_call_that_is_announced_is_shown_with_its_opening(page, call):
    with at(2026, 3, 15):
        text = main(fetch(ADDRESS))
    assert "Opening soon" in text
    assert "1 April 2026" in text
    assert "When the next call is announced" not in text


def test_the_guiding_documents_of_conferences_come_from_their_pages(page):
    conference = factories.event(
        title="Conference in Cork", first_day=date(2017, 9, 18), last_day=date(2017, 9, 20), slug="cork"
    )
    for title, is_guiding in (("Call to Action", True), ("Group photograph", False)):
        EventOutcome.objects.create(page=conference, locale=conference.locale, title=title, is_guiding=is_guiding)
    hidden = factories.event(title="Draft", slug="draft")
    EventOutcome.objects.create(page=hidden, locale=hidden.locale, title="Secret text", is_guiding=True)
    hidden.unpublish()
    rows = [words(row) for row in fetch(ADDRESS).xpath("//section[@id='guides']//li")]
    assert rows == ["Guidelines 2015", "Call to Action 2017 · Conference in Cork"]


def test_a_country_is_chosen_by_a_form_without_script(page):
    NationalCommission.objects.create(
        country="GH", name="Ghana National Commission", url="https://unesco.example.gh/", source="Ghana"
    )
    factories.city(own_name="Accra", country="GH")
    content = fetch(ADDRESS)
    assert content.xpath("//main//form[@method='get']//select[@name='country']/option[@value='gh']/text()") == ["Ghana"]
    known = fetch(f"{ADDRESS}?country=gh")
    answer = words(known.xpath("//section[@id='commission']")[0])
    assert "Ghana National Commission" in answer
    assert "Accra" in answer
    assert known.xpath("//option[@selected]/@value") == ["gh"]


def test_a_country_without_a_row_is_said_to_be_unknown_and_leads_to_the_directory(page):
    content = fetch(f"{ADDRESS}?country=dk")
    assert "Denmark This portal has no contact details of this National Commission." in main(content)
    assert "https://example.org/directory" in content.xpath("//section[@id='commission']//a/@href")


@pytest.mark.parametrize("country", ["zz", "Denmark", "\0", "<b>", "d" * 3000, "İ"])
def test_a_code_that_is_no_country_is_answered_in_words(client, page, country):
    response = client.get(ADDRESS, {"country": country})
    assert response.status_code == 200
    assert "No country has this code." in unescape(response.content.decode())


def test_calls_and_the_home_page_lead_to_it(page, call):
    with at(2026, 5, 20):
        of_call = fetch("/en/calls/" + call.pages.get().slug + "/").xpath("//main//a/@href")
        home = fetch("/en/")
    anchors = {f"{ADDRESS}#{name}" for name in ("rules", "form", "guides", "commission", "afterwards")}
    assert anchors <= set(of_call)
    ids = set(fetch(ADDRESS).xpath("//main//@id"))
    assert {"rules", "form", "guides", "commission", "afterwards"} <= ids
    assert words(home.xpath("//p[@class='hero__join']")[0]).startswith("How to join")
    assert "31 May 2026" in words(home.xpath("//p[@class='hero__join']")[0])


def test_the_home_page_shows_every_open_call_those_for_membership_first(page, call):
    soon = datetime(2026, 5, 25, tzinfo=BERLIN)
    with at(2026, 5, 1):
        factories.call_page(factories.call(kind=CallKind.AWARD, first_deadline=soon), title="Award")
    with at(2026, 5, 20):
        headings = [words(heading) for heading in fetch("/en/").xpath("//h2[starts-with(@id, 'open-call')]")]
    assert headings == ["Join us", "Award"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ((2026, 3, 15), "How to join The call opens on 1 April 2026"),
        ((2026, 8, 1), "How to join No call for membership is open now."),
    ],
)
def test_the_home_page_says_when_the_next_call_opens_or_that_none_is_open(page, call, day, expected):
    with at(*day):
        assert words(fetch("/en/").xpath("//p[@class='hero__join']")[0]) == expected


def test_the_search_finds_it(page):
    document = page.search_document(("en",), ("en",))
    assert "Read the usual rules." in document.body
    assert "Guidelines" in document.body
