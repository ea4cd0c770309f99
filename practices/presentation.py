"""The page of a practice as its template shows it."""

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cities.presentation import city_url
from core.drawing.cartography import locator
from core.i18n import dates
from core.i18n.languages import language_name
from core.i18n.text import comma_list
from core.media.documents import public_files
from core.vocabularies import DatePrecision
from practices import cards
from practices.vocabularies import CostBand, Evidence, PracticeState

# Width and height of the map of a practice, in units of the map of the world.
MAP_SIZE = (300, 180)
# Child rows that a page shows and a card does not.
ROWS = ("steps", "results", "funders", "partners", "documents", "sources")


def practice_context(practice, clusters: dict[int, dict], adapted_from) -> dict:
    """The context of templates/practices/practice_page.html besides the page itself.

    clusters: from `Cluster.objects.links`. adapted_from: the public version of the practice that this one
    was adapted from, or None.
    """
    language = practice.language
    cards.prefetch_card_rows([practice], *ROWS)
    return {
        "place": cards.place(practice.city),
        "city_url": city_url(practice.city.code, language),
        "picture": cards.picture(practice, large=True),
        "tags": status_tags(practice),
        "facts": facts_at_a_glance(practice),
        "map": place_on_map(practice),
        "clusters": cards.clusters_of(practice, clusters),
        "cluster_links": clusters,
        "results": [result_row(row) for row in practice.results.all()],
        "sources": practice.sources.all(),
        "adapted_from": _page_link(adapted_from, language) if adapted_from else None,
        "documents": public_files(practice.documents.all()),
        "share_image": f"/covers/practice/{practice.code}/share",
    }


def place_on_map(practice) -> dict | None:
    """The practice's own place, else that of its city, for templates/components/locator.html; None if unknown.

    `is_own` tells whether the place is the practice's own.
    """
    for thing in (practice, practice.city):
        if thing.latitude is not None and thing.longitude is not None:
            where = locator(float(thing.longitude), float(thing.latitude), *MAP_SIZE)
            return {"locator": where, "is_own": thing is practice}
    return None


def is_unconfirmed(confirmed_on: date | None, today: date) -> bool:
    """Whether the last confirmation by the city is older than PRACTICE_CONFIRMATION_MONTHS."""
    if confirmed_on is None:
        return False
    months = (today.year - confirmed_on.year) * 12 + today.month - confirmed_on.month
    return months >= settings.PRACTICE_CONFIRMATION_MONTHS


def status_tags(practice) -> list[dict]:
    """At most three tags: confirmation, state, language."""
    tags: list[dict] = []
    if practice.confirmed_on:
        if is_unconfirmed(practice.confirmed_on, timezone.localdate()):
            words = _("Not confirmed since %(year)s. Ask the city before you rely on it.")
            tags.append({"kind": "unconfirmed", "text": words % {"year": dates.year(practice.confirmed_on)}})
        else:
            words = _("Confirmed by the city on %(date)s")
            tags.append({"kind": "confirmed", "text": words % {"date": dates.day(practice.confirmed_on)}})
    if practice.state in {PracticeState.STOPPED, PracticeState.FAILED}:
        tags.append({"kind": "stopped", "text": practice.get_state_display()})
    if not practice.is_original:
        tag = language_tag(practice.origin(), practice.language, practice.language, practice.original_language)
        tags += [tag] if tag else []
    elif practice.authored_by == practice.AuthoredBy.SECRETARIAT:
        tags.append({"kind": "plain", "text": _("Written from public sources")})
    return tags[:3]


def language_tag(origin: str, language: str, reader: str, original_language: str = "") -> dict | None:
    """A tag with the language and the origin of a text; None for an original in the reader's language.

    origin: "original", "human" or "machine". language: of the text. original_language: of the original, ""
    if it is not known.
    """
    if language != reader:
        named = language
        words = {
            "original": _("In %(language)s (original)"),
            "human": _("In %(language)s (translated by a person)"),
            "machine": _("In %(language)s (machine translation, not checked)"),
        }[origin]
    elif original_language:
        named = original_language
        words = {
            "original": "",
            "human": _("Translated from %(language)s by a person"),
            "machine": _("Machine translation from %(language)s, not checked"),
        }[origin]
    else:
        return {"kind": "machine", "text": ""} if origin == "machine" else None
    kind = "machine" if origin == "machine" else "plain"
    return {"kind": kind, "text": words % {"language": language_name(named)}} if words else None


def facts_at_a_glance(practice) -> list[dict]:
    """The known data of a practice, as templates/components/facts.html takes it."""
    facts: list[dict] = []
    if period := format_period(practice):
        facts.append({"label": _("Period"), "value": period})
    facts += _cost(practice)
    if funders := [_share(row) for row in practice.funders.all()]:
        facts.append({"label": _("Paid by"), "value": comma_list(funders)})
    if practice.staff_fte is not None:
        sample = dates.plural_sample(practice.staff_fte)
        posts = ngettext("%(count)s full-time post", "%(count)s full-time posts", sample)
        facts.append({"label": _("Staff"), "value": posts % {"count": dates.number(practice.staff_fte)}})
    if practice.months_to_first_result is not None:
        count = practice.months_to_first_result
        months = ngettext("after %(count)s month", "after %(count)s months", count)
        facts.append({"label": _("First result"), "value": months % {"count": count}})
    if evidence := best_evidence(practice):
        facts.append({"label": _("Evidence"), "value": evidence.label, "step": evidence.step})
    for field, label in (
        ("target_groups", _("For whom")),
        ("learning_settings", _("Setting")),
        ("governance_levels", _("Level")),
    ):
        if words := practice._meta.get_field(field).labels(practice):
            facts.append({"label": label, "value": comma_list(words)})
    if practice.lead_unit:
        facts.append({"label": _("Led by"), "value": practice.lead_unit})
    if partners := [partner.name for partner in practice.partners.all()]:
        facts.append({"label": _("Partners"), "value": comma_list(partners)})
    return facts


def format_period(practice) -> str:
    """The period with the known precision, for example "March 2021, going on"."""
    if not practice.period_start:
        return practice.get_state_display() if practice.state else ""
    start = dates.partial_date(practice.period_start, practice.period_start_precision)
    if practice.period_end:
        end = dates.partial_date(practice.period_end, practice.period_end_precision)
        if end == start:
            return start
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    if practice.state == PracticeState.ONGOING:
        return _("%(start)s, going on") % {"start": start}
    if practice.period_start_precision == DatePrecision.DAY:
        # In some languages a day has an article, and a month or a year has none.
        return pgettext("a day", "since %(start)s") % {"start": start}
    return _("since %(start)s") % {"start": start}


def _cost(practice) -> list[dict]:
    band = practice.get_cost_band_display() if practice.cost_band != CostBand.UNKNOWN else ""
    if practice.cost_amount is not None:
        amount = dates.money(practice.cost_amount, practice.cost_currency)
        prices = _("prices of %(year)s") % {"year": practice.cost_year}
        note = f"{band} · {prices}" if band else prices
        return [{"label": _("Cost a year"), "value": amount, "note": note}]
    return [{"label": _("Cost a year"), "value": band}] if band else []


def _share(row) -> str:
    return f"{row.name} {dates.percent(row.percent)}" if row.percent is not None else row.name


def best_evidence(practice) -> Evidence | None:
    """The highest evidence level of the results."""
    levels = [Evidence(row.evidence) for row in practice.results.all()]
    return max(levels, key=lambda evidence: evidence.step, default=None)


def result_row(row) -> dict:
    """A result as templates/components/results.html takes it."""
    number = ""
    if row.value is not None:
        number = dates.percent(row.value) if row.unit == "%" else dates.number(row.value)
    return {
        "number": number,
        "text": row.label,
        "year": row.year,
        "source": row.source,
        "source_url": row.source_url,
    }


def _page_link(page, reader: str) -> dict:
    """A link to a page; `language` is the page's if it is not the reader's, else ""."""
    return {"title": page.title, "url": page.url, "language": page.language if page.language != reader else ""}
