"""Clusters in the words of their templates."""

from functools import cache

from django.conf import settings
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster, ClusterName, ClusterPage
from core.i18n import dates
from core.i18n.names import name_expression
from core.media.documents import public_files
from core.querysets.prepared import NOW, PreparedQuery
from core.querysets.versions import nearest_first


def cluster_links(reader: str) -> dict[int, dict]:
    """All clusters by their id, as templates/components/sign.html takes them, in one query.

    The address is that of the hub's version for a reader of `reader`, empty where there is no
    public one; `language` is the version's where that is another.
    """
    return {row.pk: _link(row, reader) for row in _clusters(reader)(now=timezone.now())}


@cache
def _clusters(reader: str) -> PreparedQuery:
    hubs = nearest_first(ClusterPage.objects.filter(cluster=OuterRef("pk")), reader, NOW)
    address = Concat(F("locale__language_code"), Value("/clusters/"), F("slug"), output_field=CharField())
    names = ClusterName.objects.filter(cluster=OuterRef("pk"))
    return PreparedQuery(
        lambda: Cluster.objects.annotate(
            display_name=name_expression(names, reader, "code"), hub_address=Subquery(hubs.values(address=address)[:1])
        )
    )


def _link(cluster: Cluster, reader: str) -> dict:
    language = (cluster.hub_address or "").partition("/")[0]
    return {
        "code": cluster.code,
        "sign": cluster.sign,
        "name": cluster.display_name,
        "url": f"/{cluster.hub_address}/" if cluster.hub_address else "",
        "language": language if language != reader else "",
        "strategy_period": strategy_period(cluster),
    }


def strategy_period(cluster: Cluster) -> str:
    """The years of the strategy that a cluster belongs to: "Strategy 2019–2021"; "" when not on record."""
    first, last = cluster.valid_from, cluster.valid_to
    if first and last:
        return _("Strategy %(years)s") % {"years": dates.year_range(first, last)}
    if first:
        return _("Strategy since %(year)s") % {"year": first}
    return _("Strategy until %(year)s") % {"year": last} if last else ""


def index_context(reader: str) -> dict:
    """What templates/clusters/cluster_index_page.html shows: the clusters that have a public hub.

    A strategy period that all share is said once. One whose hub is not in the reader's language
    yet says in which it is.
    """
    names = dict(settings.LANGUAGES)
    links = [link for link in cluster_links(reader).values() if link["url"]]
    periods = {link["strategy_period"] for link in links}
    shared = periods.pop() if len(periods) == 1 else ""
    for link in links:
        language = _("In %(language)s") % {"language": names[link["language"]]} if link["language"] else ""
        link["meta"] = " · ".join(filter(None, ["" if shared else link["strategy_period"], language]))
    return {"clusters": links, "strategy_period": shared}


def hub_context(hub: ClusterPage) -> dict:
    """What templates/clusters/cluster_page.html shows, apart from what the apps above add by their tags."""
    return {
        "cluster": hub.cluster,
        "strategy_period": strategy_period(hub.cluster),
        "documents": public_files(hub.documents.all()),
    }
