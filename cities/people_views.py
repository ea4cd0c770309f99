"""The people of cities in the admin: the secretariat invites the first owner, and helps where nobody else can."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from accounts import limits
from accounts.requests import PersonRequest
from cities import people
from cities.models import City, CityPerson
from cities.people_forms import InvitationForm, RoleForm
from cities.vocabularies import CityRole
from core.i18n.languages import SOURCE_LANGUAGE
from core.search_box import SearchBoxMixin


class CityPeopleView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, FormView):
    """Who writes for a city, and the form to invite somebody. For users with the permission to change cities."""

    request: PersonRequest
    model = City
    form_class = InvitationForm
    permission_required = "change"
    template_name = "cities/admin/people.html"
    page_title = gettext_lazy("People")
    header_icon = "group"
    index_url_name = None
    edit_url_name = None
    people_url_name = None

    def get_page_subtitle(self):
        return self.object.name

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural},
            {"url": reverse(self.edit_url_name, args=[self.object.pk]), "label": self.object.name},
            {"url": "", "label": self.page_title},
        ]

    def get_initial(self):
        has_owner = self.object.people.filter(role=CityRole.OWNER).exists()
        return {"role": CityRole.EDITOR if has_owner else CityRole.OWNER, "language": SOURCE_LANGUAGE}

    def post(self, request, *args, **kwargs) -> HttpResponse:
        """Do one of: invite; or for the person of the row: `resend`, `role`, `remove`."""
        action = request.POST.get("action", "")
        if not action:
            return super().post(request, *args, **kwargs)
        key = request.POST.get("person", "")
        rows = CityPerson.objects.select_related("city", "user").filter(city=self.object)
        person = rows.filter(pk=int(key)).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
        if person is None or action not in {"resend", "role", "remove"}:
            raise Http404
        try:
            messages.success(request, self._change(action, person))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        except limits.TooManyAttempts as refusal:
            messages.error(request, _too_many(refusal))
        return redirect(self.get_success_url())

    def _change(self, action: str, person: CityPerson) -> str:
        """Do it, and return what was done. Raises ValidationError and TooManyAttempts."""
        by, request = self.request.user, self.request
        if action == "resend":
            people.resend(person, by=by, request=request)
            return _("The invitation was sent again.")
        if action == "remove":
            people.remove(person, by=by, request=request, leave_without_owner=True)
            return _("The person can no longer write for the city.")
        form = RoleForm(request.POST)
        if not form.is_valid():
            raise ValidationError([str(error) for error in form.errors["role"]])
        people.change_role(person, form.cleaned_data["role"], by=by, request=request)
        return _("The role was changed.")

    def form_valid(self, form):
        try:
            people.invite(self.object, **form.cleaned_data, by=self.request.user, request=self.request)
        except ValidationError as error:
            form.add_error("email", error)
            return self.form_invalid(form)
        except limits.TooManyAttempts as refusal:
            form.add_error(None, _too_many(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("The invitation was sent."))
        return super().form_valid(form)

    def get_success_url(self):
        return reverse(self.people_url_name, args=[self.object.pk])

    def get_context_data(self, **kwargs):
        rows = people.people_of(self.object)
        invitations = people.open_invitations(rows)
        return super().get_context_data(
            **kwargs,
            submit_button_label=_("Send the invitation"),
            submit_button_active_label=_("Sending…"),
            people=[(person, invitations.get(person.pk)) for person in rows],
            roles=CityRole.choices,
        )


class OpenInvitationsView(SearchBoxMixin, WagtailAdminTemplateMixin, TemplateView):
    """The invitations to the desks of all cities that were not accepted, the oldest first."""

    template_name = "cities/admin/open_invitations.html"
    page_title = gettext_lazy("Invitations that were not accepted")
    header_icon = "group"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def dispatch(self, request, *args, **kwargs):
        if not may_invite(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        invited = CityPerson.objects.filter(user__is_active=True, user__last_login__isnull=True)
        invited = invited.select_related("user", "city", "invited_by").prefetch_related("city__names")
        people_by_key = {
            person.pk: person
            for person in invited
            if self.is_found([person.user, person.user.email, person.city, person.city.own_name])
        }
        invitations = people.open_invitations(people_by_key.values())
        rows = [
            {
                "person": people_by_key[key],
                "invitation": invitation,
                "url": reverse("wagtailsnippets_cities_city:people", args=[people_by_key[key].city_id]),
            }
            for key, invitation in sorted(invitations.items(), key=lambda item: item[1].sent_at)
        ]
        return super().get_context_data(**kwargs, rows=rows)


def may_invite(user) -> bool:
    """Whether a person of the secretariat invites people to the desks of cities."""
    return user.has_perm("cities.change_city")


def _too_many(refusal: limits.TooManyAttempts) -> str:
    return ngettext(
        "There were too many invitations. Wait %(minutes)s minute before the next one.",
        "There were too many invitations. Wait %(minutes)s minutes before the next one.",
        refusal.minutes,
    ) % {"minutes": refusal.minutes}
