"""People in the admin: they are invited and deactivated, never deleted, and choose their passwords themselves."""

from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.users.forms import GroupForm, UserEditForm
from wagtail.users.utils import user_can_delete_user
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction
from wagtail.users.views.groups import GroupViewSet as WagtailGroupViewSet
from wagtail.users.views.users import CreateView, DeleteView, EditView, IndexView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from accounts import services
from accounts.forms import StaffInvitationForm
from accounts.models import User
from accounts.new_address import tell_change
from accounts.staff import ACCESS_ADMIN, gives_access
from audit import log
from audit.actions import Action
from core.i18n.text import name_list


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
        before = User.objects.get(pk=self.object.pk)
        rights = services.rights_of(before)
        person = super().save_instance()
        services.record_rights(person, rights, by=self.request.user, request=self.request)
        if person.email != before.email:
            tell_change(person, before.email, by=self.request.user, request=self.request)
            if person == self.request.user:
                update_session_auth_hash(self.request, person)
        if person.is_active != before.is_active:
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


class PersonGroupForm(GroupForm):
    """The form of a group: one with people of cities gets no access to the admin."""

    def clean(self):
        cleaned = super().clean()
        app_label, codename = ACCESS_ADMIN.split(".")
        opens_admin = any(
            (permission.content_type.app_label, permission.codename) == (app_label, codename)
            for permission in cleaned.get("permissions") or ()
        )
        if opens_admin and self.instance.pk:
            writers = list(people_of_cities(self.instance.user_set.all()))
            if writers:
                self.add_error(None, no_access_for(writers))
        return cleaned


class GroupViewSet(WagtailGroupViewSet):
    """Groups."""

    def get_form_class(self, for_update=False):
        return PersonGroupForm


def people_of_cities(people) -> QuerySet[User]:
    """Those who write for a city."""
    return User.objects.filter(pk__in=[person.pk for person in people], city_roles__isnull=False).distinct()


def no_access_for(writers: list[User]) -> str:
    """Why people of cities do not get a group with access to the admin, with their names."""
    return ngettext(
        "A group with access to the admin is not for people of cities. This person writes for a city: %(people)s. "
        "Remove the person from the city first.",
        "A group with access to the admin is not for people of cities. These people write for a city: %(people)s. "
        "Remove them from the city first.",
        len(writers),
    ) % {"people": name_list([str(person) for person in writers])}


class SetActiveState(SetActiveStateBulkAction):
    """Deactivates or reactivates several people, each with a line in the audit log."""

    def get_execution_context(self):
        return super().get_execution_context() | {"request": self.request}

    @classmethod
    def execute_action(cls, objects, mark_as_active=False, user=None, request=None, **kwargs):
        change = services.reactivate if mark_as_active else services.deactivate
        changed = [person for person in objects if person != user and person.is_active != mark_as_active]
        for person in changed:
            change(person, by=user, request=request)
        return len(changed), 0


class AssignRole(AssignRoleBulkAction):
    """Adds a group to several people, each with a line in the audit log. People of a city get no group of staff."""

    def prepare_action(self, objects, objects_without_access):
        """Return the form with the reason if one of the people may not have the group."""
        form = self.cleaned_form
        if gives_access([form.cleaned_data["role"]]) and (writers := list(people_of_cities(objects))):
            form.add_error("role", no_access_for(writers))
            return self.form_invalid(form)
        return None

    def get_execution_context(self):
        return super().get_execution_context() | {"request": self.request}

    @classmethod
    def execute_action(cls, objects, role=None, request=None, **kwargs):
        for person in objects if role else ():
            rights = services.rights_of(person)
            person.groups.add(role)
            services.record_rights(person, rights, by=request.user if request else None, request=request)
        return len(objects), 0


class DeletePeople(DeleteBulkAction):
    """Says why nobody is deleted, and what to do instead."""

    def dispatch(self, request, *args, **kwargs):
        people, _without_access = self.get_actionable_objects()
        if not people:
            raise PermissionDenied
        status = 200 if request.method in {"GET", "HEAD"} else 403
        return render(request, "accounts/never_deleted.html", {}, status=status)
