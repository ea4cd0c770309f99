"""Clusters: groups of cities that work on the same topic."""

from functools import cache
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, Exists, F, OuterRef, Subquery
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from clusters.forms import ClusterForm
from clusters.indexing import cluster_keywords, cluster_names
from clusters.presentation import cluster_link, hub_context, index_context
from clusters.vocabularies import ClusterSign
from core.blocks import ProseBlock
from core.child_rows import DocumentRow
from core.drawing.colours import validate_on_dark, validate_on_light
from core.i18n.languages import LANGUAGE_CODES
from core.i18n.names import NamedMixin, NameRow, name_expression
from core.i18n.text import stream_text
from core.list_pages import ListPage
from core.pages import PortalPage, synchronised_fields, validate_one_page_per_language
from core.querysets.prepared import NOW, PreparedQuery
from core.querysets.versions import order_by_language_preference
from core.querysets.visibility import public
from core.search_document import page_kind
from core.validators import validate_code


class ClusterQuerySet(models.QuerySet):
    """Queries on clusters."""

    def public(self):
        """Clusters with a public hub in at least one language of the portal. The others are named nowhere."""
        return self.filter(Exists(public(_hubs())))


def _hubs() -> models.QuerySet:
    """The hubs of the outer query's cluster, public or not."""
    return ClusterPage.objects.filter(cluster=OuterRef("pk"), locale__language_code__in=LANGUAGE_CODES)


_ManagerOfQuerySet = models.Manager.from_queryset(ClusterQuerySet)


class ClusterManager(_ManagerOfQuerySet):
    """The manager of clusters."""

    def links(self, reader: str) -> dict[int, dict]:
        """The public clusters by primary key, as `clusters.presentation.cluster_link` returns them: one query.

        reader: the language of the reader. The URL of a link is that of the best public hub for this reader. A
        cluster without a public hub is missing: pages that belong to it do not name it.
        """
        return {
            cluster.pk: cluster_link(cluster, reader)
            for cluster in _clusters_with_hubs(reader)(now=timezone.now())
            if cluster.hub_address
        }


@cache
def _clusters_with_hubs(reader: str) -> PreparedQuery:
    """All clusters with `display_name` and `hub_address` ("fr/accueil/groupes/lecture/"), for a reader of `reader`."""
    hubs = order_by_language_preference(_hubs(), reader, NOW)
    address = Concat(F("locale__language_code"), F("url_path"), output_field=CharField())
    names = ClusterName.objects.filter(cluster=OuterRef("pk"))
    return PreparedQuery(
        lambda: Cluster.objects.annotate(
            display_name=name_expression(names, reader, "code"), hub_address=Subquery(hubs.values(address=address)[:1])
        )
    )


class Cluster(index.Indexed, NamedMixin, ClusterableModel):
    """A cluster: its code, strategy period and names. Its text is a ClusterPage per language."""

    code = models.SlugField(_("code"), max_length=40, unique=True, validators=[validate_code])
    valid_from = models.PositiveSmallIntegerField(_("start of the strategy period"), null=True, blank=True)
    valid_to = models.PositiveSmallIntegerField(_("end of the strategy period"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    sign = models.CharField(_("symbol"), max_length=10, choices=ClusterSign)
    colour = models.CharField(_("colour on a light background"), max_length=7, validators=[validate_on_light])
    colour_on_dark = models.CharField(_("colour on a dark background"), max_length=7, validators=[validate_on_dark])

    objects: ClassVar[ClusterManager] = ClusterManager()

    search_fields = [
        index.SearchField("code"),
        index.AutocompleteField("code"),
        index.RelatedFields("names", [index.SearchField("name"), index.AutocompleteField("name")]),
    ]
    base_form_class = ClusterForm
    panels = [
        HelpPanel(
            content=_(
                "A cluster appears on the public pages as soon as its hub, a page below “Clusters”, is "
                "published. To add a coordinating city, edit that city."
            )
        ),
        FieldPanel("code", help_text=_("Used in web addresses and files. It cannot be changed later.")),
        InlinePanel("names", label=_("name"), heading=_("Names"), min_num=1),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to"), FieldPanel("order")]),
        FieldRowPanel([FieldPanel("sign"), FieldPanel("colour"), FieldPanel("colour_on_dark")]),
    ]

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The end is before the beginning.")})


class ClusterName(NameRow):
    """A cluster's name in one language."""

    cluster = ParentalKey(Cluster, on_delete=models.CASCADE, related_name="names")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "language"],
                name="one_cluster_name_per_language",
                violation_error_message=_("There is already a name in this language."),
            )
        ]


class ClusterIndexPage(ListPage):
    """The list of clusters."""

    not_indexed_because = "A list is reached by navigation; clusters are found one by one."
    subpage_types = ["clusters.ClusterPage"]

    class Meta:
        verbose_name = _("list of clusters")

    def get_context(self, request, *args, **kwargs):
        links = Cluster.objects.links(self.language)
        return super().get_context(request, *args, **kwargs) | index_context(links.values())


class ClusterPage(PortalPage):
    """The hub of a cluster in one language."""

    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("cluster"),
        on_delete=models.PROTECT,
        related_name="pages",
        null=True,
        blank=True,
    )
    introduction = models.TextField(
        _("introduction"),
        max_length=400,
        help_text=_("Two lines: what cities in this cluster work on."),
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    contact_role = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)

    exclude_fields_in_copy = [*PortalPage.exclude_fields_in_copy, "cluster"]
    override_translatable_fields = [
        *PortalPage.override_translatable_fields,
        *synchronised_fields("cluster", "contact_email"),
    ]
    search_fields = [
        *PortalPage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
        index.FilterField("cluster"),
    ]
    content_panels = [
        FieldPanel("cluster"),
        *PortalPage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
        InlinePanel("documents", label=_("document"), heading=_("Documents")),
        MultiFieldPanel([FieldPanel("contact_role"), FieldPanel("contact_email")], heading=_("Contact")),
    ]
    parent_page_types = ["clusters.ClusterIndexPage"]
    subpage_types: list[str] = []
    document_kind = page_kind("cluster", facets={"cluster"})
    described_by = ("introduction",)
    served_with = ("cluster",)

    class Meta:
        verbose_name = _("cluster hub")
        verbose_name_plural = _("cluster hubs")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | hub_context(self)

    def search_document(self, shown_in, available):
        return self.common_document(
            shown_in,
            available,
            summary=self.introduction,
            body=stream_text(self.body),
            names=cluster_names(self.cluster),
            own_names=cluster_names(self.cluster),
            keywords=cluster_keywords(self.cluster, self.language),
            facets={"cluster": (self.cluster.code,)},
        )

    def missing_to_show(self):
        return [] if self.cluster_id else [_("Choose the cluster that this hub is about.")]

    def clean(self):
        super().clean()
        if not self.cluster_id and not self.is_saved_as_draft:
            raise ValidationError({"cluster": _("Choose the cluster that this hub is about.")})
        validate_one_page_per_language(self, "cluster")


class ClusterDocument(DocumentRow):
    """A document of a cluster; each language can have its own file."""

    page = ParentalKey(ClusterPage, on_delete=models.CASCADE, related_name="documents")
