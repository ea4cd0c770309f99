"""The admin form of a call's page. The form of the call itself is in `calls.viewsets`."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, TitleFieldPanel

call_page_panels = [
    HelpPanel(
        content=_(
            "Do not write dates here. Dates are entered once, on the call, and shown in every language. "
            "When a date moves, all pages show the new one."
        )
    ),
    FieldPanel("call"),
    TitleFieldPanel("title"),
    FieldPanel("lede"),
    MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alternative_text")], heading=_("Picture")),
    FieldPanel("extension_note"),
    FieldPanel("who_can_apply"),
    InlinePanel("steps", label=_("step"), heading=_("How to apply")),
    InlinePanel("questions", label=_("question"), heading=_("Questions and answers")),
    FieldPanel("body"),
    FieldPanel("results_text"),
]
