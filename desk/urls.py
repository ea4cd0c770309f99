"""URLs of the desk, below `/xx/desk/`. Each part of the desk lists its own."""

from django.urls import path

from accounts.urls import desk_urlpatterns
from desk import home
from desk.city.urls import urlpatterns as city
from desk.confirming.urls import urlpatterns as confirming
from desk.files.urls import urlpatterns as files
from desk.people.urls import urlpatterns as people
from desk.writing.urls import urlpatterns as writing

urlpatterns = [
    *desk_urlpatterns,
    *people,
    path("", home.desk_home, name="desk"),
    path("cities/<slug:city>/", home.city_desk, name="desk-city"),
    *city,
    *writing,
    *files,
    *confirming,
]
