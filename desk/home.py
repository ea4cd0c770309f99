"""The first page of the desk, and that of one city."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from cities.models import CityPerson
from cities.presentation import city_urls
from core.i18n.languages import active_language
from desk import waiting
from desk.access import city_for, desk_view
from desk.entries import city_facts, entries, groups, profile_versions, unfound_words
from desk.overview import practices_of
from desk.permissions import Action, may


@desk_view
def desk_home(request: PersonRequest) -> HttpResponse:
    """`/xx/desk/`: what waits for the person who is signed in, and their cities.

    A fixed number of queries, for any number of cities and practices.
    """
    roles = list(
        CityPerson.objects.filter(user=request.user)
        .select_related("city")
        .prefetch_related("city__names")
        .order_by("city__own_name")
    )
    cities = [role.city for role in roles]
    practices = practices_of(cities) if cities else []
    context = {
        "page_title": _("Your desk"),
        "waits": waiting.for_person(request.user, roles, practices),
        "cities": [
            {"city": role.city, "role": role.get_role_display(), "counts": groups(practices, role.city)}
            for role in roles
        ],
    }
    return render(request, "desk/home.html", context)


@desk_view
def city_desk(request: PersonRequest, city: str) -> HttpResponse:
    """`/xx/desk/cities/<code>/`: the practices, the profile and the people of a city. A fixed number of queries."""
    found = city_for(request.user, city, Action.VIEW)
    people = list(found.people.select_related("user").order_by("role", "since"))
    role = next(person.role for person in people if person.user_id == request.user.pk)
    practices = practices_of([found])
    urls = city_urls(found.code)
    context = {
        "page_title": found.name,
        "city": found,
        "crumbs": waiting.crumbs(),
        "waits": waiting.for_practices(practices),
        "entries": entries(practices),
        "offered": [
            practice
            for practice in practices
            if practice.by_secretariat and practice.is_public and practice.copy is None
        ],
        "facts": city_facts(found),
        "versions": profile_versions(found, readers=urls),
        "people": people,
        "public_url": urls.get(active_language(), ""),
        "unfound": unfound_words(active_language()),
        "may_manage_people": may(role, Action.MANAGE_PEOPLE),
    }
    return render(request, "desk/city.html", context)
