"""The admin form of a practice: the translatable text, and the synchronised fields on a second tab."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    PageChooserPanel,
    TitleFieldPanel,
)

from core.remarkable_panels import RemarkableInlinePanel

practice_content_panels = [
    HelpPanel(
        content=_(
            "Write for a colleague in a city on another continent who wants to know whether this would work "
            "there: what was wrong, what you did, what the results were, what you would leave out."
        )
    ),
    TitleFieldPanel(
        "title",
        help_text=_("What people do, in up to 100 characters: “Market traders learn to read”."),
    ),
    FieldPanel("one_line_result"),
    FieldPanel("problem"),
    RemarkableInlinePanel("steps", label=_("step"), heading=_("What was done"), min_num=1),
    RemarkableInlinePanel(
        "results",
        label=_("result"),
        heading=_("Results"),
        min_num=1,
        help_text=_("At least one, with its source."),
    ),
    FieldPanel("not_again"),
    FieldPanel("to_adapt"),
    FieldPanel("contact_role"),
    MultiFieldPanel([FieldPanel("quotation"), FieldPanel("quotation_by")], heading=_("Quotation")),
    MultiFieldPanel(
        [
            FieldPanel("lead_unit"),
            FieldPanel("cost_covers"),
            FieldPanel("limiting_factors"),
            FieldPanel("learners_part"),
            FieldPanel("policy_base"),
        ],
        heading=_("More about the practice"),
    ),
    RemarkableInlinePanel("partners", label=_("partner"), heading=_("Partners")),
    RemarkableInlinePanel("funders", label=_("source of funding"), heading=_("Funding")),
    RemarkableInlinePanel("photos", label=_("photograph"), heading=_("Photographs")),
    RemarkableInlinePanel("documents", label=_("document"), heading=_("Documents")),
    FieldPanel("body"),
]

practice_fact_panels = [
    HelpPanel(
        content=_(
            "Facts are entered once, on the original, and are the same in every language. Translations get "
            "them when you publish the original."
        )
    ),
    FieldRowPanel([FieldPanel("authored_by"), FieldPanel("city")]),
    RemarkableInlinePanel("practice_clusters", label=_("cluster"), heading=_("Clusters"), min_num=1),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("period_start"), FieldPanel("period_start_precision")]),
            FieldRowPanel([FieldPanel("period_end"), FieldPanel("period_end_precision")]),
            FieldPanel("state"),
        ],
        heading=_("Period"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel(
                [
                    FieldPanel("cost_band"),
                    FieldPanel("cost_amount"),
                    FieldPanel("cost_currency"),
                    FieldPanel("cost_year"),
                ]
            ),
            FieldRowPanel([FieldPanel("cost_scope"), FieldPanel("cost_is_planned")]),
            FieldRowPanel([FieldPanel("staff_fte"), FieldPanel("months_to_first_result")]),
        ],
        heading=_("Resources"),
    ),
    FieldPanel("target_groups"),
    FieldPanel("sdgs"),
    FieldPanel("action_lines"),
    FieldPanel("learning_settings"),
    FieldPanel("governance_levels"),
    FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")], heading=_("Place on the map")),
    FieldRowPanel([FieldPanel("licence"), FieldPanel("written_on"), FieldPanel("confirmed_on"), FieldPanel("consent")]),
    PageChooserPanel("adapted_from", "practices.PracticePage"),
    RemarkableInlinePanel("sources", label=_("source"), heading=_("Sources")),
]
