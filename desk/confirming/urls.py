"""URLs of confirming and taking over published practices, below `/xx/desk/`."""

from django.urls import re_path

from desk.confirming import views

PUBLISHED = r"^cities/(?P<city>[-\w]+)/published/(?P<code>[0-9a-f]{10})/"

urlpatterns = [
    re_path(f"{PUBLISHED}confirm/$", views.confirm, name="desk-confirm"),
    re_path(f"{PUBLISHED}take-over/$", views.take_over, name="desk-take-over"),
]
