"""Structured data of public pages: schema.org as JSON-LD, for search engines and other programs.

A page says in its context, under `structured_data`, what it adds to the node of its page: a dict, made by the
`presentation.py` of its app from the functions below. `document()` completes it to one graph: the page, its
breadcrumb, the website in the reader's language with its search, and the organisation. docs/ways-out.md tells which
page is what.

Nothing is stated that the page does not show. Empty values are left out, at any depth.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.i18n.addresses import absolute
from core.i18n.languages import html_code

Node = dict[str, Any]

CONTEXT = "https://schema.org"
ORGANIZATION = "/#organization"
MOST_ITEMS = 100
"""How many items a list names: enough for any list but that of all cities, whose page has to stay light."""

# In a script element, these end it or begin a comment, whatever the type of the element; the other two end a line.
_ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


# --- Parts for presentation.py ------------------------------------------------------------


def work(page, kind: str, **own) -> Node:
    """The text of a page as a node of the type `kind`, which is a type of Article: language, dates and publisher.

    own: more properties; they win over the common ones.
    """
    return {
        "@type": kind,
        "@id": f"{absolute(page.address)}#text",
        "headline": page.title,
        "inLanguage": html_code(page.language),
        "datePublished": iso(page.first_published_at),
        "dateModified": iso(page.last_published_at),
        "publisher": reference(ORGANIZATION),
        **own,
    }


def reference(path: str) -> Node:
    """A node that is described elsewhere, by its address on this portal."""
    return {"@id": absolute(path)}


def item_list(items: Iterable[Mapping], number: int | None = None) -> Node:
    """A list in the order of the page.

    items: {title or name, url}; those without a page of their own are left out. number: how many there are on all
    pages of a long list; without it, those of `items`.
    """
    shown = [(item.get("title") or item.get("name"), item["url"]) for item in items if item.get("url")]
    return {
        "@type": "ItemList",
        "numberOfItems": len(shown) if number is None else number,
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "url": absolute(url)}
            for place, (name, url) in enumerate(shown[:MOST_ITEMS], start=1)
        ],
    }


def collection(items: Iterable[Mapping], number: int | None = None, **own) -> Node:
    """What a list page says: a CollectionPage with an ItemList. The arguments are those of `item_list`."""
    return {"@type": "CollectionPage", "mainEntity": item_list(items, number), **own}


def country(code: str, name: str) -> Node:
    """A country; {} without a code. code: alpha-2 of ISO 3166-1."""
    return {"@type": "Country", "identifier": code, "name": name} if code else {}


def coordinates(thing) -> Node:
    """The `latitude` and `longitude` of a thing in degrees (WGS 84); {} if they are not known."""
    if thing.latitude is None or thing.longitude is None:
        return {}
    return {"@type": "GeoCoordinates", "latitude": float(thing.latitude), "longitude": float(thing.longitude)}


def sources(rows: Iterable) -> list[Node]:
    """Published sources (`core.child_rows.SourceRow`) as `citation`."""
    return [{"@type": "CreativeWork", "name": row.title, "url": row.url} for row in rows]


def example_note(is_example: bool) -> str:
    """What tells programs that something is invented; "" for what is real."""
    return _("An example, invented to show what this portal can do.") if is_example else ""


def iso(instant: datetime | None) -> str:
    """An instant with its offset, in seconds; "" without one."""
    return instant.isoformat(timespec="seconds") if instant else ""


# --- The whole graph ----------------------------------------------------------------------


def document(own: Mapping, context: Mapping) -> Node:
    """The graph of a page.

    own: the page's `structured_data`. context: that of its template: `canonical_url`, `page_language`, `network`, and
    where they are there `page`, `description`, `crumbs`, `alternates` and `share_image`.
    """
    network, url = context["network"], context["canonical_url"]
    page = context.get("page")
    if page is not None and absolute(page.address) != url.partition("?")[0]:
        page = None  # a route of it, such as that of a city, which has other dates and a name of its own
    language = html_code(context["page_language"])
    website = f"{absolute(network.home_url)}#website"
    name = own.get("name") or getattr(page, "title", "") or network.name
    node: Node = {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": name,
        "description": context.get("description") or network.tagline,
        "inLanguage": language,
        "isPartOf": {"@id": website},
        "primaryImageOfPage": {
            "@type": "ImageObject",
            "url": context.get("share_image") or absolute("/covers/network/share"),
            "width": 1200,
            "height": 630,
        },
        "datePublished": iso(getattr(page, "first_published_at", None)),
        "dateModified": iso(getattr(page, "last_published_at", None)),
        **own,
    }
    main = node.get("mainEntity", {})
    _add_versions(main if main.get("@id", "").endswith("#text") else node, page, context.get("alternates", ()))
    nodes = [node]
    if url != absolute(network.home_url):
        node["breadcrumb"] = {"@id": f"{url}#breadcrumb"}
        nodes.append(
            _breadcrumb(f"{url}#breadcrumb", [*context.get("crumbs", ()), {"label": name, "url": url}], network)
        )
    nodes += [_website(website, network, language), _organization(network)]
    return {"@context": CONTEXT, "@graph": _known(nodes)}


def script_text(graph: Mapping) -> str:
    """The JSON of a graph as it can stand in a script element."""
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _add_versions(node: Node, page, alternates: Iterable[Mapping]) -> None:
    """Name the original of a translation, and the public translations of an original.

    alternates: the public versions of the page, {code, url}. An original that is not public is not named.
    """
    own, original = getattr(page, "language", ""), getattr(page, "original_language", "")
    end = "#text" if node["@id"].endswith("#text") else ""
    versions = {
        version["code"]: {
            "@type": node["@type"],
            "@id": f"{version['url']}{end}",
            "url": version["url"],
            "inLanguage": html_code(version["code"]),
        }
        for version in alternates
        if version["code"] != own
    }
    if not own:
        return
    if own == original:
        node["workTranslation"] = list(versions.values())
    else:
        node["translationOfWork"] = versions.get(original)


def _breadcrumb(identity: str, crumbs: Iterable[Mapping], network) -> Node:
    steps = [{"label": network.name, "url": network.home_url}, *crumbs]
    return {
        "@type": "BreadcrumbList",
        "@id": identity,
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": step["label"], "item": _whole(step["url"])}
            for place, step in enumerate(steps, start=1)
        ],
    }


def _website(identity: str, network, language: str) -> Node:
    return {
        "@type": "WebSite",
        "@id": identity,
        "url": absolute(network.home_url),
        "name": network.name,
        "description": network.tagline,
        "inLanguage": language,
        "publisher": reference(ORGANIZATION),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{absolute(network.search_url)}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def _organization(network) -> Node:
    """The network that runs the portal, as its settings name it."""
    return {
        "@type": "Organization",
        "@id": absolute(ORGANIZATION),
        "name": network.name,
        "url": absolute("/"),
        "description": network.independence,
        "email": network.email,
        "telephone": network.telephone,
        "faxNumber": network.fax,
        "logo": _whole(network.mark["src"]) if network.mark else "",
    }


def _whole(address: str) -> str:
    """An address as an absolute one: that of a thing on this portal is a path."""
    return absolute(address) if address.startswith("/") else address


def _known(value: Any) -> Any:
    """The value without what is empty, at any depth."""
    if isinstance(value, dict):
        kept = {name: _known(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [part for part in map(_known, value) if part not in (None, "", [], {})]
    return str(value) if isinstance(value, Promise) else value
