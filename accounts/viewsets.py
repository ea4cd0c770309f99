"""People in the admin: they are invited and deactivated, never deleted, and choose their passwords themselves."""

from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.users.forms import UserEditForm
from wagtail.users.utils import user_can_delete_user
from wagtail.users.views.bulk_actions import SetActiveStateBulkAction
from wagtail.users.views.users import CreateView, DeleteView, EditView, IndexView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from accounts import services
from accounts.forms import StaffInvitationForm
from accounts.models import User
from accounts.new_address import tell_change
from accounts.staff import gives_access
from audit import log
from audit.actions import Action


class PersonIndexView(IndexView):
    """The list of people."""

    add_item_label = gettext_lazy("Invite to the secretariat")

    def get_delete_url(self, instance):
        return None


class InvitationView(CreateView):
    """The form of a new member of the secretariat, who gets an invitation by e-mail."""

    page_title = gettext_lazy("Invite to the secretariat")
    success_message = gettext_lazy("“%(object)s” was invited by e-mail.")

    def save_instance(self):
        person = super().save_instance()
        services.invite_staff(person, by=self.request.user, request=self.request)
        return person


class PersonEditForm(UserEditForm):
    """The form of an account. It has no password, and a person of a city gets no access to the admin."""

    password_enabled = False

    def clean(self):
        cleaned = super().clean()
        opens_admin = cleaned.get("is_superuser") or gives_access(cleaned.get("groups") or ())
        if opens_admin and self.instance.city_roles.exists():
            self.add_error(
                "groups", _("This person writes for a city. Remove the person from the city first, then add the group.")
            )
        return cleaned


class PersonEditView(EditView):
    """The form of an account. A deactivation or a new address ends all sessions and links; both addresses are told."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.can_delete = False

    def save_instance(self):
        was_active, before = User.objects.values_list("is_active", "email").get(pk=self.object.pk)
        person = super().save_instance()
        if person.email != before:
            tell_change(person, before, by=self.request.user, request=self.request)
            if person == self.request.user:
                update_session_auth_hash(self.request, person)
        if person.is_active != was_active:
            action = Action.REACTIVATED if person.is_active else Action.DEACTIVATED
            log.record(action, person, by=self.request.user, request=self.request)
        return person


class PersonDeleteView(DeleteView):
    """Says why nobody is deleted, and what to do instead."""

    def dispatch(self, request, *args, **kwargs):
        person = self.get_object()
        if not user_can_delete_user(request.user, person):
            raise PermissionDenied
        status = 200 if request.method in {"GET", "HEAD"} else 403
        return render(request, "accounts/never_deleted.html", {"person": person}, status=status)


class UserViewSet(WagtailUserViewSet):
    """People."""

    index_view_class = PersonIndexView
    add_view_class = InvitationView
    edit_view_class = PersonEditView
    delete_view_class = PersonDeleteView
    create_template_name = "accounts/invite.html"

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else StaffInvitationForm


class SetActiveState(SetActiveStateBulkAction):
    """Deactivates or reactivates several people, each with a line in the audit log."""

    @classmethod
    def execute_action(cls, objects, mark_as_active=False, user=None, **kwargs):
        change = services.reactivate if mark_as_active else services.deactivate
        changed = [person for person in objects if person != user and person.is_active != mark_as_active]
        for person in changed:
            change(person, by=user)
        return len(changed), 0
