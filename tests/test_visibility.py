"""Nothing that is not public appears anywhere: hidden pages contain a mark, and every URL is read."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction

from calls.models import CallDocument
from cities.models import City, ClusterCoordination
from clusters.models import ClusterDocument, ClusterName
from events.models import EventCluster
from open_data.datasets import DATASETS
from open_data.dumps import make_dump
from open_data.formats import FORMATS
from practices.models import PracticeDocument
from search.current_engine import current_engine
from search.rebuild import rebuild_index
from search_engines.criteria import Criteria
from search_engines.results import plain
from tests import factories

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "fr", "ar")
# A word of no language: no stem and no sentence contains it by chance.
MARK = "zyxcanary"
PUBLIC = "qwvdecoy"


def _restrict(page, kind: str) -> None:
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind, password="secret")
    if kind == PageViewRestriction.GROUPS:
        restriction.groups.add(Group.objects.get(name="Editors"))


def _draft(mark, **words):
    page = factories.practice(**words)
    page.unpublish()


def _pending_revision(mark, **words):
    page = factories.practice(title=f"Plain {PUBLIC}")
    page.title, page.one_line_result, page.problem = words["title"], words["one_line_result"], words["problem"]
    page.save_revision()


def _scheduled(mark, **words):
    page = factories.practice(**words)
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()


def _expired(mark, **words):
    page = factories.practice(**words)
    # The scheduler has not run yet: the page is still live in the database.
    type(page).objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))


def _login_private(mark, **words):
    _restrict(factories.practice(**words), PageViewRestriction.LOGIN)


def _password_private(mark, **words):
    _restrict(factories.practice(**words), PageViewRestriction.PASSWORD)


def _group_private(mark, **words):
    _restrict(factories.practice(**words), PageViewRestriction.GROUPS)


def _child_of_private(mark, **words):
    parent = factories.standard_page()
    body = [("text", f"<p>{mark}</p>")]
    child = type(parent)(title=words["title"], slug=words["slug"], lede=words["problem"], body=body)
    child.locale = parent.locale
    parent.add_child(instance=child)
    child.save_revision().publish()
    _restrict(parent, PageViewRestriction.LOGIN)


def _translation_of_private(mark, **words):
    original = factories.practice(title=f"Original {mark}", slug=words["slug"])
    factories.translated(original, "fr")
    # Directly into the table: without signals, the visibility rule itself must exclude the page.
    PageViewRestriction.objects.bulk_create([PageViewRestriction(page=original, restriction_type="login")])


def _alias(mark, **words):
    # The portal creates no aliases; an imported one must stay hidden.
    page = factories.practice(**words)
    Page.objects.filter(pk=page.pk).update(alias_of=factories.practice().pk)


def _call_without_public_page(mark, **words):
    page = factories.call_page(title=words["title"], lede=words["problem"], slug=words["slug"])
    page.unpublish()


def _private_document(mark, **words):
    collection = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    document = factories.document(title=f"{mark} file", collection=collection)
    row = factories.call()
    CallDocument.objects.create(call=row, language="en", document=document, version="1")
    factories.call_page(row, title=f"Open call {PUBLIC}")
    factories.practice(documents=[PracticeDocument(document=document, title=f"Handbook {mark}")])
    hub = factories.cluster_page()
    ClusterDocument.objects.create(page=hub, document=document, title=f"Handbook {mark}", locale=hub.locale)


def _deleted(mark, **words):
    factories.practice(**words).delete()


def _set_draft(page) -> None:
    page.unpublish()


def _set_scheduled(page) -> None:
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()


def _set_expired(page) -> None:
    type(page).objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))


def _set_alias(page) -> None:
    Page.objects.filter(pk=page.pk).update(alias_of=factories.practice().pk)


def _set_private(page) -> None:
    _restrict(page, PageViewRestriction.LOGIN)


def _set_translation_private(page) -> None:
    french = factories.translated(page, "fr")
    PageViewRestriction.objects.bulk_create([PageViewRestriction(page=french, restriction_type="login")])


def _set_in_another_language_only(page) -> None:
    """In the tree of a language that was taken out of the settings."""
    type(page).objects.filter(pk=page.pk).update(locale=Locale.objects.get_or_create(language_code="de")[0])


def _delete(page) -> None:
    page.delete()


# What hides the hub of a cluster, and with it the cluster.
HUB_STATES = (
    _set_draft,
    _set_scheduled,
    _set_expired,
    _set_alias,
    _set_private,
    _set_translation_private,
    _set_in_another_language_only,
    _delete,
)
# What hides a page, but not the pages below it.
PARENT_STATES = (_set_draft, _set_scheduled, _set_expired, _set_alias)
PROFILE_STATES = (_set_draft, _set_scheduled, _set_expired)


def _plant_clusters() -> dict[str, str]:
    """Clusters whose hub is not public, and one without a hub, on a public practice, event, call and city."""
    marks, clusters = {}, []
    for number, hide in enumerate((*HUB_STATES, None)):
        mark = f"{MARK}cluster{number}x"
        cluster = factories.cluster(code=mark)
        cluster.names = [ClusterName(language=code, name=f"{code} {mark}") for code in LANGUAGES]
        cluster.save()
        if hide:
            hide(factories.cluster_page(cluster, title=f"Hub {mark}", slug=f"hidden-hub-{number}"))
        marks[f"cluster {hide.__name__ if hide else 'without a hub'}"] = mark
        clusters.append(cluster)
    city = factories.city(own_name=f"City {PUBLIC}")
    city.coordinations = [ClusterCoordination(cluster=cluster, first_year=2020) for cluster in clusters]
    city.save()
    factories.practice(title=f"Cluster practice {PUBLIC}", city=city, clusters=clusters)
    factories.practice(title=f"Another practice {PUBLIC}", clusters=clusters)
    rows = [EventCluster(cluster=cluster, sort_order=order) for order, cluster in enumerate(clusters)]
    factories.event(title=f"Cluster event {PUBLIC}", event_clusters=rows, host_city=city)
    call = factories.call()
    call.clusters = clusters
    call.save()
    factories.call_page(call, title=f"Cluster call {PUBLIC}")
    return marks


def _plant_parents() -> dict[str, str]:
    """Hidden pages above public ones: pages of text, and a list of each kind in Arabic."""
    marks = {}
    for number, hide in enumerate(PARENT_STATES):
        mark = f"{MARK}parent{number}x"
        parent = factories.standard_page(title=f"Above {mark}", slug=f"above-{number}")
        for depth in range(2):
            child = type(parent)(title=f"Below {PUBLIC} {depth}", body=[("heading", "We")], locale=parent.locale)
            type(parent).objects.get(slug=f"above-{number}").add_child(instance=child)
            child.save_revision().publish()
        hide(type(parent).objects.get(pk=parent.pk))
        marks[f"parent {hide.__name__}"] = mark
    for make in (factories.practice, factories.event, factories.news, factories.cluster_page, factories.call_page):
        page = make(language="ar", title=f"Arabic {PUBLIC}")
        mark = f"{MARK}list{page._meta.model_name}x"
        Page.objects.filter(pk=page.get_parent().pk).update(live=False, title=mark)
        marks[f"list above {page._meta.model_name}"] = mark
    return marks


def _plant_profiles() -> dict[str, str]:
    """Profiles that are not public, of cities that are, and a version of one that is not published yet."""
    marks = {}
    for number, hide in enumerate((*PROFILE_STATES, None)):
        mark = f"{MARK}profile{number}x"
        profile = factories.profile(headline=f"Headline {mark}" if hide else "Plain", vision=mark if hide else "Plain")
        if hide:
            hide(profile)
        else:
            profile.headline = profile.vision = mark
            profile.save_revision()
        marks[f"profile {hide.__name__ if hide else 'with a new draft'}"] = mark
    return marks


HIDDEN = (
    _draft,
    _pending_revision,
    _scheduled,
    _expired,
    _login_private,
    _password_private,
    _group_private,
    _child_of_private,
    _translation_of_private,
    _alias,
    _call_without_public_page,
    _private_document,
    _deleted,
)


@pytest.fixture
def network(tmp_path, settings):
    """A tree in three languages with one public page of every kind, and its own index."""
    settings.SEARCH_DIRECTORY = tmp_path / "search"
    factories.tree(*LANGUAGES[1:])
    practice = factories.practice(title=f"Practice {PUBLIC}")
    factories.event(title=f"Event {PUBLIC}")
    factories.news(title=f"News {PUBLIC}")
    factories.standard_page(title=f"Text {PUBLIC}")
    factories.cluster_page(practice.practice_clusters.first().cluster, title=f"Hub {PUBLIC}")
    factories.call_page(title=f"Call {PUBLIC}")
    return practice


def _addresses() -> set[str]:
    """Every URL: those of all pages, whatever their state, and those of other views."""
    found = {"/sitemap.xml", "/robots.txt", "/brand.css", "/healthz", "/readyz", "/nothing-here/"}
    for page in Page.objects.filter(depth__gt=1).specific():
        if page.url:
            found.add(page.url)
        found |= {f"/covers/practice/{page.translation_key.hex[:10]}/thumb"}
    for language in LANGUAGES:
        found |= {
            f"/{language}/search/",
            f"/{language}/search/?q={PUBLIC}",
            f"/{language}/search/feed.atom",
            f"/{language}/search/feed.atom?q={PUBLIC}&type=practice",
            f"/{language}/search/suggest/?q={PUBLIC}",
            f"/{language}/search/suggest/?q={MARK[:5]}",
            f"/{language}/practices/?q={PUBLIC}",
            f"/{language}/search/?q={PUBLIC}&type=event",
            f"/{language}/events/calendar.ics",
            f"/{language}/calls/calendar.ics",
        }
    for code in City.objects.values_list("code", flat=True):
        found.add(f"/en/cities/{code}/")
    for code in _call_codes():
        found |= {f"/calls/{code}.json", f"/calls/{code}.ics", f"/api/v1/calls/{code}"}
    for dataset in DATASETS:
        found |= {f"/data/{dataset}.{name}{query}" for name in FORMATS for query in ("", "?language=fr")}
        found |= {f"/data/dumps/{dataset}.{name}" for name in FORMATS}
        found |= {f"/api/v1/{dataset}?per_page=100{query}" for query in ("", f"&q={PUBLIC}", f"&q={MARK[:5]}")}
    return found


def _call_codes():
    from calls.models import Call

    return Call.objects.values_list("code", flat=True)


def _words_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def test_marked_words_appear_at_no_public_address_and_not_in_the_index(network):
    marks = {}
    for number, hide in enumerate(HIDDEN):
        marks[hide.__name__] = mark = f"{MARK}{number}x"
        hide(
            mark,
            # Without the mark: a response may repeat the URL of its request.
            slug=f"hidden-{number}",
            title=f"Secret {mark}",
            one_line_result=f"{mark} of 12",
            problem=f"A problem {mark}.",
        )
    marks |= _plant_clusters() | _plant_parents() | _plant_profiles()
    rebuild_index()
    make_dump()
    reader = Client()
    leaks = []
    for address in sorted(_addresses()):
        response = reader.get(address)
        assert response.status_code < 500 or address == "/readyz", address
        words = _words_of(response)
        leaks += [(name, address) for name, mark in marks.items() if mark in words]
    assert leaks == [], "\n".join(f"{name} at {address}" for name, address in leaks)
    for title in ("Cluster practice", "Cluster event", "Cluster call", f"City {PUBLIC}"):
        found = current_engine().search(Criteria(language="en", instant=timezone.now(), words=title))
        assert any(title in plain(hit.title) for hit in found.hits), f"{title} is public, its clusters are not"
    for language in LANGUAGES:
        for mark in marks.values():
            found = current_engine().search(Criteria(language=language, instant=timezone.now(), words=mark))
            assert found.total == 0, mark
            assert not found.facets or not any(mark in str(values) for values in found.facets.values())
        assert not current_engine().suggest(MARK[:5], language)
        assert current_engine().search(Criteria(language=language, instant=timezone.now(), words=PUBLIC)).total > 3


def test_the_public_decoys_do_appear(network):
    rebuild_index()
    reader = Client()
    assert PUBLIC in _words_of(reader.get("/en/practices/"))
    assert PUBLIC in _words_of(reader.get("/en/events/"))
    assert PUBLIC in _words_of(reader.get("/en/calls/"))
    for dataset in DATASETS.keys() - {"cities"}:
        assert PUBLIC in _words_of(reader.get(f"/data/{dataset}.json")), dataset
        assert PUBLIC in _words_of(reader.get(f"/api/v1/{dataset}?q={PUBLIC}")), dataset
    assert re.search(r"/en/practices/practice-", _words_of(reader.get("/sitemap.xml")))


def test_an_expired_page_is_gone_at_its_instant_though_the_scheduler_has_not_run(network):
    type(network).objects.filter(pk=network.pk).update(expire_at=timezone.now() + timedelta(minutes=1))
    assert Client().get(network.url).status_code == 200
    type(network).objects.filter(pk=network.pk).update(expire_at=timezone.now())
    assert Client().get(network.url).status_code == 404


def test_a_page_never_answers_under_a_language_that_it_is_not_written_in(network):
    Page.objects.filter(depth=2, locale__language_code="ar").update(live=False)
    response = Client().get(network.url.replace("/en/", "/ar/"))
    assert response.status_code == 404
    assert settings.LANGUAGE_CODE == "en"
