"""The passwords of pages and documents, which all their readers share: guessing is limited like that of accounts."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import limits


def limited(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate Wagtail's view of such a password: 429 with the time to wait after too many wrong ones.

    The right password leads on with a redirect, and is not counted.
    """

    @wraps(view)
    def within_limits(request: HttpRequest, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, **kwargs)
        restriction = kwargs.get("page_view_restriction_id") or kwargs["restriction_id"]
        of_restriction = f"{view.__module__}:{restriction}"
        try:
            taken = limits.take(
                (limits.SHARED_PASSWORD, of_restriction),
                (limits.SHARED_PASSWORDS_OF_ADDRESS, limits.network_of(request)),
            )
        except limits.TooManyAttempts as refusal:
            return render(request, "accounts/wait.html", {"minutes": refusal.minutes}, status=429)
        response = view(request, **kwargs)
        if response.status_code == 302:
            limits.give_back(taken)
        return response

    return within_limits
