"""A generated network in its own database: cities, clusters and practices in seven languages."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from calls.models import Call, CallIndexPage, CallPage
from calls.vocabularies import CallKind
from cities.models import City, CityName, CityProfile
from clusters.models import Cluster, ClusterIndexPage, ClusterName, ClusterPage
from clusters.vocabularies import ClusterSign
from core.fields import concrete_fields
from core.i18n.countries import regions
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from core.list_pages import ListPage
from events.models import EventIndexPage, EventPage
from events.vocabularies import EventKind, EventMode
from home.models import NewsIndexPage, NewsPage
from home.structure import add_language
from practices.models import PracticeCluster, PracticeIndexPage, PracticePage, PracticeResult, PracticeStep
from practices.vocabularies import (
    ActionLine,
    CostBand,
    Evidence,
    PracticeState,
    SustainableDevelopmentGoal,
    TargetGroup,
)
from scripts.bench.words import language

SEED = "Lyceum"
CLUSTERS = 7
# Calls and coming events are as many in every network; news and past events grow with it.
CALLS = 6
COMING_EVENTS = 12
# Number of language versions → how many of a hundred practices have so many.
VERSIONS = {1: 60, 2: 20, 3: 15, 7: 5}
CHUNK = 500
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def prepare() -> None:
    """Make an empty portal with the trees of all languages."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for code in LANGUAGE_CODES:
        add_language(code)


def city_codes(size: int) -> list[str]:
    """Return the codes of the cities in a network of this size."""
    return [f"ex-{number:04}" for number in range(min(size // 2, 350 + size // 20))]


def cluster_codes() -> list[str]:
    """Return the codes of the clusters, which are the same in every network."""
    return [f"cluster-{number}" for number in range(CLUSTERS)]


def fill(size: int) -> None:
    """Add `size` practice pages (each language version counts) with their cities, and what the other pages show."""
    chance = random.Random(f"{SEED} {size}")
    cities = _cities(chance, city_codes(size))
    makers = _Makers(chance, cities, _clusters(chance))
    while makers.made < size:
        with transaction.atomic():
            makers.add(min(CHUNK, size - makers.made))
    makers.count_children()
    with transaction.atomic():
        _calls(chance)
        _events(chance, cities, COMING_EVENTS + size // 100)
        _news(chance, 5 + size // 100)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _cities(chance: random.Random, codes: list[str]) -> list[City]:
    countries = sorted(regions().items())
    rows = []
    for code in codes:
        country, region = chance.choice(countries)
        name = "".join(language("en").draw(chance, 2)).capitalize()
        place = {"latitude": chance.randint(-60, 70), "longitude": chance.randint(-180, 180)}
        rows.append(City(code=code, own_name=name, country=country, region=region, status="admitted", **place))
    cities = City.objects.bulk_create(rows)
    CityName.objects.bulk_create(
        CityName(city=city, language=code, name="".join(language(code).draw(chance, 2)).capitalize())
        for city in cities
        for code in LANGUAGE_CODES
    )
    locale = Locale.objects.get(language_code=SOURCE_LANGUAGE)
    words = language(SOURCE_LANGUAGE)
    CityProfile.objects.bulk_create(
        CityProfile(city=city, locale=locale, headline=words.sentence(chance, 6), vision=words.text(chance, 5))
        for city in cities
    )
    return cities


def _clusters(chance: random.Random) -> list[Cluster]:
    looks = {"colour": "#35621A", "colour_on_dark": "#BFE3A0"}
    rows = [
        Cluster(code=code, order=order, sign=ClusterSign.values[order], **looks)
        for order, code in enumerate(cluster_codes())
    ]
    clusters = Cluster.objects.bulk_create(rows)
    ClusterName.objects.bulk_create(
        ClusterName(cluster=cluster, language=code, name=language(code).sentence(chance, 2))
        for cluster in clusters
        for code in LANGUAGE_CODES
    )
    parent = ClusterIndexPage.objects.get(locale__language_code=SOURCE_LANGUAGE)
    for cluster in clusters:  # a cluster without a public hub is named nowhere
        title = language(SOURCE_LANGUAGE).sentence(chance, 2)[:-1]
        parent.add_child(instance=ClusterPage(title=title, slug=cluster.code, cluster=cluster, introduction=title))
    return clusters


def _calls(chance: random.Random) -> None:
    for number in range(CALLS):  # the first two are open
        deadline = timezone.now() + timedelta(days=30 * (2 - number) - 1)
        call = Call.objects.create(
            code=f"call-{number}",
            kind=CallKind.values[number % len(CallKind.values)],
            opens_at=deadline - timedelta(days=90),
            first_deadline=deadline,
        )
        _add(CallPage(call=call), CallIndexPage, chance)


def _events(chance: random.Random, cities: list[City], count: int) -> None:
    for number in range(count):
        day = timezone.localdate() + timedelta(days=7 * (COMING_EVENTS - number) - 3)
        facts = {"kind": chance.choice(EventKind.values), "host_city": chance.choice(cities)}
        _add(EventPage(mode=EventMode.PLACE, first_day=day, last_day=day, **facts), EventIndexPage, chance)


def _news(chance: random.Random, count: int) -> None:
    for number in range(count):
        _add(NewsPage(date=timezone.localdate() - timedelta(days=5 * number)), NewsIndexPage, chance)


def _add(page: CallPage | EventPage | NewsPage, index: type[ListPage], chance: random.Random) -> None:
    """Write the text of a page in the source language, and publish it in its list."""
    words = language(SOURCE_LANGUAGE)
    parent = index.objects.get(locale__language_code=SOURCE_LANGUAGE)
    page.locale = parent.locale
    page.title = words.sentence(chance, 5)[:-1]
    page.lede = words.sentence(chance, 12)
    page.body = [("text", f"<p>{words.text(chance, 10)}</p>")]
    parent.add_child(instance=page)


class _Makers:
    """Creates practices with their translations, and inserts them in a few statements per chunk."""

    def __init__(self, chance: random.Random, cities: list[City], clusters: list[Cluster]):
        self.chance, self.cities, self.clusters = chance, cities, clusters
        self.made = 0
        self.lists = {page.locale.language_code: page for page in PracticeIndexPage.objects.select_related("locale")}
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self.children = dict.fromkeys(LANGUAGE_CODES, 0)
        self.next_id = Page.objects.order_by("-pk").values_list("pk", flat=True).first() + 1
        self.content_type = ContentType.objects.get_for_model(PracticePage)

    def add(self, count: int) -> None:
        """Insert `count` pages."""
        pages: list[PracticePage] = []
        while len(pages) < count:
            pages += self._group(count - len(pages))
        self.made += len(pages)
        names = [field.name for field in concrete_fields(Page)]
        Page.objects.bulk_create(Page(**{name: getattr(page, name) for name in names}) for page in pages)
        _insert_own_columns(pages)
        chance = self.chance
        PracticeCluster.objects.bulk_create(
            PracticeCluster(page=page, cluster=cluster, sort_order=order)
            for page in pages
            for order, cluster in enumerate(page.drawn_clusters)
        )
        PracticeStep.objects.bulk_create(
            PracticeStep(page=page, locale=page.locale, sort_order=order, text=language(page.language).text(chance, 2))
            for page in pages
            for order in range(3)
        )
        PracticeResult.objects.bulk_create(
            PracticeResult(
                page=page,
                locale=page.locale,
                sort_order=order,
                label=language(page.language).sentence(chance, 8),
                evidence=chance.choice(Evidence.values),
                source="Census",
                year=2024,
            )
            for page in pages
            for order in range(2)
        )

    def count_children(self) -> None:
        """Update `numchild` of the list pages."""
        for code, page in self.lists.items():
            Page.objects.filter(pk=page.pk).update(numchild=self.children[code])

    def _group(self, most: int) -> list[PracticePage]:
        chance = self.chance
        (count,) = chance.choices(list(VERSIONS), weights=list(VERSIONS.values()))
        codes = chance.sample(LANGUAGE_CODES, k=min(count, most))
        began = date(chance.randint(2005, 2024), 1, 1)
        facts = {
            "translation_key": uuid.UUID(int=chance.getrandbits(128), version=4),
            "original_language": codes[0],
            "authored_by": "secretariat",
            "city": chance.choice(self.cities),
            "period_start": began,
            "period_end": began + timedelta(days=1500) if chance.random() < 0.5 else None,
            "state": chance.choice(PracticeState.values),
            "cost_band": chance.choice(CostBand.values),
            "sdgs": chance.sample(SustainableDevelopmentGoal.values, k=2),
            "action_lines": [chance.choice(ActionLine.values)],
            "target_groups": chance.sample(TargetGroup.values, k=2),
            "confirmed_on": date(2025, 6, 1) if chance.random() < 0.5 else None,
        }
        clusters = chance.sample(self.clusters, k=chance.randint(1, 2))
        published = NOW - timedelta(days=chance.randint(1, 3000))
        return [self._page(code, published, clusters, facts) for code in codes]

    def _page(self, code: str, published: datetime, clusters: list[Cluster], facts: dict) -> PracticePage:
        chance, words, parent = self.chance, language(code), self.lists[code]
        self.children[code] += 1
        title = words.sentence(chance, chance.randint(4, 10))[:-1]
        slug = f"practice-{facts['translation_key'].hex[:10]}"
        page = PracticePage(
            id=self.next_id,
            page_ptr_id=self.next_id,
            path=Page._get_path(parent.path, parent.depth + 1, self.children[code]),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}{slug}/",
            slug=slug,
            title=title,
            draft_title=title,
            content_type=self.content_type,
            locale=self.locales[code],
            live=True,
            first_published_at=published,
            last_published_at=published,
            one_line_result=words.sentence(chance, 12)[:200],
            problem=words.text(chance, 3),
            not_again=words.text(chance, 1) if chance.random() < 0.7 else "",
            body=[("text", f"<p>{words.text(chance, 10)}</p>")],
            **facts,
        )
        page.drawn_clusters = clusters
        self.next_id += 1
        return page


def _insert_own_columns(pages: list[PracticePage]) -> None:
    """Insert the rows of the child table: `bulk_create` does not support multi-table inheritance."""
    fields = [field for field in concrete_fields(PracticePage) if field.model is PracticePage]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    rows = [[field.get_db_prep_save(getattr(page, field.attname), connection) for field in fields] for page in pages]
    with connection.cursor() as cursor:
        table = quote(PracticePage._meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
