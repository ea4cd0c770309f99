"""Cities: the language-independent data, the membership history, and the profiles per language."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache, partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, OuterRef, Q, Subquery
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    PublishingPanel,
)
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from cities.city_index import city_index_context
from cities.forms import ProfileForm, RowWithCodeForm
from cities.presentation import city_context, preview_context
from cities.similarity import Compared, Neighbourhood, compared, similar_cities
from cities.vocabularies import CityRole, MembershipStatus, PopulationBand, Region, population_band
from clusters.models import Cluster
from core.append_only import AppendOnlyModel
from core.fields import LanguageCodesField, LatitudeField, LongitudeField
from core.i18n.countries import country_choices, country_name, regions
from core.i18n.languages import language_choices, own_name, select_best_versions
from core.i18n.names import NamedMixin, NameRow, name_expression, named
from core.list_pages import ListPage
from core.page_cache.kept_values import kept
from core.pages import PortalPage, synchronised_fields
from core.querysets.prepared import Parameter, PreparedQuery, numbered_parameters, parameter_values
from core.querysets.visibility import public_condition
from core.translations.model import OriginalOrTranslation
from core.validators import coordinate_errors, validate_code

# Years that a form accepts: of a population, since about the first modern censuses; of an admission, since the
# network was conceived.
FIRST_CENSUS = 1790
FIRST_YEAR = 2012


class CityQuerySet(models.QuerySet["City"]):
    """Queries on cities. Practices are read through their related name: their app imports this one."""

    def public(self):
        """Cities with a public status. Applicants are not stored as cities, so every status is public."""
        return self.filter(status__in=MembershipStatus.values)

    def members(self):
        """Cities that the map and the counts include as members."""
        return self.filter(status__in=MembershipStatus.members())

    def with_admission_year(self):
        """Annotate `joined`: the year of the first membership round in which the city was admitted, or None.

        A year that is on record without a round does not count: it stands in the history with its source.
        """
        admissions = MembershipEvent.objects.filter(
            city=OuterRef("pk"), status=MembershipStatus.ADMITTED, round__isnull=False
        )
        return self.annotate(joined=Subquery(admissions.order_by("round__year").values("round__year")[:1]))

    def with_name(self, language: str):
        """Annotate `display_name`, the name in a language, for `core.i18n.names.named`."""
        names = CityName.objects.filter(city=OuterRef("pk"))
        return self.annotate(display_name=name_expression(names, language, "own_name"))

    def of_cluster(self, cluster: int | Parameter, at: datetime | Parameter | None = None):
        """Cities that coordinate or coordinated a cluster (its primary key), or have a public practice in it."""
        practices = self.model.objects.filter(
            public_condition(at, page="practices"), practices__practice_clusters__cluster__id=cluster
        )
        coordinators = ClusterCoordination.objects.filter(cluster__id=cluster).values("city")
        return self.filter(Q(pk__in=practices.values("pk")) | Q(pk__in=coordinators))

    def get_with_similar(self, code: str) -> Neighbourhood:
        """The public city `code` with `joined`, similar cities, and where the other real members are on the map.

        Raises City.DoesNotExist. What is compared of the cities is read once for a content version.
        """
        known = kept("cities.compared", _compared)
        if code not in known:
            raise self.model.DoesNotExist
        others = [city for city in known.values() if city.is_offered and city.code != code]
        similar = similar_cities(known[code], others)
        codes = [code, *(match.code for match in similar)]
        rows = {row.code: row for row in _cities_query(len(codes))(**parameter_values(codes))}
        if code not in rows:
            raise self.model.DoesNotExist
        return Neighbourhood(
            rows[code],
            [(rows[match.code], match) for match in similar if match.code in rows],
            [city.point for city in others if city.point],
        )


@lru_cache
def _cities_query(number: int) -> PreparedQuery:
    codes = numbered_parameters(number, CharField())
    return PreparedQuery(lambda: City.objects.public().filter(code__in=codes).with_admission_year())


def _compared() -> dict[str, Compared]:
    """What is compared of all public cities, by code: two queries."""
    practising = City.objects.filter(
        public_condition(page="practices"), practices__practice_clusters__cluster__isnull=False
    ).order_by()
    pairs = practising.values_list("pk", "practices__practice_clusters__cluster")
    coordinating = ClusterCoordination.objects.order_by().values_list("city", "cluster")
    return compared(City.objects.public().order_by("code"), pairs.union(coordinating))


def _members(language: str) -> list["City"]:
    """All members with their names in a language, and with `joined`."""
    return named(_members_query(language)(), language)


@cache
def _members_query(language: str) -> PreparedQuery:
    return PreparedQuery(lambda: City.objects.members().with_admission_year().with_name(language))


class City(index.Indexed, NamedMixin, ClusterableModel):
    """A city with its language-independent data. Its page is a route of CityIndexPage.

    Its text per language is a CityProfile. Only `cities.services.record_status` writes `status`,
    together with the history.
    """

    code = models.SlugField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[validate_code],
        help_text=_("Country and name, for example “dk-sonderborg”. It cannot be changed later."),
    )
    own_name = models.CharField(
        _("name in its own language"), max_length=150, help_text=_("The name that the city uses for itself.")
    )
    country = models.CharField(_("country"), max_length=2, choices=country_choices, blank=True)
    region = models.CharField(_("region"), max_length=30, choices=Region, blank=True)
    latitude = LatitudeField(_("latitude"))
    longitude = LongitudeField(_("longitude"))
    population = models.PositiveIntegerField(
        _("population"), null=True, blank=True, help_text=_("Shown only together with its year and its source.")
    )
    population_year = models.PositiveSmallIntegerField(
        _("year of the population figure"),
        null=True,
        blank=True,
        help_text=_("The year for which this figure is valid."),
    )
    population_source = models.CharField(
        _("source"), max_length=150, blank=True, help_text=_("Who counted or estimated it.")
    )
    area_km2 = models.DecimalField(_("area in km²"), max_digits=8, decimal_places=1, null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    answers_in = LanguageCodesField(
        _("contact languages"),
        help_text=_("Codes of the languages in which the city answers, separated by commas: da, en, de."),
    )
    contact_role = models.CharField(_("contact person"), max_length=150, blank=True)
    is_example = models.BooleanField(
        _("example"), default=False, help_text=_("A fictional city, marked as such everywhere.")
    )
    status = models.CharField(
        _("membership status"),
        max_length=20,
        choices=MembershipStatus,
        default=MembershipStatus.NOT_A_MEMBER,
        editable=False,
    )

    objects = CityQuerySet.as_manager()

    base_form_class = RowWithCodeForm
    search_fields = [
        index.SearchField("code"),
        index.SearchField("own_name"),
        index.AutocompleteField("own_name"),
        index.RelatedFields("names", [index.SearchField("name"), index.AutocompleteField("name")]),
        index.FilterField("country"),
        index.FilterField("region"),
        index.FilterField("status"),
    ]
    panels = [
        HelpPanel(
            content=_(
                "The city’s page shows these facts in every language and leaves out what is not known. To "
                "change the membership status, choose “Record a change of membership status” in the menu beside "
                "the title. What the city says about itself is in its city profile."
            )
        ),
        FieldRowPanel([FieldPanel("code"), FieldPanel("own_name")]),
        InlinePanel("names", label=_("name"), heading=_("Names in other languages")),
        FieldRowPanel([FieldPanel("country"), FieldPanel("region"), FieldPanel("is_example")]),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        FieldRowPanel(
            [
                FieldPanel("population"),
                FieldPanel("population_year"),
                FieldPanel("population_source"),
                FieldPanel("area_km2"),
            ]
        ),
        FieldRowPanel([FieldPanel("website"), FieldPanel("answers_in"), FieldPanel("contact_role")]),
        InlinePanel("awards", label=_("award"), heading=_("Awards")),
        InlinePanel("coordinations", label=_("term"), heading=_("Clusters it coordinates")),
    ]

    class Meta:
        ordering = ["own_name"]
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        indexes = [models.Index(fields=["status", "country"])]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if not self.country and not self.is_example:
            raise ValidationError({"country": _("Choose the country of this city.")})
        if self.country and not self.region:
            self.region = regions().get(self.country, "")
        if errors := coordinate_errors(self):
            raise ValidationError(errors)
        self._validate_population()

    def _validate_population(self) -> None:
        errors: dict[str, object] = {}
        if self.population is not None:
            if not self.population_source.strip():
                errors["population_source"] = _("Enter the source of this figure.")
            if self.population_year is None:
                errors["population_year"] = _("Enter the year of this figure.")
        elif self.population_year is not None or self.population_source:
            errors["population"] = _("Enter the population, or leave year and source empty.")
        if self.population_year is not None and not FIRST_CENSUS <= self.population_year <= timezone.now().year:
            errors["population_year"] = _("Enter a year from %(first)s to %(last)s.") % {
                "first": FIRST_CENSUS,
                "last": timezone.now().year,
            }
        if errors:
            raise ValidationError(errors)

    @property
    def known_population(self) -> int | None:
        """The population, if its year and its source are known, too; no other number may be shown or compared."""
        return self.population if self.population_year and self.population_source else None

    @property
    def size_band(self) -> PopulationBand:
        """The band of its known population."""
        return population_band(self.known_population)

    @property
    def fallback_name(self) -> str:
        return self.own_name

    @property
    def country_name(self) -> str:
        """The country in the active language; "" for an example without a country."""
        return country_name(self.country)

    @property
    def is_member(self) -> bool:
        """Whether the map and the counts include it as a member."""
        return self.status in MembershipStatus.members()

    @property
    def history(self) -> list["MembershipEvent"]:
        """The steps of its membership, oldest first; a step without a date follows the one recorded before it."""
        dated, last = [], date.min
        for step in sorted(self.membership_events.all(), key=lambda step: step.pk):
            if step.known_year:
                last = step.known_day or date(step.known_year, 1, 1)
            dated.append((last, step))
        return [step for _day, step in sorted(dated, key=lambda pair: pair[0])]


class CityName(NameRow):
    """A city's name in one language."""

    city = ParentalKey(City, on_delete=models.CASCADE, related_name="names")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "language"],
                name="one_city_name_per_language",
                violation_error_message=_("There is already a name in this language."),
            )
        ]


class MembershipRound(models.Model):
    """A round in which the network admitted cities: the year since which they are members, with its source."""

    code = models.SlugField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[validate_code],
        help_text=_("If there was a call, its code, for example “membership-2021”. It cannot be changed later."),
    )
    year = models.PositiveSmallIntegerField(_("year of admission"))
    announced_on = models.DateField(
        _("announced on"), null=True, blank=True, help_text=_("Leave empty if it is not on record.")
    )
    source = models.CharField(
        _("source"),
        max_length=200,
        help_text=_("Where the list of admitted cities was published. Shown on the cities’ pages."),
    )
    source_url = models.URLField(_("address of the source"), blank=True)

    base_form_class = RowWithCodeForm
    panels = [
        FieldPanel("code"),
        FieldRowPanel([FieldPanel("year"), FieldPanel("announced_on")]),
        FieldPanel("source"),
        FieldPanel("source_url"),
    ]

    class Meta:
        ordering = ["-year", "code"]
        verbose_name = _("membership round")
        verbose_name_plural = _("membership rounds")

    def __str__(self):
        return f"{self.year} ({self.code})"

    def clean(self):
        super().clean()
        if self.announced_on and self.year and self.announced_on.year != self.year:
            raise ValidationError({"year": _("The year does not match the date.")})
        if self.year and not FIRST_YEAR <= self.year <= timezone.now().year:
            limits = {"first": FIRST_YEAR, "last": timezone.now().year}
            raise ValidationError({"year": _("Enter a year from %(first)s to %(last)s.") % limits})


class MembershipEvent(AppendOnlyModel):
    """A step in the membership of a city. Only `cities.services.record_status` writes it.

    An admission in a round has the date of the round, and none of its own.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="membership_events")
    status = models.CharField(_("membership status"), max_length=20, choices=MembershipStatus)
    on = models.DateField(_("date"), null=True, blank=True, help_text=_("Leave empty if it is not on record."))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    round = models.ForeignKey(
        MembershipRound,
        verbose_name=_("membership round"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="admissions",
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("change of membership status")

    def __str__(self):
        return f"{self.city.code} {self.status} {self.known_day or self.known_year or ''}".strip()

    @property
    def known_day(self) -> date | None:
        """The day of the step; None if it is not on record."""
        return self.round.announced_on if self.round else self.on

    @property
    def known_year(self) -> int | None:
        """The year of the step; None if it is not on record."""
        return self.round.year if self.round else self.year or (self.on.year if self.on else None)


class Award(models.Model):
    """An award that a city has received."""

    class Kind(models.TextChoices):
        LEARNING_CITY_AWARD = "learning-city-award", _("Learning City Award")

    city = ParentalKey(City, on_delete=models.CASCADE, related_name="awards")
    kind = models.CharField(_("award"), max_length=40, choices=Kind, default=Kind.LEARNING_CITY_AWARD)
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["city", "kind", "year"], name="one_award_a_year")]


class ClusterCoordination(models.Model):
    """A period in which a city coordinates a cluster."""

    city = ParentalKey(City, on_delete=models.CASCADE, related_name="coordinations")
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("cluster"),
        on_delete=models.PROTECT,
        related_name="coordinations",
    )
    first_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)

    class Meta:
        ordering = ["-first_year", "pk"]

    def clean(self):
        super().clean()
        if self.first_year and self.last_year and self.last_year < self.first_year:
            raise ValidationError({"last_year": _("The end is before the beginning.")})


class CityPerson(models.Model):
    """A user who writes for a city at the front-end desk. An owner also invites and removes people."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="city_roles")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="people")
    role = models.CharField(_("role"), max_length=10, choices=CityRole, default=CityRole.EDITOR)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "city"], name="one_role_per_city")]


class CityProfileQuerySet(models.QuerySet):
    """Queries on city profiles."""

    def public(self):
        """Profiles that are live and not expired, even if the scheduler has not run since the expiry."""
        return self.filter(Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now()), live=True)

    def shown_to(self, readers: Iterable[str]) -> "set[CityProfile]":
        """Those of these profiles that readers of any of these languages are shown on the pages of their cities."""
        profiles = list(self.public().select_related("locale"))
        return {profile for reader in readers for profile in select_best_versions(profiles, reader)}

    def best_for(self, reader: str) -> "CityProfile | None":
        """Of the profiles of one city the public one in the reader's language, else the best fallback."""
        versions = select_best_versions(self.public().select_related("locale"), reader)
        return versions[0] if versions else None


class CityProfile(
    OriginalOrTranslation,
    PreviewableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    models.Model,
):
    """The text that a city wrote about itself, in one language."""

    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="profiles")
    original_language = models.CharField(_("original language"), max_length=10, choices=language_choices, blank=True)
    headline = models.CharField(_("headline"), max_length=200)
    vision = models.TextField(_("vision"), blank=True, help_text=_("What learning should change in the city."))
    challenges = models.TextField(_("challenges"), blank=True)
    plan = models.TextField(_("plan"), blank=True)
    text_outdated_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CityProfileQuerySet.as_manager()

    override_translatable_fields = synchronised_fields("city", "original_language")
    search_fields = [
        index.SearchField("headline"),
        index.AutocompleteField("headline"),
        index.SearchField("vision"),
        index.RelatedFields("city", [index.SearchField("own_name")]),
        index.FilterField("locale_id"),
    ]
    base_form_class = ProfileForm
    panels = [
        HelpPanel(
            content=_(
                "Write for somebody in another city who has ten minutes: what is different "
                "here, what is hard, what comes next."
            )
        ),
        FieldPanel("city"),
        FieldPanel("headline"),
        FieldPanel("vision"),
        FieldPanel("challenges"),
        FieldPanel("plan"),
        PublishingPanel(),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("city profile")
        verbose_name_plural = _("city profiles")
        constraints = [
            models.UniqueConstraint(
                fields=["city", "locale"],
                name="one_profile_per_city_and_language",
                violation_error_message=_("This city already has a profile in this language."),
            )
        ]

    def __str__(self):
        return self.headline

    def save(self, *args, **kwargs):
        if not self.original_language and self.locale_id:
            self.original_language = self.default_original_language()
        super().save(*args, **kwargs)

    def clean(self):
        """Refuse a second profile of a city: there is one, and its versions in other languages are its translations.

        The constraints of the database cannot say this in words: the language is no field of the form.
        """
        super().clean()
        others = CityProfile.objects.filter(city=self.city_id).exclude(translation_key=self.translation_key)
        other = others.exclude(pk=self.pk).order_by("pk").first()
        if self.city_id and other:
            names = {"headline": other, "language": own_name(other.language)}
            raise ValidationError(
                {
                    "city": _(
                        "This city already has the profile “%(headline)s” (%(language)s). Edit or translate that one."
                    )
                    % names
                }
            )

    def get_preview_template(self, request, mode_name):
        return "cities/city_profile_preview.html"

    def get_preview_context(self, request, mode_name):
        return super().get_preview_context(request, mode_name) | preview_context(self)

    def serve_preview(self, request, mode_name):
        """The preview in the language of the profile, not in the editor's. A profile has none before it is saved."""
        if not self.locale_id:
            self.locale = self.get_default_locale()
        with translation.override(self.language):
            return super().serve_preview(request, mode_name).render()


class CityIndexPage(RoutablePageMixin, ListPage):
    """The map and list of cities, with a page for every city."""

    not_indexed_because = "A list is reached by navigation; cities are found one by one."
    content_panels = [
        *PortalPage.content_panels,
        FieldPanel(
            "lede",
            help_text=_("For search engines and shared links. The page itself shows the number of cities instead."),
        ),
    ]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("list of cities")

    @path("")
    def map_and_list(self, request):
        """All members on the map and by region and country; the query string filters (`cities.city_index.Filters`)."""
        members = partial(_members, self.language)
        context = city_index_context(members, self.language, request.GET, self.url)
        return self.render(
            request, context_overrides={"description": self.description or context["figures"], **context}
        )

    @path("<slug:code>/")
    def city_page(self, request, code: str):
        """A city with any status; 404 for an unknown code."""
        try:
            found = City.objects.get_with_similar(code)
        except City.DoesNotExist as error:
            raise Http404 from error
        context = city_context(*found, Cluster.objects.links(self.language), self)
        return self.render(request, template="cities/city_page.html", context_overrides=context)
