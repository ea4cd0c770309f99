"""The search documents of cities: one for each language, of the city's data and its profile in that language."""

from django.utils import translation

from cities.models import City
from cities.presentation import city_urls
from cities.vocabularies import Region
from core.i18n.countries import country_name, searched_names
from core.i18n.languages import LANGUAGE_CODES
from core.search_document import DocumentKind, SearchDocument

CITY = DocumentKind(
    "city", facets={"cluster", "region", "country", "city", "size", "original_language", "available_language"}
)


def city_documents(code: str) -> list[SearchDocument]:
    """Return the documents of a city for each language with a public list of cities; none if it is not public."""
    city = City.objects.public().filter(code=code).prefetch_related("names", "coordinations__cluster").first()
    if city is None:
        return []
    profiles = {profile.language: profile for profile in city.profiles.public().select_related("locale")}
    urls = city_urls(city.code)
    return [_document(city, language, url, tuple(urls), profiles) for language, url in urls.items()]


def _document(city: City, language: str, url: str, available: tuple[str, ...], profiles: dict) -> SearchDocument:
    profile = profiles.get(language)
    texts = (profile.vision, profile.challenges, profile.plan) if profile else ()
    with translation.override(language):
        region = str(Region(city.region).label) if city.region else ""
    return CITY.document(
        id=f"city:{city.code}:{language}",
        group=f"city:{city.code}",
        language=language,
        shown_in=(language,),
        url=url,
        title=city.name_in(language),
        summary=profile.headline if profile else "",
        body="\n".join(filter(None, [country_name(city.country, language), region, *texts])),
        names=city_names(city),
        facets={
            "cluster": tuple({term.cluster.code for term in city.coordinations.all()}),
            "region": (city.region,) if city.region else (),
            "country": (city.country,) if city.country else (),
            "city": (city.code,),
            "size": (city.size_band.value,),
            "original_language": (language,),
            "available_language": available,
        },
        place=place(city),
    )


def city_names(city) -> tuple[str, ...]:
    """Return the names of a city and its country in all languages, so that each of them finds it."""
    names = [city.own_name, *(name.name for name in city.names.all())]
    if city.country:
        names += [name for code in (*LANGUAGE_CODES, "") for name in searched_names(city.country, code)]
    return tuple(names)


def place(thing) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees of anything that has both; None without."""
    if thing.latitude is None or thing.longitude is None:
        return None
    return float(thing.latitude), float(thing.longitude)
