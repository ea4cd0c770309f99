"""The home page, text pages, news, and the settings of the network."""

from functools import lru_cache

from django.db import models
from django.db.models import IntegerField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
    Panel,
)
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index

from calls.models import CallStep
from cities.indexing import city_keywords, city_names
from cities.models import City
from core.blocks import TEXT_FEATURES, ProseBlock
from core.child_rows import SourceRow
from core.drawing.colours import validate_on_light
from core.i18n.languages import language_choices
from core.i18n.text import passages, plain_text, stream_text
from core.list_pages import ListPage, SinglePage
from core.page_cache.kept_values import kept
from core.pages import NotIndexed, PortalPage, synchronised_fields, validate_slug_is_free
from core.pagination import list_context, paginate
from core.permissions import RESERVED_OF_HOME
from core.picture_pages import PicturePage
from core.querysets.prepared import NOW, PreparedQuery, numbered_parameters, rows_of
from core.querysets.versions import best_versions
from core.search_document import page_kind, start_of_day
from home.front_page import front_page
from home.join_page import join_context
from home.presentation import by_year, neighbours, news_context, news_list_data, next_step

NEWS_PER_PAGE = 20


class HomePage(NotIndexed, PortalPage):
    """The home page of a language: the root of its tree."""

    not_indexed_because = "Every page leads home."
    reserved_actions = RESERVED_OF_HOME

    lede = models.TextField(
        _("summary"),
        max_length=400,
        help_text=_("One sentence. {cities} and {countries} are replaced by the current numbers."),
    )
    introduction = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page for first-time visitors"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A page that explains the network to newcomers. A link to it is shown below the summary."),
    )

    override_translatable_fields = [*PortalPage.override_translatable_fields, *synchronised_fields("introduction")]
    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("lede"),
        PageChooserPanel("introduction"),
        InlinePanel("examples", label=_("example"), heading=_("Example searches"), max_num=3),
    ]
    # No dates of publication: a language does not go offline by a date.
    settings_panels: list[Panel] = [CommentPanel()]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "practices.PracticeIndexPage",
        "cities.CityIndexPage",
        "clusters.ClusterIndexPage",
        "events.EventIndexPage",
        "calls.CallIndexPage",
        "home.NewsIndexPage",
        "home.JoinPage",
        "home.StandardPage",
    ]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | front_page(self)


class ExampleSearch(TranslatableMixin, Orderable):
    """An example search on the home page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="examples")
    label = models.CharField(_("link text"), max_length=60)
    query = models.CharField(_("search words"), max_length=100)

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("example search")


class StandardPage(PortalPage):
    """A text page, such as “About”, “Contact” or “Privacy”."""

    lede = models.TextField(_("summary"), blank=True, max_length=400)
    body = StreamField(ProseBlock(), verbose_name=_("text"))
    shows_contact = models.BooleanField(_("show the contact block"), default=False)
    next_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("next step"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The page that a reader needs next. A link to it is shown at the end."),
    )

    override_translatable_fields = [*PortalPage.override_translatable_fields, *synchronised_fields("next_page")]
    search_fields = [
        *PortalPage.search_fields,
        index.SearchField("lede"),
        index.SearchField("body"),
    ]
    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("lede"),
        FieldPanel("body"),
        FieldPanel("shows_contact"),
        PageChooserPanel("next_page"),
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    document_kind = page_kind("page")

    class Meta:
        verbose_name = _("text page")
        verbose_name_plural = _("text pages")

    def clean(self):
        super().clean()
        validate_slug_is_free(self)

    def search_document(self, shown_in, available):
        return self.common_document(shown_in, available, summary=self.lede, body=stream_text(self.body))

    def get_context(self, request, *args, **kwargs):
        pages = StandardPage.objects.sibling_of(self) | StandardPage.objects.child_of(self)
        return super().get_context(request, *args, **kwargs) | {
            "neighbours": neighbours(self, pages),
            "structured_data": {"@type": "ContactPage" if self.shows_contact else "WebPage"},
            "next_step": next_step(self.next_page, self.language) if self.next_page_id else None,
        }


class JoinPage(SinglePage):
    """How a city joins the network: from the open call for membership, and without one from the usual procedure."""

    rules = RichTextField(_("who can join"), features=TEXT_FEATURES, blank=True)
    form = RichTextField(_("contents of the application form"), features=TEXT_FEATURES, blank=True)
    afterwards = RichTextField(_("after submission"), features=TEXT_FEATURES, blank=True)
    directory_url = models.URLField(
        _("directory of all National Commissions"),
        max_length=1000,
        blank=True,
        help_text=_("The official directory: this portal has only some of the commissions."),
    )

    override_translatable_fields = [*PortalPage.override_translatable_fields, *synchronised_fields("directory_url")]
    search_fields = [*PortalPage.search_fields, index.SearchField("lede"), index.SearchField("rules")]
    content_panels = [
        *SinglePage.content_panels,
        HelpPanel(
            content=_(
                "Do not write dates here. While a call for membership is open, this page shows its dates, who "
                "can apply and its steps; otherwise it shows the rules and steps below."
            )
        ),
        FieldPanel("rules"),
        InlinePanel("steps", label=_("step"), heading=_("The usual procedure")),
        FieldPanel("form"),
        InlinePanel("guides", label=_("document"), heading=_("Guiding documents other than those of the conferences")),
        FieldPanel("directory_url"),
        FieldPanel("afterwards"),
        InlinePanel("sources", label=_("source"), heading=_("Sources")),
    ]
    subpage_types: list[str] = []
    document_kind = page_kind("page")

    class Meta:
        verbose_name = _("page “How to join”")
        verbose_name_plural = _("pages “How to join”")

    def search_document(self, shown_in, available):
        steps = (step.text for step in self.steps.all())
        guides = (guide.title for guide in self.guides.all())
        texts = [plain_text(self.rules), *steps, plain_text(self.form), *guides, plain_text(self.afterwards)]
        return self.common_document(shown_in, available, summary=self.lede, body=passages(texts, self.language))

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | join_context(self, request)


class JoinStep(TranslatableMixin, Orderable):
    """A step of the usual procedure, with the actor."""

    page = ParentalKey(JoinPage, on_delete=models.CASCADE, related_name="steps")
    actor = models.CharField(_("who acts"), max_length=12, choices=CallStep.Actor)
    text = models.TextField(_("what happens"))

    override_translatable_fields = synchronised_fields("actor")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("step")


class JoinGuide(TranslatableMixin, Orderable):
    """A guiding document that comes from no conference; those of conferences are `events.EventOutcome`."""

    page = ParentalKey(JoinPage, on_delete=models.CASCADE, related_name="guides")
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=1000, blank=True)

    override_translatable_fields = synchronised_fields("url")

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("guiding document")


class JoinSource(SourceRow):
    """A published source of the usual procedure."""

    page = ParentalKey(JoinPage, on_delete=models.CASCADE, related_name="sources")


class NewsIndexPage(ListPage):
    """The list of news."""

    not_indexed_because = "A list is reached by navigation; news are found one by one."
    subpage_types = ["home.NewsPage"]

    class Meta:
        verbose_name = _("list of news")

    def get_context(self, request, *args, **kwargs):
        """Add the news by year, the newest first. Raises Http404 for a `?page=` that does not exist."""
        keys = kept(f"news.{self.language}", lambda: _newest_news(self.language))
        page = paginate(request, keys, NEWS_PER_PAGE)
        news = rows_of(page.object_list, _news_query, self.language)
        return super().get_context(request, *args, **kwargs) | {
            "years": (years := by_year(news, self.language)),
            "structured_data": news_list_data(years, page.paginator.count),
            **list_context(request, page),
        }


def _newest_news(reader: str) -> list[int]:
    """The news for a reader as primary keys, the newest first."""
    news = best_versions(NewsPage.objects.all(), reader).order_by("-date", "-pk")
    return list(news.values_list("pk", flat=True))


@lru_cache(maxsize=100)
def _news_query(number: int, reader: str) -> PreparedQuery:
    """The best public versions for a reader among this number of news, the newest first."""
    news = NewsPage.objects.filter(id__in=numbered_parameters(number, IntegerField()))
    return PreparedQuery(lambda: best_versions(news, reader, NOW).order_by("-date", "-pk"))


class NewsPage(PicturePage):
    """A piece of news."""

    date = models.DateField(_("date"), default=timezone.localdate)
    lede = models.TextField(_("summary"), max_length=400)
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    override_translatable_fields = [*PortalPage.override_translatable_fields, *synchronised_fields("picture")]
    search_fields = [
        *PortalPage.search_fields,
        index.SearchField("lede"),
        index.SearchField("body"),
        index.FilterField("date"),
    ]
    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("date"),
        FieldPanel("lede"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alternative_text")], heading=_("Picture")),
        FieldPanel("body"),
        InlinePanel("news_cities", label=_("city"), heading=_("Cities")),
        InlinePanel("sources", label=_("source"), heading=_("Sources")),
    ]
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []
    document_kind = page_kind("news", facets={"region", "country", "city"})
    served_with = ("picture",)

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | news_context(self)

    def search_document(self, shown_in, available):
        cities = [row.city for row in self.news_cities.select_related("city").prefetch_related("city__names")]
        return self.common_document(
            shown_in,
            available,
            summary=self.lede,
            body=stream_text(self.body),
            names=tuple(name for city in cities for name in city_names(city)),
            keywords=(str(self.date.year), *(name for city in cities for name in city_keywords(city, self.language))),
            instants={"dated": start_of_day(self.date)},
            facets={
                "city": tuple(city.code for city in cities),
                "country": tuple({city.country for city in cities if city.country}),
                "region": tuple({city.region for city in cities if city.region}),
            },
        )


class NewsCity(Orderable):
    """A city that a piece of news is about."""

    page = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="news_cities")
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="news")


class NewsSource(SourceRow):
    """A published source of a piece of news."""

    page = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="sources")


@register_setting(icon="site")
class NetworkSettings(BaseSiteSetting, ClusterableModel):
    """The network that runs the portal: colour, logo, contact; its name and texts are NetworkWords."""

    board_colour = models.CharField(
        _("colour of header and footer"),
        max_length=7,
        default="#0F3A31",
        validators=[validate_on_light],
        help_text=_("Background of the header and footer of every page. The text on it is white."),
    )
    mark = models.ForeignKey(
        "core.PortalImage",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("If empty, the portal’s own logo is used."),
    )
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_fax = models.CharField(_("fax"), max_length=40, blank=True)
    source_code_url = models.URLField(_("address of the source code"), blank=True)
    is_demonstration = models.BooleanField(
        _("demonstration"),
        default=False,
        help_text=_("The portal has only some of the network’s cities. The pages say so beside the numbers."),
    )

    panels = [
        InlinePanel("words", label=_("language"), heading=_("Name and texts in each language")),
        FieldRowPanel([FieldPanel("board_colour"), FieldPanel("mark")]),
        MultiFieldPanel(
            [
                FieldPanel("contact_email"),
                FieldPanel("contact_phone"),
                FieldPanel("contact_fax"),
                FieldPanel("source_code_url"),
            ],
            heading=_("Contact"),
        ),
        FieldPanel("is_demonstration"),
    ]

    class Meta:
        verbose_name = _("network")


class NetworkWords(models.Model):
    """The name and the texts of the network in one language."""

    network = ParentalKey(NetworkSettings, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    name = models.CharField(_("name"), max_length=60)
    tagline = models.CharField(_("tagline"), max_length=120, blank=True)
    independence = models.TextField(
        _("statement of independence"),
        blank=True,
        help_text=_("Shown in the footer of every page: who runs this site, and who does not."),
    )
    postal_address = models.TextField(_("postal address"), blank=True)
    banner = models.CharField(
        _("banner"),
        max_length=300,
        blank=True,
        help_text=_("A sentence at the top of every page. Delete it to remove the banner."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "language"],
                name="one_wording_per_language",
                violation_error_message=_("There are already texts in this language."),
            )
        ]
