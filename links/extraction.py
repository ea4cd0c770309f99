"""The links in a page or row: in running text, blocks, and fields of addresses, also of its child rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import models
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField

from links.models import LONGEST_ADDRESS

SCHEMES = {"http", "https"}


@dataclass(frozen=True)
class Found:
    """A link: where it is, its text, and its address."""

    address: str
    text: str = ""
    place: str = ""


def links_of(thing: models.Model, *, base: str = "", facts: bool = True) -> Iterator[Found]:
    """The links of a page or row with its child rows, in the order of its fields.

    base: its own address, to which relative ones belong. facts: whether the fields of addresses count: they are the
    same in every language, so those of a translation are read with its original.
    """
    for found in _of_row(thing, facts):
        address = normalised(found.address, base)
        if address:
            yield replace(found, address=address, text=" ".join(found.text.split())[:255])


def has_links(model: type[models.Model]) -> bool:
    """Whether rows of a model, or their child rows, can hold links."""
    own = any(isinstance(field, models.URLField | RichTextField | StreamField) for field in model._meta.get_fields())
    if own or not issubclass(model, ClusterableModel):
        return own
    return any(has_links(relation.related_model) for relation in get_all_child_relations(model))


def normalised(address: str, base: str = "") -> str:
    """An address as it is stored: those of the portal without scheme and host, and without fragment.

    "" for what is no address of a page: "mailto:", "tel:", a fragment, or something that no browser opens.
    """
    address = address.strip()
    if address.startswith(("page:", "document:")):
        return address
    if not address or address.startswith("#"):
        return ""
    try:
        absolute = urljoin(f"{settings.WAGTAILADMIN_BASE_URL}{base}", address)
        parts, own = urlsplit(absolute), urlsplit(settings.WAGTAILADMIN_BASE_URL)
        if parts.scheme not in SCHEMES or not parts.hostname:
            return ""
        is_own = (parts.hostname, parts.port) == (own.hostname, own.port)
    except ValueError:
        return ""
    rest = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    address = rest if is_own else parts._replace(fragment="").geturl()
    return address if len(address) <= LONGEST_ADDRESS else ""


def _of_row(row: models.Model, facts: bool) -> Iterator[Found]:
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, StreamField):
            found = _of_block(value.stream_block, value.raw_data)
        elif isinstance(field, RichTextField):
            found = iter(of_html(value or ""))
        elif isinstance(field, models.URLField) and value and facts:
            found = iter([Found(value, value)])
        else:
            continue
        yield from (replace(link, place=field.name) for link in found)
    if isinstance(row, ClusterableModel):
        for relation in get_all_child_relations(type(row)):
            name = relation.get_accessor_name()
            if has_links(relation.related_model):
                for child in getattr(row, name).all():
                    yield from (replace(link, place=name) for link in _of_row(child, facts))


def _of_block(block: blocks.Block, raw: Any) -> Iterator[Found]:
    """The links in the stored value of a block."""
    if raw in (None, ""):
        return
    if isinstance(block, blocks.StreamBlock):
        for child in raw:
            if found := block.child_blocks.get(child["type"]):
                yield from _of_block(found, child["value"])
    elif isinstance(block, blocks.StructBlock):
        for name, child_block in block.child_blocks.items():
            yield from _of_block(child_block, raw.get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in raw:
            yield from _of_block(block.child_block, item["value"] if isinstance(item, dict) else item)
    elif isinstance(block, blocks.RichTextBlock):
        yield from of_html(str(raw))
    elif isinstance(block, blocks.URLBlock):
        yield Found(str(raw), str(raw))
    elif isinstance(block, blocks.PageChooserBlock):
        yield Found(f"page:{raw}")
    elif isinstance(block, DocumentChooserBlock):
        yield Found(f"document:{raw}")


def of_html(html: str) -> list[Found]:
    """The links in running text as Wagtail stores it."""
    parser = _Anchors()
    parser.feed(html)
    parser.close()
    return parser.found


class _Anchors(HTMLParser):
    """Collects the links with their texts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self.address: str | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            given = dict(attrs)
            kind, key = given.get("linktype"), given.get("id")
            self.address = f"{kind}:{key}" if kind in {"page", "document"} else given.get("href") or ""
            self.text = []

    def handle_data(self, data):
        if self.address is not None:
            self.text.append(data)

    def handle_endtag(self, tag):
        if tag == "a" and self.address is not None:
            self.found.append(Found(self.address, "".join(self.text)))
            self.address = None
