"""The chooser of snippets in forms of the admin, in the language of its reader."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser


class SnippetChooser(AdminSnippetChooser):
    """Wagtail's chooser. Its texts are not put together when the form is made, once for all languages."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.choose_one_text = _("Choose from the list")
        self.choose_another_text = _("Choose another one")
        self.link_to_chosen_text = _("Open in the editor")


class TranslatedChooserViewSet(SnippetChooserViewSet):
    """The chooser of all snippets of the portal."""

    base_widget_class = SnippetChooser
