"""HTML in every field of text: readers see it as the text that it is, nobody's browser runs it."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.validators import MaxLengthValidator
from django.db import models
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from modelcluster.models import get_all_child_relations
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from calls.models import Call, CallIndexPage, CallSession
from cities.models import City, CityIndexPage, CityName
from clusters.models import ClusterIndexPage
from events.models import EventIndexPage
from home.models import HomePage, NetworkSettings, NetworkWords, NewsIndexPage
from practices.models import PracticeIndexPage
from search.rebuild import rebuild_index
from tests import admin_forms, factories
from tests.core.translations import test_round as originals

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# Short, for the narrowest fields come first: what is cut off at the end is no loss.
MARKUP = '"><script>p()</script><img src=x onerror=p()>{{ 7*7 }}&lt;\r\nBEGIN:VEVENT'
# What must never be found as more than text.
CALL = "p()"


def rich_text(text: str) -> str:
    """What the editor sends for a paragraph, made worse: a link that runs, blocks and styles that are not offered."""
    entities = {
        "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:p()"}},
        "1": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": 'x" onmouseover="p()'}},
        "2": {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"embedType": "video", "url": "javascript:p()"}},
        "3": {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"id": 1, "src": "x", "alt": '" onload="p()'}},
        "4": {"type": "SCRIPT", "mutability": "IMMUTABLE", "data": {"src": "//evil.example/"}},
    }

    def block(key: int, kind: str, entity: int | None = None, style: str = "BOLD") -> dict:
        return {
            "key": f"key{key}",
            "text": text,
            "type": kind,
            "depth": 0,
            "inlineStyleRanges": [{"offset": 0, "length": 3, "style": style}],
            "entityRanges": [] if entity is None else [{"offset": 0, "length": 5, "key": entity}],
        }

    blocks = [
        block(0, "unstyled"),
        block(1, "unstyled", 0),
        block(2, "unordered-list-item", 1),
        block(3, "atomic", 2),
        block(4, "atomic", 3),
        block(5, "unstyled", 4),
        block(6, "script"),
        block(7, "header-one", None, "onclick=p()"),
    ]
    return json.dumps({"blocks": blocks, "entityMap": entities})


def is_free_text(field) -> bool:
    """Whether editors can write what they like there: no address, code or choice."""
    if not isinstance(field, (models.CharField, models.TextField)) or field.choices:
        return False
    return all(isinstance(rule, MaxLengthValidator) for rule in field.validators)


def hostile(field) -> str:
    if isinstance(field, RichTextField):
        return rich_text(MARKUP)
    return MARKUP if field.max_length is None else MARKUP[: field.max_length]


def hostile_stream(name: str, stream) -> dict:
    """The part of a form that holds a stream, with markup in all its words."""
    form = admin_forms.stream_form(name, stream)
    for index, block in enumerate(stream):
        at = f"{name}-{index}-value"
        if isinstance(block.value, dict):
            limits = {key: getattr(part.field, "max_length", None) for key, part in block.block.child_blocks.items()}
            words = {key for key in limits if key in {"text", "source", "who", "title"}}
            form |= {f"{at}-{key}": MARKUP[: limits[key]] for key in words}
        else:
            form[at] = MARKUP
    extra = len(stream)
    form |= {f"{name}-{extra}-{key}": value for key, value in {"id": "", "type": "text", "order": extra}.items()}
    return form | {
        f"{name}-count": extra + 1,
        f"{name}-{extra}-deleted": "",
        f"{name}-{extra}-value": rich_text(MARKUP),
    }


def hostile_form(browser, version) -> tuple[dict, int]:
    """The edit form of a page or snippet with markup in every field of text, and how many these are."""
    form, filled = admin_forms.form_of(browser, version), 0
    for field in type(version)._meta.get_fields():
        if isinstance(field, StreamField):
            form |= hostile_stream(field.name, getattr(version, field.name))
        elif field.name in form and is_free_text(field) and field.name != "cost_currency":
            form[field.name] = hostile(field)
            filled += 1
    rows = {relation.get_accessor_name(): relation.related_model for relation in get_all_child_relations(type(version))}
    for key in form:
        if (found := re.fullmatch(r"(\w+)-\d+-(\w+)", key)) and found[1] in rows:
            names = {field.name: field for field in rows[found[1]]._meta.concrete_fields}
            if found[2] in names and is_free_text(names[found[2]]) and found[2] != "source_language":
                form[key] = hostile(names[found[2]])
                filled += 1
    return form, filled


RUNS = re.compile(r"\s*(javascript|data:text|vbscript):?", re.IGNORECASE)


def runs(tag) -> bool:
    """Whether a browser would run or load something of MARKUP or `rich_text` because of this tag."""
    handlers = [value for name, value in tag.attrs.items() if name.lower().startswith("on")]
    addresses = [str(tag.get(name, "")) for name in ("href", "src", "action", "data", "formaction", "srcdoc")]
    return (
        any(CALL in value for value in handlers)
        or (tag.name == "script" and tag.get_text().strip().startswith(CALL))
        or tag.get("src") in {"x", "//evil.example/"}
        or any(RUNS.match(address) for address in addresses)
    )


def markup_that_runs(html: bytes | str, where: str) -> list[str]:
    """Every tag of a page that `runs`."""
    return [f"{where}: {tag}"[:200] for tag in BeautifulSoup(html, "lxml").find_all(True) if runs(tag)]


@pytest.fixture
def editor(tmp_path, settings, sign_in):
    """Somebody who may write and publish everything, with an index of their own."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree()
    person = factories.user("Editors")
    person.groups.add(Group.objects.get(name="Moderators"))
    return sign_in(person)


def save_hostile(browser, version) -> None:
    """Fill and publish the form of something as the admin offers it."""
    form, filled = hostile_form(browser, version)
    assert filled, f"{version} has no field of text"
    form["action-publish"] = "action-publish"
    answer = browser.post(admin_forms.edit_url(version), form)
    assert answer.status_code == 302, (type(version), _errors(answer))


def _errors(answer) -> str:
    page = BeautifulSoup(answer.content, "lxml")
    return " ".join(element.get_text(" ", strip=True) for element in page.select(".error-message, .messages"))


def hostile_call(browser) -> Call:
    """A call with a session and a document, its facts filled with markup through its own form."""
    call = factories.call(code="award", contact_email="a@example.org")
    moment = {"starts_at": "2099-01-01T10:00Z", "ends_at": "2099-01-01T11:00Z"}
    CallSession.objects.create(call=call, languages=["en"], **moment)
    address = reverse("calls:edit", args=[call.pk])
    form = admin_forms.fields_of(browser.get(address).content.decode())
    form |= {"source": MARKUP}
    assert browser.post(address, form | {"sessions-0-languages": MARKUP}).status_code == 200
    assert browser.post(address, form).status_code == 302
    assert Call.objects.get().source == MARKUP
    return call


def hostile_city(browser) -> City:
    city = factories.city(code="dk-kirkhaven", contact_role="Anna", population=1, population_source="Census")
    CityName.objects.create(city=city, language="en", name="Kirkhaven")
    save_hostile(browser, city)
    return City.objects.get(pk=city.pk)


def everything(browser) -> list:
    """One of every kind of page and of words, in the form that the admin gives, full of markup."""
    city, call = hostile_city(browser), hostile_call(browser)
    cluster = factories.cluster()
    things = [
        originals.practice("en"),
        originals.event("en"),
        factories.call_page(call, title="Award", who_can_apply="<p>All.</p>", body=originals.STREAM),
        factories.cluster_page(cluster, body=originals.STREAM),
        originals.news("en"),
        originals.standard_page("en"),
        factories.profile(city),
        cluster,
        *(model.objects.get() for model in LISTS),
    ]
    for thing in things:
        save_hostile(browser, thing)
    practice, event, news = things[0], things[1], things[4]
    # The city with markup in its names stands on all of them.
    type(practice).objects.update(city=city)
    models.QuerySet(type(event)).update(host_city=city)  # as it was written, without the history of a move
    news.news_cities.update(city=city)
    return things


LISTS = (HomePage, PracticeIndexPage, CityIndexPage, ClusterIndexPage, EventIndexPage, CallIndexPage, NewsIndexPage)


def name_network() -> None:
    network = NetworkSettings.objects.first() or NetworkSettings.for_site(HomePage.objects.get().get_site())
    limits = {"name": 60, "tagline": 120, "banner": 300, "independence": 999, "postal_address": 999}
    words = {name: MARKUP[:limit] for name, limit in limits.items()}
    network.words = [NetworkWords(language="en", **words)]
    network.save()


def test_markup_in_every_field_of_every_page_is_shown_as_text_wherever_it_appears(editor):
    things = everything(editor)
    name_network()
    rebuild_index()
    reader, found, shown = Client(), [], {}
    addresses = [page.url for page in Page.objects.filter(depth__gt=1, live=True).specific()]
    addresses += ["/en/cities/dk-kirkhaven/", "/en/search/?q=script", "/en/search/?q=VEVENT", "/en/practices/?q=script"]
    addresses += ["/en/events/past/", "/en/no-such-page/"]
    for address in addresses:
        answer = reader.get(address)
        assert answer.status_code in {200, 404}, address
        found += markup_that_runs(answer.content, address)
        shown[address] = "<script>p()</script>" in BeautifulSoup(answer.content, "lxml").get_text()
    assert found == []
    # And it is there to be read: nothing was silently lost.
    assert all(shown[address] for address in addresses), [address for address in addresses if not shown[address]]
    for thing in things:
        answer = editor.get(admin_forms.edit_url(thing))
        assert markup_that_runs(answer.content, admin_forms.edit_url(thing)) == []
    for parent in Page.objects.filter(depth__in=(2, 3)):
        address = reverse("wagtailadmin_explore", args=[parent.pk])
        assert markup_that_runs(editor.get(address).content, address) == []


def test_nothing_but_what_the_editor_offers_is_stored_in_rich_text(editor):
    page = originals.call_page("en")
    save_hostile(editor, page)
    stored = type(page).objects.get(pk=page.pk)
    texts = [stored.who_can_apply, stored.questions.get().answer]
    texts += [str(block.value.source) for block in stored.body if block.block_type == "text"]
    assert len(texts) == 3
    for html in texts:
        content = BeautifulSoup(html, "html.parser")
        assert {tag.name for tag in content.find_all(True)} <= {"p", "b", "i", "ul", "ol", "li", "a", "br"}, html
        assert "<script>p()</script>" in content.get_text()
        assert markup_that_runs(html, "stored") == []
        assert "javascript:" not in html


def test_an_address_that_runs_something_is_refused_in_words(editor):
    page = originals.practice("en")
    form = admin_forms.form_of(editor, page) | admin_forms.stream_form("body", page.body)
    for address in ("javascript:p()", "data:text/html,<script>p()</script>", " java\tscript:p()", "vbscript:p()"):
        form |= {"action-publish": "action-publish", "sources-0-url": address}
        answer = editor.post(admin_forms.edit_url(page), form)
        assert answer.status_code == 200
        assert "Enter a valid URL." in _errors(answer)
    assert type(page).objects.get(pk=page.pk).sources.get().url == "https://example.org/"


def test_calendars_data_and_the_sitemap_hold_markup_as_text_at_most(editor):
    everything(editor)
    reader = Client()
    event = Page.objects.get(slug__startswith="event-").specific
    for address in ("/calls/award.ics", f"/events/{event.code}.ics", "/en/events/calendar.ics"):
        answer = reader.get(address)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["X-Content-Type-Options"] == "nosniff"
        calendar = Calendar.from_ical(answer.content)
        titles = [str(item["summary"]) for item in calendar.walk("VEVENT")]
        assert titles
        assert all("<script>p()</script>" in title for title in titles), titles
        assert answer.content.count(b"\nBEGIN:VEVENT") == len(titles)
    answer = reader.get("/calls/award.json")
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "<script>p()</script>" in json.dumps(answer.json())

    sitemap = reader.get("/sitemap.xml").content
    assert b"script" not in sitemap
    assert len(BeautifulSoup(sitemap, "xml").find_all("url")) > 10
