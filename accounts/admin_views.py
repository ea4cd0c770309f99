"""How staff sign in: the form, invitation and second factor, below `/admin/`."""

from io import BytesIO

import segno
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.views.account import AccountView, AvatarSettingsPanel, LoginView, LogoutView

from accounts import known_browsers, limits, links, second_factor
from accounts.forms import NewPasswordForm, StaffLoginForm
from accounts.link_pages import link_page, was_sent_by_its_page
from accounts.models import EmailLink, User
from accounts.requests import PersonRequest
from accounts.services import invite_staff, set_password, sign_in
from accounts.staff import may_open_admin
from audit import log
from audit.actions import Action
from core.csrf import answers_csrf_failure
from core.i18n.languages import LANGUAGE_CODES, active_language

STAFF_INVITATION = EmailLink.Purpose.STAFF_INVITATION
FORM_METHODS = ["GET", "HEAD", "POST"]


def _login_again(request: HttpRequest) -> HttpResponse:
    """The form of `/admin/login/` with the address that was sent, after a failed CSRF check."""
    view = StaffLoginView()
    view.setup(request)
    initial = {"username": request.POST.get("username", "")}
    form = StaffLoginForm(request=request, initial=initial)
    return view.render_to_response(view.get_context_data(form=form, form_was_old=True), status=403)


class StaffAccountView(AccountView):
    """`/admin/account/`, without a picture of the person: it would be stored with its position and camera."""

    def get_panels(self):
        return [panel for panel in super().get_panels() if not isinstance(panel, AvatarSettingsPanel)]


@method_decorator(answers_csrf_failure(_login_again), "dispatch")  # type: ignore[arg-type]  # of a view
@method_decorator([sensitive_post_parameters("password"), never_cache], "dispatch")
class StaffLoginView(LoginView):
    """`/admin/login/`: for staff only. A person of a city gets the answer to a wrong password, and no session."""

    def get_form_class(self):
        return StaffLoginForm

    def post(self, request, *args, **kwargs):
        """Sign in; 429 with the time to wait after too many wrong passwords."""
        try:
            return super().post(request, *args, **kwargs)
        except limits.TooManyAttempts as refusal:
            form = StaffLoginForm(request=request, initial={"username": request.POST.get("username", "")})
            context = self.get_context_data(form=form, wait_minutes=refusal.minutes)
            return self.render_to_response(context, status=429)

    def form_valid(self, form):
        user = form.get_user()
        response = super().form_valid(form)
        log.record(Action.SIGNED_IN, user, by=user, request=self.request, by_means_of="password")
        known_browsers.remember(response, limits.account_of(user.email))
        return response


class StaffLogoutView(LogoutView):
    """`/admin/logout/`, with a line in the audit log."""

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            log.record(Action.SIGNED_OUT, request.user, by=request.user, request=request)
        return super().post(request, *args, **kwargs)


# --- The invitation -----------------------------------------------------------------------


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """`/admin/invitation/<token>/`: choose a password. To load the page uses nothing up."""
    return _invitation_page(request, links.find(token, STAFF_INVITATION), token)


@csrf_exempt  # it has its own check, because its page sends no origin: accounts.link_pages
@sensitive_post_parameters("new_password1", "new_password2")
@never_cache
@require_POST
def accept_invitation(request: HttpRequest) -> HttpResponse:
    """`/admin/invitation/`: set the password and sign in, with the token in the body. It works once.

    The session may set up the first second factor.
    """
    token = request.POST.get("token", "")
    link = links.find(token, STAFF_INVITATION)
    if link is None or not _works(link) or not was_sent_by_its_page(request):
        return _invitation_page(request, link, token, status=403, form_was_old=True)
    form = NewPasswordForm(link.user, request.POST)
    if not form.is_valid():
        return _invitation_page(request, link, token, form)
    used = links.use(token, STAFF_INVITATION)
    if used is None:
        return _invitation_page(request, links.find(token, STAFF_INVITATION), token)
    user = used.user
    sign_in(request, user, "invitation")
    set_password(user, form.cleaned_data["new_password1"])
    update_session_auth_hash(request, user)
    second_factor.begin_enrolment(request, user)
    response = redirect("staff-second-factor")
    known_browsers.remember(response, limits.account_of(user.email))
    return response


def _invitation_page(
    request: HttpRequest, link: EmailLink | None, token: str, form=None, status: int = 200, form_was_old: bool = False
) -> HttpResponse:
    """The page of an invitation, in the language of the invited person; 410 for one that does not work."""
    language = link.user.language if link else ""
    with override(language if language in LANGUAGE_CODES else active_language()):
        if link is None or not _works(link):
            return link_page(request, "accounts/dead_invitation.html", {}, status=410)
        form = form or NewPasswordForm(link.user)
        context = {"form": form, "link": link, "token": token, "form_was_old": form_was_old}
        return link_page(request, "accounts/invitation.html", context, status=status)


def _works(link: EmailLink) -> bool:
    return link.works and may_open_admin(link.user)


# --- The second factor --------------------------------------------------------------------


def _next(request: PersonRequest) -> str:
    path = request.POST.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if is_here else reverse("wagtailadmin_home")


@never_cache
@require_http_methods(FORM_METHODS)
def second_factor_view(request: PersonRequest) -> HttpResponse:
    """`/admin/second-factor/`: ask for a code; for who has shown one, what is set up."""
    if second_factor.is_verified(request):
        unused = request.user.recovery_codes.filter(used_at__isnull=True).count()
        return render(request, "accounts/second_factor.html", {"unused": unused})
    if not second_factor.has_device(request.user):
        if second_factor.may_set_up(request):
            return redirect("staff-second-factor-set-up")
        return render(request, "accounts/no_second_factor.html", status=403)
    context: dict = {"next": _next(request)}
    if request.method != "POST":
        return render(request, "accounts/code.html", context)
    try:
        if second_factor.verify(request, request.POST.get("code", "")):
            return redirect(_next(request))
    except limits.TooManyAttempts as refusal:
        return render(request, "accounts/code.html", context | {"wait_minutes": refusal.minutes}, status=429)
    return render(request, "accounts/code.html", context | {"is_wrong": True})


@never_cache
@require_http_methods(FORM_METHODS)
def set_up_view(request: PersonRequest) -> HttpResponse:
    """`/admin/second-factor/set-up/`: connect an app, and see the recovery codes once."""
    if not second_factor.may_set_up(request):
        return redirect("staff-second-factor")
    device = second_factor.pending_device(request.user)
    context: dict = {"secret": second_factor.secret_of(device), "is_first": not second_factor.is_verified(request)}
    if request.method != "POST":
        return render(request, "accounts/set_up.html", context)
    try:
        taken = limits.take((limits.CODE, request.user.pk))
    except limits.TooManyAttempts as refusal:
        return render(request, "accounts/set_up.html", context | {"wait_minutes": refusal.minutes}, status=429)
    codes = second_factor.confirm(request, request.POST.get("code", ""))
    if codes is None:
        return render(request, "accounts/set_up.html", context | {"is_wrong": True})
    limits.give_back(taken)
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@never_cache
@require_safe
def qr_code(request: PersonRequest) -> HttpResponse:
    """`/admin/second-factor/qr.svg`: the secret of the device that is being set up, for the camera of a phone."""
    if not second_factor.may_set_up(request):
        raise PermissionDenied
    picture = BytesIO()
    segno.make(second_factor.pending_device(request.user).config_url, error="m").save(
        picture, kind="svg", scale=5, border=4, light="white", dark="black"
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@never_cache
@require_POST
def recovery_codes_view(request: PersonRequest) -> HttpResponse:
    """`/admin/second-factor/recovery-codes/`: replace the recovery codes, and see the new ones once."""
    if not second_factor.is_verified(request):
        return redirect("staff-second-factor")
    codes = second_factor.new_recovery_codes(request.user)
    log.record(Action.SECOND_FACTOR_SET, request.user, by=request.user, request=request, recovery_codes=len(codes))
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


# --- Inviting -----------------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
def invite_again(request: PersonRequest, pk: int) -> HttpResponse:
    """`/admin/users/invite-again/<pk>/`: mail a person of the secretariat a new invitation, for administrators.

    Also for who has forgotten the password or lost the second factor.
    """
    user = get_object_or_404(User, pk=pk, is_active=True)
    if not request.user.has_perm("accounts.change_user") or (user.is_superuser and not request.user.is_superuser):
        raise PermissionDenied
    if not may_open_admin(user):
        messages.error(request, _("This person has no access to the admin: choose a group first."))
        return redirect("wagtailusers_users:edit", pk)
    if request.method == "POST":
        has_lost_it = "without_second_factor" in request.POST
        invite_staff(user, by=request.user, request=request, without_second_factor=has_lost_it)
        messages.success(request, _("The invitation was sent."))
        return redirect("wagtailusers_users:index")
    return render(request, "accounts/invite_again.html", {"invited": user})
