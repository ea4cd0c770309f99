"""Registers the settings of one's own account with Wagtail."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.account import BaseSettingsPanel

from accounts.forms import CreditForm


@hooks.register("register_account_settings_panel")
class CreditSettingsPanel(BaseSettingsPanel):
    """The name under which one's translations appear."""

    name = "credit"
    title = _("Your name as a translator")
    order = 150
    form_class = CreditForm
