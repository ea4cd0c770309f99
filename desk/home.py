"""The first page of the desk, and that of one city."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cities.models import CityPerson
from desk.access import city_for, desk_view
from desk.permissions import Action


@desk_view
def desk_home(request: HttpRequest) -> HttpResponse:
    """`/xx/desk/`: what waits for the person who is signed in, and their cities."""
    roles = CityPerson.objects.filter(user=request.user).select_related("city").order_by("city__own_name")
    return render(request, "desk/home.html", {"roles": roles})


@desk_view
def city_desk(request: HttpRequest, city: str) -> HttpResponse:
    """`/xx/desk/cities/<code>/`: the practices, the profile and the people of a city."""
    found = city_for(request.user, city, Action.VIEW)
    return render(request, "desk/city.html", {"city": found, "working_copies": found.working_copies.all()})
