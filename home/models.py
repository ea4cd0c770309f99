"""The home page, pages of text, news, and the settings of the network."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, Panel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index

from cities.indexing import city_names
from cities.models import City
from core.blocks import ProseBlock
from core.child_rows import SourceRow
from core.drawing.colours import validate_on_light
from core.i18n.languages import language_choices
from core.i18n.text import stream_text
from core.list_pages import ListPage
from core.pages import NotIndexed, PortalPage, synchronised_fields, validate_slug_is_free
from core.pagination import list_context, paginate
from core.permissions import RESERVED_OF_HOME
from core.picture_pages import PicturePage
from core.querysets.versions import best_versions
from core.search_document import page_kind
from home.front_page import front_page
from home.presentation import by_year, neighbours, news_context

NEWS_PER_PAGE = 20


class HomePage(NotIndexed, PortalPage):
    """The home page of a language: the root of its tree."""

    not_indexed_because = "Every page leads home."
    reserved_actions = RESERVED_OF_HOME

    lede = models.TextField(
        _("lede"),
        max_length=400,
        help_text=_("One sentence. {cities} and {countries} are counted for you."),
    )

    override_translatable_fields = PortalPage.override_translatable_fields
    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("lede"),
        InlinePanel("examples", label=_("example"), heading=_("Example searches"), max_num=3),
    ]
    # No dates of publication: a language does not go offline by a date.
    settings_panels: list[Panel] = []
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "practices.PracticeIndexPage",
        "cities.CityIndexPage",
        "clusters.ClusterIndexPage",
        "events.EventIndexPage",
        "calls.CallIndexPage",
        "home.NewsIndexPage",
        "home.StandardPage",
    ]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | front_page(self)


class ExampleSearch(TranslatableMixin, Orderable):
    """An example search on the home page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="examples")
    label = models.CharField(_("words of the link"), max_length=60)
    query = models.CharField(_("words searched"), max_length=100)

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("example search")


class StandardPage(PortalPage):
    """A page of text, such as “About”, “Contact” or “Privacy”."""

    lede = models.TextField(_("lede"), blank=True, max_length=400)
    body = StreamField(ProseBlock(), verbose_name=_("text"))
    shows_contact = models.BooleanField(_("show the contact block"), default=False)

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
    ]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    document_kind = page_kind("page")

    class Meta:
        verbose_name = _("page of text")
        verbose_name_plural = _("pages of text")

    def clean(self):
        super().clean()
        validate_slug_is_free(self)

    def search_document(self, shown_in, available):
        return self.common_document(shown_in, available, summary=self.lede, body=stream_text(self.body))

    def get_context(self, request, *args, **kwargs):
        pages = StandardPage.objects.sibling_of(self) | StandardPage.objects.child_of(self)
        return super().get_context(request, *args, **kwargs) | {"neighbours": neighbours(self, pages)}


class NewsIndexPage(ListPage):
    """The list of news."""

    not_indexed_because = "A list is reached by navigation; news are found one by one."
    subpage_types = ["home.NewsPage"]

    class Meta:
        verbose_name = _("list of news")

    def get_context(self, request, *args, **kwargs):
        """Add the news by year, the newest first. Raises Http404 for a `?page=` that does not exist."""
        news = best_versions(NewsPage.objects.all(), self.language).order_by("-date", "-pk")
        page = paginate(request, news, NEWS_PER_PAGE)
        return super().get_context(request, *args, **kwargs) | {
            "years": by_year(page.object_list, self.language),
            **list_context(request, page),
        }


class NewsPage(PicturePage):
    """A piece of news."""

    date = models.DateField(_("date"), default=timezone.localdate)
    lede = models.TextField(_("lede"), max_length=400)
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
        cities = [row.city for row in self.news_cities.select_related("city")]
        return self.common_document(
            shown_in,
            available,
            summary=self.lede,
            body=stream_text(self.body),
            names=tuple(name for city in cities for name in city_names(city)),
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
        _("colour of the board"),
        max_length=7,
        default="#0F3A31",
        validators=[validate_on_light],
        help_text=_("Ground of the head and foot of every page; white text stands on it."),
    )
    mark = models.ForeignKey(
        "core.PortalImage",
        verbose_name=_("mark"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: the portal’s own mark."),
    )
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_fax = models.CharField(_("fax"), max_length=40, blank=True)
    source_code_url = models.URLField(_("address of the source code"), blank=True)

    panels = [
        InlinePanel("words", label=_("language"), heading=_("Name and words per language")),
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
    ]

    class Meta:
        verbose_name = _("network")


class NetworkWords(models.Model):
    """The name and the texts of the network in one language."""

    network = ParentalKey(NetworkSettings, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    name = models.CharField(_("name"), max_length=60)
    tagline = models.CharField(_("line under the name"), max_length=120, blank=True)
    independence = models.TextField(
        _("who runs this"),
        blank=True,
        help_text=_("Stands at the foot of every page: whose site this is, and whose it is not."),
    )
    postal_address = models.TextField(_("postal address"), blank=True)
    banner = models.CharField(
        _("banner"),
        max_length=300,
        blank=True,
        help_text=_("A sentence above every page, for as long as it stands here."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "language"],
                name="one_wording_per_language",
                violation_error_message=_("There are words in this language already."),
            )
        ]
