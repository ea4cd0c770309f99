"""Clusters as the templates show them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.i18n import dates
from core.i18n.addresses import page_address
from core.i18n.languages import language_name
from core.media.documents import public_files
from core.structured_data import collection


def cluster_link(cluster, reader: str) -> dict:
    """A cluster with a link to its hub, for templates/components/sign.html.

    cluster: from `Cluster.objects.links`, with `display_name` and `hub_address` (language and `url_path` of the hub).
    `language` is that of the hub if it is not the reader's, else "".
    """
    language, _slash, path = cluster.hub_address.partition("/")
    return {
        "code": cluster.code,
        "sign": cluster.sign,
        "name": cluster.display_name,
        "url": page_address(f"/{path}", language),
        "language": language if language != reader else "",
        "strategy_period": strategy_period(cluster),
    }


def strategy_period(cluster) -> str:
    """The years of a cluster's strategy, for example "Strategy 2019–2021"; "" if they are not known."""
    first, last = cluster.valid_from, cluster.valid_to
    if first and last:
        return _("Strategy %(years)s") % {"years": dates.year_range(first, last)}
    if first:
        return _("Strategy since %(year)s") % {"year": first}
    return _("Strategy until %(year)s") % {"year": last} if last else ""


def index_context(links: Iterable[dict]) -> dict:
    """The context of templates/clusters/cluster_index_page.html: the public clusters.

    links: the values of `Cluster.objects.links`. A strategy period that all clusters share is shown
    once, above the list. A hub in another language than the reader's is labelled with its language.
    """
    links = list(links)
    periods = {link["strategy_period"] for link in links}
    shared = periods.pop() if len(periods) == 1 else ""
    for link in links:
        language = _("In %(language)s") % {"language": language_name(link["language"])} if link["language"] else ""
        link["meta"] = " · ".join(filter(None, ["" if shared else link["strategy_period"], language]))
    return {"clusters": links, "strategy_period": shared, "structured_data": collection(links)}


def hub_context(hub) -> dict:
    """The context of templates/clusters/cluster_page.html, without what other apps add by template tags."""
    return {
        "cluster": hub.cluster,
        "strategy_period": strategy_period(hub.cluster) if hub.cluster else "",
        "documents": public_files(hub.documents.all()),
        "structured_data": {
            "@type": "CollectionPage",
            "about": {
                "@type": "DefinedTerm",
                "name": hub.title,
                "termCode": hub.cluster.code if hub.cluster else "",
            },
        },
    }
