"""Who is at the desk, and which city's: the one way in which views of the desk find what a person may see.

Whatever a person may not see answers 404, as if it did not exist.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from cities.models import City, CityPerson
from core.csrf import answers_csrf_failure
from desk.models import WorkingCopy
from desk.permissions import Action, may
from desk.send_again import send_again
from moderation.states import seen_by_city
from practices.models import PracticePage


def city_for(user, code: str, action: Action) -> City:
    """The city with this code, if the person may do `action` there. Raises Http404.

    One query, so that the time of the answer does not tell a city of others from one that does not exist.
    """
    if not user.is_authenticated or not user.is_active:
        raise Http404
    person = CityPerson.objects.filter(user=user, city__code=code).select_related("city").first()
    if person is None or not may(person.role, action):
        raise Http404
    return person.city


def working_copy_for(user, code: str, key, action: Action) -> WorkingCopy:
    """A working copy of this city, with `city` and `page`, if the person may do `action` there. Raises Http404."""
    city = city_for(user, code, action)
    copy = WorkingCopy.objects.select_related("page", "base_revision", "submitted_revision").filter(city=city, key=key)
    if (found := copy.first()) is None:
        raise Http404
    found.city = city
    return found


def practice_for(user, code: str, page_code: str, action: Action) -> PracticePage:
    """The original of a practice of this city by its citation code, if its people may see it. Raises Http404."""
    city = city_for(user, code, action)
    for page in PracticePage.objects.with_code(page_code).filter(seen_by_city(), city=city).select_related("locale"):
        if page.is_original:
            page.city = city
            return page
    raise Http404


def desk_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view of the desk: only for people who are signed in, and kept by no cache.

    Others are sent to the sign-in, which leads back here. Staff without a city see a desk that is empty. What somebody
    sends whose session has ended is shown again, and so is what comes with an old CSRF token (a view may answer that
    in another way: `answers_csrf_failure` above this decorator).
    """

    @answers_csrf_failure(send_again)
    @never_cache
    @wraps(view)
    def protected(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST" and (shown := send_again(request)) is not None:
                return shown
            back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
            return redirect(f"{reverse(settings.DESK_SIGN_IN)}?{urlencode({'next': back})}")
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return protected
