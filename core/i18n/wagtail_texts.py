"""Texts of Wagtail that its own catalogues lack in one of the portal's languages; the portal's catalogues have them."""

from django.utils.translation import gettext_noop as _

TEXTS = (
    _("Actions"),
    _("Bold"),
    _("Italic"),
    _("Locked by"),
    _("Anyone"),
    _("Page types usage"),
    _("Shortcuts"),
    _("Sorry, you do not have permission to access this area."),
)
