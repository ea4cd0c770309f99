"""Practices as cards, in lists: a fixed number of queries for any number of cards."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from core.drawing.cover_files import cover_picture
from core.media.models import prefetch_pictures
from core.media.pictures import picture_or_cover
from core.querysets.children import prefetch_children
from practices.provenance import provenance_of

LARGE, SMALL = "fill-960x720|format-webp", "fill-480x270|format-webp"


def prefetch_card_rows(practices: Sequence, *more: str) -> None:
    """Prefetch the child rows that cards show, and those of the relations `more`, in two queries."""
    prefetch_children(practices, "practice_clusters", "photos", *more)
    prefetch_pictures((photo for practice in practices for photo in list(practice.photos.all())[:1]), LARGE, SMALL)


def place(city, name: str = "") -> str:
    """City and country of a practice, or city and "example city".

    name: the city's name in the active language, if the caller has it already.
    """
    name = name or city.name
    if city.is_example:
        return _("%(city)s, example city") % {"city": name}
    return _("%(city)s, %(country)s") % {"city": name, "country": city.country_name}


def picture(practice, *, large: bool = False) -> dict:
    """The first photograph, else the drawn cover."""
    photo = next(iter(practice.photos.all()), None)
    cover = cover_picture("practice", practice.code, "cover" if large else "thumb")
    if practice.cover_address:
        cover = cover | {"src": practice.cover_address}
    if photo is None:
        return cover
    shown = picture_or_cover(photo.image, photo.alternative_text, cover, LARGE if large else SMALL)
    return shown if shown.get("is_drawn") else shown | {"caption": photo.caption}


def cards(practices: Iterable, reader: str, clusters: dict[int, dict], *, lead: bool = False) -> list[dict]:
    """Practices as templates/components/practice_card.html takes them.

    practices: from `PracticeQuerySet.for_cards`. clusters: from `Cluster.objects.links`. lead: the first
    card gets a large picture.
    """
    practices = list(practices)
    prefetch_card_rows(practices)
    return [
        {
            "title": practice.title,
            "url": practice.url,
            "language": practice.language if practice.language != reader else "",
            "place": place(practice.city, practice.city_name),
            "result": practice.one_line_result,
            "clusters": clusters_of(practice, clusters),
            "picture": picture(practice, large=lead and not order),
            "provenance": provenance_of(practice).items(reader),
        }
        for order, practice in enumerate(practices)
    ]


def clusters_of(practice, clusters: dict[int, dict]) -> list[dict]:
    """The public clusters of a practice as templates/components/sign.html takes them.

    clusters: from `Cluster.objects.links`.
    """
    return [clusters[row.cluster_id] for row in practice.practice_clusters.all() if row.cluster_id in clusters]
