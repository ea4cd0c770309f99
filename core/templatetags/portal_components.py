"""Tags and filters of the templates in `templates/components/`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache, wraps

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.encoding import uri_to_iri
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.i18n import dates, languages, text
from core.i18n.addresses import absolute
from core.structured_data import document, script_text

register = template.Library()

# By main code. All other languages get “ ”.
QUOTATION_MARKS = {
    "fr": ("«\u202f", "\u202f»"),
    "es": ("«", "»"),
    "pt": ("«", "»"),
    "ar": ("«", "»"),
    "ru": ("«", "»"),
}
QUESTION_MARKS = {"?", "؟", "？"}


@dataclass(frozen=True)
class Status:
    """The appearance of a status, and its default label."""

    tone: str
    shape: str
    label: str | Promise = ""


# Colour is never the only difference: each status has a shape, too.
STATUSES = {
    "upcoming": Status("info", "ring", pgettext_lazy("status of a call", "Upcoming")),
    "open": Status("ok", "disc", pgettext_lazy("status of a call", "Open")),
    "member": Status("ok", "disc", _("Member")),
    "confirmed": Status("ok", "disc"),
    "extended": Status("due", "square", _("Open – deadline extended")),
    "closing-soon": Status("due", "square", _("Closing soon")),
    "under-way": Status("ok", "disc", _("Under way")),
    "past": Status("plain", "frame", pgettext_lazy("status of an event", "Past")),
    "moved": Status("due", "square", _("Moved")),
    "postponed": Status("due", "square", _("Postponed")),
    "cancelled": Status("due", "square", _("Cancelled")),
    "closed": Status("plain", "frame", pgettext_lazy("status of a call", "Closed")),
    "stopped": Status("plain", "frame", _("Stopped")),
    "inactive": Status("plain", "frame", _("Member, inactive")),
    "left": Status("plain", "frame", _("Former member")),
    "out-of-date": Status("warn", "lozenge", _("Out of date")),
    "unconfirmed": Status("warn", "lozenge", _("Not confirmed by the city")),
    "machine": Status("warn", "lozenge", _("Machine translation, not checked")),
    "lesson": Status("warn", "lozenge", _("Lesson from a setback")),
    "expected": Status("plain", "ring", _("Expected, not a result")),
    "no-effect": Status("info", "frame", _("No effect found")),
    "report-late": Status("warn", "lozenge", _("Member, progress report late")),
    "report-due": Status("info", "lozenge", _("Member, progress report due")),
    "review": Status("info", "lozenge", _("Under review")),
    "results": Status("ok", "solid-lozenge", pgettext_lazy("status of a call", "Results published")),
    "undated": Status("info", "ring", _("No date yet")),
    "plain": Status("plain", ""),
}


def _cache_rendering(draw: Callable[..., str]) -> Callable[..., str]:
    """Keep what a template made of the same words: a page of results has fifty small parts, few of them different.

    Not while somebody works on the templates.
    """
    kept = lru_cache(maxsize=1_000, typed=True)(draw)

    @wraps(draw)
    def drawn(*words) -> str:
        return draw(*words) if settings.DEBUG else kept(*words)

    return drawn


@register.simple_tag
def status_tag(kind: str, text: str = "") -> str:
    """Render a status tag: `{% status_tag "extended" %}`, `{% status_tag "member" text=label %}`.

    kind: a key of STATUSES; raises KeyError for an unknown one. text: replaces the default label.
    """
    status = STATUSES[kind]
    return _status_tag(status.tone, status.shape, text or str(status.label))


@_cache_rendering
def _status_tag(tone: str, shape: str, text: str) -> str:
    return render_to_string("components/tag.html", {"tone": tone, "shape": shape, "text": text})


@register.simple_tag
def provenance_list(provenance: Iterable[dict]) -> str:
    """Render who says a text: its author, translation and age; nothing if nothing is known.

    provenance: [{kind (of a status tag, or ""), text}] from practices.provenance.
    """
    return _provenance_list(*((item["kind"], str(item["text"])) for item in provenance or ()))


@_cache_rendering
def _provenance_list(*items: tuple[str, str]) -> str:
    provenance = [{"kind": kind, "text": text} for kind, text in items]
    return render_to_string("components/provenance.html", {"provenance": provenance})


@register.simple_tag
def cluster_sign(cluster: dict, *, large: bool = False, meta: str = "") -> str:
    """Render the sign of a cluster with its name: `{% cluster_sign cluster %}`.

    cluster: {code, sign, name, url, language}; url is optional, language too if it is that of the page.
    large: as in a legend. meta: text in a line below.
    """
    values = (cluster.get(key, "") for key in ("code", "sign", "name", "url", "language"))
    return _cluster_sign(*values, large, meta)


@_cache_rendering
def _cluster_sign(code: str, sign: str, name: str, url: str, language: str, large: bool, meta: str) -> str:
    cluster = {"code": code, "sign": sign, "name": name, "url": url, "language": language}
    return render_to_string("components/sign.html", {"cluster": cluster, "large": large, "meta": meta})


@register.filter
def html_language(code: str) -> str:
    """Return the code of a language for `lang` and `hreflang`: `zh-hans` → "zh-Hans"."""
    return languages.html_code(code)


@register.filter
def open_graph_locale(code: str) -> str:
    """Return a language as `og:locale` names it, with a country: `pt` → "pt_PT"."""
    return languages.open_graph_locale(code)


@register.simple_tag(takes_context=True)
def structured_data(context) -> str:
    """Return the structured data of a page in a script element that no browser runs; "" for a page without any.

    A preview and a page that the public may not see have none.
    """
    own, page = context.get("structured_data"), context.get("page")
    if own is None or not context.get("canonical_url") or getattr(context.get("request"), "is_preview", False):
        return ""
    if page is not None and not page.is_public:
        return ""
    graph = script_text(document(own, context.flatten()))
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(graph))  # noqa: S308 - escaped


@register.filter
def direction(code: str) -> str:
    """Return the direction of a language for `dir`: "ltr" or "rtl"."""
    return languages.direction(code)


@register.filter
def own_name(code: str) -> str:
    """Return the name of a language in that language."""
    return languages.own_name(code)


@register.filter
def absolute_url(path: str | None) -> str:
    """Return the absolute address of a path, for programs that read a page without knowing its host; "" without one."""
    return absolute(path) if path and path.startswith("/") else path or ""


@register.filter
def readable_address(url: str) -> str:
    """Return an address as readers read it: letters instead of percent codes, "/comisi%C3%B3n" → "/comisión".

    For the text of links only. An address whose codes stand for characters that cannot be seen keeps them.
    """
    readable = uri_to_iri(url)
    return readable if readable.isprintable() else url


@register.simple_tag
def language_attributes(code: str = "") -> str:
    """Return `lang` and `dir` for text in another language than the page; "" for the language of the page.

    `<h3 {% language_attributes card.language %}>`
    """
    if not code or code == get_language():
        return ""
    return format_html('lang="{}" dir="{}"', languages.html_code(code), languages.direction(code))


@register.simple_tag
def sentence_space() -> str:
    """Return what stands after a full stop or a colon of the interface: a space; in Chinese nothing."""
    return text.sentence_space()


@register.simple_tag
def labelled(label, message) -> str:
    """Return the label of a field with what is said about it: "Title: …"; no colon follows a question mark."""
    if str(label)[-1:] in QUESTION_MARKS:
        return f"{label}{text.sentence_space()}{message}"
    return gettext("%(label)s: %(value)s") % {"label": label, "value": message}


@register.simple_tag
def in_language(code: str = "") -> str:
    """Return words for text in another language than the page, "In Spanish"; "" for the language of the page."""
    reader = get_language() or ""
    if not code or code in {reader, languages.main_code(reader)}:
        return ""
    return str(_("In %(language)s")) % {"language": languages.language_name(code)}


@register.simple_tag
def highlighted(pieces: Iterable[tuple[str, bool]]) -> str:
    """Render a title or snippet of a search result with its highlights.

    pieces: (text, whether it is a match).
    """
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if found else text,) for text, found in pieces)
    )


# A results page has about 270 of them: as a template they would take as long as the rest of the page.
# Every value in it is escaped first.
FACET_OPTION = (
    '<li><label class="option"><input id="{0}-{1}" type="checkbox" name="{0}" value="{1}"{2}>'
    '<span class="option__name" {3}>{4}</span><span class="option__count num">{5}</span></label></li>'
)
# The same words and numbers are in the filters of every page.
_escaped = lru_cache(maxsize=5_000, typed=True)(conditional_escape)


@register.simple_tag
def facet_options(options: list[dict], name: str) -> str:
    """Render the checkboxes of a facet as a list for templates/components/facet.html.

    options: [{value, label, count, checked, language}]; language is that of the label, and optional.
    """
    boxes = "".join(
        FACET_OPTION.format(
            _escaped(name),
            _escaped(option["value"]),
            " checked" if option["checked"] else "",
            language_attributes(option.get("language", "")),
            _escaped(option["label"]),
            _escaped(option["count"]),
        )
        for option in options
    )
    return format_html('<ul class="list-plain">{}</ul>', mark_safe(boxes))  # noqa: S308  # every value is escaped above


@register.simple_tag
def language_alternatives(versions: list[dict]) -> str:
    """Render links to language versions as a list of alternatives: "English, Français or العربية".

    versions: [{code, url}]. The list pattern is CLDR's "or" pattern in the language of the page.
    """
    links = [
        format_html(
            '<a href="{}" lang="{}" hreflang="{}" dir="{}">{}</a>',
            version["url"],
            languages.html_code(version["code"]),
            languages.html_code(version["code"]),
            languages.direction(version["code"]),
            languages.own_name(version["code"]),
        )
        for version in versions
    ]
    patterns = dates.locale().list_patterns["or"]
    if len(links) < 2:
        return links[0] if links else ""
    if len(links) == 2:
        return format_html(patterns["2"], *links)
    text = format_html(patterns["end"], links[-2], links[-1])
    for link in reversed(links[1:-2]):
        text = format_html(patterns["middle"], link, text)
    return format_html(patterns["start"], links[0], text)


@register.filter
def quoted(text: str, language: str = "") -> str:
    """Return the text in the quotation marks of its language, by default the language of the page."""
    code = languages.main_code(language or languages.active_language())
    opening, closing = QUOTATION_MARKS.get(code, ("“", "”"))
    return f"{opening}{text}{closing}"


@register.filter
def dial_angle(when: datetime | time) -> int:
    """Return the angle in degrees of the hand of a 24-hour dial with midnight at the top: 06:00 → 90."""
    return round((when.hour * 60 + when.minute) / 4) % 360


@register.filter
def minus_sign(number: str) -> str:
    """Return a number with a minus sign (U+2212) instead of a hyphen."""
    return str(number).replace("-", "\u2212", 1)


@register.filter
def has_session(request) -> bool:
    """Whether somebody may have signed in: a template asks this before it shows something for staff.

    To ask for the user would cost every reader a query, and say that the page differs by cookie.
    """
    return bool(request) and settings.SESSION_COOKIE_NAME in request.COOKIES
