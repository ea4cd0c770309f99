"""Pages and lists of calls show what is announced at the time of the request, in every language."""

from datetime import date, datetime
from html import unescape

import pytest
from lxml import html
from wagtail.models import Collection, CollectionViewRestriction

from calls.models import Call, CallIndexPage, CallQuestion, CallStep
from calls.presentation import call_sessions, call_with_deadlines
from tests import factories
from tests.calls.builders import (
    BERLIN,
    END_OF_JUNE,
    END_OF_MAY,
    at,
    call_document,
    extend,
    extend_both,
    membership,
    now,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    factories.tree("fr", "ar")
    return membership()


@pytest.fixture
def page(call):
    with at(2026, 3, 1):
        return factories.call_page(call, title="Join the network", lede="For cities.")


def read(client, address, **query) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_every_language_shows_the_new_date_at_the_instant_of_the_announcement(client, call, page):
    french, arabic = factories.translated(page, "fr"), factories.translated(page, "ar")
    expected = {
        page.url: ("31 May 2026", "30 June 2026"),
        french.url: ("31 mai 2026", "30 juin 2026"),
        arabic.url: ("31 مايو 2026", "30 يونيو 2026"),
        "/en/calls/": ("31 May 2026", "30 June 2026"),
        "/fr/calls/": ("31 mai 2026", "30 juin 2026"),
    }
    with at(2026, 4, 29):
        extend_both(call, announce_at=datetime(2026, 5, 4, 9, tzinfo=BERLIN))
    with at(2026, 5, 4, 8, 59, 59):
        for address, (old, new) in expected.items():
            content = read(client, address)
            assert old in content
            assert new not in content
    with at(2026, 5, 4, 9):
        for address, (_old, new) in expected.items():
            assert new in read(client, address)
        assert "31 May 2026" in read(client, page.url)
        assert "Moved on 4 May 2026 by the secretariat." in read(client, page.url)


def test_the_page_shows_both_deadlines_and_the_readers_own_time(client, page):
    with at(2026, 5, 20):
        content = read(client, page.url, tz="Asia/Kathmandu")
    assert "31 May 2026" in content
    assert "15 June 2026" in content
    assert "Mon 1 June, 03:44" in content
    assert "Your time (Kathmandu)" in content


@pytest.mark.parametrize("zone", ["Nowhere", "../../etc/passwd", "\0", "<script>", "A" * 3000])
def test_an_invalid_time_zone_leaves_utc_and_the_secretariats_time(client, page, zone):
    with at(2026, 5, 20):
        content = read(client, page.url, tz=zone)
    assert "Sun 31 May, 21:59" in content
    assert "<script>A" not in content
    assert "Your time (N" not in content


def test_only_editors_can_preview_a_planned_change(client, sign_in, call, page):
    planned_for = datetime(2026, 5, 4, 9, tzinfo=BERLIN)
    editor = sign_in(factories.user("Editors"))
    translator = sign_in(factories.user("Translators"))
    with at(2026, 4, 29):
        extend_both(call, announce_at=planned_for)
        for reader in (client, translator):
            assert "30 June 2026" not in read(reader, page.url, at=planned_for.isoformat())
        response = editor.get(page.url, {"at": planned_for.isoformat()})
        assert "30 June 2026" in response.content.decode()
        assert "Preview for the secretariat" in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert "30 June 2026" not in read(editor, page.url)


@pytest.mark.parametrize("instant", ["soon", "2026-13-01", "2026-05-04T09:00", "9999-12-31T23:59:59+00:00", "\0"])
def test_a_preview_of_an_invalid_instant_shows_the_current_page(sign_in, page, instant):
    with at(2026, 4, 29):
        content = read(sign_in(factories.user("Editors")), page.url, at=instant)
    assert "31 May 2026" in content
    assert "Preview for the secretariat" not in content


def test_an_outdated_flyer_is_marked_beside_its_link(client, call, page):
    call_document(call, language="pt", shows_deadline=date(2026, 5, 31))
    call_document(call, language="fr", shows_deadline=date(2026, 6, 30))
    with at(2026, 5, 20):
        extend_both(call)
        flyers = client.get(page.url).context["flyers"]
        content = read(client, page.url)
    assert [flyer.get("old_date") for flyer in flyers] == ["31 May", None]
    assert content.count("Shows the old date, 31 May") == 1


def test_a_file_in_a_private_collection_is_not_on_the_page(client, call, page):
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    call_document(call, document=factories.document(collection=private))
    call_document(call, language="es", kind="form")
    context = client.get(page.url).context
    assert context["flyers"] == []
    assert [(form["language"], form["title"]) for form in context["forms"]] == [("es", "Application form")]


def test_a_call_without_any_date_has_a_page_without_a_block(client):
    factories.tree()
    page = factories.call_page(membership(opens_at=None, first_deadline=None, first_commission_deadline=None))
    response = client.get(page.url)
    assert response.status_code == 200
    assert response.context["dates"]["clocks"] == []
    assert not response.context["calendar_url"]


def test_the_list_groups_calls_by_their_state(client):
    factories.tree()
    for code, opens_at, closes_at in (
        ("later", END_OF_MAY, END_OF_JUNE),
        ("open", None, END_OF_JUNE),
        ("soon", None, END_OF_MAY),
        ("over", None, datetime(2025, 1, 1, tzinfo=BERLIN)),
        ("long-over", None, datetime(2020, 1, 1, tzinfo=BERLIN)),
        ("unknown", None, None),
    ):
        factories.call_page(factories.call(code=code, opens_at=opens_at, first_deadline=closes_at), title=code)
    factories.call_page(factories.call(code="hidden"), title="hidden").unpublish()
    factories.call(code="without-page")
    with at(2026, 5, 20):
        context = client.get("/en/calls/").context
    titles = {name: [item["title"] for item in context[f"{name}_calls"]] for name in ("open", "upcoming", "past")}
    assert titles == {"open": ["soon", "open"], "upcoming": ["later", "unknown"], "past": ["over", "long-over"]}
    soon, over = context["open_calls"][0], context["past_calls"][0]
    assert (soon["status"], soon["left"]) == ("closing-soon", "11 days left")
    assert (over["status"], over["closed"], over["dates"]) == ("closed", "Closed on 31 December 2024", [])
    assert (soon["closed"], over["left"]) == ("", "")  # what is closed is not shown in the colour of deadlines
    assert [row["label"] for row in context["upcoming_calls"][0]["dates"]] == [
        "The call opens on",
        "Submit by",
    ]


def test_a_date_to_the_minute_names_its_time_zone_in_lists(client, page):
    with at(2026, 5, 20):
        (item,) = client.get("/en/calls/").context["open_calls"]
        (in_french,) = client.get("/fr/calls/").context["open_calls"]
    assert [row["date"] for row in item["dates"]] == ["31 May 2026, 23:59 (Hamburg)", "15 June 2026, 18:00 (Hamburg)"]
    assert in_french["dates"][0]["date"] == "31 mai 2026, 23:59 (Hambourg)"


def test_a_call_without_a_translation_is_listed_in_its_own_language(client, page):
    with at(2026, 5, 20):
        (item,) = client.get("/fr/calls/").context["open_calls"]
    assert (item["title"], item["language"]) == ("Join the network", "en")


def test_the_list_needs_as_many_queries_for_one_call_as_for_many():
    factories.tree()
    counts = []
    for _number in range(3):
        extend(row := factories.call(), new=datetime(2101, 1, 1, tzinfo=BERLIN))
        factories.call_page(row)
        counts.append(queries_of("/en/calls/"))
    assert counts[0] == counts[1] == counts[2] <= 15


def test_a_page_needs_as_many_queries_for_one_change_as_for_many(call, page):
    counts = []
    for number in range(3):
        call_document(call, version=str(number))
        with at(2026, 4, 10 + number):
            extend(call, "commission", datetime(2026, 7, 1 + number, tzinfo=BERLIN))
        counts.append(queries_of(page.url))
    assert counts[0] == counts[1] == counts[2] <= 15


def test_a_call_with_its_deadline_block_has_both_deadlines(call, page):
    with at(2026, 5, 20):
        open_calls = Call.objects.public().with_history(datetime.now(BERLIN)).open(datetime.now(BERLIN))
        ((row, page),) = open_calls.order_by("closes_at").with_pages("en")
        block = call_with_deadlines(row, page, "en")
    assert block["clocks"][0].date == "31 May 2026"
    assert block["calendar_url"] == "/calls/membership-2026.ics?lang=en"


def test_sessions_are_shown_until_they_are_over(call):
    call.sessions.create(
        starts_at=datetime(2026, 5, 6, 14, tzinfo=BERLIN),
        ends_at=datetime(2026, 5, 6, 15, tzinfo=BERLIN),
        languages=["en", "fr", "xx"],
    )
    call.save()
    with at(2026, 5, 1):
        (session,) = call_sessions(now(call))
    assert session["date"] == "Wed 6 May, 14:00–15:00 (Hamburg)"
    assert session["languages"] == "English, French, xx"
    with at(2026, 5, 6, 15):
        assert call_sessions(now(call)) == []


def test_a_page_begins_with_dates_who_and_how_and_folds_the_rest(client, call):
    call_document(call, language="en")
    call_document(call, language="fr")
    with at(2026, 3, 1):
        page = factories.call_page(
            call,
            who_can_apply="<p>Any town.</p>",
            body=[("call_out", {"title": "Mind", "text": "<p>An example.</p>"}), ("heading", "What we offer")],
        )
        CallStep.objects.create(page=page, actor="city", text="Send it.", locale=page.locale)
        CallQuestion.objects.create(page=page, question="When?", answer="<p>Soon.</p>", locale=page.locale)
    with at(2026, 5, 1):
        content = html.fromstring(client.get(page.url).content)
    text = " ".join(content.xpath("string(//main)").split())
    order = ["31 May 2026", "An example.", "Any town.", "Send it.", "When?", "Call opened", "Flyers", "Contact"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    folded = [" ".join(fold.xpath("string()").split()) for fold in content.xpath("//main//details[not(@open)]")]
    assert folded[0] == "When? Soon."
    assert folded[1].startswith("In 1 other language Français")
    assert folded[2] == "What we offer What we offer"


def test_an_open_call_with_a_link_to_apply_has_it_as_its_button(client):
    factories.tree()
    call = membership(application_url="https://example.org/apply")
    with at(2026, 3, 1):
        page = factories.call_page(call)
    with at(2026, 5, 1):
        assert '<a class="button" href="https://example.org/apply">Apply</a>' in read(client, page.url)
        assert client.get("/calls/membership-2026.json").json()["application_url"] == "https://example.org/apply"
    with at(2026, 8, 1):
        assert "https://example.org/apply" not in read(client, page.url)


def test_only_a_public_call_has_a_cover(client, call):
    assert client.get("/covers/call/membership-2026/cover", follow=True).status_code == 404
    factories.call_page(call)
    response = client.get("/covers/call/membership-2026/cover")
    assert response["Content-Type"] == "image/webp"


def test_pages_are_created_in_the_tree_of_their_language(call):
    assert {page.language for page in CallIndexPage.objects.all()} == {"en", "fr", "ar"}
