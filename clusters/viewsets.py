"""Clusters in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from clusters.models import Cluster
from core.snippet_choosers import TranslatedChooserViewSet
from core.snippet_lists import NamedIndexView


class ClusterViewSet(SnippetViewSet):
    """Clusters."""

    model = Cluster
    icon = "group"
    menu_label = _("Clusters")
    menu_name = "clusters"
    menu_order = 61
    add_to_admin_menu = True
    index_view_class = NamedIndexView
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
    search_fields = ["code", "names__name", "names__other_names"]
    search_backend_name = None
    ordering = ["order", "code"]
