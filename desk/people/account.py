"""`/xx/desk/account/`: one's own name, language, e-mail address and password."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import limits
from accounts.new_address import ask_for_change
from accounts.requests import PersonRequest
from accounts.services import BY_MEANS_OF, set_password
from accounts.staff import is_staff_member
from core.csrf import answers_csrf_failure
from core.i18n.languages import active_language
from desk.access import desk_view
from desk.people.forms import AccountForm, OwnAddressForm, OwnPasswordForm

FORM_METHODS = ["GET", "HEAD", "POST"]


def _account_page(request: PersonRequest, form=None, status: int = 200, **context) -> HttpResponse:
    user = request.user
    initial = {"language": user.language or active_language()}
    context |= {
        "form": form or AccountForm(instance=user, initial=initial),
        "page_title": _("Your account"),
        "crumbs": [{"label": _("Desk"), "url": reverse("desk")}],
        "has_password": user.has_usable_password(),
        "is_staff_member": is_staff_member(user),
    }
    return render(request, "desk/account/account.html", context, status=status)


def _account_again(request: PersonRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return own_account(request)
    return _account_page(request, AccountForm(request.POST), status=403, form_was_old=True)


@answers_csrf_failure(_account_again)
@desk_view
@require_http_methods(FORM_METHODS)
def own_account(request: PersonRequest) -> HttpResponse:
    """`/xx/desk/account/`: name and language."""
    if request.method != "POST":
        return _account_page(request)
    form = AccountForm(request.POST, instance=request.user)
    if not form.is_valid():
        request.user.refresh_from_db(fields=list(form.fields))
        return _account_page(request, form)
    request.user.save(update_fields=list(form.fields))
    with override(request.user.language):
        messages.success(request, _("Your account was changed."))
        return redirect("desk-account")


def _address_page(request: PersonRequest, form, status: int = 200, **context) -> HttpResponse:
    context |= {
        "form": form,
        "page_title": _("Change the e-mail address"),
        "crumbs": [
            {"label": _("Desk"), "url": reverse("desk")},
            {"label": _("Your account"), "url": reverse("desk-account")},
        ],
    }
    return render(request, "desk/account/address.html", context, status=status)


def _address_form(request: PersonRequest, data=None) -> OwnAddressForm:
    return OwnAddressForm(data, user=request.user, is_password_right=_own_password_check(request))


def _address_again(request: PersonRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return own_address(request)
    return _address_page(request, _address_form(request, request.POST), status=403, form_was_old=True)


@sensitive_post_parameters("password")
@answers_csrf_failure(_address_again)
@desk_view
@require_http_methods(FORM_METHODS)
def own_address(request: PersonRequest) -> HttpResponse:
    """`/xx/desk/account/address/`: ask for a link to a new address. The answer is the same for every address.

    Staff get 404: an administrator changes their address in the admin.
    """
    if is_staff_member(request.user):
        raise Http404
    if request.method != "POST":
        return _address_page(request, _address_form(request))
    try:
        taken = limits.take((limits.PASSWORD, limits.account_of(request.user.email)))
        form = _address_form(request, request.POST)
        is_valid = form.is_valid()
        if "password" not in form.errors:
            limits.give_back(taken)
        if not is_valid:
            return _address_page(request, form)
        ask_for_change(request.user, form.cleaned_data["email"], request=request)
    except limits.TooManyAttempts as refusal:
        form = _address_form(request, request.POST)
        return _address_page(request, form, status=429, wait_minutes=refusal.minutes)
    messages.success(
        request,
        _(
            "If nobody else uses %(address)s on this portal, a mail with a link is on its way there. Open the link "
            "within one hour, and confirm. Until then your address stays as it is."
        )
        % {"address": form.cleaned_data["email"]},
    )
    return redirect("desk-account")


def _password_page(request: PersonRequest, form, status: int = 200, **context) -> HttpResponse:
    context |= {
        "form": form,
        "page_title": _("Change the password") if request.user.has_usable_password() else _("Choose a password"),
        "crumbs": [
            {"label": _("Desk"), "url": reverse("desk")},
            {"label": _("Your account"), "url": reverse("desk-account")},
        ],
    }
    return render(request, "desk/account/password.html", context, status=status)


def _password_form(request: PersonRequest, data=None) -> OwnPasswordForm:
    """The form; who came by an e-mailed link, perhaps because the password is forgotten, is not asked for it."""
    return OwnPasswordForm(request.user, data, is_old_right=_own_password_check(request))


def _own_password_check(request: PersonRequest) -> Callable[[str], bool] | None:
    """A function that says whether a password is one's own; None for who came by an e-mailed link."""
    asks = request.user.has_usable_password() and request.session.get(BY_MEANS_OF) == "password"
    return request.user.check_password if asks else None


def _password_again(request: PersonRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return own_password(request)
    return _password_page(request, _password_form(request), status=403, form_was_old=True)


@sensitive_post_parameters()
@answers_csrf_failure(_password_again)
@desk_view
@require_http_methods(FORM_METHODS)
def own_password(request: PersonRequest) -> HttpResponse:
    """`/xx/desk/account/password/`: a new password; the sessions elsewhere end."""
    if request.method != "POST":
        return _password_page(request, _password_form(request))
    try:
        taken = limits.take((limits.PASSWORD, limits.account_of(request.user.email)))
    except limits.TooManyAttempts as refusal:
        return _password_page(request, _password_form(request), status=429, wait_minutes=refusal.minutes)
    form = _password_form(request, request.POST)
    if form.is_valid():
        set_password(request.user, form.cleaned_data["new_password1"], request=request)
    if "old_password" not in form.errors:
        limits.give_back(taken)
    if not form.is_valid():
        return _password_page(request, form)
    messages.success(request, _("The new password is set. You were signed out everywhere else."))
    return redirect("desk-account")
