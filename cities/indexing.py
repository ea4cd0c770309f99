"""The search documents of cities: one for each language, of the city's data and its profile in that language."""

from datetime import date

from django.db.models import Prefetch
from django.utils import translation

from cities.models import City
from cities.presentation import city_urls
from cities.vocabularies import Region
from clusters.models import Cluster
from core.i18n.countries import country_name, searched_names
from core.i18n.languages import LANGUAGE_CODES
from core.i18n.text import passages
from core.search_document import DocumentKind, SearchDocument, start_of_day

CITY = DocumentKind(
    "city",
    facets={"cluster", "region", "country", "city", "size"},
    instants={"dated"},
)


def city_documents(code: str) -> list[SearchDocument]:
    """Return the documents of a city for each language with a public list of cities; none if it is not public."""
    clusters = Prefetch("coordinations__cluster", Cluster.objects.public(), to_attr="public_cluster")
    related = ("names", clusters, "awards")
    city = City.objects.public().with_admission_year().filter(code=code).prefetch_related(*related).first()
    if city is None:
        return []
    profiles = {profile.language: profile for profile in city.profiles.public().select_related("locale")}
    return [_document(city, language, url, profiles) for language, url in city_urls(city.code).items()]


def _document(city: City, language: str, url: str, profiles: dict) -> SearchDocument:
    profile = profiles.get(language)
    texts = (profile.vision, profile.challenges, profile.plan) if profile else ()
    with translation.override(language):
        region = str(Region(city.region).label) if city.region else ""
        awards = [f"{award.get_kind_display()} {award.year}" for award in city.awards.all()]
    return CITY.document(
        id=f"city:{city.code}:{language}",
        group=f"city:{city.code}",
        language=language,
        shown_in=(language,),
        url=url,
        title=city.name_in(language),
        summary=profile.headline if profile else "",
        body=passages([country_name(city.country, language), region, *texts], language),
        names=city_names(city),
        own_names=(*own_names(city), *awards),
        keywords=(*city_keywords(city, language), *(str(award.year) for award in city.awards.all())),
        facets={
            "cluster": tuple({term.public_cluster.code for term in city.coordinations.all() if term.public_cluster}),
            "region": (city.region,) if city.region else (),
            "country": (city.country,) if city.country else (),
            "city": (city.code,),
            "size": (city.size_band.value,),
        },
        instants={"dated": start_of_day(date(city.joined, 1, 1)) if city.joined else None},
        place=place(city),
    )


def city_names(city) -> tuple[str, ...]:
    """Return the names of a city and its country in all languages, so that each of them finds it."""
    names = list(own_names(city))
    if city.country:
        names += [name for code in (*LANGUAGE_CODES, "") for name in searched_names(city.country, code)]
    return tuple(names)


def own_names(city) -> tuple[str, ...]:
    """Return the names of a city in all languages."""
    return (city.own_name, *(name for row in city.names.all() for name in row.all_names))


def city_keywords(city, language: str) -> tuple[str, ...]:
    """Return the names of a city and its country in one language, which its analysis finds in other forms, too."""
    rows = [row for row in city.names.all() if row.language == language]
    countries = searched_names(city.country, language) if city.country else ()
    return (city.name_in(language), *(name for row in rows for name in row.other_name_list), *countries)


def place(thing) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees of anything that has both; None without."""
    if thing.latitude is None or thing.longitude is None:
        return None
    return float(thing.latitude), float(thing.longitude)
