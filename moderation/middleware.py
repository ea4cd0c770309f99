"""Middleware of moderation."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from moderation.actors import acting


class ActorMiddleware:
    """Whatever a form of the admin changes, the signed-in person has changed it: `moderation.actors`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path.startswith(reverse("wagtailadmin_home")):
            return self.get_response(request)
        with acting(request.user if request.user.is_authenticated else None, request):
            return self.get_response(request)
