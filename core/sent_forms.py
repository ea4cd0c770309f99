"""What somebody has sent with a form, so that a page can send it again."""

import re

from django.http import HttpRequest

CSRF_FIELD = "csrfmiddlewaretoken"
# Fields whose values never come back in a page.
SECRET = re.compile("password|otp", re.IGNORECASE)


def is_from_this_portal(request: HttpRequest) -> bool:
    """Whether the browser says that a page of the portal has sent this form. All browsers of today say it.

    A form of another site must not come back as a form of ours with one button.
    """
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def sent_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields as they were sent, without files and the CSRF token; none of a form with a password."""
    if any(SECRET.search(name) for name in request.POST):
        return []
    return [(name, value) for name, values in request.POST.lists() if name != CSRF_FIELD for value in values]
