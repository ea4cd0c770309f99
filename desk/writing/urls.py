"""URLs of writing a practice, below `/xx/desk/`."""

from django.urls import path, re_path, register_converter

from desk.writing import views
from desk.writing.sections import BY_CODE


class SectionCode:
    """The code of a section in an address."""

    regex = "|".join(BY_CODE)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SectionCode, "section")

PRACTICE = "cities/<slug:city>/practices/<uuid:key>/"
PUBLISHED = r"^cities/(?P<city>[-\w]+)/published/(?P<code>[0-9a-f]{10})/"

urlpatterns = [
    path("cities/<slug:city>/practices/new/", views.new_practice, name="desk-practice-new"),
    path(PRACTICE, views.task_list, name="desk-practice"),
    path(f"{PRACTICE}check/", views.check_answers, name="desk-practice-check"),
    path(f"{PRACTICE}preview/", views.preview, name="desk-practice-preview"),
    path(f"{PRACTICE}preview/cover/", views.preview_cover, name="desk-practice-preview-cover"),
    path(f"{PRACTICE}submit/", views.submit, name="desk-practice-submit"),
    path(f"{PRACTICE}withdraw/", views.withdraw, name="desk-practice-withdraw"),
    path(f"{PRACTICE}discard/", views.discard, name="desk-practice-discard"),
    path(f"{PRACTICE}<section:code>/", views.section, name="desk-practice-section"),
    re_path(f"{PUBLISHED}revise/$", views.revise, name="desk-practice-revise"),
    re_path(f"{PUBLISHED}take-down/$", views.take_down, name="desk-practice-take-down"),
]
