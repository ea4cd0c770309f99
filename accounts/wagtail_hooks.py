"""Registers with Wagtail: one's own account, the second factor, invitations, and that nobody is deleted."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.views.account import BaseSettingsPanel
from wagtail.admin.widgets import Button
from wagtail.users.wagtail_hooks import register_viewset  # noqa: F401  # its hooks come first

from accounts.forms import CreditForm
from accounts.staff import may_open_admin
from accounts.urls import second_factor_urlpatterns
from accounts.viewsets import AssignRole, DeletePeople, SetActiveState

# In the place of Wagtail's, which have the same names.
for bulk_action in (AssignRole, DeletePeople, SetActiveState):
    hooks.register("register_bulk_action", bulk_action, order=1)


@hooks.register("register_account_settings_panel")
class CreditSettingsPanel(BaseSettingsPanel):
    """The name under which one's translations appear."""

    name = "credit"
    title = gettext_lazy("Your name as a translator")
    order = 150
    form_class = CreditForm


@hooks.register("register_admin_urls")
def register_second_factor():
    """The addresses of the second factor and of further invitations."""
    return second_factor_urlpatterns


@hooks.register("register_account_menu_item")
def add_second_factor(request) -> dict:
    """A link to the second factor on the page of one's own account."""
    return {
        "url": reverse("staff-second-factor"),
        "label": _("Second factor"),
        "help_text": _("The app on your phone, and your recovery codes."),
    }


@hooks.register("register_user_listing_buttons")
def add_invitation(user, request_user):
    """Offer to mail a person of the secretariat a new invitation."""
    may_invite = request_user.has_perm("accounts.change_user") and (request_user.is_superuser or not user.is_superuser)
    if may_invite and user.is_active and may_open_admin(user):
        yield Button(
            _("Invite again"), url=reverse("staff-invite-again", args=[user.pk]), icon_name="mail", priority=20
        )
