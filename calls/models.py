"""Calls for applications: the dates, and a page per language."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, Func, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index

from calls.forms import CallPageForm
from calls.indexing import CALL, call_document
from calls.panels import call_page_panels
from calls.presentation import call_context, call_lists, instant_shown
from calls.states import ClockFace
from calls.vocabularies import FIRST_DATES, CallKind, Clock, DateReason, Decider, Precision
from clusters.models import Cluster
from core.append_only import AppendOnlyModel, AppendOnlyQuerySet
from core.blocks import TEXT_FEATURES, ProseBlock
from core.calendars import subscription_url
from core.child_rows import SessionRow
from core.i18n.countries import country_choices, country_name
from core.i18n.languages import language_choices
from core.list_pages import ListPage
from core.local_times.fields import InstantField, PlaceField
from core.local_times.log import log_moved_times
from core.local_times.words import moment_of_preview
from core.pages import PortalPage, synchronised_fields, validate_one_page_per_language
from core.picture_pages import PicturePage
from core.querysets.children import prefetch_children
from core.querysets.prepared import NOW, Parameter, PreparedQuery, instant, numbered_parameters, rows_of
from core.querysets.versions import best_versions
from core.querysets.visibility import public
from core.validators import validate_code, year_errors
from core.vocabularies import DatePrecision

# Fields that do not change after creation. Later dates and places are in the history.
FIXED_FIELDS = ("code", *FIRST_DATES.values(), "time_zone", "precision")
REFUSAL = "Only calls.services changes the dates of a call, because it writes the history."


def effective_date(clock: Clock, at: datetime | Parameter):
    """The date of a clock as announced by `at`, as an expression for querysets of calls.

    It is the new date of the latest announced change, which may be null (not known), and the first date
    if no change is announced.
    """
    changes = _announced(clock, at)
    return Case(
        When(
            Exists(changes),
            then=Subquery(changes.order_by("-announce_at", "-pk").values("new")[:1]),
        ),
        default=F(FIRST_DATES[clock]),
    )


def effective_place(at: datetime | Parameter):
    """The place whose time counts as announced by `at`, as an expression for querysets of calls."""
    newest = _announced(Clock.PLACE, at).order_by("-announce_at", "-pk").values("place")[:1]
    return Coalesce(Subquery(newest), "time_zone")


def _date_set_first(at: datetime | Parameter):
    """The cities' deadline that was set when the call was already public."""
    return Subquery(_announced(Clock.CITY, at).filter(reason=DateReason.FIRST_DATE).values("new")[:1])


def _announced(clock: Clock, at: datetime | Parameter):
    return DateChange.objects.valid().filter(call=OuterRef("pk"), clock=clock, announce_at__lte=at)


class CallQuerySet(QuerySet["Call"]):
    """Queries on calls. The dates of a call depend on the time for which they are asked."""

    def public(self, at: datetime | Parameter | None = None):
        """Calls with a page that is public at `at` (default: now) in at least one language."""
        pages = public(CallPage.objects.filter(call=OuterRef("pk")), at)
        return self.filter(Exists(pages))

    def with_dates(self, at: datetime | Parameter):
        """Annotate the dates announced by `at`: `opening`, `deadline` (of cities), `commission_deadline`.

        Also `first_known_deadline` of cities; `place`, whose time counts; `closes_at`, the cities' deadline or else
        the commissions'; and `as_of`, which is `at`. `calls.states`, `calls.deadlines` and `calls.timeline` interpret
        them.
        """
        return self.annotate(
            as_of=instant(at),
            place=effective_place(at),
            first_known_deadline=Coalesce("first_deadline", _date_set_first(at)),
            opening=effective_date(Clock.OPENING, at),
            deadline=effective_date(Clock.CITY, at),
            commission_deadline=effective_date(Clock.COMMISSION, at),
        ).annotate(closes_at=Coalesce("deadline", "commission_deadline"))

    def with_history(self, at: datetime | Parameter):
        """Like `with_dates`; also prefetch `valid_changes`, the past and future announcements in order."""
        changes = DateChange.objects.valid().order_by("announce_at", "pk")
        return self.with_dates(at).prefetch_related(Prefetch("date_changes", changes, to_attr="valid_changes"))

    def open(self, at: datetime | Parameter):
        """Calls that accept applications at `at`; the same rule as `calls.states.open_period`.

        Without the annotations of `with_dates`: every page of the portal only counts these calls.
        """
        now = instant(at)
        closes_at = Coalesce(effective_date(Clock.CITY, at), effective_date(Clock.COMMISSION, at))
        has_opened = LessThanOrEqual(Coalesce(effective_date(Clock.OPENING, at), now), now)
        has_no_results = GreaterThan(Coalesce("results_published_at", closes_at), now)
        return self.filter(has_opened, GreaterThan(closes_at, now), has_no_results)

    def update(self, **kwargs):
        """Like Django's. Raises ValueError for a field of FIXED_FIELDS."""
        if not kwargs.keys().isdisjoint(FIXED_FIELDS):
            raise ValueError(REFUSAL)
        return super().update(**kwargs)

    def correct(self, **values) -> int:
        """Write first dates without a history. Only for `calls.services.correct_dates`."""
        return super().update(**values)

    def as_count(self) -> Subquery:
        """The number of these calls, as an expression for other querysets."""
        # Django's Count would group by the fields of the ordering and the annotations.
        number = Func("pk", function="COUNT", output_field=models.IntegerField())
        return Subquery(self.order_by().values(number=number))

    def without_pages(self, besides: "CallPage"):
        """Calls without a page, in any language. The page `besides` and its translations are not considered."""
        others = CallPage.objects.exclude(translation_key=besides.translation_key).filter(call__isnull=False)
        return self.exclude(pk__in=others.values("call"))

    def with_pages(self, reader: str) -> list[tuple["Call", "CallPage"]]:
        """The public calls, each with the best version of its page for a reader: two queries."""
        return pages_of_calls(list(self), reader)


def pages_of_calls(calls: Sequence["Call"], reader: str) -> list[tuple["Call", "CallPage"]]:
    """The public ones of these calls, each with the best version of its page for a reader: one query."""
    pages = {page.call_id: page for page in rows_of([call.pk for call in calls], _pages_query, reader)}
    return [(call, pages[call.pk]) for call in calls if call.pk in pages]


@PreparedQuery
def open_calls() -> QuerySet:
    """The public calls that are open, with their history, in the order of their deadlines."""
    calls = Call.objects.public(NOW).with_history(NOW).filter(pk__in=Call.objects.open(NOW).values("pk"))
    return calls.order_by("closes_at", "pk")


@PreparedQuery
def open_calls_of_cluster() -> QuerySet:
    """The same for one cluster, without their history."""
    calls = Call.objects.public(NOW).open(NOW).with_dates(NOW)
    return calls.filter(clusters__id=Parameter("cluster", IntegerField())).order_by("closes_at", "code")


@PreparedQuery
def _all_calls() -> QuerySet:
    return Call.objects.with_dates(NOW).order_by(F("closes_at").asc(nulls_first=True), "pk")


@PreparedQuery
def _call() -> QuerySet:
    return Call.objects.with_history(NOW).filter(pk=Parameter("call", IntegerField()))


@lru_cache(maxsize=100)
def _pages_query(number: int, reader: str) -> PreparedQuery:
    pages = CallPage.objects.filter(call__id__in=numbered_parameters(number, IntegerField()))
    return PreparedQuery(lambda: best_versions(pages, reader, NOW))


class Call(index.Indexed, ClusterableModel):
    """A call with its language-independent data. Its text is a CallPage per language.

    A deadline is stored as the first instant that is too late. After creation only `calls.services`
    changes the dates, and writes the history.
    """

    code = models.SlugField(
        _("code"),
        max_length=60,
        unique=True,
        validators=[validate_code],
        help_text=_("Used in web addresses, for example “membership-2026”. It cannot be changed later."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CallKind)
    # At first. Later places are in the history, like the dates.
    time_zone = PlaceField()
    precision = models.CharField(
        _("precision of the deadlines"), max_length=6, choices=Precision, default=Precision.MINUTE
    )
    opens_at = InstantField(_("opens"), null=True, blank=True)
    first_deadline = InstantField(
        _("deadline for cities"),
        null=True,
        blank=True,
        help_text=_("The first moment that is too late. Leave empty if it is not on record."),
    )
    first_commission_deadline = InstantField(_("deadline for National Commissions"), null=True, blank=True)
    quota_per_country = models.PositiveSmallIntegerField(_("applications per country"), null=True, blank=True)
    results_on = models.DateField(_("results expected"), null=True, blank=True)
    results_precision = models.CharField(
        _("precision of the date"), max_length=5, choices=DatePrecision, default=DatePrecision.MONTH
    )
    results_published_at = InstantField(_("results published"), null=True, blank=True)
    clusters = ParentalManyToManyField(Cluster, verbose_name=_("clusters"), blank=True, related_name="calls")
    application_url = models.URLField(
        _("link to the application"),
        max_length=1000,
        blank=True,
        help_text=_("Where a city applies or finds the form. It is the same in every language."),
    )
    contact_email = models.EmailField(_("e-mail address for questions"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("link to the source"), max_length=1000, blank=True)
    is_example = models.BooleanField(_("example"), default=False)

    objects = CallQuerySet.as_manager()

    search_fields = [
        index.SearchField("code"),
        index.AutocompleteField("code"),
        index.FilterField("kind"),
        index.RelatedFields("pages", [index.SearchField("title")]),
    ]

    class Meta:
        ordering = ["-first_deadline", "-pk"]
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(fields=["first_deadline"]),
            models.Index(fields=["kind", "opens_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(first_deadline__isnull=True)
                | Q(opens_at__lt=F("first_deadline")),
                name="call_opens_before_deadline",
                violation_error_message=_("The call must open before its deadline."),
            ),
            models.CheckConstraint(
                condition=Q(first_deadline__isnull=True)
                | Q(first_commission_deadline__isnull=True)
                | Q(first_deadline__lte=F("first_commission_deadline")),
                name="call_deadline_before_commission",
                violation_error_message=_(
                    "The deadline for National Commissions must not be before the deadline for cities."
                ),
            ),
        ]

    def __str__(self):
        return self.code

    def clean(self):
        super().clean()
        if errors := year_errors(self, "results_on", "results_published_at"):
            raise ValidationError(errors)

    def save(self, *args, **kwargs):
        """Save the call. Raises ValueError if a field of FIXED_FIELDS differs from the database."""
        if self.pk:
            stored = type(self).objects.filter(pk=self.pk).values(*FIXED_FIELDS).first()
            if stored and any(getattr(self, name) != value for name, value in stored.items()):
                raise ValueError(REFUSAL)
        with log_moved_times(self):
            super().save(*args, **kwargs)

    @property
    def place_of_times(self) -> str:
        """The code of the place whose time counts: as annotated by `with_dates`, else as announced by now."""
        if self.pk is None:
            return self.time_zone
        if "place" not in self.__dict__:
            rows = Call.objects.filter(pk=self.pk).annotate(effective=effective_place(timezone.now()))
            self.place = rows.values_list("effective", flat=True).first() or self.time_zone
        return self.place

    @property
    def face(self) -> ClockFace:
        """How its dates are shown."""
        return ClockFace(self.place_of_times, self.precision)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of this call's dates."""
        return self.face.zone

    @property
    def time_zone_place(self) -> str:
        """The place whose time counts in the active language, for example "Hamburg"."""
        return self.face.time_zone_place

    @property
    def has_been_public(self) -> bool:
        """Whether one of its pages is or was published."""
        return self.pages.filter(first_published_at__isnull=False).exists()


class DateChangeQuerySet(AppendOnlyQuerySet):
    """Queries on changes of dates."""

    def valid(self):
        """Changes that were not withdrawn before their announcement."""
        return self.filter(withdrawal__isnull=True)


class DateChange(AppendOnlyModel):
    """A change of one of a call's dates, or of the place whose time counts. Only `calls.services` writes it.

    It keeps the place and the precision of both dates, so that it can be shown as it was. A change of the place
    (`Clock.PLACE`) has no dates; the dates that move with it are rows of their own, `part_of` it.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="date_changes")
    clock = models.CharField(_("date"), max_length=10, choices=Clock)
    old = InstantField(_("earlier date"), null=True, blank=True, help_text=_("Leave empty if it is not on record."))
    new = InstantField(_("new date"), null=True, blank=True, help_text=_("Leave empty if it is not on record."))
    reason = models.CharField(_("reason"), max_length=20, choices=DateReason)
    decided_by = models.CharField(_("decided by"), max_length=20, choices=Decider)
    announce_at = InstantField(_("announced at"))
    old_place = PlaceField(_("earlier time zone"), default="", blank=True)
    place = PlaceField(default="", blank=True)
    precision = models.CharField(_("precision"), max_length=6, choices=Precision, blank=True)
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    announcement_on_record = models.BooleanField(
        _("the day of the announcement is on record"),
        default=True,
        help_text=_("If not, the change counts from that moment, but the pages name no day."),
    )

    objects = DateChangeQuerySet.as_manager()  # type: ignore[misc]  # an instance variable to mypy

    class Meta:
        ordering = ["announce_at", "pk"]
        verbose_name = _("date change")
        verbose_name_plural = _("date changes")
        indexes = [models.Index(fields=["call", "clock", "announce_at"])]

    def __str__(self):
        return f"{self.call.code} {self.clock} {self.old} → {self.new}"

    @property
    def place_of_times(self) -> str:
        """The code of the place in whose time the new date is shown."""
        return self.place

    def save(self, *args, **kwargs):
        """Save the change. A row that names no place or precision gets those of the call."""
        self.place = self.place or self.call.place_of_times
        self.old_place = self.old_place or self.place
        self.precision = self.precision or self.call.precision
        super().save(*args, **kwargs)


class Withdrawal(AppendOnlyModel):
    """The withdrawal of a change before its announcement. Only `calls.services` writes it."""

    change = models.OneToOneField(DateChange, on_delete=models.PROTECT, related_name="withdrawal")

    class Meta:
        verbose_name = _("withdrawn change")
        verbose_name_plural = _("withdrawn changes")

    def __str__(self):
        return str(self.change)


class CallDocument(Orderable):
    """A document of a call, in one language and version."""

    class Kind(models.TextChoices):
        FLYER = "flyer", _("Flyer")
        PROCEDURE = "procedure", _("Procedure")
        FORM = "form", _("Application form")

    call = ParentalKey(Call, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FLYER)
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    version = models.CharField(_("version"), max_length=20, default="1")
    document = models.ForeignKey(
        "core.PortalDocument",
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    shows_deadline = models.DateField(
        _("deadline shown"),
        null=True,
        blank=True,
        help_text=_("The deadline that is printed in the document. If it is no longer valid, the document is marked."),
    )

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["call", "kind", "language", "version"],
                name="one_document_per_version",
                violation_error_message=_("This version is already listed."),
            )
        ]


class CallSession(SessionRow):
    """A session of questions and answers about a call."""

    call = ParentalKey(Call, on_delete=models.CASCADE, related_name="sessions")
    url = models.URLField(_("link"), blank=True)

    parent_name = "call"


class NationalCommission(models.Model):
    """What is public about the National Commission of a country. Without a row, nothing is on record."""

    country = models.CharField(_("country"), max_length=2, unique=True, choices=country_choices)
    name = models.CharField(
        _("name in its own language"), max_length=200, help_text=_("The name that the commission uses for itself.")
    )
    name_language = models.CharField(
        _("language of the name"), max_length=10, blank=True, help_text=_("A language code, for example “fr”.")
    )
    url = models.URLField(_("website"), max_length=1000, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(_("link to the source"), max_length=1000, blank=True)

    class Meta:
        ordering = ["country"]
        verbose_name = _("National Commission")
        verbose_name_plural = _("National Commissions")

    def __str__(self):
        return self.name

    @property
    def country_name(self) -> str:
        """The country in the active language."""
        return country_name(self.country)


class CallIndexPage(ListPage):
    """The list of calls."""

    not_indexed_because = "A list is reached by navigation; calls are found one by one."
    subpage_types = ["calls.CallPage"]

    def get_context(self, request, *args, **kwargs):
        calls = _all_calls(now=timezone.now())
        lists = call_lists(pages_of_calls(calls, self.language), self.language)
        calendar = reverse("calls_calendar", kwargs={"language": self.language})
        addresses = {"calendar_url": calendar, "subscribe_url": subscription_url(calendar)}
        return super().get_context(request, *args, **kwargs) | lists | addresses

    class Meta:
        verbose_name = _("list of calls")


class CallPage(PicturePage):
    """The page of a call in one language. All its dates come from the Call."""

    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        on_delete=models.PROTECT,
        related_name="pages",
        null=True,
        blank=True,
    )
    lede = models.TextField(_("summary"), max_length=400)
    who_can_apply = RichTextField(_("who can apply"), features=TEXT_FEATURES, blank=True)
    extension_note = models.TextField(
        _("note on a moved date"),
        blank=True,
        help_text=_("Why the date moved, in one sentence without a date: the dates come from the call."),
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    results_text = RichTextField(_("results"), features=TEXT_FEATURES, blank=True)

    exclude_fields_in_copy = [*PortalPage.exclude_fields_in_copy, "call"]
    override_translatable_fields = [
        *PortalPage.override_translatable_fields,
        *synchronised_fields("call", "picture"),
    ]
    search_fields = [
        *PortalPage.search_fields,
        index.SearchField("lede"),
        index.SearchField("who_can_apply"),
        index.SearchField("body"),
        index.FilterField("call"),
    ]
    base_form_class = CallPageForm
    content_panels = call_page_panels
    parent_page_types = ["calls.CallIndexPage"]
    subpage_types: list[str] = []
    document_kind = CALL
    served_with = ("picture",)

    class Meta:
        verbose_name = _("call page")
        verbose_name_plural = _("call pages")

    def get_context(self, request, *args, **kwargs):
        """The context with `calls.presentation.call_context`.

        `preview_of` has the instant for which the secretariat previews the page by `?at=`; None for readers.
        """
        at, is_preview = instant_shown(request)
        (self.call,) = _call(now=at, call=self.call_id)
        prefetch_children([self.call], "sessions")
        prefetch_children([self], "steps", "questions")
        context = super().get_context(request, *args, **kwargs)
        return (
            context
            | call_context(self, self.call, request)
            | {"preview_of": moment_of_preview(at, self.call.place_of_times) if is_preview else None}
        )

    def serve(self, request, *args, **kwargs):
        response = super().serve(request, *args, **kwargs)
        if "at" in request.GET:
            # A preview shows dates before their announcement: no cache may keep it, no search engine list it.
            add_never_cache_headers(response)
            response["X-Robots-Tag"] = "noindex"
        return response

    def search_document(self, shown_in, available):
        call = Call.objects.with_dates(timezone.now()).get(pk=self.call_id)
        return call_document(self, call, shown_in, available)

    def missing_to_show(self):
        return [] if self.call_id else [_("Choose the call that this page is about.")]

    def clean(self):
        super().clean()
        if not self.call_id and not self.is_saved_as_draft:
            raise ValidationError({"call": _("Choose the call that this page is about.")})
        validate_one_page_per_language(self, "call")


class CallStep(TranslatableMixin, Orderable):
    """A step of an application, with the actor."""

    class Actor(models.TextChoices):
        CITY = "city", _("Your city")
        COMMISSION = "commission", _("Your National Commission")
        SECRETARIAT = "secretariat", _("The secretariat")
        JURY = "jury", _("The jury")

    page = ParentalKey(CallPage, on_delete=models.CASCADE, related_name="steps")
    actor = models.CharField(_("who acts"), max_length=12, choices=Actor)
    text = models.TextField(_("what happens"))

    override_translatable_fields = synchronised_fields("actor")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("step")

    def actor_label(self, *, is_over: bool) -> str:
        """Return who acts: "Your city"; in a call that is over, which readers cannot take part in, "The city"."""
        neutral: dict[str, object] = {
            self.Actor.CITY: _("The city"),
            self.Actor.COMMISSION: _("The National Commission"),
        }
        return str(neutral[self.actor]) if is_over and self.actor in neutral else self.get_actor_display()


class CallQuestion(TranslatableMixin, Orderable):
    """A question of applicants with the answer."""

    page = ParentalKey(CallPage, on_delete=models.CASCADE, related_name="questions")
    question = models.CharField(_("question"), max_length=250)
    answer = RichTextField(_("answer"), features=TEXT_FEATURES)

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("question")
