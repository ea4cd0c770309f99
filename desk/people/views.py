"""The people of a city at its desk: who they are, invitations, roles, leaving and handing over."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.requests import PersonRequest
from cities import people
from cities.models import City, CityPerson
from cities.people_forms import InvitationForm, RoleForm
from core.csrf import answers_csrf_failure
from core.i18n.languages import active_language
from desk.access import city_for, desk_view
from desk.people.forms import NewOwnerForm
from desk.people.pages import city_crumbs
from desk.permissions import Action, may

FORM_METHODS = ["GET", "HEAD", "POST"]


@desk_view
@require_safe
def people_of_city(request: PersonRequest, city: str) -> HttpResponse:
    """`/xx/desk/cities/<code>/people/`: everybody who writes for the city."""
    found = city_for(request.user, city, Action.VIEW)
    rows = people.people_of(found)
    invitations = people.open_invitations(rows)
    own = next((person for person in rows if person.user_id == request.user.pk), None)
    context = {
        "city": found,
        "crumbs": city_crumbs(found),
        "page_title": _("People"),
        "lede": _("Everybody here writes for the city. Nobody else sees what is not published yet."),
        "people": [(person, invitations.get(person.pk)) for person in rows],
        "own": own,
        "may_manage": may(own.role if own else None, Action.MANAGE_PEOPLE),
    }
    return render(request, "desk/people/list.html", context)


def _invitation_page(request: PersonRequest, city: City, form, status: int = 200, **context) -> HttpResponse:
    context |= {
        "city": city,
        "crumbs": [*city_crumbs(city), {"label": _("People"), "url": _people(city)}],
        "page_title": _("Invite a person"),
        "form": form,
    }
    return render(request, "desk/people/invite.html", context, status=status)


def _invite_again(request: PersonRequest, city: str) -> HttpResponse:
    """The form with what was typed, after a failed CSRF check."""
    if not request.user.is_authenticated:
        return desk_view(invite_person)(request, city)
    found = city_for(request.user, city, Action.MANAGE_PEOPLE)
    return _invitation_page(request, found, InvitationForm(request.POST), status=403, form_was_old=True)


@answers_csrf_failure(_invite_again)
@desk_view
@require_http_methods(FORM_METHODS)
def invite_person(request: PersonRequest, city: str) -> HttpResponse:
    """`/xx/desk/cities/<code>/people/invite/`: invite somebody by e-mail, with a role and a language."""
    found = city_for(request.user, city, Action.MANAGE_PEOPLE)
    if request.method != "POST":
        initial = {"language": request.user.language or active_language(), "role": "editor"}
        return _invitation_page(request, found, InvitationForm(initial=initial))
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _invitation_page(request, found, form)
    try:
        people.invite(found, **form.cleaned_data, by=request.user, request=request)
    except ValidationError as error:
        form.add_error("email", error)
        return _invitation_page(request, found, form)
    except limits.TooManyAttempts as refusal:
        form.add_error(None, _too_many(refusal))
        return _invitation_page(request, found, form, status=429)
    messages.success(request, _("The invitation is on its way by e-mail. Its link works for two weeks."))
    return redirect(_people(found))


@desk_view
@require_http_methods(FORM_METHODS)
def one_person(request: PersonRequest, city: str, person: int) -> HttpResponse:
    """`/xx/desk/cities/<code>/people/<person>/`: change the role of a person, resend the invitation, or remove them."""
    found = city_for(request.user, city, Action.MANAGE_PEOPLE)
    row = _person(found, person)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": row.role})
    if form.is_bound and form.is_valid():
        try:
            people.change_role(row, form.cleaned_data["role"], by=request.user, request=request)
        except ValidationError as error:
            form.add_error("role", error)
        else:
            messages.success(request, _("The role was changed."))
            return redirect(_people(found))
    context = {
        "city": found,
        "crumbs": [*city_crumbs(found), {"label": _("People"), "url": _people(found)}],
        "page_title": str(row.user),
        "person": row,
        "form": form,
        "is_own": row.user_id == request.user.pk,
        "has_joined": people.has_joined(row),
    }
    return render(request, "desk/people/person.html", context)


@desk_view
@require_POST
def resend_invitation(request: PersonRequest, city: str, person: int) -> HttpResponse:
    """`…/people/<person>/resend/`: mail an invitation again, to a person who has not accepted it."""
    found = city_for(request.user, city, Action.MANAGE_PEOPLE)
    row = _person(found, person)
    try:
        people.resend(row, by=request.user, request=request)
    except limits.TooManyAttempts as refusal:
        messages.error(request, _too_many(refusal))
    else:
        messages.success(request, _("The invitation is on its way again. Its link works for two weeks."))
    return redirect(_people(found))


@desk_view
@require_http_methods(FORM_METHODS)
def remove_person(request: PersonRequest, city: str, person: int) -> HttpResponse:
    """`…/people/<person>/remove/`: a question, then the person can no longer write for the city."""
    found = city_for(request.user, city, Action.MANAGE_PEOPLE)
    row = _person(found, person)
    if row.user_id == request.user.pk:
        return redirect("desk-people-leave", found.code)
    error = ""
    if request.method == "POST":
        try:
            people.remove(row, by=request.user, request=request)
        except ValidationError as refusal:
            error = refusal.messages[0]
        else:
            messages.success(request, _("The person can no longer write for the city."))
            return redirect(_people(found))
    context = {
        "city": found,
        "crumbs": [*city_crumbs(found), {"label": _("People"), "url": _people(found)}],
        "page_title": _("Remove %(person)s?") % {"person": row.user},
        "person": row,
        "error": error,
    }
    return render(request, "desk/people/remove.html", context)


@desk_view
@require_http_methods(FORM_METHODS)
def leave_city(request: PersonRequest, city: str) -> HttpResponse:
    """`…/people/leave/`: a question, then one's own role ends. The last owner is led to handing over."""
    found = city_for(request.user, city, Action.LEAVE)
    own = CityPerson.objects.select_related("city").get(city=found, user=request.user)
    error = ""
    if request.method == "POST":
        try:
            people.remove(own, by=request.user, request=request)
        except ValidationError as refusal:
            error = refusal.messages[0]
        else:
            messages.success(request, _("You no longer write for %(city)s.") % {"city": found.name})
            return redirect("desk")
    context = {
        "city": found,
        "crumbs": [*city_crumbs(found), {"label": _("People"), "url": _people(found)}],
        "page_title": _("Stop writing for %(city)s?") % {"city": found.name},
        "error": error,
        "is_only_owner": people.is_only_owner(own),
    }
    return render(request, "desk/people/leave.html", context)


@desk_view
@require_http_methods(FORM_METHODS)
def hand_over_city(request: PersonRequest, city: str) -> HttpResponse:
    """`…/people/hand-over/`: another person becomes owner, and the own role becomes that of an editor."""
    found = city_for(request.user, city, Action.MANAGE_PEOPLE)
    own = CityPerson.objects.select_related("city").get(city=found, user=request.user)
    others = [person for person in people.people_of(found) if person.pk != own.pk and people.has_joined(person)]
    others = [person for person in others if person.user.is_active]
    form = NewOwnerForm(request.POST if request.method == "POST" else None, people=others)
    if form.is_bound and form.is_valid():
        to = _person(found, form.cleaned_data["person"])
        try:
            people.hand_over(own, to, by=request.user, request=request)
        except ValidationError as error:
            form.add_error("person", error)
        else:
            messages.success(request, _("%(person)s is now an owner of the city.") % {"person": to.user})
            return redirect(_people(found))
    context = {
        "city": found,
        "crumbs": [*city_crumbs(found), {"label": _("People"), "url": _people(found)}],
        "page_title": _("Hand over"),
        "form": form,
        "others": others,
    }
    return render(request, "desk/people/hand_over.html", context)


def _person(city: City, key: int) -> CityPerson:
    """A person of this city by the id of the role. Raises Http404."""
    person = CityPerson.objects.select_related("user", "city").filter(city=city, pk=key).first()
    if person is None:
        raise Http404
    person.city = city
    return person


def _people(city: City) -> str:
    return reverse("desk-people", args=[city.code])


def _too_many(refusal: limits.TooManyAttempts) -> str:
    return ngettext(
        "There were too many invitations. Wait %(minutes)s minute before the next one.",
        "There were too many invitations. Wait %(minutes)s minutes before the next one.",
        refusal.minutes,
    ) % {"minutes": refusal.minutes}
