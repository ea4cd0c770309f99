"""What the pages of cities ask of the database: a fixed number of queries for any number of cities."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear

from cities.models import City, CityProfile, ClusterCoordination, MembershipEvent
from cities.vocabularies import MembershipStatus
from core.i18n.languages import by_best_language
from core.querysets.children import prefetch_children
from core.querysets.visibility import public


def practices_of_cities() -> QuerySet:
    """All public practices, in every language version.

    The app of practices stands above this one; it is reached by the relation's name.
    """
    return public(City._meta.get_field("practices").related_model._default_manager.all())


def with_year_of_admission(cities: QuerySet) -> QuerySet:
    """Annotate `joined`: the first year on record in which the city was admitted."""
    admissions = MembershipEvent.objects.filter(city=OuterRef("pk"), status=MembershipStatus.ADMITTED)
    years = admissions.annotate(known=Coalesce("year", ExtractYear("on"))).filter(known__isnull=False)
    return cities.annotate(joined=Subquery(years.order_by("known").values("known")[:1]))


def listed_members() -> QuerySet:
    """The members with what a list shows of each: names and year of admission."""
    return with_year_of_admission(City.objects.members()).prefetch_related("names")


def city_and_others(code: str) -> tuple[City | None, list[City]]:
    """The public city of this code, and the other real members: the dots round it, and whom it may be like.

    Each of them has `shares_cluster`: it and the city coordinate or coordinated a cluster, or have a
    public practice in it.
    """
    clusters = Q(
        cluster__in=practices_of_cities()
        .filter(city__code=code, practice_clusters__cluster__isnull=False)
        .values("practice_clusters__cluster")
    ) | Q(cluster__in=ClusterCoordination.objects.filter(city__code=code).values("cluster"))
    terms = ClusterCoordination.objects.filter(clusters, city=OuterRef("pk"))
    rows = practices_of_cities().model._meta.get_field("practice_clusters").related_model.objects.filter(clusters)
    practices = practices_of_cities().filter(city=OuterRef("pk"), practice_clusters__in=rows)
    cities = City.objects.public().filter(code=code) | City.objects.members().filter(is_example=False)
    found = with_year_of_admission(cities).annotate(shares_cluster=Exists(terms) | Exists(practices)).order_by("code")
    city = next((row for row in found if row.code == code), None)
    return city, [row for row in found if row.code != code]


def best_profile(city: City, reader: str) -> CityProfile | None:
    """The city's own words: in the reader's language, else the version that stands in for it."""
    versions = by_best_language(city.profiles.public().select_related("locale"), reader)
    return versions[0] if versions else None


def cities_of_cluster(cluster) -> list[City]:
    """The cities that coordinate or coordinated a cluster, or have a public practice in it.

    With their names and all their `coordinations`, in two queries.
    """
    practising = practices_of_cities().filter(practice_clusters__cluster=cluster).values("city")
    cities = list(City.objects.public().filter(Q(pk__in=practising) | Q(pk__in=cluster.coordinations.values("city"))))
    prefetch_children(cities, "names", "coordinations")
    return cities
