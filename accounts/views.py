"""Sign-in to the desk by an e-mailed link or a password, and sign-out. Staff: `admin_views`."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import known_browsers, limits, links
from accounts.forms import WRONG_PASSWORD, EmailForm, PasswordForm
from accounts.link_pages import link_page, was_sent_by_its_page
from accounts.link_requests import ask_for_link
from accounts.models import EmailLink, User
from accounts.new_address import confirm_change
from accounts.services import sign_in, sign_out, user_with_password
from accounts.staff import is_staff_member
from core.csrf import answers_csrf_failure
from core.i18n.languages import LANGUAGE_CODES, active_language

LONGEST_ADDRESS = 500
Purpose = EmailLink.Purpose
OF_DESK = (Purpose.SIGN_IN, Purpose.INVITATION, Purpose.ADDRESS)
ASK_LEDE = _("Enter the address to which you were invited. You get a mail with a link that signs you in.")
SENT_LEDE = _(
    "If the address belongs to a person of a city, a mail with a link is on its way. It arrives within a few minutes, "
    "and the link works once, for one hour."
)
FORM_METHODS = ["GET", "HEAD", "POST"]


def sign_in_page(request: HttpRequest, form=None, status: int = 200, **context) -> HttpResponse:
    """The page that asks for an e-mail address, to send a link to it."""
    next_url = safe_next(request)
    form = form or EmailForm(initial={"email": request.POST.get("email", "")})
    return render(
        request,
        "desk/sign_in/link.html",
        {"lede": ASK_LEDE, "form": form, "next": next_url, **_sign_in_urls(next_url), **context},
        status=status,
    )


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    return sign_in_page(request, status=403, form_was_old=True)


@never_cache
@answers_csrf_failure(_sign_in_again)
@require_http_methods(FORM_METHODS)
def ask_for_link_view(request: HttpRequest) -> HttpResponse:
    """`/xx/desk/sign-in/`: ask for a link by e-mail. The answer is the same for every address."""
    if request.method != "POST":
        return sign_in_page(request)
    form = EmailForm(request.POST)
    if not form.is_valid():
        return sign_in_page(request, form)
    try:
        limits.take((limits.LINKS_OF_ADDRESS, limits.network_of(request)))
    except limits.TooManyAttempts as refusal:
        return sign_in_page(request, form, status=429, wait_minutes=refusal.minutes)
    ask_for_link(form.cleaned_data["email"].lower(), active_language(), safe_next(request))
    return redirect("desk-sign-in-sent")


@never_cache
@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """`/xx/desk/sign-in/sent/`: what happens next. Nobody is named: the address is in no URL."""
    return render(request, "desk/sign_in/sent.html", {"lede": SENT_LEDE, "mails": limits.LINK_MAILS.allowed})


def password_page(request: HttpRequest, form=None, status: int = 200, **context) -> HttpResponse:
    """The page that asks for e-mail address and password."""
    next_url = safe_next(request)
    form = form or PasswordForm(initial={"email": request.POST.get("email", "")})
    return render(
        request,
        "desk/sign_in/password.html",
        {"form": form, "next": next_url, **_sign_in_urls(next_url), **context},
        status=status,
    )


def _password_again(request: HttpRequest) -> HttpResponse:
    return password_page(request, status=403, form_was_old=True)


@sensitive_post_parameters("password")
@never_cache
@answers_csrf_failure(_password_again)
@require_http_methods(FORM_METHODS)
def password_view(request: HttpRequest) -> HttpResponse:
    """`/xx/desk/sign-in/password/`: sign in with a password. Staff are refused as if the password were wrong."""
    if request.method != "POST":
        return password_page(request)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return password_page(request, form)
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    try:
        user = user_with_password(request, email, password, _may_enter)
    except limits.TooManyAttempts as refusal:
        return password_page(request, form, status=429, wait_minutes=refusal.minutes)
    if user is None:
        form.add_error("password", WRONG_PASSWORD)
        return password_page(request, form)
    sign_in(request, user, "password")
    response = redirect(safe_next(request) or desk_address(user))
    known_browsers.remember(response, limits.account_of(email))
    return response


@never_cache
@require_safe
def link_view(request: HttpRequest, token: str) -> HttpResponse:
    """`/xx/desk/sign-in/link/<token>/`: the page that a mailed link leads to. To load it uses nothing up."""
    link = links.find(token, *OF_DESK)
    if link is None or not _works(link):
        return _dead_link(request, link)
    return _page_of_link(request, link, token)


def _page_of_link(request: HttpRequest, link: EmailLink, token: str, status: int = 200, **context) -> HttpResponse:
    """The page with the one button of a link."""
    if link.purpose == Purpose.ADDRESS:
        template = "desk/sign_in/confirm_address.html"
    else:
        template, context = "desk/sign_in/use.html", context | {"is_invitation": link.purpose == Purpose.INVITATION}
    return link_page(request, template, {"link": link, "token": token, **context}, status=status)


@csrf_exempt  # it has its own check, because its page sends no origin: accounts.link_pages
@never_cache
@require_http_methods(FORM_METHODS)
def use_link(request: HttpRequest) -> HttpResponse:
    """`/xx/desk/sign-in/use/`: sign in, or confirm an address, with the token in the body. It works once."""
    if request.method != "POST":
        return redirect("desk-sign-in")
    token = request.POST.get("token", "")
    link = links.find(token, *OF_DESK)
    if not was_sent_by_its_page(request):
        if link is None or not _works(link):
            return _dead_link(request, link)
        return _page_of_link(request, link, token, status=403, form_was_old=True)
    if link is not None and link.purpose == Purpose.ADDRESS:
        return _confirm_address(request, link, token)
    link = links.use(token, Purpose.SIGN_IN, Purpose.INVITATION)
    if link is None or not _may_enter(link.user):
        return _dead_link(request, links.find(token, *OF_DESK))
    sign_in(request, link.user, "invitation" if link.purpose == Purpose.INVITATION else "link")
    response = redirect(link.next_url or desk_address(link.user))
    known_browsers.remember(response, limits.account_of(link.user.email))
    return response


def _confirm_address(request: HttpRequest, link: EmailLink, token: str) -> HttpResponse:
    """Give the account the address of the link. Who is not signed in here signs in with it."""
    user = confirm_change(token, request=request) if _may_enter(link.user) else None
    if user is None:
        return _dead_link(request, links.find(token, Purpose.ADDRESS))
    messages.success(
        request, _("The new address is %(address)s. Mails go there, and you sign in with it.") % {"address": user.email}
    )
    if request.user != user:
        return redirect("desk-sign-in")
    response = redirect("desk-account")
    known_browsers.remember(response, limits.account_of(user.email))
    return response


def _dead_link(request: HttpRequest, link: EmailLink | None) -> HttpResponse:
    """Why a link does not work, and the way to a new one."""
    is_used = link is not None and link.used_at is not None
    context = {
        "is_used": is_used,
        "is_expired": link is not None and not is_used and link.is_expired,
        "is_signed_in": is_used and link is not None and request.user == link.user,
    }
    return link_page(request, "desk/sign_in/dead.html", context, status=410)


def _sign_out_again(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/sign_in/out.html", status=403)


@never_cache
@answers_csrf_failure(_sign_out_again)
@require_POST
def sign_out_view(request: HttpRequest) -> HttpResponse:
    """`/xx/desk/sign-out/`."""
    sign_out(request)
    response = redirect("desk-sign-in")
    response.delete_cookie(settings.SESSION_COOKIE_NAME, path=settings.SESSION_COOKIE_PATH)
    request.session.modified = False
    return response


@never_cache
@require_safe
def restricted_page_sign_in(request: HttpRequest) -> HttpResponse:
    """`/xx/_util/login/`, where Wagtail leads readers of a restricted page: on to the sign-in page of the desk."""
    next_url = safe_next(request)
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    return redirect(f"{reverse('desk-sign-in')}{query}")


def safe_next(request: HttpRequest) -> str:
    """The path of this portal that the sign-in leads back to, as the request names it; "" for any other."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    is_below_admin = path.startswith("/admin")
    return path if is_here and not is_below_admin and len(path) <= LONGEST_ADDRESS else ""


def desk_address(user: User) -> str:
    """The address of the desk, in the language of the person."""
    with override(user.language if user.language in LANGUAGE_CODES else active_language()):
        return reverse("desk")


def _sign_in_urls(next_url: str) -> dict[str, str]:
    """The addresses of the sign-in pages, each leading to the same page afterwards."""
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    return {
        "link_url": f"{reverse('desk-sign-in')}{query}",
        "password_url": f"{reverse('desk-sign-in-password')}{query}",
        "staff_url": f"{reverse('wagtailadmin_login')}{query}",
    }


def _may_enter(user: User) -> bool:
    return not is_staff_member(user)


def _works(link: EmailLink) -> bool:
    return link.works and _may_enter(link.user)
