"""Clusters in the admin."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from clusters.models import Cluster
from core.snippet_choosers import TranslatedChooserViewSet


class ClusterIndexView(IndexView):
    """The list of clusters."""

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("names")

    @cached_property
    def columns(self):
        """The columns. A name is no field, so Wagtail does not know its label."""
        columns = super().columns
        for column in columns:
            if column.name == "name":
                column.label = _("Name")
        return columns


class ClusterViewSet(SnippetViewSet):
    """Clusters."""

    model = Cluster
    icon = "group"
    menu_label = _("Clusters")
    menu_order = 210
    add_to_admin_menu = True
    index_view_class = ClusterIndexView
    chooser_viewset_class = TranslatedChooserViewSet
    copy_view_enabled = False
    list_display = [
        Column("name", label=_("Name")),
        "code",
        Column("get_sign_display", label=_("Symbol")),
        "valid_from",
        "valid_to",
        "order",
    ]
    list_filter = ["valid_from", "sign"]
    ordering = ["order", "code"]
