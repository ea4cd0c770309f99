"""What the desk does with withheld files when pages change, and who may see them."""

from wagtail.models import Page
from wagtail.signals import page_unpublished

from core.media import withheld
from core.media.models import PortalDocument, PortalImage
from core.querysets.visibility import public
from desk.models import DeskFile
from practices.models import PracticePage


def is_of_own_city(user, file: PortalImage | PortalDocument) -> bool:
    """Whether a file belongs to a practice of a city for which this person writes: a rule of core.media.withheld."""
    field = "image" if isinstance(file, PortalImage) else "document"
    copies = DeskFile.objects.filter(**{field: file, "working_copy__city__people__user": user})
    if copies.exists():
        return True
    rows = "photos__image" if isinstance(file, PortalImage) else "documents__document"
    return PracticePage.objects.filter(**{rows: file, "city__people__user": user}).exists()


def withhold_files(sender, instance, **kwargs) -> None:
    """Withhold the files of a city again when the last page that shows them is no longer public.

    Files of the secretariat stay as they are: no city uploaded them.
    """
    if not isinstance(instance, PracticePage):
        return
    for model, field in ((PortalImage, "image"), (PortalDocument, "document")):
        keys = withheld.keys_of_files(model, [instance])
        uploaded = DeskFile.objects.filter(**{f"{field}__in": keys}, uploaded_by__isnull=False)
        for file in model.objects.filter(pk__in=uploaded.values(field), withheld=False):
            if not _is_shown(file, instance):
                withheld.withhold([file])


def _is_shown(file: PortalImage | PortalDocument, besides: Page) -> bool:
    """Whether a public page, other than the one that has just ended, refers to a file."""
    references = file.get_usage()
    pages = [int(thing.pk) for thing, _references in references if isinstance(thing, Page)]
    return public(Page.objects.filter(pk__in=pages).exclude(pk=besides.pk)).exists()


def connect() -> None:
    """Connect the receivers of this module, and register its rule."""
    withheld.register_rule(is_of_own_city)
    page_unpublished.connect(withhold_files)
