"""A network in which every field that can hold words holds a marked one: "qwv…" where it is public, else "zyx…"."""

import json
import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Field, Model, QuerySet, UniqueConstraint
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page, PageViewRestriction, Revision

from calls.models import CallDocument, DateChange
from cities.models import CityProfile, MembershipEvent
from clusters.models import Cluster
from core.media.models import PortalDocument, PortalImage
from practices.models import PracticePage
from tests import factories
from tests.canary.fields import PRIVATE, PUBLIC, decided
from tests.permissions import rows
from tests.permissions.rows import Network

OFFERED = ("fr", "es", "pt", "ar", "ru")
NOT_OFFERED = "zh-hans"
WORD = re.compile(r"(?:zyx|qwv)\d+x")
PROMOTED = "lighthouse"
PLANNED = re.compile(r"(?<![\w-])2093(?=-03|03|\W)")
"""A deadline that is announced later; an identifier can have the same digits."""
# Whatever the portal knows of these is public.
NEVER_HIDDEN = {
    "calls.NationalCommission",
    "cities.City",
    "cities.CityName",
    "cities.MembershipEvent",
    "cities.MembershipRound",
    "home.NetworkSettings",
    "home.NetworkWords",
}


class Words:
    """Marked words, each of which names a field."""

    def __init__(self):
        self.field_of: dict[str, str] = {}
        self._numbers = count(1)
        self._known: dict[tuple[str, str], str] = {}

    def word(self, start: str, field: str) -> str:
        """The word of a field that begins with `start`."""
        if (start, field) not in self._known:
            word = f"{start}{next(self._numbers)}x"
            self._known[start, field] = word
            self.field_of[word] = field
        return self._known[start, field]

    def in_field(self, start: str, field: Field, name: str) -> object:
        """A value of a field that contains its word."""
        if isinstance(field, StreamField):
            stream = [
                {"type": kind, "value": self._in_block(start, block, f"{name}.{kind}")}
                for kind, block in field.stream_block.child_blocks.items()
            ]
            return field.to_python(json.dumps(stream))
        word = self.word(start, name)
        if isinstance(field, RichTextField):
            return f"<p>{word}</p>"
        if isinstance(field, models.JSONField):
            return [{"name": word}]
        if isinstance(field, models.FileField):
            return default_storage.save(f"documents/{word}.txt", ContentFile(word))
        return self._as_text(word, field)

    def _as_text(self, word: str, kind: object) -> str:
        if isinstance(kind, (models.EmailField, blocks.EmailBlock)):
            return f"{word}@example.org"
        return f"https://{word}.example.org/" if isinstance(kind, (models.URLField, blocks.URLBlock)) else word

    def _in_block(self, start: str, block: blocks.Block, name: str) -> object:
        """The stored value of a block, with a word in each text of it."""
        if isinstance(block, blocks.StructBlock):
            return {key: self._in_block(start, child, f"{name}.{key}") for key, child in block.child_blocks.items()}
        if isinstance(block, blocks.StreamBlock):
            return [
                {"type": key, "value": self._in_block(start, child, f"{name}.{key}")}
                for key, child in block.child_blocks.items()
            ]
        if isinstance(block, blocks.ListBlock):
            return [{"type": "item", "value": self._in_block(start, block.child_block, name)}]
        if isinstance(block, ImageChooserBlock):
            return PortalImage.objects.filter(withheld=False).values_list("pk", flat=True).first()
        if isinstance(block, DocumentChooserBlock):
            return PortalDocument.objects.filter(withheld=False).values_list("pk", flat=True).first()
        if isinstance(block, blocks.RichTextBlock):
            return f"<p>{self.word(start, name)}</p>"
        if isinstance(block, (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.EmailBlock)):
            return self._as_text(self.word(start, name), block)
        return 2020 if isinstance(block, blocks.IntegerBlock) else None


def plant() -> tuple[Words, Network]:
    """Make the network: one thing of each kind that is public and one that is not, and a word in each of their fields.

    Return also the rows of the desk, which belong to cities with people.
    """
    words = Words()
    factories.tree(*OFFERED, NOT_OFFERED)
    made = rows.network()
    public = _things(withheld=False)
    known = {model: set(_rows(model).values_list("pk", flat=True)) for model in apps.get_models()}
    _hide(_things(withheld=True))
    for page in public:
        _refer_to_hidden(page)
    for model in apps.get_models():
        if _own(model) & decided(PRIVATE) and not _rows(model).exists():
            bake(model)
    hidden = _hidden_rows(known)
    for label, name in sorted(decided(PUBLIC)):
        model = apps.get_model(label)
        never = label in NEVER_HIDDEN
        _write(words, _rows(model).exclude(pk__in=() if never else hidden[model]), label, name, "qwv")
        if not never:
            _write(words, _rows(model).filter(pk__in=hidden[model]), label, name, "zyx")
    _write_drafts(words)
    for label, name in sorted(decided(PRIVATE)):
        if (label, name) != ("wagtailcore.Revision", "content"):
            _write(words, _rows(apps.get_model(label)), label, name, "zyx")
    Page.objects.filter(depth=2, locale__language_code=NOT_OFFERED).update(live=False)
    return words, made


def _rows(model: type[Model]) -> QuerySet:
    """All rows, also of histories, which nobody else changes."""
    return QuerySet(model)


def _own(model: type[Model]) -> set[tuple[str, str]]:
    return {(model._meta.label, field.name) for field in model._meta.local_fields}


def _write(words: Words, planted: QuerySet, label: str, name: str, start: str) -> None:
    """Write the word of a field into these rows, past everything that could look at it."""
    field = planted.model._meta.get_field(name)
    assert planted.exists(), f"no row for the “{start}” word of {label}.{name}: make one in tests/canary/network.py"
    value = words.in_field(start, field, f"{label}.{name}")
    if not _must_differ(field):
        planted.update(**{name: value})
        return
    for key in planted.values_list("pk", flat=True):
        planted.filter(pk=key).update(**{name: f"{key}{value}"})


def _must_differ(field: Field) -> bool:
    """Whether two rows may not have the same value."""
    meta = field.model._meta
    together = [
        *meta.unique_together,
        *(rule.fields for rule in meta.constraints if isinstance(rule, UniqueConstraint)),
    ]
    return field.unique or any(field.name in names for names in together)


def _things(*, withheld: bool) -> list[Page]:
    """One public thing of each kind, with a row in each of their tables; return their pages."""
    soon = timezone.now() + timedelta(days=1)
    image, document = factories.image(withheld=withheld), factories.document(withheld=withheld)
    city = factories.city(population=5, is_example=False)
    bake_rows_of(city)
    bake(MembershipEvent, city=city, round=factories.membership_round())
    cluster, call = factories.cluster(), factories.call(results_on=timezone.localdate())
    bake_rows_of(cluster)
    CallDocument.objects.create(call=call, language="en", document=document, version="1")
    bake_rows_of(call)
    hub = factories.cluster_page(cluster)
    pages = [
        hub,
        factories.practice(city=city, clusters=[cluster], period_start="2020-01-01", period_end="2021-01-01"),
        factories.event(host_city=city, picture=image, picture_alternative_text="x", state="moved"),
        factories.news(picture=image, picture_alternative_text="x"),
        factories.standard_page(),
        factories.call_page(call, picture=image, picture_alternative_text="x"),
    ]
    if not withheld:
        pages += Page.objects.filter(depth__in=(2, 3), locale__language_code__in=("en", NOT_OFFERED)).specific()
    for page in pages:
        bake_rows_of(page)
    factories.profile(city)
    if not withheld:
        factories.network()
        DateChange.objects.create(
            call=call,
            clock="city",
            reason="emergency",
            decided_by="secretariat",
            announce_at=soon,
            old=call.first_deadline,
            new=datetime(2093, 3, 1, tzinfo=UTC),
        )
        SearchPromotion.objects.create(query=Query.get(PROMOTED), external_link_url="x", external_link_text="x")
    SearchPromotion.objects.create(query=Query.get(PROMOTED), page=pages[1], description="x")
    return pages


def _hide(pages: Iterable[Page]) -> None:
    """Each in another way; what hides a page altogether is the matter of tests/test_visibility.py."""
    for number, page in enumerate(pages):
        if number % 2:
            PageViewRestriction.objects.create(page=page, restriction_type="password", password="secret")
        else:
            page.unpublish()
    CityProfile.objects.filter(pk=CityProfile.objects.latest("pk").pk).update(live=False)


def _refer_to_hidden(page: Page) -> None:
    """Let a public page name a document, a cluster, a practice that are not public, each in a row of its own."""
    for relation in get_all_child_relations(type(page)):
        model, parent = relation.related_model, relation.field
        named = {field.related_model for field in model._meta.local_fields if field != parent}
        if named & {PortalDocument, Cluster, PracticePage}:
            bake(model, **{parent.name: page})


def _hidden_rows(known: dict[type[Model], set]) -> dict[type[Model], set]:
    """The rows that are not public: younger than the public ones, or of a language without readers."""
    hidden = {model: set(_rows(model).values_list("pk", flat=True)) - known[model] for model in known}
    closed = Page.objects.filter(locale__language_code=NOT_OFFERED) | Page.objects.filter(live=False)
    for model, keys in hidden.items():
        for field in model._meta.local_fields:
            if field.related_model and issubclass(field.related_model, Page):
                keys |= set(_rows(model).filter(**{f"{field.name}__in": closed}).values_list("pk", flat=True))
        if model is Page:
            keys |= set(closed.values_list("pk", flat=True))
    return hidden


def _write_drafts(words: Words) -> None:
    """Let every page and profile have a draft, and write a word into each text of each revision that is kept."""
    for thing in Page.objects.filter(latest_revision=None, depth__gt=1).specific():
        thing.save_revision(log_action=False)
    for revision in Revision.objects.select_related("content_type"):
        model = revision.content_type.model_class()
        _mark_content(words, model, revision.content)
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def _mark_content(words: Words, model: type[Model], content: dict) -> None:
    public = decided(PUBLIC)
    for field in model._meta.concrete_fields:
        label = f"{field.model._meta.label}.{field.name}"
        if (field.model._meta.label, field.name) in public and field.name in content:
            value = words.in_field("zyx", field, f"draft of {label}")
            content[field.name] = field.get_prep_value(value) if isinstance(field, StreamField) else value
    for relation in get_all_child_relations(model):
        for row in content.get(relation.get_accessor_name(), ()):
            _mark_content(words, relation.related_model, row)


def bake_rows_of(thing: Model) -> None:
    """One row in each child table of a thing that has none there."""
    for relation in get_all_child_relations(type(thing)):
        if not _rows(relation.related_model).filter(**{relation.field.name: thing}).exists():
            bake(relation.related_model, **{relation.field.name: thing})


def bake(model: type[Model], **given) -> Model:
    """A row of a model with something in each column that must not be empty; relations lead to the newest rows."""
    values = dict(given)
    for field in model._meta.concrete_fields:
        if field.name in values or field.auto_created or field.has_default() or isinstance(field, models.AutoField):
            continue
        if field.is_relation:
            target = field.related_model
            if target and (not field.null or target in {PortalImage, PortalDocument}):
                values[field.name] = _rows(target).order_by("-pk").first() or bake(target)
        elif not field.null:
            values[field.name] = _something(field)
    return _rows(model).bulk_create([model(**values)])[0]


def _something(field: Field) -> object:
    now = timezone.now()
    if field.choices:
        return field.flatchoices[0][0]
    if isinstance(field, models.DateTimeField):
        return now
    if isinstance(field, models.DateField):
        return now.date()
    if isinstance(field, models.JSONField):
        return []
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, (models.BooleanField, models.IntegerField, models.DecimalField)):
        return 1
    return "" if isinstance(field, models.FileField) else "x"
