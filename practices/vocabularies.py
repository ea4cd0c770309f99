"""The codes of practices. Each has a label in the active language."""

from functools import cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext, pgettext_lazy


class SustainableDevelopmentGoal(TextChoices):
    """The 17 goals of the United Nations' 2030 Agenda, by their short names."""

    NO_POVERTY = "1", _("No poverty")
    ZERO_HUNGER = "2", _("Zero hunger")
    GOOD_HEALTH = "3", _("Good health and well-being")
    QUALITY_EDUCATION = "4", _("Quality education")
    GENDER_EQUALITY = "5", _("Gender equality")
    CLEAN_WATER = "6", _("Clean water and sanitation")
    CLEAN_ENERGY = "7", _("Affordable and clean energy")
    DECENT_WORK = "8", _("Decent work and economic growth")
    INDUSTRY = "9", _("Industry, innovation and infrastructure")
    REDUCED_INEQUALITIES = "10", _("Reduced inequalities")
    SUSTAINABLE_CITIES = "11", _("Sustainable cities and communities")
    RESPONSIBLE_CONSUMPTION = "12", _("Responsible consumption and production")
    CLIMATE_ACTION = "13", _("Climate action")
    LIFE_BELOW_WATER = "14", _("Life below water")
    LIFE_ON_LAND = "15", _("Life on land")
    PEACE = "16", _("Peace, justice and strong institutions")
    PARTNERSHIPS = "17", _("Partnerships for the goals")


@cache
def goal_names(goal: str, language: str) -> tuple[str, ...]:
    """The names under which readers of `language` look for a goal: "SDG 4", "Goal 4", "Quality education" …

    goal: a code of `SustainableDevelopmentGoal`.
    """
    with override(language):
        # Translators: names under which readers look for a goal, separated by commas. Keep them short ones first.
        names = pgettext("names of a goal", "SDG %(number)s, Goal %(number)s, Sustainable Development Goal %(number)s")
        return (*(name % {"number": goal} for name in names.split(", ")), str(SustainableDevelopmentGoal(goal).label))


class ActionLine(TextChoices):
    """What a learning city does: the six lines of its definition."""

    RESOURCES = "resources", _("Inclusive learning from basic to higher education")
    FAMILIES_COMMUNITIES = "families-communities", _("Learning in families and communities")
    WORKPLACE = "workplace", _("Learning for and in the workplace")
    TECHNOLOGIES = "technologies", _("Modern learning technologies")
    QUALITY = "quality", _("Quality and excellence in learning")
    CULTURE = "culture", _("A culture of learning throughout life")


class TargetGroup(TextChoices):
    """The people that a practice is for."""

    EVERYONE = "everyone", _("Everyone")
    CHILDREN = "children", _("Children")
    YOUTH = "youth", _("Young people")
    ADULTS = "adults", _("Adults")
    OLDER_PEOPLE = "older-people", _("Older people")
    FAMILIES = "families", _("Families")
    WOMEN = "women", _("Women")
    MIGRANTS = "migrants", _("Migrants and refugees")
    JOB_SEEKERS = "job-seekers", _("Job-seekers")
    PERSONS_WITH_DISABILITIES = "persons-with-disabilities", _("Persons with disabilities")
    TEACHERS = "teachers", _("Teachers and trainers")


class LearningSetting(TextChoices):
    """Where the learning happens."""

    FORMAL = "formal", _("Formal education")
    NON_FORMAL = "non-formal", _("Non-formal education")
    INFORMAL = "informal", _("Informal learning")
    WORKPLACE = "workplace", _("Workplace")
    ONLINE = "online", pgettext_lazy("learning setting", "Online")
    PUBLIC_SPACE = "public-space", _("Public space")


class GovernanceLevel(TextChoices):
    """The level of government that is responsible for a practice."""

    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
    CITY = "city", pgettext_lazy("level of government", "City")
    METROPOLITAN = "metropolitan", _("Metropolitan area")
    REGIONAL = "regional", _("Region or province")
    NATIONAL = "national", pgettext_lazy("level of government", "Country")


class CostBand(TextChoices):
    """What a practice costs in a year, in euros."""

    UNDER_10K = "under-10k", _("Under €10,000")
    FROM_10K = "10k-50k", _("€10,000 to €50,000")
    FROM_50K = "50k-250k", _("€50,000 to €250,000")
    OVER_250K = "over-250k", _("Over €250,000")
    UNKNOWN = "unknown", _("Not known")


class CostScope(TextChoices):
    """What the exact cost is the cost of."""

    YEAR = "year", _("One year")
    TOTAL = "total", _("The whole practice to date")


class Evidence(TextChoices):
    """The evidence levels, the lowest first. `practices.evidence` says what each of them needs."""

    ACTIVITY = "activity", _("Activity reported")
    OUTPUT = "output", _("Output counted")
    OUTCOME = "outcome", _("Outcome measured")
    INDEPENDENT_EVALUATION = "independent-evaluation", _("Independently evaluated")

    @property
    def step(self) -> int:
        """Its position among the levels, from 1."""
        return list(type(self)).index(self) + 1


class ResultKind(TextChoices):
    """What a figure or sentence among the results is. Only a result counts as evidence."""

    RESULT = "result", _("Result")
    NO_EFFECT = "no-effect", _("No effect found")
    EXPECTED = "expected", _("Expected or planned, not a result")


class EvidenceBasis(TextChoices):
    """The kind of document that a result rests on."""

    OWN_FIGURES = "own-figures", _("figures from those who run the practice")
    REPORT = "report", _("a report to the network or for an award")
    PRESS = "press", _("a press report")
    STATISTICS = "statistics", _("official statistics or records")
    SURVEY = "survey", _("a survey")
    STUDY = "study", _("a thesis or study")
    EVALUATION = "evaluation", _("a published independent evaluation")


class Lesson(TextChoices):
    """Whose words a lesson from a setback is in; and practices that ended early."""

    NOT_AGAIN = "not-again", _("What the city would not do again, in its own words")
    WENT_WRONG = "went-wrong", _("What went wrong, according to the sources")
    STOPPED_OR_FAILED = "stopped-or-failed", _("Stopped or failed")


class Information(TextChoices):
    """What a reader who wants to copy a practice asks first. The search finds practices by what they say of it."""

    COST = "cost", _("Cost")
    STAFF = "staff", pgettext_lazy("what a practice tells", "Staff")
    CONTACT = "contact", pgettext_lazy("what a practice tells", "Contact person")


class PracticeState(TextChoices):
    """The state of a practice. Stopped and failed practices are published too: others learn from them."""

    ONGOING = "ongoing", pgettext_lazy("state of a practice", "Ongoing")
    ENDED = "ended", pgettext_lazy("state of a practice", "Ended")
    STOPPED = "stopped", pgettext_lazy("state of a practice", "Stopped")
    FAILED = "failed", pgettext_lazy("state of a practice", "Failed")
