"""Registers the editors' day with Wagtail's admin."""

from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from wagtail import hooks

from editorial.panels import DaysWorkPanel
from editorial.practice_list import practice_list
from editorial.term_list import term_list
from editorial.translation_queue import TranslationQueue, assign

# Before wagtail-localize's own hooks, which have order 0.
FIRST = -10


@hooks.register("construct_homepage_panels")
def show_the_day(request, panels: list) -> None:
    """Fill the home page of the admin with the day's work instead of Wagtail's panels."""
    panels[:] = [DaysWorkPanel()]


@hooks.register("construct_homepage_summary_items", order=100)
def leave_out_the_summary(request, items: list) -> None:
    """Leave out how many pages, pictures and documents there are: it is nobody's work."""
    items.clear()


@hooks.register("insert_global_admin_css")
def insert_editorial_css() -> str:
    """Add the style sheet of the editors' pages."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/editorial.css"))


@hooks.register("register_admin_viewset")
def register_lists():
    """The lists that the numbers of the home page lead to, as far as no app has them."""
    return [practice_list, term_list]


@hooks.register("register_admin_urls", order=FIRST)
def register_translation_queue():
    """Register the translators' queue at the URLs of wagtail-localize's report; Django uses the first that matches."""
    return [
        path("localize/reports/translations/", TranslationQueue.as_view()),
        path("localize/reports/translations/results/", TranslationQueue.as_view(results_only=True)),
        path("translations/<int:translation_id>/assign/", assign, name="translation-assign"),
    ]
