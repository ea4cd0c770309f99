"""How a feed is written (Atom, RFC 4287)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.feedgenerator import Atom1Feed

from core.i18n.languages import html_code

# What XML 1.0 cannot hold.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Of a feed without entries: its `updated` must not change from one request to the next.
_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Entry:
    """One entry of a feed."""

    id: str
    title: str
    url: str
    """Absolute."""
    language: str
    """The language of the version, a code of the settings."""
    published: datetime
    updated: datetime
    author: str
    summary: str
    """HTML."""
    licence: str = ""
    licence_url: str = ""


class AtomFeed(Atom1Feed):
    """Django's Atom feed, with a language for each entry and links that name what they lead to."""

    def latest_post_date(self):
        """When the newest entry changed: not now, so that an unchanged feed has the same bytes."""
        return max((item["updateddate"] for item in self.items), default=_NEVER)

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        handler.addQuickElement("generator", "Lyceum")

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["licence_url"]:  # RFC 4946
            handler.addQuickElement("link", "", {"rel": "license", "href": item["licence_url"]})

    def add(self, entry: Entry) -> None:
        """Add an entry at the end."""
        self.add_item(
            title=xml_text(entry.title),
            link=entry.url,
            description=xml_text(entry.summary),
            author_name=xml_text(entry.author),
            unique_id=entry.id,
            pubdate=entry.published.astimezone(UTC),
            updateddate=entry.updated.astimezone(UTC),
            item_copyright=xml_text(entry.licence) or None,
            language=html_code(entry.language),
            licence_url=entry.licence_url,
        )


def xml_text(text: str) -> str:
    """The text without the characters that no XML file can hold."""
    return _NOT_IN_XML.sub(" ", text)
