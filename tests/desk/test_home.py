"""The first page of the desk, and that of a city: what waits, in which order, and in how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html
from post_office.models import STATUS, Email

from cities.vocabularies import CityRole
from desk.models import DeskFile, WorkingCopy
from mails.kinds import MailKind
from mails.outbox import send_once
from moderation.services import submit
from search.models import SearchStatistic
from tests import factories
from tests.reading import by_class, main, read, words

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def city():
    factories.tree("fr", "ar")
    return factories.city()


@pytest.fixture
def person(city):
    return factories.person(city, CityRole.OWNER)


@pytest.fixture
def desk(sign_in, person):
    return sign_in(person)


def long_ago(copy: WorkingCopy, days: int = 60) -> WorkingCopy:
    WorkingCopy.objects.filter(pk=copy.pk).update(updated_at=timezone.now() - timedelta(days=days))
    return copy


def of_city(city, **fields):
    return factories.practice(city=city, **factories.BY_CITY, **fields)


def in_state(city, page, status: str) -> None:
    """A submission of this practice in a state of Wagtail's workflow."""
    submit(page.get_latest_revision_as_object(), by=factories.person(city))
    state = page.workflow_states.order_by("-pk").first()
    type(state).objects.filter(pk=state.pk).update(status=status)
    task = state.current_task_state
    type(task).objects.filter(pk=task.pk).update(finished_at=timezone.now())


def waits(desk, address: str = "/en/desk/") -> list[str]:
    return [words(item) for item in by_class(read(desk.get(address)), "wait")]


def test_nothing_waits_at_first(desk, city):
    page = read(desk.get("/en/desk/"))
    assert "Nothing waits for you." in main(page)
    assert city.name in main(page)


def test_the_most_urgent_stands_first(desk, city, person):
    long_ago(factories.working_copy(city, title="Forgotten draft"))
    factories.working_copy(city, title="New draft")
    in_state(city, of_city(city, title="Returned one"), "needs_changes")
    in_state(city, of_city(city, title="Submitted one"), "in_progress")
    last = timezone.localdate() - timedelta(days=400)
    of_city(city, title="To confirm", confirmed_on=last)
    of_city(city, title="Long unconfirmed", confirmed_on=last - timedelta(days=600))
    of_city(city, title="Confirmed", confirmed_on=timezone.localdate())
    notice = send_once(MailKind.CONFIRM, to=person, about="x", context={"title": "T", "city": city})
    Email.objects.filter(pk=notice.mail_id).update(status=STATUS.failed)
    refused = factories.working_copy(city, title="With a refused file")
    DeskFile.objects.create(working_copy=refused, kind="picture", state="refused", name="a.exe")
    found = waits(desk)
    order = [
        "Returned one",
        "Long unconfirmed",
        "To confirm",
        "could not be delivered",
        "refused file",
        "Forgotten draft",
    ]
    positions = [next(number for number, text in enumerate(found) if part in text) for part in order]
    assert positions[:3] == [0, 1, 2]
    assert positions[-1] == len(found) - 1
    assert len(found) == len(order)


def test_an_owner_sees_mails_to_colleagues_that_did_not_arrive(desk, city, sign_in):
    colleague = factories.person(city)
    send_once(MailKind.INVITATION, to=colleague, about="x", context={"city": city, "inviter": "A"})
    Email.objects.update(status=STATUS.failed)
    assert any(colleague.email in text for text in waits(desk))
    editor = factories.person(city)
    assert not any(colleague.email in text for text in waits(sign_in(editor)))


@pytest.mark.parametrize("address", ["/en/desk/", "/en/desk/cities/{}/"])
def test_the_queries_do_not_grow_with_the_practices(desk, city, address):
    def fill():
        factories.working_copy(city, title="Draft")
        page = of_city(city, confirmed_on=timezone.localdate() - timedelta(days=500))
        factories.translated(page, "fr")
        in_state(city, of_city(city), "needs_changes")
        factories.practice(city=city)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(address.format(city.code)).status_code == 200
        return len(queries)

    fill()
    desk.get(address.format(city.code))
    few = count()
    fill()
    fill()
    assert count() == few


def test_a_person_of_two_cities_sees_both_and_what_waits_in_both(sign_in, city):
    other = factories.city()
    person = factories.person(city)
    other.people.create(user=person, role=CityRole.EDITOR)
    for row in (city, other):
        long_ago(factories.working_copy(row, title=f"Draft of {row.own_name}"))
    desk = sign_in(person)
    assert len(waits(desk)) == 2
    assert {city.own_name, other.own_name} <= {
        words(name) for name in by_class(read(desk.get("/en/desk/")), "entry__name")
    }


def test_the_desk_of_somebody_without_a_city_says_so(sign_in, city):
    assert "belongs to no city" in main(read(sign_in(factories.user()).get("/en/desk/")))


def test_each_state_says_what_happens_next(desk, city):
    factories.working_copy(city, title="Draft")
    in_state(city, of_city(city), "needs_changes")
    in_state(city, of_city(city), "in_progress")
    of_city(city)
    of_city(city).unpublish()
    text = main(read(desk.get(f"/en/desk/cities/{city.code}/")))
    for words_of_state in (
        "In progress",
        "Only the people of your city see it.",
        "Returned with remarks on",
        "With the secretariat since",
        "you get a mail: it is published, or returned with remarks.",
        "Published",
        "Taken down",
    ):
        assert words_of_state in text


def test_a_practice_shows_where_it_can_be_read_and_where_not_yet(desk, city):
    factories.translated(of_city(city), "fr")
    text = main(read(desk.get(f"/en/desk/cities/{city.code}/")))
    assert "Languages English and French" in text
    assert "Languages still missing" in text
    assert "Russian" in text


def test_only_words_that_readers_searched_for_and_did_not_find_are_shown(desk, city):
    month = timezone.localdate().replace(day=1)
    row = {"month": month, "language": "en", "kind": SearchStatistic.Kind.WORDS}
    SearchStatistic.objects.create(**row, value="night school", count=7)
    SearchStatistic.objects.create(**row, value="my own name", count=2)
    SearchStatistic.objects.create(**{**row, "language": "fr"}, value="école du soir", count=9)
    text = main(read(desk.get(f"/en/desk/cities/{city.code}/")))
    assert "night school" in text
    assert "my own name" not in text
    assert "école du soir" not in text


def test_a_title_in_another_language_says_which(desk, city):
    factories.working_copy(city, "ar", title="سوق")
    page = read(desk.get(f"/en/desk/cities/{city.code}/"))
    assert page.xpath("//h3//*[@lang='ar' and @dir='rtl']/text()") == ["سوق"]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_desk_has_its_menu_in_every_language(desk, city, language):
    page = read(desk.get(f"/{language}/desk/cities/{city.code}/"))
    assert page.get("lang") == language
    links = page.xpath("//*[@class='desk-bar__links']//a/@href")
    assert links == [
        f"/{language}/desk/",
        f"/{language}/desk/cities/{city.code}/",
        f"/{language}/desk/cities/{city.code}/people/",
        f"/{language}/desk/account/",
        f"/{language}/help/",
    ]
    assert page.xpath("//*[@class='desk-bar__links']//a[@aria-current='page']/@href") == [links[1]]


def test_a_desk_is_kept_by_no_cache_and_no_search_engine(desk):
    answer = desk.get("/en/desk/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_menu_of_the_desk_stands_before_the_content_that_the_skip_link_leads_to(desk):
    page = read(desk.get("/en/desk/"))
    assert page.xpath("//nav[@aria-label='Desk']/following::main[@id='main']")
    assert not page.xpath("//main//nav[@aria-label='Desk']")


def test_a_city_sees_who_was_invited_and_has_not_accepted(desk, city, person):
    type(person).objects.filter(pk=person.pk).update(last_login=timezone.now())
    invited = factories.person(city).email
    rows = read(desk.get(f"/en/desk/cities/{city.code}/")).xpath("//section[@aria-labelledby='people']//li")
    assert ["not accepted yet" in words(row) for row in rows] == [invited in words(row) for row in rows]
    assert sum("not accepted yet" in words(row) for row in rows) == 1


def test_a_link_to_a_page_opens_the_readers_language_else_the_original(city, desk):
    page = factories.practice("ar", city=city, title="مدرسة مسائية", **factories.BY_CITY)
    page.translation = factories.translated(page, "en", {page.title: "An evening school"})
    for reader, shown in (("en", page.translation), ("ar", page), ("fr", page)):
        shown_page = html.fromstring(desk.get(f"/{reader}/desk/cities/{city.code}/").content.decode())
        addresses = shown_page.xpath("//main//a/@href")
        assert shown.url in addresses, reader
        assert ({page.url, page.translation.url} - {shown.url}).isdisjoint(addresses), reader
