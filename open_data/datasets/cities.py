"""The dataset of cities."""

from collections.abc import Iterable, Sequence

from django.db.models import CharField, Count, QuerySet, Value, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from cities.models import Award, City, CityProfile, ClusterCoordination
from cities.presentation import CITY_INDEX, city_route
from cities.vocabularies import MembershipStatus
from core.i18n.addresses import absolute
from core.i18n.languages import select_best_versions
from core.list_pages import list_urls
from core.offered_languages import offered_languages
from core.querysets.children import prefetch_children
from core.querysets.visibility import public
from open_data.columns import Column, Row, Source, Type, model_column
from open_data.datasets.base import Dataset, Key, cluster_codes, in_order, place_columns
from practices.models import PracticePage


def _field(name: str, **changes) -> Column:
    return model_column(City, name, **changes)


def _profile(name: str) -> Column:
    return model_column(
        CityProfile, name, source=Source.TEXT, read=lambda row: getattr(row.more["profile"], name, None)
    )


def _population(name: str) -> Column:
    """A part of the population, which is given only together with its year and its source."""
    return _field(name, read=lambda row: getattr(row.item, name) if row.item.known_population else None)


class Cities(Dataset):
    """The cities: their facts in each language, because a city has a page in each."""

    code = "cities"
    kind = "city"
    label = _("Cities")
    description = _("Members of the network, former members, and other cities with a practice.")
    columns = (
        _field("code", type=Type.CODE, description=_("The same in every language. It never changes.")),
        Column(
            "language",
            _("language"),
            Type.CODE,
            lambda row: row.language,
            _("The language of the name, of the profile and of the web address."),
            Source.COMPUTED,
        ),
        Column(
            "url",
            _("web address"),
            Type.URL,
            lambda row: row.more["url"],
            _("The page in this language."),
            Source.COMPUTED,
        ),
        Column(
            "name",
            _("name"),
            Type.TEXT,
            lambda row: row.item.name_in(row.language),
            _("In the language of the row, or else in English, or else as the city calls itself."),
        ),
        _field("own_name"),
        _field("country", type=Type.CODE, description=_("The code of ISO 3166-1 with two letters.")),
        _field("region"),
        *place_columns(lambda row: row.item, _("In degrees (WGS 84).")),
        _population("population"),
        _population("population_year"),
        _population("population_source"),
        _field("area_km2"),
        _field("website"),
        _field("answers_in"),
        _field("contact_role"),
        _field("is_example", description=_("Whether it is an invented example.")),
        _field("status"),
        Column(
            "admission_year",
            _("year of admission"),
            Type.INTEGER,
            lambda row: row.item.joined,
            source=Source.COMPUTED,
        ),
        Column(
            "membership_history",
            _("membership history"),
            Type.RECORDS,
            lambda row: row.item.history,
            _("The changes of the membership status, the oldest first."),
            parts=(
                Column(
                    "status",
                    _("membership status"),
                    Type.CODE,
                    lambda step: step.item.status,
                    vocabulary=dict(MembershipStatus.choices),
                ),
                Column("date", _("date"), Type.DATE, lambda step: step.item.known_day),
                Column("year", _("year"), Type.INTEGER, lambda step: step.item.known_year),
                Column(
                    "round", _("membership round"), Type.CODE, lambda step: step.item.round and step.item.round.code
                ),
                Column(
                    "source",
                    _("source"),
                    Type.TEXT,
                    lambda step: step.item.source or (step.item.round and step.item.round.source),
                ),
            ),
        ),
        Column(
            "awards",
            _("awards"),
            Type.RECORDS,
            lambda row: row.item.awards.all(),
            parts=(model_column(Award, "kind"), model_column(Award, "year")),
        ),
        Column(
            "coordinations",
            _("clusters it coordinates"),
            Type.RECORDS,
            lambda row: [term for term in row.item.coordinations.all() if term.cluster_id in row.more["clusters"]],
            parts=(
                Column("cluster", _("cluster"), Type.CODE, lambda term: term.item.cluster_code),
                model_column(ClusterCoordination, "first_year"),
                model_column(ClusterCoordination, "last_year"),
            ),
        ),
        Column(
            "practices",
            _("number of practices"),
            Type.INTEGER,
            lambda row: row.more["practices"],
            _("How many public practices it has."),
            Source.COMPUTED,
        ),
        Column(
            "profile_language",
            _("language of the profile"),
            Type.CODE,
            lambda row: row.more["profile"] and row.more["profile"].language,
            _("The language of what the city wrote about itself: that of the row, or else another one."),
            Source.COMPUTED,
        ),
        _profile("headline"),
        _profile("vision"),
        _profile("challenges"),
        _profile("plan"),
    )

    def keys(self, language: str) -> QuerySet:
        named = Value(language, output_field=CharField())
        return City.objects.public().order_by("code").values_list("pk", named)

    def all_keys(self) -> Iterable[Key]:
        cities = list(City.objects.public().order_by("code").values_list("pk", flat=True))
        return [(pk, language) for pk in cities for language in offered_languages()]

    def keys_with_code(self, code: str, language: str) -> list[Key]:
        return [(pk, language) for pk in City.objects.public().filter(code=code).values_list("pk", flat=True)]

    def keys_of_hits(self, identities: Sequence[str], language: str) -> list[Key]:
        found = dict(City.objects.public().filter(code__in=identities).values_list("code", "pk"))
        return [(found[code], language) for code in identities if code in found]

    def rows(self, keys: Sequence[Key], *, is_for_staff: bool = False) -> list[Row]:
        wanted = City.objects.filter(pk__in={pk for pk, _language in keys})
        cities = list((wanted if is_for_staff else wanted.public()).with_admission_year())
        if not cities:
            return []
        prefetch_children(cities, "names", "awards", "coordinations")
        clusters = cluster_codes(is_for_staff=is_for_staff)
        for city in cities:
            for term in city.coordinations.all():
                term.cluster_code = clusters.get(term.cluster_id)
        prefetch_related_objects(cities, "membership_events__round")
        practices = _practice_counts(cities)
        profiles = _profiles(cities)
        lists = list_urls(CITY_INDEX)
        by_key = {city.pk: city for city in cities}
        found = {}
        for pk, language in keys:
            if city := by_key.get(pk):
                best = select_best_versions(profiles.get(pk, []), language)
                url = absolute(lists[language] + city_route(city.code)) if language in lists else None
                more = {"clusters": clusters, "practices": practices.get(pk, 0), "profile": next(iter(best), None)}
                found[pk, language] = Row(city, language, more | {"url": url})
        return in_order(keys, found)


def _practice_counts(cities: Sequence[City]) -> dict[int, int]:
    """Return the number of public practices by the primary key of their city: one query."""
    practices = public(PracticePage.objects.filter(city__in=cities)).order_by()
    return dict(practices.values_list("city").annotate(Count("translation_key", distinct=True)))


def _profiles(cities: Sequence[City]) -> dict[int, list[CityProfile]]:
    """Return the public versions of the profiles by the primary key of their city: one query."""
    found: dict[int, list[CityProfile]] = {}
    for profile in CityProfile.objects.public().filter(city__in=cities).select_related("locale"):
        found.setdefault(profile.city_id, []).append(profile)
    return found
