"""What the public search indexes: documents, and the kinds that they are of.

Every page class of the portal has a ``document_kind`` and returns a :class:`SearchDocument` from
``search_document()``. The classes are at the bottom of the import order because pages of all
applications build them. They know neither the facets (``search_engines.facets``) nor the engines.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time

ORIGINS = ("original", "human", "machine")

MAX_KEY = 200
MAX_TITLE = 500
MAX_SUMMARY = 2_000
MAX_BODY = 200_000
MAX_NAMES = 1_000

# C0 and C1 control characters (tabs and line breaks included), lone surrogates and the noncharacters of the basic
# plane: none of them is text, and each causes an error in some database or engine.
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")


def clean_text(text: str, limit: int | None = None) -> str:
    """Return ``text`` in NFC without control characters and lone surrogates, cut to ``limit`` characters.

    Control characters become a space, so that the words around them stay separate. NFC, because a letter with an
    accent must be the same for every engine, whether it is one code point or two.
    """
    if limit is not None:
        text = text[: 2 * limit]  # NFC at most halves a text of decomposed pairs
    text = unicodedata.normalize("NFC", _NOT_TEXT.sub(" ", text)).strip()
    return text if limit is None else text[:limit]


def start_of_day(day: date | None) -> datetime | None:
    """Return the first instant of a day in UTC, for a date that has no time zone; None for None."""
    return datetime.combine(day, time(), UTC) if day else None


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document, and the fields that documents of this kind fill.

    Not every document fills every field. A system check compares the fields with the facets of the
    search, and a test compares them with real documents.
    """

    code: str
    """``SearchDocument.type``; a code of ``search_engines.kinds``."""
    facets: Set[str] = frozenset()
    """Codes of ``search_engines.facets``."""
    instants: Set[str] = frozenset()
    """Names as in ``SearchDocument.instants``."""
    ranges: Set[str] = frozenset()
    """Names as in ``SearchDocument.ranges``."""

    @property
    def indexed_facets(self) -> set[str]:
        """Its facets with the one that all documents have: what kind they are of."""
        return {*self.facets, "type"}

    def document(self, **fields) -> "SearchDocument":
        """Return a document of this kind. Raises ``ValueError`` for a field that the kind does not declare."""
        for name in ("facets", "instants", "ranges"):
            if undeclared := fields.get(name, {}).keys() - getattr(self, name):
                raise ValueError(f"the {self.code!r} documents do not declare {name}: {', '.join(sorted(undeclared))}")
        return SearchDocument(type=self.code, **fields)


def page_kind(
    code: str, *, facets: Iterable[str] = (), instants: Iterable[str] = (), ranges: Iterable[str] = ()
) -> DocumentKind:
    """The kind of a page class: its own fields, and those that all pages fill (`PortalPage.common_document`)."""
    return DocumentKind(
        code,
        facets=frozenset({"original_language", "available_language", *facets}),
        instants=frozenset({"published", "updated", "dated", *instants}),
        ranges=frozenset(ranges),
    )


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """One public language version of a page, city or file, as the index stores it.

    Text is cleaned and cut to its maximum length. Invalid values raise ``ValueError``. Mappings are copied, so that
    a document never changes.
    """

    id: str
    """Unique for each language version, for example ``page:17`` or ``city:dk-sonderborg:fr``."""
    group: str
    """The same for all language versions: ``page:<translation_key>``, ``city:<code>``."""
    language: str
    """The language of the text, as a code of the ``LANGUAGES`` setting."""
    shown_in: tuple[str, ...]
    """The languages of the readers who get this version of the group."""
    type: str
    """Code of its kind: practice, city, cluster, event, call, news, page or document."""
    url: str
    title: str
    summary: str = ""
    body: str = ""
    names: tuple[str, ...] = ()
    """City, country and cluster names, and codes, in the document's language and in others."""
    own_names: tuple[str, ...] = ()
    """Other names of the thing itself, in any language: readers who type one of them and nothing else find it first."""
    keywords: tuple[str, ...] = ()
    """Acronyms, years, editions and other names in the document's language: found like its text, shown nowhere."""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Facet code to value codes: never translated text, never a primary key."""
    instants: Mapping[str, datetime] = field(default_factory=dict, hash=False)
    """Aware datetimes by name: published, updated, dated, opens_at, deadline, starts_at, ends_at, confirmed_on.

    ``dated`` is the date of what the document is about, by which the newest come first: the day of a piece of
    news, the start of an event. Without it they go by ``published``, else by ``updated``.
    A status is never indexed: whether a call is open depends on the time of the search.
    """
    ranges: Mapping[str, tuple[int, int | None]] = field(default_factory=dict, hash=False)
    """First and last year by name (``period``); ``None`` as the last year means that it continues."""
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    origin: str = "original"
    """``original``, ``human`` (translated by people) or ``machine``."""

    def __post_init__(self):
        for name in ("id", "group", "language", "type"):
            self._set(name, _key(name, getattr(self, name)))
        self._set("shown_in", tuple(dict.fromkeys(_key("shown_in", code) for code in self.shown_in)))
        self._set("url", clean_text(self.url))
        self._set("title", clean_text(self.title, MAX_TITLE))
        self._set("summary", clean_text(self.summary, MAX_SUMMARY))
        self._set("body", clean_text(self.body, MAX_BODY))
        for name in ("names", "own_names", "keywords"):
            texts = (clean_text(text, MAX_KEY) for text in getattr(self, name))
            self._set(name, tuple(dict.fromkeys(filter(None, texts)))[:MAX_NAMES])
        self._set("facets", {name: _codes(name, codes) for name, codes in self.facets.items() if codes})
        self._set(
            "instants",
            {name: _instant(name, value) for name, value in self.instants.items() if value},
        )
        self._set("ranges", {name: _years(name, *years) for name, years in self.ranges.items() if years})
        self._set("place", _place(self.place))
        if self.origin not in ORIGINS:
            raise ValueError(f"origin must be one of {ORIGINS}, not {self.origin!r}")

    def _set(self, name, value):
        object.__setattr__(self, name, value)

    @property
    def newest(self) -> datetime | None:
        """The instant by which the newest come first."""
        return next((self.instants[name] for name in ("dated", "published", "updated") if name in self.instants), None)

    @property
    def indexed_facets(self) -> dict[str, tuple[str, ...]]:
        """The facets as engines index them: with the document's kind."""
        return {**self.facets, "type": (self.type,)}

    @property
    def content_hash(self) -> str:
        """SHA-256 (hexadecimal) of everything that is indexed.

        It does not depend on the order of mappings, on the order of codes in a facet, or on the time zone of a
        datetime. Two documents with the same hash give the same search results.
        """
        content = {item.name: getattr(self, item.name) for item in fields(self)}
        content["shown_in"] = sorted(self.shown_in)
        content["facets"] = {name: sorted(codes) for name, codes in self.facets.items()}
        content["instants"] = {name: value.astimezone(UTC).isoformat() for name, value in self.instants.items()}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _key(name: str, value: str) -> str:
    """Return an identifier. It must be clean already: if it were changed, it could never be deleted again."""
    if not value or len(value) > MAX_KEY or clean_text(value) != value:
        raise ValueError(f"{name} must be 1 to {MAX_KEY} clean characters, not {value!r}")
    return value


def _codes(name: str, codes: Iterable[str]) -> tuple[str, ...]:
    if isinstance(codes, str):
        raise ValueError(f"facet {name} must be a tuple of codes, not the text {codes!r}")
    return tuple(dict.fromkeys(_key(f"facet {name}", code) for code in codes))


def _instant(name: str, value: datetime) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ValueError(f"instant {name} must be an aware datetime, not {value!r}")
    return value


def _years(name: str, first: int, last: int | None) -> tuple[int, int | None]:
    if not 1 <= first <= 9998 or (last is not None and not first <= last <= 9998):
        raise ValueError(f"range {name} must be years from 1 to 9998 in order, not {first!r} to {last!r}")
    return first, last


def _place(place: tuple[float, float] | None) -> tuple[float, float] | None:
    if place is None:
        return None
    latitude, longitude = (float(number) for number in place)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"place must be latitude and longitude in degrees, not {place!r}")
    return latitude, longitude
