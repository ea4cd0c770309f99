"""The template of a practice: what a city is asked, in sections.

The one declaration that the forms, the list of sections, the check, the meter and the page that is made of the
answers read. The rules of what must be there to publish are those of `practices.models`; here is what a city types.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.i18n import dates
from core.i18n.text import bidi_isolate
from core.vocabularies import Licence
from desk.writing.questions import Kind, Question, Rows, Section, Words
from practices.models import (
    PracticeDocument,
    PracticeFunder,
    PracticePage,
    PracticePartner,
    PracticePhoto,
    PracticeResult,
    PracticeSource,
    PracticeStep,
)
from practices.vocabularies import (
    ActionLine,
    CostBand,
    CostScope,
    Evidence,
    EvidenceBasis,
    GovernanceLevel,
    LearningSetting,
    PracticeState,
    ResultKind,
    SustainableDevelopmentGoal,
    TargetGroup,
)


def _number(value: str) -> Words:
    """A number as people write it in the language of the page, with a sign that is on every keyboard."""
    return lazy(lambda: bidi_isolate(dates.number(Decimal(value)).replace("\N{MINUS SIGN}", "-"), "en"), str)()


SECTIONS: tuple[Section, ...] = (
    Section(
        "start",
        _("The essentials"),
        _("What people see first, in lists and in the search."),
        (
            Question(
                "language",
                Kind.LANGUAGE,
                _("Language of the text"),
                help=_("Write in the language in which you write best. Translators make the other versions."),
                needed=True,
            ),
            Question(
                "title",
                Kind.LINE,
                _("Title"),
                help=_("What people do, in a few words. Not the name of a programme."),
                example=_("Market traders learn to read"),
                needed=True,
                words=8,
                longest=100,
            ),
            Question(
                "one_line_result",
                Kind.LINE,
                _("Result in one line"),
                help=_("What has changed, with a number if you have one."),
                example=_("412 of 530 traders now keep their own books."),
                needed=True,
                words=20,
            ),
            Question(
                "clusters",
                Kind.CLUSTERS,
                _("Clusters"),
                help=_("Choose one or two. Readers find the practice on their pages."),
                needed=True,
            ),
        ),
    ),
    Section(
        "when-and-where",
        _("When and where"),
        _("A year is enough where you do not know the day."),
        (
            Question(
                "period_start",
                Kind.DATE,
                _("Beginning"),
                help=_("A year, a month or a day."),
                example=lazy(lambda: dates.month(date(2021, 3, 1)), str)(),
                needed=True,
                also=("period_start_precision",),
                short=True,
            ),
            Question(
                "period_end",
                Kind.DATE,
                _("End"),
                help=_("Leave it empty if the practice goes on."),
                also=("period_end_precision",),
                short=True,
            ),
            Question(
                "state",
                Kind.CHOICE,
                _("State today"),
                help=_("Stopped and failed practices are welcome: other cities learn from them."),
                vocabulary=PracticeState,
                useful=_("It is not clear whether the practice goes on: readers ask about this first."),
            ),
            Question(
                "latitude",
                Kind.NUMBER,
                _("Latitude of the place"),
                help=_("Only if it is not the whole city: north is positive, south is negative."),
                example=_number("-30.0346"),
                short=True,
            ),
            Question(
                "longitude",
                Kind.NUMBER,
                _("Longitude of the place"),
                help=_("East is positive, west is negative."),
                example=_number("-51.2177"),
                short=True,
            ),
        ),
    ),
    Section(
        "what-was-done",
        _("The problem and what you did"),
        _("Write for a colleague in a city on another continent who wants to know whether this would work there."),
        (
            Question(
                "problem",
                Kind.TEXT,
                _("The problem"),
                help=_("What was wrong, for whom, and how you knew."),
                example=_(
                    "Half of the 530 traders of the market could not read the price lists of the wholesalers. "
                    "A survey of the traders’ union in 2019 showed it."
                ),
                needed=True,
                words=60,
            ),
            Rows(
                "steps",
                PracticeStep,
                _("What was done"),
                _("Step"),
                _("Add a step"),
                (
                    Question(
                        "text",
                        Kind.TEXT,
                        _("What was done"),
                        example=_(
                            "Two teachers gave lessons at the market, three evenings a week from 7 to 9, "
                            "in the months without harvest."
                        ),
                        needed=True,
                        words=40,
                    ),
                ),
                help=_("One step after the other, so that somebody else could do it."),
                needed=True,
            ),
            Rows(
                "body",
                None,
                _("More text"),
                _("Text"),
                _("Add a text"),
                (
                    Question(
                        "text",
                        Kind.TEXT,
                        _("More text"),
                        help=_(
                            "Leave a line empty between two paragraphs. Lines that begin with “- ” or “1. ” "
                            "become a list."
                        ),
                        words=200,
                    ),
                ),
                help=_("What a reader has to know besides. Most practices need none."),
            ),
            Question(
                "learners_part",
                Kind.TEXT,
                _("The part of the learners"),
                help=_("What learners decided or did when this was planned."),
                words=40,
                useful=_("The part of the learners is missing: it is what cities copy least, and regret most."),
            ),
        ),
    ),
    Section(
        "results",
        _("Results"),
        _("At least one, with its source. A small number that was counted beats a large one that was not."),
        (
            Rows(
                "results",
                PracticeResult,
                _("Results"),
                pgettext_lazy("one in a numbered list", "Result"),
                _("Add a result"),
                (
                    Question(
                        "value",
                        Kind.NUMBER,
                        _("Number"),
                        help=_("As you write numbers. Leave it empty if there is none."),
                        example="412",
                        also=("unit",),
                        short=True,
                    ),
                    Question(
                        "label",
                        Kind.LINE,
                        _("Text after the number"),
                        help=_("Without a number: the whole result as a sentence."),
                        example=_("of 530 traders pass the reading test"),
                        needed=True,
                        words=12,
                    ),
                    Question("year", Kind.YEAR, _("Year"), example="2024", short=True),
                    Question(
                        "kind", Kind.CHOICE, _("Kind of figure"), vocabulary=ResultKind, default=ResultKind.RESULT
                    ),
                    Question(
                        "evidence",
                        Kind.CHOICE,
                        _("Evidence level"),
                        help=_("How you know. Leave it empty for what is expected or planned."),
                        vocabulary=Evidence,
                        is_conditional=True,
                    ),
                    Question("basis", Kind.CHOICE, _("Based on"), vocabulary=EvidenceBasis, is_conditional=True),
                    Question(
                        "source",
                        Kind.LINE,
                        _("Source"),
                        help=_("Who published the number, and where."),
                        example=_("Annual report of the department of education"),
                        needed=True,
                    ),
                    Question("source_url", Kind.ADDRESS, _("Link to the source"), example="https://example.org/report"),
                ),
                needed=True,
            ),
            Question(
                "months_to_first_result",
                Kind.COUNT,
                _("Months to the first result"),
                help=_("From the first day to the first result that somebody noticed."),
                example="8",
                short=True,
                useful=_("The time to the first result is missing: a council asks how long it takes."),
            ),
            Rows(
                "sources",
                PracticeSource,
                _("Published sources"),
                _("Source"),
                _("Add a source"),
                (
                    Question("title", Kind.LINE, _("Title"), needed=True),
                    Question("publisher", Kind.LINE, _("Publisher"), needed=True),
                    Question("url", Kind.ADDRESS, _("Link"), needed=True),
                    Question("source_language", Kind.ANY_LANGUAGE, _("Language of the source")),
                    Question(
                        "published_on",
                        Kind.DATE,
                        _("Date of publication"),
                        also=("published_on_precision",),
                        short=True,
                    ),
                ),
                help=_("Reports, articles and films about the practice that everybody can open."),
                useful=_("There is no published source: readers trust what they can check."),
            ),
        ),
    ),
    Section(
        "what-you-learnt",
        _("What you learnt"),
        _("Other cities ask about this first."),
        (
            Question(
                "not_again",
                Kind.TEXT,
                _("What you would not do again"),
                help=_("One honest sentence is enough."),
                example=_("We began in the harvest months, and half of the learners did not come back."),
                needed=True,
                words=40,
            ),
            Question(
                "to_adapt",
                Kind.TEXT,
                _("What others must adapt"),
                help=_("What is specific to your city: a law, a building, a person."),
                words=40,
                useful=_("What others must adapt is missing: it tells a city whether this can work there."),
            ),
            Question(
                "limiting_factors",
                Kind.TEXT,
                _("Limiting factors"),
                help=_("What keeps it from growing or from reaching everybody."),
                words=40,
                useful=_("The limiting factors are missing."),
            ),
            Question(
                "adapted_from",
                Kind.PRACTICE,
                _("Adapted from"),
                help=_(
                    "If you took the idea from a practice on this portal: its address, or the code at the end of "
                    "its page."
                ),
            ),
        ),
    ),
    Section(
        "cost-and-staff",
        _("Cost and staff"),
        _("A band is enough. Readers filter by it."),
        (
            Question(
                "cost_band",
                Kind.CHOICE,
                _("Cost per year"),
                vocabulary=CostBand,
                useful=_("The cost is missing: readers filter by it."),
            ),
            Question("cost_amount", Kind.NUMBER, _("Exact cost"), example=_number("25000"), short=True),
            Question(
                "cost_currency",
                Kind.CURRENCY,
                _("Currency"),
                help=_("The three letters of the currency."),
                example="BRL",
                short=True,
            ),
            Question("cost_year", Kind.YEAR, _("Year of the prices"), example="2024", short=True),
            Question(
                "cost_scope", Kind.CHOICE, _("Period covered by the sum"), vocabulary=CostScope, default=CostScope.YEAR
            ),
            Question("cost_is_planned", Kind.TICK, _("The sum is a budget or a plan; it has not been spent.")),
            Question(
                "cost_covers",
                Kind.LINE,
                _("What the sum covers"),
                help=_("If it is not the whole practice."),
                example=_("One new centre with 32 places"),
            ),
            Rows(
                "funders",
                PracticeFunder,
                _("Who pays"),
                _("Source of funding"),
                _("Add a source of funding"),
                (
                    Question("name", Kind.LINE, _("Name"), example=_("The city"), needed=True),
                    Question("percent", Kind.PERCENT, _("Share in per cent"), example="60", short=True),
                ),
                useful=_("Who pays is missing: a city that wants to copy this needs to know who can fund it."),
            ),
            Question(
                "staff_fte",
                Kind.NUMBER,
                _("Full-time posts"),
                help=_("All who work for it, added up: two people on half time are 1."),
                example=_number("2.5"),
                short=True,
                useful=_("Staff is missing: readers filter by it."),
            ),
        ),
    ),
    Section(
        "people-and-partners",
        _("People and partners"),
        _("Who it is for, who does it, and what it belongs to. The search uses these answers."),
        (
            Question(
                "target_groups",
                Kind.CODES,
                _("Target groups"),
                vocabulary=TargetGroup,
                useful=_("The target groups are missing: readers filter by them."),
            ),
            Question(
                "learning_settings",
                Kind.CODES,
                _("Where the learning happens"),
                vocabulary=LearningSetting,
                useful=_("The learning setting is missing: readers filter by it."),
            ),
            Question("governance_levels", Kind.CODES, _("Level of government"), vocabulary=GovernanceLevel),
            Question("lead_unit", Kind.LINE, _("Lead department"), example=_("Department of education")),
            Rows(
                "partners",
                PracticePartner,
                _("Partners"),
                _("Partner"),
                _("Add a partner"),
                (
                    Question("name", Kind.LINE, _("Name"), needed=True),
                    Question("url", Kind.ADDRESS, _("Website")),
                ),
                useful=_("Partners are missing: another city looks for the same kind of partners at home."),
            ),
            Question("action_lines", Kind.CODES, _("Action lines of a learning city"), vocabulary=ActionLine),
            Question(
                "sdgs",
                Kind.CODES,
                _("Sustainable Development Goals"),
                help=_("The one to three goals that it serves most."),
                vocabulary=SustainableDevelopmentGoal,
                useful=_("The Sustainable Development Goals are missing: readers filter by them."),
            ),
            Question(
                "policy_base",
                Kind.TEXT,
                _("Policy or legal basis"),
                help=_("The law, decision or plan that it rests on."),
                words=30,
            ),
        ),
    ),
    Section(
        "pictures-and-documents",
        _("Pictures and documents"),
        _("Without a picture the page shows a drawn plan of a city."),
        (
            Rows(
                "photos",
                PracticePhoto,
                _("Pictures"),
                _("Picture"),
                _("Add a picture"),
                (
                    Question("file", Kind.FILE, _("Picture"), needed=True, also=("image",)),
                    Question(
                        "alternative_text",
                        Kind.LINE,
                        _("What the picture shows"),
                        help=_("For people who cannot see it."),
                        example=_("Six women at a market stall write in exercise books"),
                        needed=True,
                        words=12,
                    ),
                    Question("caption", Kind.LINE, _("Caption")),
                    Question(
                        "credit",
                        Kind.LINE,
                        _("Credit"),
                        help=_("Who made or owns the picture, as it should be printed."),
                        example=_("City of Contagem"),
                        needed=True,
                        longest=200,
                        of_file=True,
                    ),
                    Question(
                        "licence",
                        Kind.CHOICE,
                        _("Licence of the picture"),
                        vocabulary=Licence,
                        default=Licence.ALL_RIGHTS,
                        of_file=True,
                    ),
                    Question(
                        "consent",
                        Kind.TICK,
                        _("Nobody can be recognised, or everybody who can be recognised has agreed in writing."),
                        needed=True,
                        of_file=True,
                    ),
                ),
                useful=_("There is no picture: practices with one are opened more often."),
            ),
            Rows(
                "documents",
                PracticeDocument,
                _("Documents"),
                _("Document"),
                _("Add a document"),
                (
                    Question("file", Kind.FILE, _("Document"), needed=True, also=("document",)),
                    Question("title", Kind.LINE, _("Title"), needed=True),
                ),
            ),
        ),
    ),
    Section(
        "contact-and-consent",
        _("Contact and consent"),
        _("Whom other cities ask, and under which licence they may use the text."),
        (
            Question(
                "contact_role",
                Kind.LINE,
                _("Contact person"),
                help=_("A role rather than a name, so that it stays valid."),
                example=_("Adult learning officer"),
                needed=True,
            ),
            Question(
                "quotation",
                Kind.TEXT,
                _("Quotation"),
                help=_("What somebody who took part said, in their own words."),
                words=30,
                useful=_("A quotation is missing: readers remember people."),
            ),
            Question(
                "quotation_by",
                Kind.LINE,
                _("Who said it"),
                help=_("Name, role and year, as the person agreed to it."),
                example=_("Trader and learner, 2024"),
            ),
            Question(
                "licence",
                Kind.CHOICE,
                _("Licence of the text"),
                help=_("“CC BY-SA 4.0” lets others translate and adapt the text if they name your city."),
                vocabulary=Licence,
                default=Licence.CC_BY_SA,
                needed=True,
            ),
            Question("consent", Kind.TICK, _("Our city agrees that this text is published."), needed=True),
        ),
    ),
)

BY_CODE = {section.code: section for section in SECTIONS}
PARTS: dict[str, Question | Rows] = {part.name: part for section in SECTIONS for part in section.parts}
SECTION_OF = {part.name: section for section in SECTIONS for part in section.parts}

# Fields and relations of a practice that its city does not fill, and why. A test compares this table with the model.
NOT_ASKED = {
    "authored_by": "It is the city.",
    "city": "It is the city of the desk.",
    "practice_clusters": "They come from the answer `clusters`.",
    "written_on": "The day of the first publication.",
    "confirmed_on": "The city confirms with one click each year.",
    "slug": "It is made of the title at the first publication.",
    "seo_title": "For editors.",
    "search_description": "For editors.",
    "show_in_menus": "A practice is in no menu.",
    "original_language": "The language in which the city writes.",
    "go_live_at": "The secretariat publishes.",
    "expire_at": "A city takes its practice down.",
}


def every_question() -> Iterator[tuple[Section, Rows | None, Question]]:
    """All questions with their section, and with the rows that they belong to."""
    for section in SECTIONS:
        for part in section.parts:
            if isinstance(part, Rows):
                yield from ((section, part, question) for question in part.questions)
            else:
                yield section, None, part


def section_of(content_path: str) -> Section:
    """The section of a content path of Wagtail's comments ("title", "body.<block id>"); the first for unknown ones."""
    name = content_path.partition(".")[0]
    return SECTION_OF.get({"practice_clusters": "clusters"}.get(name, name), SECTIONS[0])


def longest(question: Question, rows: Rows | None = None) -> int:
    """The greatest number of characters that may be published; 0 if there is no limit."""
    if question.longest:
        return question.longest
    model = rows.model if rows else PracticePage
    field = question.field(model) if model else None
    return getattr(field, "max_length", None) or 0
