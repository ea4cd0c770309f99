"""The page of a city, which exists without any text, in every language."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cities.models import Award, CityIndexPage, CityName, CityProfile, ClusterCoordination
from cities.services import record_status
from home.models import NewsCity
from tests import factories
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SONDERBORG = {"code": "dk-sonderborg", "own_name": "Sønderborg"}


def read(client, path="/en/cities/dk-sonderborg/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def section(page: str, name: str) -> str:
    """The part of the page whose heading has the id `name`."""
    start = page.index(f'id="{name}"')
    return page[start : page.index("</section>", start)]


def facts(page: str) -> dict[str, str]:
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page[page.index('<dl class="facts') :])
    return {label: re.sub(r"<[^>]+>", " ", value).strip() for label, value in rows}


def test_a_city_without_data_has_a_page(client):
    factories.tree()
    factories.city(**SONDERBORG, latitude=None, longitude=None)
    page = read(client)
    assert '<h1 class="city-head__name"><bdi>Sønderborg</bdi></h1>' in page
    assert "Denmark" in page
    for word in ("Population", "Contact languages", "Website", "Area", "Practices of this city", "Similar cities"):
        assert word not in page


def test_data_is_shown_with_source_and_year_in_the_reader_s_language(client):
    factories.tree("fr")
    city = factories.city(
        **SONDERBORG,
        population=27_766,
        population_year=2024,
        population_source="GeoNames",
        answers_in=["da", "en"],
        contact_role="Head of the learning city office",
        website="https://www.sonderborg.dk/learning",
        area_km2="496.6",
    )
    hub = factories.cluster_page()
    ClusterCoordination.objects.create(city=city, cluster=hub.cluster, first_year=2019, last_year=2021)
    page = read(client)
    known = facts(page)
    assert known["Population"].split() == ["27,766", "GeoNames,", "2024"]
    assert known["Contact languages"] == "Danish, English"
    assert re.split(r"\s{2,}", known["Contact person"]) == ["Head of the learning city office", "sonderborg.dk"]
    assert known["Coordinated the cluster"].split() == [*hub.cluster.name.split(), "2019–2021"]
    assert known["Area"] == "496.6 km²"
    assert f'href="/en/clusters/{hub.slug}/"' in page
    assert 'href="https://www.sonderborg.dk/learning"' in page
    french = facts(read(client, "/fr/cities/dk-sonderborg/"))
    assert "Danois, anglais" in french.values()


def test_a_website_is_shown_without_a_contact(client):
    factories.tree()
    factories.city(**SONDERBORG, website="https://www.sonderborg.dk/")
    page = read(client)
    assert facts(page) == {"Website": "sonderborg.dk"}
    assert '<a href="https://www.sonderborg.dk/" dir="ltr">sonderborg.dk</a>' in page


@pytest.mark.parametrize("path", ["/en/cities/dk-nowhere/", "/en/cities/DK-sonderborg/", "/en/cities/dk-sonderborg/x/"])
def test_an_unknown_city_is_not_found(client, path):
    factories.tree()
    factories.city(**SONDERBORG)
    assert client.get(path).status_code == 404


def test_the_page_exists_in_every_language_and_links_to_them(client):
    factories.tree("ar", "zh-hans")
    city = factories.city(**SONDERBORG)
    city.names = [CityName(language="zh-hans", name="森讷堡")]
    city.save()
    page = read(client, "/zh-hans/cities/dk-sonderborg/")
    assert "<bdi>森讷堡</bdi></h1>" in page
    assert "<bdi>Sønderborg</bdi>" in page  # the city's own name
    assert "丹麦" in page
    assert "<title>森讷堡，丹麦 – Lyceum</title>" in page
    assert '<link rel="canonical" href="http://localhost:8000/zh-hans/cities/dk-sonderborg/">' in page
    for code, prefix in (("en", "en"), ("ar", "ar"), ("zh-Hans", "zh-hans"), ("x-default", "en")):
        address = f"http://localhost:8000/{prefix}/cities/dk-sonderborg/"
        assert f'<link rel="alternate" hreflang="{code}" href="{address}">' in page


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ([("admitted", 2016)], ["Member since 2016"]),
        ([("admitted", None)], ["Member"]),
        ([("admitted", 2016), ("reporting-due", 2018)], ["Member since 2016", "Progress report due"]),
        ([("admitted", 2016), ("reporting-late", 2019)], ["Member since 2016", "Progress report late"]),
        ([("admitted", 2016), ("inactive", 2020)], ["Member since 2016", "Inactive"]),
        ([("admitted", 2016), ("left", 2020)], ["Former member, 2016–2020"]),
        ([("left", 2020)], ["Former member, left in 2020"]),
        ([], ["Not a member"]),
    ],
)
def test_the_header_shows_the_membership_status(client, steps, shown):
    factories.tree()
    city = factories.city(**SONDERBORG, status="not-a-member")
    for status, year in steps:
        in_round = status == "admitted" and year is not None
        date = {"round": factories.membership_round(year)} if in_round else {"year": year}
        record_status(city, status=status, by=factories.user(), **date)
    head = read(client)
    head = head[head.index("city-head") : head.index("</h1>")]
    assert re.findall(r"</svg><span>([^<]+)</span>|<span class=\"tag tag--plain\"><span>([^<]+)</span>", head) == [
        (words, "") if words != "Not a member" else ("", words) for words in shown
    ]


def test_an_example_city_is_marked(client):
    factories.tree()
    factories.city(code="ex-bahari", own_name="Bahari", country="", region="arab-states", is_example=True)
    page = read(client, "/en/cities/ex-bahari/")
    assert "Example city" in page[page.index("city-head") : page.index("<h1")]
    assert "invented to show what this portal can do" in page


def test_one_timeline_shows_membership_and_awards(client):
    factories.tree()
    city = factories.city(**SONDERBORG, status="not-a-member")
    editor = factories.user()
    record_status(city, status="admitted", year=2016, source="UIL, June 2016", by=editor)
    record_status(city, status="inactive", on=date(2020, 5, 4), by=editor)
    Award.objects.create(city=city, year=2019)
    told = section(read(client), "membership")
    assert re.findall(r"<time[^>]*>([^<]*)</time>", told) == ["2016", "2019", "4 May 2020"]
    assert re.findall(r"<span>([^<]*)</span>", told) == [
        "Admitted to the network",
        "Learning City Award",
        "Marked as inactive",
    ]
    assert "Source: UIL, June 2016" in told


def test_a_profile_in_another_language_is_labelled_and_has_lang(client):
    factories.tree("fr", "ar")
    city = factories.city(**SONDERBORG)
    factories.profile(city, "fr", headline="Une ville qui apprend", vision="Que chacun apprenne.", challenges="")
    words = section(read(client, "/ar/cities/dk-sonderborg/"), "words")
    assert '<p class="standfirst voice" lang="fr" dir="ltr">Une ville qui apprend</p>' in words
    assert '<div class="prose" lang="fr" dir="ltr"><p>Que chacun apprenne.</p></div>' in words
    assert "باللغة الفرنسية (الأصل)" in words
    own = section(read(client, "/fr/cities/dk-sonderborg/"), "words")
    assert '<p class="standfirst voice" >Une ville qui apprend</p>' in own
    assert "(original)" not in own


def test_readers_get_the_profile_in_their_language_else_in_english(client):
    factories.tree("fr", "ar")
    city = factories.city(**SONDERBORG)
    original = factories.profile(city, "fr", headline="Une ville qui apprend")
    factories.translated(original, "en", {"Une ville qui apprend": "A city that learns"})
    english = section(read(client), "words")
    assert "A city that learns" in english
    assert "Translated from French" in english
    arabic = section(read(client, "/ar/cities/dk-sonderborg/"), "words")
    assert 'lang="en" dir="ltr">A city that learns' in arabic
    assert "Une ville" not in arabic + english


def test_unpublished_and_expired_profiles_are_not_shown(client):
    factories.tree("fr")
    city = factories.city(**SONDERBORG)
    profile = factories.profile(city, headline="Words of the past")
    assert "Words of the past" in read(client)
    CityProfile.objects.filter(pk=profile.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert "Words of the past" not in read(client)
    CityProfile.objects.filter(pk=profile.pk).update(expire_at=None, live=False)
    assert "Words of the past" not in read(client)


def test_practices_are_shown_in_the_best_version_for_the_reader(client):
    factories.tree("fr")
    city = factories.city(**SONDERBORG)
    factories.practice(title="Roofs that measure", city=city)
    factories.practice("fr", title="Les toits mesurent", city=city)
    factories.practice(title="Of another city")
    draft = factories.practice(title="Not published yet", city=city)
    draft.unpublish()
    english = section(read(client), "practices")
    assert "Roofs that measure" in english
    assert re.search(r'lang="fr" dir="ltr"><a [^>]*hreflang="fr">Les toits mesurent', english)
    assert "In French (original)" in english
    assert "Of another city" not in english
    assert "Not published yet" not in english


def test_events_that_the_city_hosted_are_shown(client):
    factories.tree()
    city = factories.city(**SONDERBORG)
    factories.event(title="Festival of roofs", host_city=city, mode="place")
    factories.event(title="Elsewhere", host_city=factories.city(), mode="place")
    page = read(client)
    assert "Festival of roofs" in section(page, "events")
    assert "Elsewhere" not in page


def test_news_about_the_city_is_shown_newest_first(client):
    factories.tree()
    city = factories.city(**SONDERBORG)
    for title, day in (("Roofs opened", date(2024, 5, 1)), ("Roofs praised", date(2025, 5, 1))):
        page = factories.news(title=title, date=day)
        page.news_cities = [NewsCity(city=city)]
        page.save_revision().publish()
    factories.news(title="Of another city")
    page = read(client)
    assert re.findall(r"Roofs \w+", section(page, "news")) == ["Roofs praised", "Roofs opened"]
    assert "Of another city" not in page


def test_what_a_city_has_not_yet_is_said_and_what_it_has_is_not(client):
    factories.tree("fr")
    city = factories.city(**SONDERBORG)

    def missing(path: str = "/en/cities/dk-sonderborg/") -> list[str]:
        page = read(client, path)
        return re.findall(r"<li>([^<]+)</li>", section(page, "not-yet")) if 'id="not-yet"' in page else []

    no_practice, no_event = "No practice from this city yet.", "No event in this city yet."
    assert missing() == ["The city has not written a profile yet.", no_practice, no_event]
    factories.practice(city=city).unpublish()
    assert no_practice in missing()
    factories.practice(city=city)
    assert missing() == ["The city has not written a profile yet.", no_event]
    factories.profile(city)
    assert missing() == [no_event]
    assert missing("/fr/cities/dk-sonderborg/")[0].startswith("Le profil de la ville n’existe pas encore")
    factories.event(host_city=city, mode="place")
    assert missing() == []


def test_staff_are_led_from_the_page_to_the_form_of_the_city(sign_in):
    factories.tree()
    city = factories.city(**SONDERBORG)
    list_page = CityIndexPage.objects.get()

    def links(group: str, path: str) -> list[str]:
        page = read(sign_in(factories.user(group)), path)
        bar = page[page.index("wagtail-userbar") :]
        return re.findall(r'href="[^"]*?(/admin/[^"]*edit/[^"]*)"', bar)

    of_city = reverse("wagtailsnippets_cities_city:edit", args=[city.pk])
    assert links("Editors", "/en/cities/dk-sonderborg/") == [of_city]
    assert links("Editors", "/en/cities/") == [reverse("wagtailadmin_pages:edit", args=[list_page.pk])]
    assert links("Translators", "/en/cities/dk-sonderborg/") == []


def test_similar_cities_are_shown_with_the_reasons(client):
    factories.tree()
    cluster = factories.cluster()
    city = factories.city(**SONDERBORG, population=27_766)
    similar = factories.city(own_name="Osan", country="KR", region="asia-pacific", population=30_000)
    factories.city(own_name="Only as large", country="BR", region="latin-america-caribbean", population=30_000)
    hidden = factories.city(own_name="Hidden link", country="KE", region="africa", population=29_000)
    former = factories.city(own_name="Former", country="KR", region="asia-pacific", population=30_000, status="left")
    for place in (city, similar, former):
        factories.practice(city=place, clusters=[cluster])
    factories.practice(city=hidden, clusters=[cluster]).unpublish()
    shown = section(read(client), "similar")
    assert re.findall(r"<bdi>([^<]*)</bdi>", shown) == ["Osan", "Republic of Korea", "same cluster, similar size"]


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows():
    factories.tree()
    cluster = factories.cluster_page().cluster
    city = factories.city(**SONDERBORG, population=27_766)
    factories.city(population=30_000)
    editor = factories.user()

    def add(number: int) -> None:
        factories.practice(city=city, clusters=[cluster])
        factories.event(host_city=city, mode="place")
        news = factories.news()
        news.news_cities = [NewsCity(city=city)]
        news.save_revision().publish()
        record_status(city, status="admitted", round=factories.membership_round(2012 + number), by=editor)
        Award.objects.create(city=city, year=2010 + number)
        ClusterCoordination.objects.create(city=city, cluster=cluster, first_year=2010 + number)

    add(1)
    one = queries_of("/en/cities/dk-sonderborg/")
    add(2)
    add(3)
    factories.city(population=31_000)
    assert one == queries_of("/en/cities/dk-sonderborg/") <= 15
