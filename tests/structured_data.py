"""Read the structured data of a page back, and check it against schema.org.

JSON-LD is JSON: the parser of the standard library reads it. A processor of RDF would read it, too, but takes any
property of any type as true, and needs the context of schema.org from the network. What has to be checked is whether
schema.org gives a type this property, so that is a table here: https://schema.org/version/latest (29).
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime

from lxml import html

THING = {"name", "description", "url", "image", "sameAs", "identifier", "alternateName", "disambiguatingDescription"}
THING |= {"mainEntityOfPage", "potentialAction"}
WORK = THING | {"about", "abstract", "author", "citation", "contentLocation", "dateModified", "datePublished", "genre"}
WORK |= {"headline", "inLanguage", "isBasedOn", "isPartOf", "license", "mainEntity", "publisher", "temporalCoverage"}
WORK |= {"translationOfWork", "workTranslation"}
PAGE = WORK | {"breadcrumb", "primaryImageOfPage"}
PLACE = THING | {"address", "containedInPlace", "geo"}
ORGANIZATION = THING | {"email", "faxNumber", "location", "logo", "telephone"}
# The properties that schema.org gives each type, its own and those of the types above it, as far as pages may use them.
PROPERTIES = {
    **dict.fromkeys(("WebPage", "CollectionPage", "ContactPage", "SearchResultsPage"), PAGE),
    **dict.fromkeys(("CreativeWork", "WebSite", "Report", "NewsArticle"), WORK),
    **dict.fromkeys(("Place", "City", "Country"), PLACE),
    **dict.fromkeys(("Organization", "GovernmentOrganization"), ORGANIZATION),
    "ApplyAction": THING | {"actionStatus", "endTime", "startTime", "target"},
    "SearchAction": THING | {"query-input", "target"},
    "EntryPoint": THING | {"urlTemplate"},
    "BreadcrumbList": THING | {"itemListElement", "numberOfItems"},
    "ItemList": THING | {"itemListElement", "numberOfItems"},
    "ListItem": THING | {"item", "position"},
    "DefinedTerm": THING | {"inDefinedTermSet", "termCode"},
    "DataCatalog": WORK | {"dataset"},
    "DataDownload": WORK | {"contentUrl", "encodingFormat"},
    "Dataset": WORK | {"creator", "distribution", "isAccessibleForFree"},
    "DefinedTermSet": WORK | {"hasDefinedTerm"},
    "Event": THING
    | {"about", "endDate", "eventAttendanceMode", "eventStatus", "inLanguage", "location", "organizer"}
    | {"previousStartDate", "startDate", "superEvent"},
    "EventSeries": THING,
    "GeoCoordinates": THING | {"latitude", "longitude"},
    "ImageObject": WORK | {"height", "width"},
    "PostalAddress": THING | {"addressCountry", "addressLocality"},
    "VirtualLocation": THING,
}
# What a reader of a type cannot do without.
REQUIRED: dict[str, set[str]] = {
    **{kind: {"name", "url"} for kind in ("WebPage", "CollectionPage", "ContactPage", "SearchResultsPage", "WebSite")},
    **{kind: {"headline", "author", "inLanguage", "datePublished"} for kind in ("Report", "NewsArticle")},
    **{kind: {"name"} for kind in ("Place", "City", "Country", "GovernmentOrganization")},
    "ApplyAction": {"endTime", "name", "target"},
    "SearchAction": {"query-input", "target"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"name", "position"},
    "Event": {"name", "startDate", "endDate", "eventStatus"},
    "Dataset": {"name", "description"},
    "DataDownload": {"contentUrl", "encodingFormat"},
    "GeoCoordinates": {"latitude", "longitude"},
    "VirtualLocation": {"url"},
}
DATES = {"dateModified", "datePublished", "endDate", "endTime", "previousStartDate", "startDate", "startTime"}
ADDRESSES = {"@id", "contentUrl", "image", "item", "license", "logo", "sameAs", "url", "urlTemplate"}


def graph_of(page: str) -> list[dict]:
    """The nodes of a page's structured data; [] for a page without any. Fails for more than one script of it."""
    scripts = html.fromstring(page).xpath("//script[@type='application/ld+json']")
    assert len(scripts) <= 1
    if not scripts:
        return []
    read = json.loads(scripts[0].text)
    assert read["@context"] == "https://schema.org"
    return read["@graph"]


def nodes(value) -> Iterator[dict]:
    """All nodes with a type, at any depth."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from nodes(part)


def node(page: str, kind: str) -> dict:
    """The first node of a type."""
    found = [each for each in nodes(graph_of(page)) if each["@type"] == kind]
    assert found, f"no {kind}"
    return found[0]


def problems(graph: list[dict]) -> list[str]:
    """What is wrong with a graph, as sentences."""
    found = []
    for each in nodes(graph):
        kind, names = each["@type"], each.keys() - {"@type", "@id"}
        if kind not in PROPERTIES:
            found.append(f"unknown type {kind}")
            continue
        found += [f"{kind} has no {name} in schema.org" for name in names - PROPERTIES[kind]]
        if not {"@id", "url", "@type", "inLanguage"} >= each.keys():  # more than a reference to another page
            found += [f"{kind} without {name}" for name in REQUIRED.get(kind, set()) - names]
        for name, value in each.items():
            values = value if isinstance(value, list) else [value]
            found += [f"{kind}.{name}: empty" for part in values if part in ("", None, {}, [])]
            if name in ADDRESSES:
                found += [f"{kind}.{name}: {part}" for part in values if not re.match(r"https?://", str(part))]
            if name in DATES:
                found += [f"{kind}.{name}: {part}" for part in values if not _is_date(part)]
    targets = {each["@id"] for each in nodes(graph) if "@id" in each}
    own = (each.get(name) for each in graph for name in ("isPartOf", "breadcrumb", "publisher"))
    return found + [f"nothing is {part['@id']}" for part in own if part and part["@id"] not in targets]


def _is_date(text: str) -> bool:
    """Whether it is a day, or an instant with its offset."""
    try:
        date.fromisoformat(text)
    except ValueError:
        try:
            return datetime.fromisoformat(text).utcoffset() is not None
        except ValueError:
            return False
    return True
