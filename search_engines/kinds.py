"""The kinds of things that the search finds, with their names."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Kind:
    """One kind of search result. Which fields its documents fill: `core.search_document.DocumentKind`."""

    code: str
    """``type`` of its documents; also the value of the facet ``type``."""
    plural: Promise
    """Its name in the filters: "Practices"."""
    singular: Promise
    """Its name above the title of a result: "Practice"."""


KINDS = {
    kind.code: kind
    for kind in (
        Kind("practice", _("Practices"), pgettext_lazy("kind of a search result", "Practice")),
        Kind("city", _("Cities"), pgettext_lazy("kind of a search result", "City")),
        Kind("cluster", _("Clusters"), pgettext_lazy("kind of a search result", "Cluster")),
        Kind("event", _("Events"), pgettext_lazy("kind of a search result", "Event")),
        Kind("call", _("Calls"), pgettext_lazy("kind of a search result", "Call")),
        Kind("news", _("News"), pgettext_lazy("kind of a search result", "News")),
        Kind("page", _("Information pages"), pgettext_lazy("kind of a search result", "Page")),
        Kind("document", _("Documents"), pgettext_lazy("kind of a search result", "Document")),
    )
}
"""Code → kind, in the order of the filter."""
