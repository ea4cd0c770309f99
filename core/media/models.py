"""Pictures and documents, with the fields that describe the file itself.

Alternative texts and captions depend on the page and the language. They are fields of the page, not of the picture.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import DatabaseError, models
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, Image, get_upload_to
from wagtail.search import index

from core.i18n.languages import language_choices
from core.media import broken_pictures
from core.media.cleaning import clean_document
from core.media.decoding import one_at_a_time
from core.media.fields import DocumentFileField, PictureFileField, document_path, random_name, store_new_file
from core.media.uploads import pdf_pages, validate_file_content
from core.vocabularies import Licence

# Where the renditions of withheld pictures lie; core.media.views answers for them.
WITHHELD_FOLDER = "withheld"
# Shown by Wagtail's tags and its admin in place of a picture that cannot be shown.
PLACEHOLDER = "img/no-picture.svg"
PLACEHOLDER_SIZE = {"width": 160, "height": 120}


class PortalImage(AbstractImage):
    """A picture with its credit, licence and consent."""

    credit = models.CharField(
        _("credit"),
        max_length=200,
        help_text=_("Who made or owns the picture, as it should be printed: “City of Sønderborg”."),
    )
    licence = models.CharField(_("licence"), max_length=30, choices=Licence, default=Licence.ALL_RIGHTS)
    consent = models.BooleanField(
        _("people in the picture have agreed"),
        default=False,
        help_text=_("Tick if nobody can be recognised, or if everybody who can be recognised has agreed in writing."),
    )
    # Only its city and the people who moderate see it, until the practice that shows it is published.
    withheld = models.BooleanField(_("withheld until publication"), default=False, editable=False)
    file = PictureFileField(verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height")

    search_fields = [*AbstractImage.search_fields, index.FilterField("withheld")]
    admin_form_fields = (
        "title",
        "file",
        "credit",
        "licence",
        "consent",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(Image.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def get_upload_to(self, filename):
        """The path of the file. The name of a withheld one tells nothing."""
        return super().get_upload_to(random_name(filename) if self.withheld else filename)

    def save(self, *args, **kwargs):
        """Store the picture. A new file is cleaned first (core.media.reencoding). Raises CannotBeCleaned."""
        if store_new_file(self):
            self._set_image_file_metadata()
        super().save(*args, **kwargs)

    def clean_fields(self, exclude=None):
        """Check the fields, but not a stored file: Django would open it, and it may be missing or broken."""
        # A stored file is closed until it is read, a new one is open.
        is_stored = self.file and self.file.closed
        super().clean_fields(exclude={*(exclude or ()), *(["file"] if is_stored else [])})

    def get_rendition(self, filter):
        """The rendition for a filter or its specification; one that `is_placeholder` if there can be none.

        Wagtail's own writes to the cache each time, also what has just been read from it.
        """
        (rendition,) = self.get_renditions(filter).values()
        return rendition

    def get_renditions(self, *filters):
        """The renditions by specification, in the order of `filters`; placeholders if one of them cannot be made.

        Everything that shows a picture asks here: the portal's pages, Wagtail's template tags, running text, the
        admin. A file that is missing, or cannot be read or decoded, costs only itself, and the log says so once.
        Raises DatabaseError, and InvalidFilterSpecError for a specification that is wrong.
        """
        try:
            return super().get_renditions(*filters)
        except DatabaseError:
            raise
        except Exception as error:  # a broken file can raise any exception in a decoder, a storage in its client
            wanted = [filter if isinstance(filter, Filter) else Filter(spec=filter) for filter in filters]
            if not all(filter.operations for filter in wanted):  # raises InvalidFilterSpecError
                raise
            broken_pictures.report(self, error)
            return {filter.spec: self._placeholder(filter.spec) for filter in wanted}

    def _placeholder(self, spec: str) -> "PortalRendition":
        return PortalRendition(image=self, filter_spec=spec, **PLACEHOLDER_SIZE)

    def find_existing_renditions(self, *filters):
        """Wagtail's renditions that exist. A file that is gone, or lies where it no longer belongs, is made again."""
        found = super().find_existing_renditions(*filters)
        for filter, rendition in found.items():
            if rendition.is_withheld != self.withheld:
                rendition.image = self
                former = rendition.file.name
                self._restore(rendition, filter)
                rendition.file.storage.delete(former)
            elif broken_pictures.is_lost(rendition.file):
                self._restore(rendition, filter)
        return found

    def _restore(self, rendition, filter: Filter) -> None:
        """Make the file of a rendition again. The row stays: with a row Wagtail deletes its file, some time later."""
        content = self.generate_rendition_file(filter)
        rendition.file.save(content.name, content, save=False)
        kept = self.renditions.filter(filter_spec=rendition.filter_spec, focal_point_key=rendition.focal_point_key)
        kept.update(file=rendition.file.name, width=rendition.width, height=rendition.height)
        rendition.purge_from_cache()

    def create_renditions(self, *filters):
        """Make several renditions one after the other. Wagtail decodes the picture for all of them at once."""
        return {filter: self.create_rendition(filter) for filter in filters}

    def generate_rendition_file(self, filter, *, source=None):
        """The file of a rendition. Raises BrokenPicture at once if the same file has just failed."""
        with broken_pictures.remembered(self, filter.spec), one_at_a_time():
            return super().generate_rendition_file(filter, source=source)


class PortalRendition(AbstractRendition):
    """A picture in one of the sizes that pages use."""

    image = models.ForeignKey(PortalImage, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    @property
    def is_placeholder(self) -> bool:
        """Whether the picture cannot be shown."""
        return not self.file

    @property
    def is_withheld(self) -> bool:
        """Whether the file lies in the folder that no web server serves."""
        return self.file.name.startswith(f"{WITHHELD_FOLDER}/")

    @property
    def url(self):
        """The address of the file; that of a drawn frame if the picture cannot be shown."""
        if self.is_placeholder:
            return static(PLACEHOLDER)
        if self.is_withheld:
            return reverse("withheld-picture", args=[PurePosixPath(self.file.name).name])
        return super().url

    def get_upload_to(self, filename):
        """The path of the file, in the folder of withheld pictures for one of these."""
        path = PurePosixPath(super().get_upload_to(filename))
        return str(PurePosixPath(WITHHELD_FOLDER, path.name) if self.image.withheld else path)

    @staticmethod
    def construct_cache_key(image, filter_cache_key, filter_spec):
        """Wagtail's key, with whether the picture is withheld: the addresses differ."""
        key = AbstractRendition.construct_cache_key(image, filter_cache_key, filter_spec)
        return f"{key}-withheld" if image.withheld else key


def prefetch_pictures(rows: Iterable, *filter_specs: str) -> None:
    """Fetch the `image` of each row together with its renditions of `filter_specs` in one query.

    A second query fetches the pictures that have no such rendition yet. Wagtail's `prefetch_renditions()` always needs
    both, and the home page has a budget of 15 queries (docs/decisions/private-parts.md).
    """
    rows = [row for row in rows if row.image_id]
    keys = {row.image_id for row in rows}
    if not keys:
        return
    images: dict[int, PortalImage] = {}
    renditions = PortalRendition.objects.filter(image__in=keys, filter_spec__in=filter_specs).select_related("image")
    for rendition in renditions:
        image = images.setdefault(rendition.image_id, rendition.image)
        # Image.get_renditions() reads this attribute, which prefetch_renditions() sets.
        image.prefetched_renditions = [*getattr(image, "prefetched_renditions", []), rendition]
    if missing := keys - images.keys():
        images |= PortalImage.objects.in_bulk(missing)
    for row in rows:
        row.image = images[row.image_id]


class PortalDocument(AbstractDocument):
    """A file to download, with its language and licence."""

    language = models.CharField(_("language"), max_length=10, choices=language_choices, blank=True)
    licence = models.CharField(_("licence"), max_length=30, choices=Licence, default=Licence.ALL_RIGHTS)
    pages = models.PositiveIntegerField(
        _("pages"), null=True, blank=True, editable=False, validators=[MinValueValidator(1)]
    )

    # Only its city and the people who moderate can read it, until the practice that shows it is published.
    withheld = models.BooleanField(_("withheld until publication"), default=False, editable=False)
    file = DocumentFileField(verbose_name=_("file"), upload_to=document_path)

    search_fields = [*AbstractDocument.search_fields, index.FilterField("withheld")]
    admin_form_fields = ("title", "file", "language", "licence", "collection", "tags")

    class Meta(Document.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self):
        """Clean a new file. Raise ValidationError if its content does not match its extension, or cannot be cleaned."""
        if not self.file:
            return  # the form shows an error already
        super().clean()
        # A stored file is closed until it is read, a new one is open: Django cannot store one that is closed.
        if self.file.closed:
            return
        try:
            validate_file_content(self.file, self.file_extension.lower())
            clean = clean_document(self.file.file, self.file_extension.lower())
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from error
        self.file = clean

    def save(self, *args, **kwargs):
        """Store the document. A new file is cleaned first (core.media.cleaning). Raises CannotBeCleaned."""
        store_new_file(self)
        if kwargs.get("update_fields") is None:
            self.pages = self._count_pages()
            self.file_size = self._stored_size()
            self._set_hash()
        super().save(*args, **kwargs)

    def _set_hash(self) -> None:
        """Set the hash of the content, by which caches tell versions apart; Wagtail's forms alone do that."""
        try:
            self._set_file_hash()
        except (OSError, ValueError):
            self.file_hash = ""

    def _stored_size(self) -> int | None:
        """Return the size in bytes; None if the file is missing.

        Wagtail alone stores it at the first download, but a GET request must not write to the database.
        """
        try:
            return self.file.size
        except (OSError, ValueError):
            return None

    def _count_pages(self) -> int | None:
        if self.file_extension.lower() != "pdf":
            return None
        try:
            with self.open_file() as file:
                return pdf_pages(file)
        except (OSError, ValueError):
            return None
