"""The dataset of practices."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cities.models import City
from core.querysets.children import prefetch_children
from open_data.columns import Column, Row, Source, Type, model_column, partial_date
from open_data.datasets.base import (
    CLUSTERS,
    PAGE_CODE,
    Key,
    PageDataset,
    cluster_codes,
    in_order,
    origins,
    place_columns,
    public_codes,
    public_languages,
    publication_columns,
    version_columns,
)
from practices.models import (
    PracticeFunder,
    PracticePage,
    PracticePartner,
    PracticeResult,
    PracticeSource,
)


def _place(row: Row):
    """The practice if it has a position of its own, else its city."""
    practice = row.item
    return practice if practice.latitude is not None and practice.longitude is not None else practice.city


def _of_sum(row: Row, name: str):
    """What belongs to the exact cost; None without one."""
    return getattr(row.item, name) if row.item.cost_amount is not None else None


def _field(name: str, **changes) -> Column:
    return model_column(PracticePage, name, **changes)


def _licensed(name: str) -> Column:
    return _field(name, is_licensed=True)


_PERIOD = _("As far as it is known: a year, a month or a day.")


class Practices(PageDataset):
    """The practices: one row for each language version."""

    code = "practices"
    kind = "practice"
    label = _("Practices")
    description = _("What cities did, for whom, at what cost, with which results, and what went wrong.")
    model = PracticePage
    columns = (
        PAGE_CODE,
        *version_columns(PracticePage),
        _field("one_line_result"),
        _field("authored_by"),
        Column("city", _("city"), Type.CODE, lambda row: row.item.city.code, _("The code of the city.")),
        Column(
            "city_name",
            _("name of the city"),
            Type.TEXT,
            lambda row: row.item.city.name_in(row.language),
            _("In the language of the row."),
        ),
        Column(
            "country",
            _("country"),
            Type.CODE,
            lambda row: row.item.city.country,
            _("The code of ISO 3166-1 with two letters."),
        ),
        model_column(City, "region", path="item.city"),
        model_column(City, "is_example", path="item.city", description=_("Whether it is an invented example.")),
        *place_columns(_place, _("In degrees (WGS 84): of the practice, or else of its city.")),
        CLUSTERS,
        _field(
            "period_start",
            type=Type.PARTIAL_DATE,
            read=lambda row: partial_date(row.item.period_start, row.item.period_start_precision),
            description=_PERIOD,
        ),
        _field(
            "period_end",
            type=Type.PARTIAL_DATE,
            read=lambda row: partial_date(row.item.period_end, row.item.period_end_precision),
            description=_PERIOD,
        ),
        _field("state"),
        _field("sdgs"),
        _field("action_lines"),
        _field("target_groups"),
        _field("learning_settings"),
        _field("governance_levels"),
        _field("cost_band"),
        _field("cost_amount"),
        _field("cost_currency", description=_("The code of ISO 4217.")),
        _field("cost_scope", read=lambda row: _of_sum(row, "cost_scope")),
        _field("cost_is_planned", read=lambda row: _of_sum(row, "cost_is_planned")),
        _field("cost_year", read=lambda row: _of_sum(row, "cost_year")),
        _field("cost_covers"),
        _field("staff_fte"),
        _field("months_to_first_result"),
        _licensed("problem"),
        Column(
            "steps",
            _("what was done"),
            Type.TEXTS,
            lambda row: [step.text for step in row.item.steps.all()],
            source=Source.TEXT,
            is_licensed=True,
        ),
        Column(
            "results",
            _("results"),
            Type.RECORDS,
            lambda row: row.item.results.all(),
            _("Each with its evidence level and its source."),
            Source.TEXT,
            parts=tuple(
                model_column(PracticeResult, name)
                for name in ("value", "unit", "label", "year", "kind", "evidence", "basis", "source", "source_url")
            ),
        ),
        _licensed("not_again"),
        _licensed("to_adapt"),
        _licensed("limiting_factors"),
        _licensed("learners_part"),
        _licensed("policy_base"),
        _field("lead_unit"),
        _field("contact_role"),
        Column(
            "partners",
            _("partners"),
            Type.RECORDS,
            lambda row: row.item.partners.all(),
            source=Source.TEXT,
            parts=(model_column(PracticePartner, "name"), model_column(PracticePartner, "url")),
        ),
        Column(
            "funders",
            _("sources of funding"),
            Type.RECORDS,
            lambda row: row.item.funders.all(),
            source=Source.TEXT,
            parts=(model_column(PracticeFunder, "name"), model_column(PracticeFunder, "percent")),
        ),
        Column(
            "sources",
            _("sources"),
            Type.RECORDS,
            lambda row: row.item.sources.all(),
            parts=(
                *(model_column(PracticeSource, name) for name in ("title", "publisher", "url", "source_language")),
                model_column(
                    PracticeSource,
                    "published_on",
                    type=Type.PARTIAL_DATE,
                    read=lambda row: partial_date(row.item.published_on, row.item.published_on_precision),
                ),
            ),
        ),
        Column(
            "adapted_from",
            _("adapted from"),
            Type.CODE,
            lambda row: row.more["adapted_from"],
            _("The code of the practice from which it was adapted."),
        ),
        _field("licence", description=_("The licence of the texts of this row.")),
        _field("written_on"),
        _field("confirmed_on"),
        *publication_columns(),
    )

    def rows(self, keys: Sequence[Key], *, is_for_staff: bool = False) -> list[Row]:
        pages = list(self.pages(keys, is_for_staff=is_for_staff).select_related("city").prefetch_related("city__names"))
        if not pages:
            return []
        prefetch_children(pages, "practice_clusters", "steps", "results", "partners", "funders", "sources")
        clusters = cluster_codes(is_for_staff=is_for_staff)
        languages, made = public_languages(self.model, pages), origins(pages)
        adapted = public_codes(PracticePage.objects.filter(pk__in={page.adapted_from_id for page in pages} - {None}))
        found = {
            (page.pk, page.language): Row(
                page,
                page.language,
                {
                    "available": languages.get(page.translation_key, []),
                    "origin": made[page.pk],
                    "clusters": [
                        clusters[row.cluster_id] for row in page.practice_clusters.all() if row.cluster_id in clusters
                    ],
                    "adapted_from": adapted.get(page.adapted_from_id),
                },
            )
            for page in pages
        }
        return in_order(keys, found)
