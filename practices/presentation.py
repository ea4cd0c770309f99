"""The page of a practice as its template shows it."""

from functools import cache

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext, override, pgettext
from django.utils.translation import gettext as _

from cities.presentation import city_node, city_url, government_node
from core.drawing.cartography import locator
from core.drawing.cover_files import share_image
from core.i18n import dates
from core.i18n.text import comma_list, detail_list, label_list, sentence_start
from core.media.documents import public_files
from core.structured_data import ORGANIZATION, Node, example_note, reference, sources, work
from core.vocabularies import DatePrecision, Licence
from practices import cards
from practices.evidence import strongest
from practices.provenance import provenance_of
from practices.vocabularies import CostBand, CostScope, Evidence, Information, PracticeState, ResultKind

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
        "provenance": provenance_of(practice).items(language),
        "facts": facts_at_a_glance(practice),
        "map": place_on_map(practice),
        "missing": missing_information(practice),
        "lesson": lesson(practice),
        "by_city": practice.authored_by == practice.AuthoredBy.CITY,
        "clusters": cards.clusters_of(practice, clusters),
        "cluster_links": clusters,
        "results": [result_row(row) for row in practice.results.all()],
        "sources": practice.sources.all(),
        "adapted_from": _page_link(adapted_from, language) if adapted_from else None,
        "documents": public_files(practice.documents.all()),
        "share_image": share_image("practice", practice.code),
        "structured_data": {"mainEntity": report_node(practice, adapted_from, clusters)},
    }


def report_node(practice, adapted_from, clusters: dict[int, dict]) -> Node:
    """A practice in the structured data of its page: a report of its city or of the secretariat, with its licence."""
    city = practice.city
    by_city = practice.authored_by == practice.AuthoredBy.CITY
    return work(
        practice,
        "Report",
        abstract=practice.one_line_result,
        identifier=practice.code,
        image=share_image("practice", practice.code),
        author=government_node(city, practice.language) if by_city else reference(ORGANIZATION),
        license=Licence(practice.licence).url,
        temporalCoverage=_interval(practice),
        contentLocation=city_node(city, practice.language),
        about=[
            {"@type": "DefinedTerm", "name": cluster["name"], "termCode": cluster["code"]}
            for cluster in cards.clusters_of(practice, clusters)
        ],
        citation=sources(practice.sources.all()),
        isBasedOn=reference(adapted_from.url) if adapted_from else {},
        disambiguatingDescription=example_note(city.is_example),
    )


def _interval(practice) -> str:
    """The period as ISO 8601 with the known precision, "2019-03/2021"; ".." for the end of what goes on."""
    if not practice.period_start:
        return ""
    start = _partial_iso(practice.period_start, practice.period_start_precision)
    if practice.period_end:
        return f"{start}/{_partial_iso(practice.period_end, practice.period_end_precision)}"
    return f"{start}/.." if practice.state == PracticeState.ONGOING else start


def _partial_iso(day, precision: str) -> str:
    parts = {DatePrecision.YEAR: 1, DatePrecision.MONTH: 2, DatePrecision.DAY: 3}[DatePrecision(precision)]
    return "-".join(day.isoformat().split("-")[:parts])


def place_on_map(practice) -> dict | None:
    """The practice's own place, else that of its city, for templates/components/locator.html; None if unknown.

    `is_own` tells whether the place is the practice's own.
    """
    for thing in (practice, practice.city):
        if thing.latitude is not None and thing.longitude is not None:
            where = locator(float(thing.longitude), float(thing.latitude), *MAP_SIZE)
            return {"locator": where, "is_own": thing is practice}
    return None


def status_tags(practice) -> list[dict]:
    """The tag of a practice that was stopped or failed."""
    if practice.state in {PracticeState.STOPPED, PracticeState.FAILED}:
        return [{"kind": "stopped", "text": practice.get_state_display()}]
    return []


def lesson(practice) -> dict | None:
    """What went wrong, with its heading; None if nothing is said. Only the words of the city are headed "we"."""
    if not practice.not_again:
        return None
    by_city = practice.authored_by == practice.AuthoredBy.CITY
    heading = _("What we would not do again") if by_city else _("What went wrong, according to the sources")
    return {"heading": heading, "text": practice.not_again}


def facts_at_a_glance(practice) -> list[dict]:
    """The known data of a practice, as templates/components/facts.html takes it.

    `missing_information` names what is asked most and not known.
    """
    facts: list[dict] = []
    if period := format_period(practice):
        facts.append({"label": _("Period"), "value": period})
    facts += _cost(practice)
    if funders := [_share(row) for row in practice.funders.all()]:
        facts.append({"label": _("Funded by"), "value": comma_list(funders)})
    if practice.staff_fte is not None:
        sample = dates.plural_sample(practice.staff_fte)
        posts = ngettext("%(count)s full-time post", "%(count)s full-time posts", sample)
        facts.append({"label": _("Staff"), "value": posts % {"count": dates.number(practice.staff_fte)}})
    if practice.months_to_first_result is not None:
        count = practice.months_to_first_result
        months = ngettext("after %(count)s month", "after %(count)s months", count)
        facts.append({"label": _("First result"), "value": months % {"count": count}})
    facts.append(_evidence(practice))
    for field, label in (
        ("target_groups", _("Target groups")),
        ("learning_settings", _("Learning setting")),
        ("governance_levels", _("Level of government")),
    ):
        if words := practice._meta.get_field(field).labels(practice):
            facts.append({"label": label, "value": label_list(words)})
    if practice.lead_unit:
        facts.append({"label": _("Led by"), "value": practice.lead_unit})
    if partners := [partner.name for partner in practice.partners.all()]:
        facts.append({"label": _("Partners"), "value": comma_list(partners)})
    return facts


def format_period(practice) -> str:
    """The period with the known precision, for example "March 2021, ongoing"."""
    if not practice.period_start:
        return practice.get_state_display() if practice.state else ""
    start = dates.partial_date(practice.period_start, practice.period_start_precision)
    if practice.period_end:
        end = dates.partial_date(practice.period_end, practice.period_end_precision)
        if end == start:
            return start
        if {practice.period_start_precision, practice.period_end_precision} == {DatePrecision.YEAR}:
            return dates.year_range(practice.period_start.year, practice.period_end.year)
        if {practice.period_start_precision, practice.period_end_precision} == {DatePrecision.DAY}:
            return dates.day_range(practice.period_start, practice.period_end)
        return _("%(start)s to %(end)s") % {"start": start, "end": end}
    # In some languages a day has an article, and a month or a year has none.
    is_day = practice.period_start_precision == DatePrecision.DAY
    if practice.state == PracticeState.ONGOING:
        words = pgettext("a day", "%(start)s, ongoing") if is_day else _("%(start)s, ongoing")
    else:
        words = pgettext("a day", "since %(start)s") if is_day else _("since %(start)s")
    return words % {"start": start}


def information_in(practice) -> set[str]:
    """The codes of `Information` that a practice gives."""
    given = {
        Information.COST: practice.cost_amount is not None or practice.cost_band != CostBand.UNKNOWN,
        Information.STAFF: practice.staff_fte is not None,
        Information.CONTACT: bool(practice.contact_role),
    }
    return {code.value for code, is_given in given.items() if is_given}


def missing_information(practice) -> str:
    """One sentence that names what the city or the sources do not say, "" if nothing is missing.

    It tells readers what is unknown from what the page forgot.
    """
    given = information_in(practice)
    names = {
        # Translators: parts of “The sources give no cost, no staff and no contact.”
        Information.COST: pgettext("what a practice does not say", "no cost"),
        Information.STAFF: pgettext("what a practice does not say", "no staff"),
        Information.CONTACT: pgettext("what a practice does not say", "no contact"),
    }
    missing = [name for code, name in names.items() if code not in given]
    if not practice.period_start:
        missing.append(pgettext("what a practice does not say", "no beginning"))
    if not missing:
        return ""
    by_city = practice.authored_by == practice.AuthoredBy.CITY
    words = _("The city has given %(things)s yet.") if by_city else _("The sources give %(things)s.")
    return words % {"things": _nothing_about(missing)}


def _nothing_about(things: list[str]) -> str:
    """Things that a sentence denies, as a list: "no cost, no staff and no contact"."""
    listed, *others = things
    for thing in others[:-1]:
        # Translators: between two of several things that nobody states, as in “no cost, no staff …”.
        listed = pgettext("things that nobody states", "%(things)s, %(next)s") % {"things": listed, "next": thing}
    if not others:
        return listed
    # Translators: before the last of the things that nobody states; in some languages the word is “nor”.
    return pgettext("things that nobody states", "%(things)s and %(last)s") % {"things": listed, "last": others[-1]}


def _cost(practice) -> list[dict]:
    band = practice.get_cost_band_display() if practice.cost_band != CostBand.UNKNOWN else ""
    if practice.cost_amount is None:
        return [{"label": _("Cost per year"), "value": band}] if band else []
    labels = {
        (CostScope.YEAR, False): _("Cost per year"),
        (CostScope.YEAR, True): _("Planned cost per year"),
        (CostScope.TOTAL, False): _("Cost to date"),
        (CostScope.TOTAL, True): _("Total planned cost"),
    }
    notes = [
        practice.cost_covers,
        band if practice.cost_scope == CostScope.YEAR else "",
        _("prices of %(year)s") % {"year": practice.cost_year},
    ]
    return [
        {
            "label": labels[CostScope(practice.cost_scope), practice.cost_is_planned],
            "value": dates.money(practice.cost_amount, practice.cost_currency),
            "note": " · ".join(filter(None, notes)),
        }
    ]


def _share(row) -> str:
    if row.percent is None:
        return row.name
    # Translators: who pays for a practice, and how much of it, as in “The city 60%”.
    return _("%(funder)s %(percent)s") % {"funder": row.name, "percent": dates.percent(row.percent)}


@cache
def evidence_url(language: str) -> str:
    """The address of the page about the evidence levels."""
    with override(language):
        return reverse("evidence-levels")


def evidence_link(evidence: str | None) -> str:
    """The label of an evidence level as a link to the page about the levels; "" without a level."""
    if not evidence:
        return ""
    return _evidence_link(evidence, get_language())


@cache
def _evidence_link(evidence: str, language: str) -> str:
    """The link in the active language, which is the key of the cache: a page of results has twenty."""
    return format_html('<a href="{}#{}">{}</a>', evidence_url(language), evidence, Evidence(evidence).label)


def _evidence(practice) -> dict:
    """The evidence level, what it rests on, and a link to what the levels mean."""
    best, url = strongest(practice.results.all()), evidence_url(practice.language)
    if best is None:
        return {"label": _("Evidence"), "value": _("No evidence level: no results have been counted yet"), "url": url}
    level = Evidence(best.evidence)
    return {
        "label": _("Evidence"),
        "value": level.label,
        "step": level.step,
        "step_url": url,
        "note": _("Based on: %(document)s") % {"document": _document(best)},
    }


def _document(row) -> str:
    """The kind of document that a result rests on, with its publisher and year."""
    year = dates.year_range(row.year, row.year) if row.year else ""
    return detail_list([str(row.get_basis_display()), row.source, year])


def result_row(row) -> dict:
    """A result as templates/components/results.html takes it."""
    number = ""
    if row.value is not None:
        number = dates.percent(row.value) if row.unit == "%" else dates.number(row.value)
    return {
        "number": number,
        "text": row.label,
        "kind": row.kind if row.kind != ResultKind.RESULT else "",
        "basis": sentence_start(str(row.get_basis_display())),
        "year": row.year,
        "source": row.source,
        "source_url": row.source_url,
    }


def _page_link(page, reader: str) -> dict:
    """A link to a page; `language` is the page's if it is not the reader's, else ""."""
    return {"title": page.title, "url": page.url, "language": page.language if page.language != reader else ""}
