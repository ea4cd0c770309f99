"""Practices in lists: as many cards as one likes for a fixed number of queries."""

from collections.abc import Iterable, Sequence

from django.db.models import (
    Case,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
    Window,
)
from django.utils.translation import gettext as _

from cities.models import City, CityName
from core.drawing.cover_files import cover_picture
from core.i18n.names import name_expression
from core.media.models import prefetch_pictures
from core.querysets.children import prefetch_children
from core.querysets.versions import best_versions
from core.querysets.visibility import public
from practices.models import PracticePage

LARGE, SMALL = "fill-960x720|format-webp", "fill-480x270|format-webp"


def listed(practices: QuerySet, reader: str) -> QuerySet:
    """The public versions of `practices` for a reader, with their city and its name, `city_name`."""
    names = CityName.objects.filter(city=OuterRef("city"))
    named = best_versions(practices, reader).annotate(city_name=name_expression(names, reader, "city__own_name"))
    return named.select_related("city")


def fetch_rows(practices: Sequence, *more: str) -> None:
    """Fetch the rows that cards show of practices, and those of the relations `more`, in two queries."""
    prefetch_children(practices, "practice_clusters", "photos", *more)
    prefetch_pictures((photo for practice in practices for photo in list(practice.photos.all())[:1]), LARGE, SMALL)


def newest(practices: QuerySet) -> QuerySet:
    """Newest first; the key settles ties, so that pages of a list do not overlap."""
    return practices.order_by("-first_published_at", "-pk")


def own_language_first(practices: QuerySet, reader: str) -> QuerySet:
    """Those in the reader's language, then the others; the newest first in both."""
    own_first = Case(When(locale__language_code=reader, then=0), default=1)
    return practices.order_by(own_first, "-first_published_at", "-pk")


def newest_for(reader: str, number: int) -> tuple[list, int]:
    """The newest practices for a reader, those in the own language first, and how many there are: one query.

    Which version of a practice is the best one is not asked of all practices, but only where there are
    too few in the reader's language, which are the best for that reader whatever else there is.
    """
    every = PracticePage.objects.all()
    own = public(every.filter(locale__language_code=reader))
    too_few = ~Exists(own.order_by()[number - 1 : number])
    others = best_versions(every.filter(too_few).exclude(locale__language_code=reader), reader)
    found = [Q(pk__in=newest(versions).values("pk")[:number]) for versions in (own, others)]
    # As an aggregate, Django would group by what the rows are ordered by or annotated with.
    total = Func("translation_key", template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    chosen = own_language_first(listed(every.filter(found[0] | found[1]), reader), reader)
    first = list(chosen.annotate(total=Subquery(public(every).order_by().values(number=total)))[:number])
    return first, first[0].total if first else 0


def first_and_total(practices: QuerySet, number: int) -> tuple[list, int]:
    """The first `number` of what `listed` gives, and how many there are in all, in one query."""
    first = list(practices.annotate(total=Window(Count("pk")))[:number])
    return first, first[0].total if first else 0


def place(city: City, name: str = "") -> str:
    """City and country, or that it is an example: what stands above a practice's title.

    name: the city's, where the query that fetched it has it already.
    """
    name = name or city.name
    if city.is_example:
        return _("%(city)s, example city") % {"city": name}
    return _("%(city)s, %(country)s") % {"city": name, "country": city.country_name}


def picture(practice, *, large: bool = False) -> dict:
    """The first photograph, or the drawn cover."""
    photo = next(iter(practice.photos.all()), None)
    if photo is None:
        return cover_picture("practice", practice.code, "cover" if large else "thumb")
    rendition = photo.image.get_rendition(LARGE if large else SMALL)
    return {
        "src": rendition.url,
        "width": rendition.width,
        "height": rendition.height,
        "alt": photo.alternative_text,
    }


def cards(practices: Iterable, reader: str, clusters: dict[int, dict], *, lead: bool = False) -> list[dict]:
    """Practices out of `listed` as templates/components/practice_card.html takes them.

    clusters: what `clusters.presentation.cluster_links` gives; lead: the first one is the large
    card, with a large picture.
    """
    practices = list(practices)
    fetch_rows(practices)
    return [
        {
            "title": practice.title,
            "url": practice.url,
            "language": practice.language if practice.language != reader else "",
            "place": place(practice.city, practice.city_name),
            "result": practice.one_line_result,
            "clusters": clusters_of(practice, clusters),
            "picture": picture(practice, large=lead and not order),
        }
        for order, practice in enumerate(practices)
    ]


def clusters_of(practice, clusters: dict[int, dict]) -> list[dict]:
    """The clusters of a practice as templates/components/sign.html takes them.

    clusters: what `clusters.presentation.cluster_links` gives, one query for any number of rows.
    """
    return [clusters[row.cluster_id] for row in practice.practice_clusters.all()]
