"""The term list in the admin."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from core.i18n.languages import SOURCE_LANGUAGE
from core.snippet_lists import OnceFoundMixin
from core.translations.terms import Term


class TermIndexView(OnceFoundMixin, IndexView):
    """The terms with the words of all languages; any of them is found."""

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("words")


class TermViewSet(ModelViewSet):
    """The terms of the network."""

    model = Term
    icon = "openquote"
    menu_label = _("Term list")
    menu_name = "term-list"
    menu_order = 51
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = TermIndexView
    list_display = [
        Column("word", label=pgettext_lazy("in the term list", "Term"), accessor=str),
        Column("english", label=_("English word"), accessor=lambda term: term.word_in(SOURCE_LANGUAGE)),
        Column("languages", label=_("Languages"), accessor=lambda term: len(term.words.all())),
        Column("note", label=pgettext_lazy("on a term", "Note")),
    ]
    search_fields = ["words__text", "words__other_forms", "note"]
    search_backend_name = None


term_list = TermViewSet("terms")
