"""Bulk actions: what will happen is said first, what cannot be done is left out with its reason, and it is undone."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, PageLogEntry
from wagtail_localize.models import StringTranslation

from audit.models import AuditEntry
from calls.models import CallPage
from cities import services
from cities.models import City, CityProfile, MembershipEvent
from editorial.bulk import undo
from editorial.bulk.acting import LIMIT
from moderation.models import Confirmation
from practices.models import PracticePage
from tests import factories
from tests.admin_forms import shown_messages
from tests.moderation.submissions import Case

pytestmark = pytest.mark.django_db

LIST = "/admin/practices/all/"


@pytest.fixture
def moderator(sign_in):
    factories.tree("ar", "fr")
    return sign_in(factories.user("Moderators"))


def address(action: str, *pages, next_url: str = LIST, **chosen: str) -> str:
    ids = "&".join(f"id={page.pk}" for page in pages)
    more = "".join(f"&{name}={value}" for name, value in chosen.items())
    return f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', action])}?{ids}{more}&next={next_url}"


def listed(answer) -> dict[str, str]:
    """What a confirmation page says about each page: its title and the sentence below it."""
    items = BeautifulSoup(answer.content, "html.parser").select(".bulk__item")
    return {item.select("a")[0].text: " ".join(text.text for text in item.select("p")) for item in items}


def of_rows(browser, action: str, rows, list_url: str):
    """The page of an action on rows that are no pages, after the redirects."""
    names = [rows[0]._meta.app_label, rows[0]._meta.model_name, action]
    query = {"id": [row.pk for row in rows], "next": list_url}
    return browser.get(reverse("wagtail_bulk_action", args=names), query, follow=True)


def confirm(browser, answer, **fields):
    """Send the form of a confirmation page."""
    form = BeautifulSoup(answer.content, "html.parser").select_one("main form[method=post]")
    return browser.post(form["action"], fields, follow=True)


def press_undo(browser, answer):
    """Follow the button of the message, and send the form of the page to which it leads."""
    link = BeautifulSoup(answer.content, "html.parser").find("a", string=lambda text: text and text.strip() == "Undo")
    page = browser.get(link["href"])
    return page, browser.post(link["href"], follow=True)


def draft_of(page):
    """Take a page back that a factory has published."""
    page.unpublish()
    return page


def clusters(page) -> list[str]:
    page = type(page).objects.get(pk=page.pk)
    rows = page.practice_clusters if isinstance(page, PracticePage) else page.event_clusters
    return sorted(row.cluster.code for row in rows.all())


def test_a_cluster_is_assigned_where_it_can_be_and_the_other_pages_are_named_with_the_reason(moderator):
    literacy, other = factories.cluster(code="literacy"), factories.cluster(code="other")
    pages = {
        "public": factories.practice(title="public", clusters=[other]),
        "event": factories.event(title="event"),
        "draft": draft_of(factories.practice(title="draft")),
        "with changes": factories.practice(title="with changes", clusters=[other]),
        "has it": factories.practice(title="has it", clusters=[literacy]),
        "news": factories.news(title="news"),
        "locked": factories.practice(title="locked", clusters=[other]),
    }
    pages["translation"] = factories.translated(pages["public"], "fr")
    pages["with changes"].problem = "Nobody has published this"
    pages["with changes"].save_revision()
    PracticePage.objects.filter(pk=pages["locked"].pk).update(
        locked=True, locked_by=factories.user("Moderators"), locked_at=timezone.now()
    )
    choice = moderator.get(address("cluster", *pages.values()))
    assert b'value="literacy"' in choice.content
    answer = moderator.get(address("cluster", *pages.values(), to_cluster="literacy", how="add"))
    said = listed(answer)
    assert "at once" in said["public"]
    assert "at once" in said["event"]
    assert "draft" in said["draft"]
    assert "not published yet" in said["with changes"]
    assert "already" in said["has it"]
    assert "no clusters" in said["news"]
    assert "locked" in said["locked"]
    assert "translation" in said["fr: public"]

    done = confirm(moderator, answer)
    assert "4 pages were assigned" in shown_messages(done)
    assert clusters(pages["public"]) == ["literacy", "other"]
    assert clusters(pages["event"]) == ["literacy"]
    assert clusters(pages["translation"]) == ["literacy", "other"]
    assert clusters(pages["locked"]) == clusters(pages["with changes"]) == ["other"]
    draft = PracticePage.objects.get(pk=pages["with changes"].pk).get_latest_revision_as_object()
    assert [row.cluster.code for row in draft.practice_clusters.all()] == ["other", "literacy"]
    assert draft.problem == "Nobody has published this"

    shown, undone = press_undo(moderator, done)
    assert len(listed(shown)) == 4
    assert "4 changes were undone" in shown_messages(undone)
    assert clusters(pages["public"]) == clusters(pages["translation"]) == ["other"]
    assert clusters(pages["event"]) == []


def test_undo_leaves_alone_what_was_changed_since_and_belongs_to_one_session_for_some_minutes(
    moderator, sign_in, monkeypatch
):
    ended, changed = factories.practice(state="ongoing"), factories.practice(state="ongoing")
    done = confirm(moderator, moderator.get(address("state", ended, changed, to_state="ended")))
    changed.refresh_from_db()
    changed.save_revision().publish()
    link = BeautifulSoup(done.content, "html.parser").find("a", string=lambda text: text and "Undo" in text)["href"]
    assert sign_in(factories.user(is_superuser=True)).get(link).status_code == 404
    _shown, undone = press_undo(moderator, done)
    assert "1 change was undone" in shown_messages(undone)
    assert "1 change was not undone" in shown_messages(undone)
    states = dict(PracticePage.objects.values_list("pk", "state"))
    assert (states[ended.pk], states[changed.pk]) == ("ongoing", "ended")
    assert moderator.post(link).status_code == 404
    done = confirm(moderator, moderator.get(address("state", ended, to_state="failed")))
    monkeypatch.setattr(undo, "TIME_TO_UNDO", timedelta(0))
    press_undo(moderator, done)
    assert PracticePage.objects.get(pk=ended.pk).state == "failed"


def test_pages_are_published_and_unpublished_one_by_one_and_back_again(moderator):
    news = draft_of(factories.news(title="news"))
    practice = draft_of(factories.practice(title="practice"))
    public = factories.event(title="public")
    invalid = draft_of(factories.practice(title="invalid"))
    invalid.problem = ""
    invalid.save_revision(clean=False)
    original = factories.news(title="original")
    factories.translated(original, "fr")
    answer = moderator.get(address("publish", news, practice, public, invalid))
    assert "published already" in listed(answer)["public"]
    done = confirm(moderator, answer)
    for page in (news, practice):
        page.refresh_from_db()
        assert page.live
    invalid.refresh_from_db()
    assert not invalid.live
    assert "2 pages were published" in shown_messages(done)
    assert "“invalid”: " in shown_messages(done)
    press_undo(moderator, done)
    assert not PracticePage.objects.get(pk=practice.pk).live

    before = {page.pk: (page.live, page.live_revision_id) for page in original.get_translations(inclusive=True)}
    done = confirm(moderator, moderator.get(address("unpublish", original, news)))
    assert "1 page was unpublished" in shown_messages(done)
    assert not any(page.live for page in original.get_translations(inclusive=True))
    press_undo(moderator, done)
    after = original.get_translations(inclusive=True)
    assert {page.pk: (page.live, page.live_revision_id) for page in after} == before
    assert not any(page.has_unpublished_changes for page in after)


def test_calls_are_published_and_unpublished_with_their_pages_in_every_language(moderator, sign_in):
    calls = {name: factories.call() for name in ("both", "half", "none")}
    pages = {name: factories.call_page(calls[name], title=name) for name in ("both", "half")}
    pages |= {f"fr: {name}": factories.translated(pages[name], "fr", publish=False) for name in ("both", "half")}
    decoy = factories.call_page(factories.call(), title="decoy")
    words = StringTranslation.objects.filter(context__object_id=pages["half"].translation_key)
    words.get(translation_of__data="Hand in.").delete()
    everything = [*calls.values()]
    list_url = reverse("calls:index")
    assert BeautifulSoup(moderator.get(list_url).content, "html.parser").select("[data-bulk-action-checkbox]")

    def public() -> set[str]:
        return set(CallPage.objects.live().values_list("title", flat=True))

    answer = of_rows(moderator, "unpublish", everything, list_url)
    assert set(listed(answer)) == {"both", "half"}
    done = confirm(moderator, answer)
    assert "2 pages were unpublished" in shown_messages(done)
    assert public() == {decoy.title}
    answer = of_rows(moderator, "publish", everything, list_url)
    said = listed(answer)
    assert set(said) == set(pages)
    assert "from now on" in said["fr: both"], "its original is published before it"
    assert "not translated" in said["fr: half"]
    done = confirm(moderator, answer)
    assert public() == {"both", "half", "fr: both", "decoy"}
    assert "published already" in listed(of_rows(moderator, "publish", [calls["both"]], list_url))["both"]
    press_undo(moderator, done)
    assert public() == {"decoy"}
    assert "no pages yet" in shown_messages(of_rows(moderator, "publish", [calls["none"]], list_url))
    for role in (None, "Translators"):
        answer = of_rows(sign_in(factories.user(*filter(None, [role]))), "publish", everything, list_url)
        assert "/bulk/" not in answer.request["PATH_INFO"], role
    log = PageLogEntry.objects.filter(page=pages["both"], action__in=["wagtail.publish", "wagtail.unpublish"])
    assert {entry.user.pk for entry in log if entry.user} == {int(moderator.session["_auth_user_id"])}


def test_city_profiles_are_published_and_unpublished_where_it_is_possible_and_back_again(moderator, sign_in):
    profiles = {name: factories.profile(headline=name) for name in ("public", "draft", "locked")}
    for name in ("draft", "locked"):
        profiles[name].unpublish()
    profiles["fr: public"] = factories.translated(profiles["public"], "fr")
    profiles["fr: draft"] = factories.translated(profiles["draft"], "fr", publish=False)
    decoy = factories.profile(headline="decoy")
    CityProfile.objects.filter(pk=profiles["locked"].pk).update(
        locked=True, locked_by=factories.user("Moderators"), locked_at=timezone.now()
    )
    list_url = reverse("wagtailsnippets_cities_cityprofile:list")

    def public() -> set[str]:
        return set(CityProfile.objects.filter(live=True).values_list("headline", flat=True))

    def fresh() -> list[CityProfile]:
        return list(CityProfile.objects.filter(pk__in=[profile.pk for profile in profiles.values()]))

    before = public()
    answer = of_rows(moderator, "publish", fresh(), list_url)
    said = listed(answer)
    assert "published already" in said["public"]
    assert "locked" in said["locked"]
    assert "from now on" in said["draft"]
    done = confirm(moderator, answer)
    assert "2 city profiles were published" in shown_messages(done)
    assert public() == before | {"draft", "fr: draft"}
    assert "2 changes were undone" in shown_messages(press_undo(moderator, done)[1])
    assert public() == before
    answer = of_rows(moderator, "unpublish", fresh(), list_url)
    assert "in any language" in listed(answer)["public"]
    done = confirm(moderator, answer)
    assert public() == {decoy.headline}
    press_undo(moderator, done)
    assert public() == before
    CityProfile.objects.get(pk=profiles["fr: public"].pk).unpublish()
    before = public()
    for role, possible in (("Editors", set()), ("Translators", {"fr: public"})):
        browser = sign_in(factories.user(role))
        answer = of_rows(browser, "publish", fresh(), list_url)
        assert set(listed(answer)) == set(profiles)
        if BeautifulSoup(answer.content, "html.parser").select("main form[method=post]"):
            confirm(browser, answer)
        assert public() == before | possible, role
    log = ModelLogEntry.objects.for_instance(profiles["draft"]).filter(action="wagtail.publish").order_by("timestamp")
    assert log.last().user_id == int(moderator.session["_auth_user_id"])


def test_what_waits_for_its_city_or_a_decision_is_left_out_except_for_the_decision_itself(sign_in):
    case = Case()
    browser = sign_in(case.moderator)
    literacy = factories.cluster(code="literacy")
    case.approve()
    case.submit(problem="A new text")
    for action, chosen in (("cluster", {"to_cluster": literacy.code, "how": "add"}), ("state", {"to_state": "ended"})):
        assert "waits for a decision" in next(iter(listed(browser.get(address(action, case.page, **chosen))).values()))
    assert "waits for a decision" in next(iter(listed(browser.get(address("confirm", case.page))).values()))
    case.send_back()
    for action in ("publish", "confirm"):
        assert "Changes were requested" in next(iter(listed(browser.get(address(action, case.page))).values()))
    assert "receives a mail" in next(iter(listed(browser.get(address("unpublish", case.page))).values()))
    done = confirm(browser, browser.get(address("unpublish", case.page)))
    assert "Undo" not in shown_messages(done)
    assert case.log()[-1] == "taken-down"


def test_a_confirmation_names_who_said_so_and_is_public_in_every_language(moderator):
    practice = factories.practice(title="practice", authored_by="secretariat", written_on="2020-01-01")
    french = factories.translated(practice, "fr")
    draft = draft_of(factories.practice(title="draft"))
    answer = moderator.get(address("confirm", practice, draft))
    assert "not published" in listed(answer)["draft"]
    assert "Enter" in confirm(moderator, answer).content.decode() or not Confirmation.objects.exists()
    confirm(moderator, answer, informant="Learning officer, by telephone")
    found = Confirmation.objects.get()
    assert (found.page_id, found.informant, found.answer) == (practice.pk, "Learning officer, by telephone", "true")
    assert AuditEntry.objects.get(action="practice.confirmed").recorded_by == found.recorded_by
    for page in (practice, french):
        page.refresh_from_db()
        assert page.confirmed_on == timezone.localdate()
    assert "confirmed today already" in listed(moderator.get(address("confirm", practice)))["practice"]


def test_all_means_the_rows_of_the_list_as_it_is_filtered_and_what_was_read_is_what_is_done(moderator):
    first, second = factories.practice(title="first", state="ongoing"), draft_of(factories.practice(title="second"))
    factories.event(title="event")
    everything = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "state"])
    for next_url, titles in ((f"{LIST}?state=published", {"first"}), (LIST, {"first", "second"})):
        query = {"id": "all", "next": next_url, "to_state": "ended"}
        answer = moderator.get(everything, query)
        assert set(listed(answer)) == titles
        action = BeautifulSoup(answer.content, "html.parser").select_one("main form[method=post]")["action"]
        ids = parse_qs(urlsplit(action).query)["id"]
        assert set(ids) == {str(page.pk) for page in (first, second) if page.title in titles}
    elsewhere = [
        moderator.get(everything, {"id": "all", "next": url, "to_state": "ended"}) for url in ("/en/", "/nowhere/")
    ]
    assert {answer.status_code for answer in elsewhere} == {404}
    delete = moderator.get(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]), query)
    assert "event" not in delete.content.decode().split("<main")[1]


def test_foreign_keys_and_bad_choices_are_refused_in_words(moderator, sign_in):
    practice = factories.practice(state="ongoing")
    assert b"Select a valid choice" in moderator.get(address("state", practice, to_state="unheard")).content
    for action in ("publish", "unpublish", "state", "cluster", "confirm"):
        base = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        for key in ("999999", "9" * 30, "9" * 5000, "1"):
            for answer in (moderator.get(f"{base}?id={key}"), moderator.post(f"{base}?id={key}", {"informant": "x"})):
                assert answer.status_code == 404, (action, key)
    translator, editor = sign_in(factories.user("Translators")), sign_in(factories.user("Editors"))
    for browser, actions in (
        (translator, {"unpublish", "state", "confirm", "publish"}),
        (editor, {"unpublish", "confirm"}),
    ):
        for action in sorted(actions):
            browser.post(address(action, practice, to_state="ended"), {"informant": "x"})
    practice.refresh_from_db()
    assert (practice.live, practice.state, practice.confirmed_on) == (True, "ongoing", None)
    confirm(editor, editor.get(address("state", practice, to_state="ended")))
    practice.refresh_from_db()
    assert (practice.state, practice.get_latest_revision_as_object().state) == ("ongoing", "ended")
    assert LIMIT < 1000  # SQLite reads so many keys at once


def test_the_list_of_what_will_happen_takes_as_many_queries_for_many_pages(moderator):
    factories.cluster(code="literacy")
    chosen = {"cluster": {"to_cluster": "literacy", "how": "add"}, "state": {"to_state": "ended"}, "publish": {}}
    pages = [factories.practice(state="ongoing") for _ in range(2)]
    counts = {}
    for action, fields in chosen.items():
        moderator.get(address(action, *pages, **fields))
        with CaptureQueriesContext(connection) as few:
            moderator.get(address(action, *pages, **fields))
        counts[action] = len(few)
    pages += [factories.practice(state="ongoing") for _ in range(4)]
    for action, fields in chosen.items():
        with CaptureQueriesContext(connection) as many:
            moderator.get(address(action, *pages, **fields))
        assert len(many) <= counts[action], action


def test_a_status_is_recorded_for_many_cities_where_it_can_be_and_the_others_are_named(moderator, sign_in):
    cities = {name: factories.city(own_name=name) for name in ("Aarhus", "Bath", "Cork", "Decoy")}
    services.record_status(cities["Bath"], status="reporting-late", by=None, on=date(2024, 5, 1))
    services.record_status(cities["Cork"], status="inactive", by=None, on=date(2025, 5, 1))
    cities["Cork"].refresh_from_db()
    url = reverse("wagtail_bulk_action", args=["cities", "city", "status"])
    ids = "&".join(f"id={cities[name].pk}" for name in ("Aarhus", "Bath", "Cork"))
    list_url = reverse("wagtailsnippets_cities_city:list")
    choice = moderator.get(f"{url}?{ids}&next={list_url}")
    assert b'value="reporting-late"' in choice.content
    refused = moderator.get(f"{url}?{ids}&next={list_url}&to_status=reporting-late&on=2999-01-01")
    assert "This day is in the future." in refused.content.decode()
    answer = moderator.get(f"{url}?{ids}&next={list_url}&to_status=reporting-late&on=2024-06-01&source=Reports")
    said = listed(answer)
    assert "becomes" in said["Aarhus"]
    assert "already" in said["Bath"]
    assert "later change" in said["Cork"]
    assert not MembershipEvent.objects.filter(source="Reports").exists(), "nothing is done before it is confirmed"
    done = confirm(moderator, answer)
    assert "recorded for 2 cities" in shown_messages(done)
    assert dict(City.objects.values_list("own_name", "status")) == {
        "Aarhus": "reporting-late",
        "Bath": "reporting-late",
        "Cork": "inactive",
        "Decoy": "admitted",
    }
    recorded = MembershipEvent.objects.filter(source="Reports", on=date(2024, 6, 1))
    assert set(recorded.values_list("city__own_name", flat=True)) == {"Aarhus", "Cork"}
    assert sign_in(factories.user("Translators")).get(f"{url}?{ids}&next={list_url}").status_code in {302, 403, 404}
