"""A form that somebody sends to the desk without a session, or with an old token: it is shown, to be sent again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from core.sent_forms import is_from_this_portal, sent_fields

# Fields that hold what the form showed, not what a person has written.
SHOWN = "shown-"


def send_again(request: HttpRequest, *args, **kwargs) -> HttpResponse | None:
    """The page with what was sent and a button that sends it again; None for a form of another site.

    Takes the arguments of the view that it answers for. It changes nothing.
    """
    if not is_from_this_portal(request):
        return None
    sent = sent_fields(request)
    context = {
        "page_title": _("Not sent yet"),
        "action": request.get_full_path(),
        "sent": sent,
        "written": [value for name, value in sent if " " in value.strip() and not name.startswith(SHOWN)],
        "is_signed_out": not request.user.is_authenticated,
        "sign_in": reverse(settings.DESK_SIGN_IN),
        "had_files": bool(request.FILES),
    }
    response = render(request, "desk/send_again.html", context, status=403)
    add_never_cache_headers(response)
    return response
