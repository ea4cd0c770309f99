"""The admin form of an event: a tab for translatable text and a tab for synchronised fields."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)

event_content_panels = [
    TitleFieldPanel("title"),
    FieldPanel("lede"),
    FieldPanel("theme", help_text=_("As announced. Leave empty if it is not on record.")),
    FieldPanel("picture_alternative_text"),
    InlinePanel("sessions", label=_("programme item"), heading=_("Programme")),
    FieldPanel("body"),
    InlinePanel("outcomes", label=_("outcome"), heading=_("Outcomes: declarations, statements")),
    InlinePanel("documents", label=_("document"), heading=_("Documents")),
]

event_fact_panels = [
    HelpPanel(
        content=_(
            "Facts are entered once, on the original, and are the same in every language. Translations get "
            "them when you publish the original."
        )
    ),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("state"), FieldPanel("is_example")]),
    FieldRowPanel([FieldPanel("series"), FieldPanel("edition")]),
    MultiFieldPanel(
        [
            HelpPanel(
                content=_(
                    "Enter either a start and an end with times, or whole days. All times, including those of the "
                    "programme, are in the time zone chosen here."
                )
            ),
            FieldPanel("time_zone"),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
            FieldPanel("change_note"),
        ],
        heading=pgettext_lazy("heading over the time of an event", "When"),
    ),
    FieldRowPanel([FieldPanel("mode"), FieldPanel("host_city"), FieldPanel("registration_url")]),
    FieldPanel("venue", help_text=_("The name as it is written at the entrance. It is the same in every language.")),
    FieldRowPanel([FieldPanel("languages"), FieldPanel("picture")]),
    InlinePanel("event_clusters", label=_("cluster"), heading=_("Clusters")),
    InlinePanel(
        "event_practices",
        [PageChooserPanel("practice", "practices.PracticePage")],
        label=_("practice"),
        heading=_("Practices"),
    ),
    FieldRowPanel([FieldPanel("outcome_document"), FieldPanel("award_year")]),
    FieldRowPanel([FieldPanel("source"), FieldPanel("source_url")]),
]
