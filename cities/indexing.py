"""What a city tells the search index: one document in every language, from its facts and texts."""

from django.utils import translation

from cities.models import City
from cities.presentation import city_urls
from cities.vocabularies import Region
from core.i18n.countries import country_name, country_names
from core.i18n.languages import LANGUAGE_CODES
from core.search_document import SearchDocument


def city_documents(code: str) -> list[SearchDocument]:
    """The documents of a city, one for each language that has a public list of cities; none if it is not public."""
    city = City.objects.public().filter(code=code).prefetch_related("names", "coordinations__cluster").first()
    if city is None:
        return []
    profiles = {profile.language: profile for profile in city.profiles.filter(live=True).select_related("locale")}
    urls = city_urls(city.code)
    return [_document(city, language, url, tuple(urls), profiles) for language, url in urls.items()]


def _document(city: City, language: str, url: str, available: tuple[str, ...], profiles: dict) -> SearchDocument:
    profile = profiles.get(language)
    words = (profile.vision, profile.challenges, profile.plan) if profile else ()
    with translation.override(language):
        region = str(Region(city.region).label) if city.region else ""
    return SearchDocument(
        id=f"city:{city.code}:{language}",
        group=f"city:{city.code}",
        language=language,
        shown_in=(language,),
        type="city",
        url=url,
        title=city.name_in(language),
        summary=profile.headline if profile else "",
        body="\n".join(filter(None, [country_name(city.country, language), region, *words])),
        names=city_names(city),
        facets={
            "cluster": tuple({term.cluster.code for term in city.coordinations.all()}),
            "region": (city.region,) if city.region else (),
            "country": (city.country,) if city.country else (),
            "city": (city.code,),
            "original_language": (language,),
            "available_language": available,
        },
        place=place(city),
    )


def city_names(city) -> tuple[str, ...]:
    """A city's and its country's names in all languages: whoever knows one of them finds it."""
    names = [city.own_name, *(name.name for name in city.names.all())]
    if city.country:
        names += [country_names(code).get(city.country, "") for code in LANGUAGE_CODES]
    return tuple(names)


def place(thing) -> tuple[float, float] | None:
    """Latitude and longitude of anything that has both, in degrees."""
    if thing.latitude is None or thing.longitude is None:
        return None
    return float(thing.latitude), float(thing.longitude)
