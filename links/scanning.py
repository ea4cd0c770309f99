"""Read the links of everything public: each page soon after it is published, and all once a day.

The worker calls `read_next()` again and again. How far it has come is a row in the database, so it goes on there after
it was stopped.
"""

from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.models import DraftStateMixin, Page

from core.pages import PortalPage
from core.translations.model import OriginalOrTranslation
from links.extraction import has_links, links_of
from links.models import Address, Link, Round, key_of

# As many rows as are read at once, so that the worker has time for other things between.
BATCH = 20
EVERY = timedelta(days=1)


def sources() -> list[type[models.Model]]:
    """The models whose rows are read: page types, and other models of the portal that hold links; no child rows."""
    return [
        model
        for model in apps.get_models()
        if (settings.BASE_DIR / model.__module__.partition(".")[0]).is_dir()
        and has_links(model)
        and not any(isinstance(field, ParentalKey) for field in model._meta.get_fields())
    ]


def read_next() -> bool:
    """Read the next rows; return whether there are more to read now."""
    with transaction.atomic():
        now = timezone.now()
        Round.objects.get_or_create(pk=1, defaults={"changes_read_at": now})
        row = Round.objects.select_for_update().get(pk=1)
        is_more = _read_changes(row) or _read_round(row, now)
        row.save()
    return is_more


def _read_changes(row: Round) -> bool:
    """Read the pages that were published last; return whether there were any."""
    changed = Page.objects.filter(live=True, last_published_at__gt=row.changes_read_at)
    pages = list(changed.order_by("last_published_at", "pk").specific()[:BATCH])
    for page in pages:
        if isinstance(page, PortalPage):
            read(page)
    if pages:
        row.changes_read_at = pages[-1].last_published_at
    return bool(pages)


def _read_round(row: Round, now) -> bool:
    """Read the next rows of the daily round; return whether it goes on."""
    names = [model._meta.label_lower for model in sources()]
    if not row.model:
        if row.began_at and now - row.began_at < EVERY:
            return False
        row.began_at, row.model, row.last = now, names[0], 0
    if row.model not in names:  # of an earlier version of the portal
        row.model, row.last = names[0], 0
    model = apps.get_model(row.model)
    rows = model._default_manager.filter(pk__gt=row.last).order_by("pk")
    if issubclass(model, DraftStateMixin):
        rows = rows.filter(live=True)
    things = list(rows[:BATCH])
    for thing in things:
        read(thing)
    if len(things) == BATCH:
        row.last = things[-1].pk
        return True
    following = names[names.index(row.model) + 1 :]
    row.model, row.last = (following[0], 0) if following else ("", 0)
    if not following:
        Link.objects.filter(read_at__lt=row.began_at).delete()
        Address.objects.filter(links__isnull=True).delete()
    return bool(following)


@transaction.atomic
def read(thing: models.Model) -> None:
    """Store the links of a page or row instead of those that it had."""
    is_translation = isinstance(thing, OriginalOrTranslation) and not thing.is_original
    base = thing.address if isinstance(thing, PortalPage) else ""
    found = list(dict.fromkeys(links_of(thing, base=base, facts=not is_translation)))
    addresses = {key_of(link.address): link.address for link in found}
    Address.objects.bulk_create(
        [Address(key=key, address=address) for key, address in addresses.items()], ignore_conflicts=True
    )
    keys = dict(Address.objects.filter(key__in=addresses).values_list("key", "pk"))
    content_type = ContentType.objects.get_for_model(thing)
    Link.objects.filter(content_type=content_type, object_id=thing.pk).delete()
    Link.objects.bulk_create(
        Link(
            address_id=keys[key_of(link.address)],
            content_type=content_type,
            object_id=thing.pk,
            language=thing.language if isinstance(thing, OriginalOrTranslation) else "",
            is_translation=is_translation,
            title=str(thing)[:255],
            part=link.place,
            text=link.text,
        )
        for link in found
    )
