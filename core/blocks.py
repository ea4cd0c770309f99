"""StreamField blocks of running text."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from core.media.pictures import TEXT_SIZES, TEXT_WIDTHS, picture_context

TEXT_FEATURES = ["bold", "italic", "ul", "ol", "link", "document-link"]


class FactBlock(blocks.CharBlock):
    """A short value that is the same in every language: it is copied to the translations, nobody translates it."""

    def get_translatable_segments(self, value) -> list:
        return []

    def restore_translated_segments(self, value, segments):
        return value

    def deconstruct(self):
        """For migrations a CharBlock: the stored value is the same."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.CharBlock", args, kwargs


class PictureBlock(blocks.StructBlock):
    """A picture with its alternative text and caption at this place."""

    image = ImageChooserBlock(label=_("Picture"))
    alternative_text = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=250,
        help_text=_("Describe what the picture shows, for people who cannot see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    def get_context(self, value, parent_context=None):
        """Add `picture` for components/figure.html: None if the picture was deleted or cannot be shown."""
        picture = picture_context(value["image"], value["alternative_text"], *TEXT_WIDTHS, sizes=TEXT_SIZES)
        return super().get_context(value, parent_context=parent_context) | {"picture": picture}

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "components/blocks/picture.html"


class QuotationBlock(blocks.StructBlock):
    """A quotation with its author."""

    text = blocks.TextBlock(label=_("Text"), rows=3)
    who = blocks.CharBlock(label=_("Name, role, year"), max_length=150)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "components/blocks/quotation.html"


class FigureBlock(blocks.StructBlock):
    """A number with its meaning and source."""

    number = FactBlock(label=_("Number"), max_length=20)
    text = blocks.CharBlock(label=_("What it counts"), max_length=200)
    year = blocks.IntegerBlock(label=_("Year"), required=False, min_value=1900, max_value=2100)
    source = FactBlock(label=_("Source"), max_length=200)
    source_url = blocks.URLBlock(label=_("Link to the source"), required=False)

    class Meta:
        icon = "order"
        label = _("Number with source")
        template = "components/blocks/figure.html"


class DocumentBlock(blocks.StructBlock):
    """A file to download; each language can have its own file."""

    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(label=_("Title"), max_length=150)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "components/blocks/document.html"


class VideoBlock(blocks.StructBlock):
    """A link to a video on another site. The page loads nothing from there."""

    url = blocks.URLBlock(label=_("Address of the video"))
    title = blocks.CharBlock(label=_("Title"), max_length=150)

    class Meta:
        icon = "media"
        label = _("Video link")
        template = "components/blocks/video.html"


class CallOutBlock(blocks.StructBlock):
    """A short highlighted text."""

    title = blocks.CharBlock(label=_("Title"), max_length=100)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Call-out")
        template = "components/blocks/call_out.html"


class ProseBlock(blocks.StreamBlock):
    """Running text: paragraphs, headings, pictures and other blocks."""

    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, template="components/blocks/text.html")
    heading = blocks.CharBlock(
        label=_("Heading"),
        max_length=120,
        icon="title",
        template="components/blocks/heading.html",
    )
    picture = PictureBlock()
    quotation = QuotationBlock()
    figure = FigureBlock()
    document = DocumentBlock()
    video = VideoBlock()
    call_out = CallOutBlock()

    class Meta:
        # No element around each block: the style sheet sets the distance between siblings.
        template = "components/blocks/prose.html"
