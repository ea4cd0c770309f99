"""The import of practices: drafts only. A practice that is public keeps its text until somebody publishes the draft."""

import re
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log as wagtail_log
from wagtail.models import Locale, TranslatableMixin

from audit import log
from audit.actions import Action
from cities.models import City
from clusters.models import Cluster
from core.i18n.languages import SOURCE_LANGUAGE, cldr_locale, language_name
from core.i18n.typed_dates import read_date
from core.imports import Draft, ImportKind, Key, Values, assign, messages_by_field
from core.pages import code_of, keys_of_code
from core.vocabularies import DatePrecision
from practices.models import (
    PracticeCluster,
    PracticeFunder,
    PracticeIndexPage,
    PracticePage,
    PracticePartner,
    PracticeResult,
    PracticeSource,
    PracticeStep,
)
from practices.vocabularies import ResultKind

FACTS = (
    *("authored_by", "state", "latitude", "longitude"),
    *("sdgs", "action_lines", "target_groups", "learning_settings", "governance_levels"),
    *("cost_band", "cost_amount", "cost_currency", "cost_scope", "cost_is_planned", "cost_year"),
    *("staff_fte", "months_to_first_result", "licence", "written_on", "confirmed_on"),
)
TEXTS = (
    *("title", "one_line_result", "cost_covers", "problem", "not_again", "to_adapt", "limiting_factors"),
    *("learners_part", "policy_base", "lead_unit", "contact_role"),
)
PERIODS = ("period_start", "period_end")
# Column → model of its rows.
ROWS: dict[str, type[models.Model]] = {
    "steps": PracticeStep,
    "results": PracticeResult,
    "partners": PracticePartner,
    "funders": PracticeFunder,
    "sources": PracticeSource,
}
_PAGE_CODE = re.compile("[0-9a-f]{10}")
_OWN_CODE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?")
# The codes of rows that are no page yet become translation keys in this namespace (RFC 9562, version 5).
NAMESPACE = uuid.UUID("5d6f3b0c-9f0e-5a51-8f55-3d1c8f8f6d0a")


def key_of(code: str) -> uuid.UUID:
    """The translation key of a new practice with a code: the same for each import of the same code.

    A code of ten hexadecimal digits stays the code by which the practice is cited.
    """
    key = uuid.uuid5(NAMESPACE, code)
    return uuid.UUID(hex=code + key.hex[len(code) :]) if _PAGE_CODE.fullmatch(code) else key


class PracticeImport(ImportKind):
    """The import of practices."""

    code = "practices"
    label = gettext_lazy("Practices")
    facts = frozenset({*FACTS, *PERIODS, "city", "clusters", "sources", "adapted_from"})
    texts = frozenset({*TEXTS, "steps", "results", "partners", "funders"})
    drafted = facts | texts
    required = ("title", "city")
    kept_if_empty = frozenset({"title", "city", "authored_by", "cost_band", "cost_scope", "cost_is_planned", "licence"})
    examples = {
        "code": "market-school",
        "language": "en",
        "title": "Market traders learn to read",
        "one_line_result": "412 of 530 traders now keep their own books.",
        "city": "dk-sonderborg",
        "clusters": "literacy;inclusion",
        "period_start": "2019",
        "cost_amount": "48500",
        "cost_currency": "EUR",
        "cost_year": "2024",
        "staff_fte": "1.5",
        "problem": "Traders could not read the price lists.",
        "steps": "Asked the traders when they have time.",
        "results": '[{"value":412,"label":"of 530 traders","year":2024,"evidence":"outcome","source":"Census"}]',
        "partners": '[{"name":"Adult school","url":"https://example.org/"}]',
        "funders": '[{"name":"City","percent":60}]',
        "sources": '[{"title":"Report","publisher":"City","url":"https://example.org/report"}]',
        "contact_role": "Adult learning officer",
    }
    never_public = True

    def __init__(self, user):
        super().__init__(user)
        self._versions: dict[str, dict[str, PracticePage]] = {}
        # The newest drafts that `draft` has read, for `problems`, which changes and forgets them.
        self._drafts: dict[Any, PracticePage] = {}

    @classmethod
    def may_import(cls, user) -> bool:
        lists = PracticeIndexPage.objects.all()
        return user.is_active and any(page.permissions_for_user(user).can_add_subpage() for page in lists)

    def valid_code(self, code: str) -> str:
        if _OWN_CODE.fullmatch(code):
            return ""
        return _(
            "Use the code of the export, or for a new practice a code of your own of up to 60 letters a–z, digits, "
            "hyphens and full stops."
        )

    def find(self, keys: Sequence[Key], *, lock: bool = False) -> dict[Key, models.Model]:
        codes = {code for code, _language in keys}
        wanted = Q(translation_key__in=[key_of(code) for code in codes])
        for code in codes:
            if _PAGE_CODE.fullmatch(code):
                wanted |= Q(translation_key__range=keys_of_code(code))
        pages = PracticePage.objects.filter(wanted)
        if lock:
            # With a column of each of its tables, so that their rows are locked in one query.
            list(pages.select_for_update().values_list("path", "authored_by"))
        by_key: dict[uuid.UUID, dict[str, PracticePage]] = {}
        for page in pages.select_related("locale", "latest_revision"):
            by_key.setdefault(page.translation_key, {})[page.language] = page
        by_code = {code_of(key): versions for key, versions in by_key.items()}
        self._versions = {code: by_key.get(key_of(code)) or by_code.get(code, {}) for code in codes}
        return {key: self._versions[key[0]][key[1]] for key in keys if key[1] in self._versions[key[0]]}

    def draft(self, item: models.Model, language: str) -> Draft | None:
        page = cast(PracticePage, item)
        if page.latest_revision is None or (page.live and page.latest_revision_id == page.live_revision_id):
            return None
        newest = self._drafts[page.pk] = page.get_latest_revision_as_object()
        codes = {cluster.pk: cluster.code for cluster in self._clusters.values()}
        clusters = [codes[row.cluster_id] for row in newest.practice_clusters.all() if row.cluster_id in codes]
        origin = PracticePage.objects.filter(pk=newest.adapted_from_id).first() if newest.adapted_from_id else None
        return Draft(newest, {"clusters": clusters, "adapted_from": origin.code if origin else None})

    def refusal(self, item: models.Model | None, key: Key) -> str:
        if item is None:
            return self._refusal_to_add(key)
        page = cast(PracticePage, item)
        if not page.is_original:
            return _("This row is a translation. Change the original, and its translation in the translation editor.")
        lock = page.get_lock()
        if not page.permissions_for_user(self.user).can_edit():
            return _("You cannot change this page.")
        if lock and lock.for_user(self.user):
            return _("This page is locked.")
        if page.workflow_in_progress:
            return _("This page waits for a decision. Import the row when it is decided.")
        return ""

    def _refusal_to_add(self, key: Key) -> str:
        code, language = key
        if self._versions.get(code):
            return _("This practice is written in %(language)s. Translate it in the admin.") % {
                "language": language_name(next(iter(self._versions[code].values())).original_language)
            }
        parent = self._lists.get(language)
        if parent is None:
            return _("The portal has no list of practices in %(language)s.") % {"language": language_name(language)}
        if not parent.permissions_for_user(self.user).can_add_subpage():
            return _("You cannot add practices in %(language)s.") % {"language": language_name(language)}
        return ""

    def words(self, column: str) -> Mapping[str, str] | None:
        if column == "city":
            return {code.casefold(): code for code in self._cities}
        if column == "clusters":
            return {code.casefold(): code for code in self._clusters}
        return None

    def normal(self, column: str, value: Any) -> Any:
        if value and column == "cost_currency":
            return value.upper()
        if value and column == "adapted_from":
            return value.lower()
        if value and column == "results":
            return [{**record, "kind": record["kind"] or ResultKind.RESULT.value} for record in value]
        return value

    def without_effect(self, item: models.Model | None, key: Key, values: Values) -> frozenset[str]:
        page = cast(PracticePage, item) if item else PracticePage()
        content = page.latest_revision.content if page.latest_revision else {}
        found: set[str] = set()
        if content.get("latitude", page.latitude) is None:
            found = {name for name in ("latitude", "longitude") if name in values}
        found = {name for name in found if values[name] is None}  # an export has the position of the city there
        if values.get("cost_amount", content.get("cost_amount", page.cost_amount)) is None:
            found |= {"cost_scope", "cost_is_planned", "cost_year"}  # facts about the sum, which an export leaves out
        return frozenset(found)

    def admin_url(self, item: models.Model, language: str) -> str:
        return reverse("wagtailadmin_pages:edit", args=[item.pk])

    @cached_property
    def _clusters(self) -> dict[str, Cluster]:
        return {cluster.code: cluster for cluster in Cluster.objects.all()}

    @cached_property
    def _cities(self) -> dict[str, int]:
        return dict(City.objects.values_list("code", "pk"))

    @cached_property
    def _lists(self) -> dict[str, PracticeIndexPage]:
        return {page.language: page for page in PracticeIndexPage.objects.select_related("locale")}

    # --- Checking -------------------------------------------------------------------------

    def problems(self, item: models.Model | None, key: Key, values: Values) -> dict[str, list[str]]:
        if item is None:
            page = PracticePage(locale=self._lists[key[1]].locale, original_language=key[1])
        else:
            page = self._drafts.pop(item.pk) if item.pk in self._drafts else _newest(item)
        page.is_saved_as_draft = True
        found = self._fill(page, values)
        given = {name for name in (*FACTS, *TEXTS) if values.get(name) is not None}
        fields = {field.name for field in PracticePage._meta.fields}
        try:
            page.clean_fields(exclude=fields - given)
        except ValidationError as error:
            found |= messages_by_field(error.error_dict, {name: name for name in given})
        try:
            page.clean()
        except ValidationError as error:
            known = {name: name for name in (*FACTS, *TEXTS, *PERIODS)}
            found |= messages_by_field(error.error_dict, known)
        if found.pop("", None) and not found:
            found["title"] = [_("This title gives an address that another page has.")]
        return found

    def _fill(self, page: PracticePage, values: Values) -> dict[str, list[str]]:
        """Set the values of a page, and return what cannot be set, by column."""
        found: dict[str, list[str]] = {}
        for name in (*FACTS, *TEXTS):
            if name in values:
                assign(page, name, values[name])
        for name in PERIODS:
            if name in values:
                _set_partial(page, name, values[name])
        if values.get("city"):
            page.city_id = self._cities[values["city"]]
        if "clusters" in values:
            page.practice_clusters = self._cluster_rows(page, values["clusters"] or [])
        if "adapted_from" in values:
            found |= self._set_origin(page, values["adapted_from"])
        if (currency := values.get("cost_currency")) and currency not in cldr_locale(SOURCE_LANGUAGE).currencies:
            found["cost_currency"] = [_("Write the three letters of the currency, for example EUR, BRL or CNY.")]
        for column, model in ROWS.items():
            if column in values:
                records = values[column] or []
                if column == "steps":
                    records = [{"text": text} for text in records]
                rows = _child_rows(page, column, model, records)
                setattr(page, column, rows)
                found |= _row_problems(column, rows)
        return found

    def _cluster_rows(self, page: PracticePage, codes: Sequence[str]) -> list[PracticeCluster]:
        known = {row.cluster_id: row for row in page.practice_clusters.all()}
        rows = []
        for order, code in enumerate(codes):
            cluster = self._clusters[code]
            row = known.get(cluster.pk) or PracticeCluster(cluster=cluster)
            row.sort_order = order
            rows.append(row)
        return rows

    def _set_origin(self, page: PracticePage, code: str | None) -> dict[str, list[str]]:
        if code is None:
            page.adapted_from = None
            return {}
        versions = PracticePage.objects.with_code(code) if _PAGE_CODE.fullmatch(code) else PracticePage.objects.none()
        origin = next((version for version in versions if version.is_original), None)
        if origin is None or origin.translation_key == page.translation_key:
            return {"adapted_from": [_("There is no other practice with the code “%(code)s”.") % {"code": code[:60]}]}
        page.adapted_from = origin
        return {}

    # --- Writing --------------------------------------------------------------------------

    def write(self, item: models.Model | None, key: Key, values: Values) -> models.Model:
        code, language = key
        if item is None:
            page = self._new(code, language, values)
        else:
            page = _newest(item)
            page.is_saved_as_draft = True
            self._fill(page, values)
            if not page.live:
                page.save()  # the row of a page that nobody reads has what its newest draft has
        revision = page.save_revision(user=self.user, log_action=True, clean=False)
        log.record(
            Action.PRACTICE_IMPORTED,
            page,
            by=self.user,
            version=revision.pk,
            fields=sorted(values),
            language=language,
        )
        return page

    def _new(self, code: str, language: str, values: Values) -> PracticePage:
        page = PracticePage(
            locale=Locale.objects.get(language_code=language),
            original_language=language,
            translation_key=key_of(code),
            owner=self.user,
            live=False,
        )
        page.is_saved_as_draft = True
        self._fill(page, values)
        PracticeIndexPage.objects.get(locale=page.locale).add_child(instance=page)
        wagtail_log(instance=page, action="wagtail.create", user=self.user)
        return page


def _newest(item: models.Model) -> PracticePage:
    page = cast(PracticePage, item)
    return page.get_latest_revision_as_object() if page.latest_revision_id else PracticePage.objects.get(pk=page.pk)


def _set_partial(thing: Any, name: str, text: str | None) -> None:
    """Set a date and its precision from a year, a month or a day in ISO 8601."""
    typed = read_date(text) if text else None
    setattr(thing, name, typed.day if typed else None)
    if typed:
        setattr(thing, f"{name}_precision", typed.precision)


def _child_rows(page: PracticePage, name: str, model: type[models.Model], records: Sequence[Mapping]) -> list[Any]:
    """The rows of a column. A row that stays keeps its identity, and so its translations."""
    before = list(getattr(page, name).all())
    left = [record for record in records if not any(_says(row, record) for row in before)]
    spare = [row for row in before if not any(_says(row, record) for record in records)]
    replaced = dict(zip(map(id, left), spare, strict=False))
    rows: list[Any] = []
    for record in records:
        same = next((row for row in before if row not in rows and _says(row, record)), None)
        row: Any = same if same is not None else replaced.get(id(record))
        if row is None:
            row = model()
            if isinstance(row, TranslatableMixin):
                row.locale = page.locale
        for part, value in record.items():
            _set_part(row, part, value)
        row.sort_order = len(rows)
        row.is_saved_as_draft = True
        rows.append(row)
    return rows


def _set_part(row: Any, part: str, value: Any) -> None:
    if part == "published_on":
        _set_partial(row, part, value)
    elif value is None and part == "kind":
        row.kind = row._meta.get_field("kind").get_default()
    else:
        assign(row, part, value)


def _says(row: Any, record: Mapping[str, Any]) -> bool:
    """Whether a row has the values of a record already."""
    return all(_told(row, part) == value for part, value in record.items())


def _told(row: Any, part: str) -> Any:
    value = getattr(row, part)
    if part == "published_on" and value:
        length = {DatePrecision.YEAR: 4, DatePrecision.MONTH: 7}.get(row.published_on_precision, 10)
        return value.isoformat()[:length]
    if value == "" or value is None:
        return None
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _row_problems(column: str, rows: Sequence[Any]) -> dict[str, list[str]]:
    """What is wrong in the first row with a fault. A draft may lack what is only needed to publish."""
    for number, row in enumerate(rows, 1):
        empty = [field.name for field in row._meta.fields if getattr(row, field.attname) in {None, ""}]
        try:
            row.clean_fields(exclude=["page", "locale", "translation_key", *empty])
        except ValidationError as error:
            words = _("Record %(number)s: %(problem)s") % {"number": number, "problem": error.messages[0]}
            return {column: [words]}
    return {}
