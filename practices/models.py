"""Practices (case studies): what a city did, the results, and what it would not do again."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager, TranslatableMixin
from wagtail.search import index

from cities.models import City, CityName
from clusters.models import Cluster
from core.blocks import ProseBlock
from core.child_rows import DocumentRow, SourceRow
from core.fields import CodesField, LatitudeField, LongitudeField
from core.i18n.names import name_expression
from core.list_pages import ListPage
from core.pages import PortalPage, PortalPageQuerySet, synchronised_fields
from core.querysets.prepared import NOW, Parameter, PreparedQuery, numbered_parameters, rows_of
from core.querysets.versions import best_versions
from core.querysets.visibility import public
from core.translations.credits import translation_credit
from core.validators import coordinate_errors
from core.vocabularies import DatePrecision, Licence, TranslationKind
from practices.evidence import evidence_errors
from practices.indexing import PRACTICE, practice_document
from practices.panels import practice_content_panels, practice_fact_panels
from practices.presentation import practice_context
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


class PracticeIndexPage(ListPage):
    """The list of practices, which the search makes: what it names depends on the words and filters of the reader."""

    not_indexed_because = "A list is reached by navigation; its practices are found one by one."
    subpage_types = ["practices.PracticePage"]

    class Meta:
        verbose_name = _("list of practices")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | {"structured_data": {"@type": "CollectionPage"}}


# How a version was translated: each version has its own values.
TRANSLATION_FIELDS = ("translation_kind", "translators", "translated_at")

# What a row of results shows. The texts of practices are most of the data of a page of results.
ROW_FIELDS = (
    *("title", "url_path", "translation_key", "locale__language_code", "original_language"),
    *("authored_by", "written_on", "confirmed_on", "text_outdated_since", *TRANSLATION_FIELDS),
    *("one_line_result", "cost_band", "state", "city__country", "city__is_example"),
    *("period_start", "period_start_precision", "period_end", "period_end_precision"),
)


class PracticeQuerySet(PortalPageQuerySet):
    """Queries on practices."""

    def newest_first(self):
        """By first publication, then by primary key, so that pages of a list do not overlap."""
        return self.order_by("-first_published_at", "-pk")

    def own_language_first(self, reader: str):
        """Those in the reader's language, then the others; each the newest first."""
        own_first = Case(When(locale__language_code=reader, then=0), default=1)
        return self.order_by(own_first, "-first_published_at", "-pk")

    def with_city_name(self, language: str):
        """With the city, and annotated with `city_name`, its name in `language`."""
        names = CityName.objects.filter(city=OuterRef("city"))
        return self.select_related("city").annotate(city_name=name_expression(names, language, "city__own_name"))

    def for_cards(self, reader: str, at: datetime | Parameter | None = None):
        """The best public version of each practice for a reader, with its city, for `practices.cards.cards`."""
        return best_versions(self, reader, at).with_city_name(reader)

    def for_rows(self):
        """With the fields that `practices.rows.practice_row` shows in the active language, and no others.

        Its child rows come from `practices.cards.prefetch_card_rows`.
        """
        steps = Case(*(When(evidence=evidence.value, then=Value(evidence.step)) for evidence in Evidence))
        counted = PracticeResult.objects.filter(page=OuterRef("pk"), kind=ResultKind.RESULT).exclude(evidence="")
        best = counted.annotate(step=steps).order_by("-step")
        return (
            self.only(*ROW_FIELDS)
            .select_related("locale")
            .with_city_name(get_language())
            .annotate(best_evidence=Subquery(best.values("evidence")[:1]))
        )

    def newest(self, reader: str, number: int) -> tuple[list[int], int]:
        """The newest practices, those in the reader's language first, as primary keys for `chosen_for_cards`.

        Returned with the total, in one query. The best version is computed only if the reader's language has fewer
        than `number` practices: a version in the reader's language is always the best one.
        """
        own = public(self.filter(locale__language_code=reader))
        too_few = ~Exists(own.order_by()[number - 1 : number])
        others = best_versions(self.filter(too_few).exclude(locale__language_code=reader), reader)
        found = [Q(pk__in=versions.newest_first().values("pk")[:number]) for versions in (own, others)]
        # Django's Count would group by the fields of the ordering and the annotations.
        total = Func("translation_key", template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
        chosen = self.filter(found[0] | found[1]).own_language_first(reader)
        return _keys_and_total(chosen.annotate(total=Subquery(public(self).order_by().values(number=total)))[:number])

    def newest_in(self, cluster: Cluster, reader: str, number: int) -> tuple[list[int], int]:
        """The newest practices in a cluster as primary keys for `chosen_for_cards`, and the total: one query."""
        versions = best_versions(self.filter(practice_clusters__cluster=cluster), reader).newest_first()
        return _keys_and_total(versions.annotate(total=Window(Count("pk")))[:number])


def _keys_and_total(practices: PracticeQuerySet) -> tuple[list[int], int]:
    rows = list(practices.values_list("pk", "total"))
    return [key for key, _total in rows], rows[0][1] if rows else 0


def chosen_for_cards(keys: Sequence[int], reader: str) -> list["PracticePage"]:
    """The practices with these primary keys for `practices.cards.cards`, in this order: one query.

    Without those that are not the best public version for the reader.
    """
    found = {practice.pk: practice for practice in rows_of(keys, _cards_query, reader)}
    return [found[key] for key in keys if key in found]


@lru_cache(maxsize=100)
def _cards_query(number: int, reader: str) -> PreparedQuery:
    chosen = PracticePage.objects.filter(id__in=numbered_parameters(number, IntegerField()))
    return PreparedQuery(lambda: chosen.for_cards(reader, NOW).order_by())


class PracticePage(PortalPage):
    """A practice (case study). Its identity is the translation group."""

    class AuthoredBy(models.TextChoices):
        CITY = "city", _("The city")
        SECRETARIAT = "secretariat", _("The secretariat, from public sources")

    # --- Synchronised fields: the same in every language -----------------------------------
    authored_by = models.CharField(_("written by"), max_length=12, choices=AuthoredBy, default=AuthoredBy.CITY)
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="practices")
    period_start = models.DateField(_("start date"), null=True, blank=True)
    period_start_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=DatePrecision, default=DatePrecision.YEAR
    )
    period_end = models.DateField(_("end date"), null=True, blank=True)
    period_end_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=DatePrecision, default=DatePrecision.YEAR
    )
    state = models.CharField(
        _("status"),
        max_length=10,
        choices=PracticeState,
        blank=True,
        help_text=_("Leave empty if it is not on record."),
    )
    latitude = LatitudeField(_("latitude"))
    longitude = LongitudeField(_("longitude"))
    sdgs = CodesField(SustainableDevelopmentGoal, verbose_name=_("Sustainable Development Goals"))
    action_lines = CodesField(ActionLine, verbose_name=_("action lines"))
    target_groups = CodesField(TargetGroup, verbose_name=_("target groups"))
    learning_settings = CodesField(LearningSetting, verbose_name=_("learning setting"))
    governance_levels = CodesField(GovernanceLevel, verbose_name=_("level of government"))
    cost_band = models.CharField(_("cost per year"), max_length=10, choices=CostBand, default=CostBand.UNKNOWN)
    cost_amount = models.DecimalField(
        _("exact cost"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    cost_currency = models.CharField(_("currency"), max_length=3, blank=True)
    cost_scope = models.CharField(
        _("period covered by the cost"),
        max_length=5,
        choices=CostScope,
        default=CostScope.YEAR,
    )
    cost_is_planned = models.BooleanField(
        _("planned, not spent"), default=False, help_text=_("The sum is a budget or a plan.")
    )
    cost_year = models.PositiveSmallIntegerField(_("price year"), null=True, blank=True)
    staff_fte = models.DecimalField(
        _("full-time posts"),
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    months_to_first_result = models.PositiveSmallIntegerField(_("months to the first result"), null=True, blank=True)
    licence = models.CharField(_("licence"), max_length=30, choices=Licence, default=Licence.CC_BY_SA)
    consent = models.BooleanField(_("the city agrees to publication"), default=False)
    written_on = models.DateField(
        _("text written on"), null=True, blank=True, help_text=_("If empty: the day of the first publication.")
    )
    confirmed_on = models.DateField(_("last confirmed by the city on"), null=True, blank=True)
    adapted_from = models.ForeignKey(
        "self",
        verbose_name=_("adapted from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="adaptations",
    )

    # --- How this version was translated; recorded at publication, "" and empty for an original ----
    translation_kind = models.CharField(
        _("translation"), max_length=7, choices=TranslationKind, blank=True, editable=False
    )
    translators = models.JSONField(_("translators"), default=list, blank=True, editable=False)
    translated_at = models.DateTimeField(_("translated at"), null=True, blank=True, editable=False)

    # --- Translatable text -----------------------------------------------------------------
    one_line_result = models.CharField(
        _("result in one line"),
        max_length=200,
        help_text=_("What changed, with a number: “412 of 530 traders now keep their own books.”"),
    )
    problem = models.TextField(
        _("the problem"),
        help_text=_("What was wrong, for whom, and how you knew. Two or three sentences."),
    )
    not_again = models.TextField(
        _("what we would not do again"),
        blank=True,
        help_text=_(
            "Other cities ask about this first. One honest sentence is enough. On a page from public "
            "sources: what went wrong, according to the sources."
        ),
    )
    to_adapt = models.TextField(
        _("what others must adapt"),
        blank=True,
        help_text=_("What is specific to your city: a law, a building, a person."),
    )
    cost_covers = models.CharField(
        _("what the sum covers"),
        max_length=150,
        blank=True,
        help_text=_("If it is not the whole practice: “one new centre with 32 places”."),
    )
    limiting_factors = models.TextField(_("limiting factors"), blank=True)
    learners_part = models.TextField(_("role of learners in the design"), blank=True)
    policy_base = models.TextField(_("policy or legal basis"), blank=True)
    lead_unit = models.CharField(_("lead department"), max_length=200, blank=True)
    contact_role = models.CharField(
        _("contact person"),
        max_length=150,
        blank=True,
        help_text=_("A role rather than a name, so that it stays valid: “Adult learning officer”."),
    )
    quotation = models.TextField(_("quotation"), blank=True)
    quotation_by = models.CharField(_("name, role, year"), max_length=150, blank=True)
    body = StreamField(ProseBlock(), verbose_name=_("more text"), blank=True)

    override_translatable_fields = [
        *PortalPage.override_translatable_fields,
        *synchronised_fields(
            "authored_by",
            "city",
            "period_start_precision",
            "period_end_precision",
            "state",
            "cost_band",
            "cost_currency",
            "cost_scope",
            "licence",
            "adapted_from",
        ),
    ]
    search_fields = [
        *PortalPage.search_fields,
        index.SearchField("one_line_result"),
        index.SearchField("problem"),
        index.FilterField("city"),
        index.FilterField("state"),
        index.RelatedFields("city", [index.SearchField("own_name")]),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(practice_content_panels, heading=_("Text")),
            ObjectList(practice_fact_panels, heading=_("Facts")),
            ObjectList(PortalPage.promote_panels, heading=_("For search engines")),
            ObjectList(PortalPage.settings_panels, heading=_("Publishing")),
        ]
    )
    parent_page_types = ["practices.PracticeIndexPage"]
    subpage_types: list[str] = []
    document_kind = PRACTICE
    described_by = ("one_line_result",)
    served_with = ("city",)
    # Where the drawn cover is in a preview; the address of all other covers answers for public practices only.
    cover_address = ""
    exclude_fields_in_copy = [*PortalPage.exclude_fields_in_copy, *TRANSLATION_FIELDS]
    indexed_with = ("city__names", "results", "steps", "partners")

    objects = PageManager.from_queryset(PracticeQuerySet)()

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")

    @classmethod
    def fetch_for_documents(cls, pages):
        super().fetch_for_documents(pages)
        clusters = Cluster.objects.public().prefetch_related("names")
        prefetch_related_objects(pages, Prefetch("practice_clusters__cluster", clusters, to_attr="public_cluster"))

    def search_document(self, shown_in, available):
        return practice_document(self, shown_in, available)

    def save(self, *args, **kwargs):
        """Save the page; a version that is live gets the date of its text, or the record of its translation."""
        if self.live and kwargs.get("update_fields") is None:
            if self.is_original:
                self.written_on = self.written_on or timezone.localdate(self.first_published_at or timezone.now())
                self.confirmed_on = self._last_confirmation()
            else:
                credit = translation_credit(self)
                self.translation_kind, self.translated_at = credit.kind, credit.translated_at
                self.translators = list(credit.translators)
        return super().save(*args, **kwargs)

    def _last_confirmation(self) -> date | None:
        """The day of the last confirmation: the one in the field, or a later one that the city gave at its desk.

        A text that was begun before the city confirmed the practice has an older day, and does not take that back.
        """
        given = self.confirmations.filter(answer="true").order_by("pk").last() if self.pk else None
        days = [self.confirmed_on, timezone.localdate(given.recorded_at) if given else None]
        return max(filter(None, days), default=None)

    def origin(self) -> str:
        """The same as that of any page, without a query: it was recorded when this version was published."""
        return "original" if self.is_original else self.translation_kind or super().origin()

    def get_context(self, request, *args, **kwargs):
        links = Cluster.objects.links(self.language)
        context = super().get_context(request, *args, **kwargs)
        return context | practice_context(self, links, self._adapted_from_version())

    def _adapted_from_version(self) -> "PracticePage | None":
        """The practice that this one was adapted from, in the best public version for this page's readers."""
        if self.adapted_from_id is None:
            return None
        key = PracticePage.objects.filter(pk=self.adapted_from_id).values("translation_key")
        return best_versions(PracticePage.objects.filter(translation_key__in=key), self.language).first()

    def clean(self):
        super().clean()
        errors = coordinate_errors(self)
        if self.period_start and self.period_end and self.period_end < self.period_start:
            errors["period_end"] = _("The end is before the beginning.")
        if self.is_saved_as_draft:
            if errors:
                raise ValidationError(errors)
            return
        if self.cost_amount is not None and not (self.cost_currency and self.cost_year):
            errors["cost_amount"] = _("Enter the currency and the year of this sum.")
        if self.quotation and not self.quotation_by:
            errors["quotation_by"] = _("Enter who said this.")
        if self.authored_by == self.AuthoredBy.CITY:
            errors |= self._missing_from_city()
        if errors:
            raise ValidationError(errors)

    def _missing_from_city(self) -> dict:
        """Errors for fields that are required of a city, and optional on a page from public sources."""
        missing = {}
        if not self.period_start:
            missing["period_start"] = _("Enter the start date; the year is enough.")
        if not self.not_again:
            missing["not_again"] = _("Enter what you would not do again.")
        if not self.contact_role:
            missing["contact_role"] = _("Enter a contact person for other cities.")
        if not self.consent:
            missing["consent"] = _("The city must agree to publication.")
        return missing


class PracticeCluster(Orderable):
    """A cluster of a practice. It is the same in every language."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="practice_clusters")
    cluster = models.ForeignKey(Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="+")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "cluster"], name="cluster_once_per_practice")]


class PracticeStep(TranslatableMixin, Orderable):
    """A step of a practice."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="steps")
    text = models.TextField(_("what was done"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("step")


class PracticeResult(TranslatableMixin, Orderable):
    """A result with its source: a number with the text that follows it, or a sentence."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="results")
    value = models.DecimalField(_("number"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(
        _("unit"),
        max_length=10,
        blank=True,
        help_text=_("% or empty. Write other units in the text after the number."),
    )
    label = models.CharField(
        _("text after the number"),
        max_length=300,
        help_text=_("For example: “of 530 traders pass the reading test”."),
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    kind = models.CharField(
        _("kind of figure"),
        max_length=10,
        choices=ResultKind,
        default=ResultKind.RESULT,
        help_text=_("A target, a plan or an expectation is not a result, and does not count as evidence."),
    )
    evidence = models.CharField(_("evidence"), max_length=25, choices=Evidence, blank=True)
    basis = models.CharField(_("based on"), max_length=15, choices=EvidenceBasis, blank=True)
    source = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("link to the source"), max_length=500, blank=True)

    override_translatable_fields = synchronised_fields(
        "value", "unit", "year", "kind", "evidence", "basis", "source", "source_url"
    )

    # Set by the form of a page that is saved as a draft (`core.translations.forms`): a draft may lack anything.
    is_saved_as_draft = False

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("result")

    def clean(self):
        super().clean()
        if self.is_saved_as_draft:
            return
        if errors := evidence_errors(self):
            raise ValidationError(errors)


class PracticePartner(TranslatableMixin, Orderable):
    """A partner of a practice."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(_("website"), blank=True)

    override_translatable_fields = synchronised_fields("url")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("partner")


class PracticeFunder(TranslatableMixin, Orderable):
    """A funder with the share that it paid."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="funders")
    name = models.CharField(_("funder"), max_length=150)
    percent = models.PositiveSmallIntegerField(_("share in per cent"), null=True, blank=True)

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("source of funding")


class PracticePhoto(TranslatableMixin, Orderable):
    """A photograph with its alternative text and caption for this practice."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey(
        "core.PortalImage",
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    alternative_text = models.CharField(
        _("alternative text"),
        max_length=250,
        help_text=_("Describe what the picture shows, for people who cannot see it."),
    )
    caption = models.CharField(_("caption"), max_length=250, blank=True)

    override_translatable_fields = synchronised_fields("image")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("photograph")


class PracticeDocument(DocumentRow):
    """A document; each language can have its own file."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="documents")


class PracticeSource(SourceRow):
    """A published source of a practice."""

    page = ParentalKey(PracticePage, on_delete=models.CASCADE, related_name="sources")
