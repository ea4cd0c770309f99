"""The import of cities: facts at once, because a city has no draft, and its own words as a draft of its profile."""

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cache, cached_property
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log as wagtail_log
from wagtail.models import Locale

from audit import log
from audit.actions import Action
from cities.models import Award, City, CityName, CityProfile, ClusterCoordination
from cities.services import record_status
from clusters.models import Cluster
from core.i18n.countries import country_choices, country_names, searched_names
from core.i18n.languages import LANGUAGE_CODES, language_name
from core.imports import Draft, ImportKind, Key, RowRefused, Values, assign, messages_by_field
from core.permissions import locked_by_another
from core.validators import validate_code

FIELDS = (
    *("own_name", "country", "region", "latitude", "longitude"),
    *("population", "population_year", "population_source"),
    *("area_km2", "website", "answers_in", "contact_role", "is_example"),
)
LONGEST_NAME = 150
WORDS = ("headline", "vision", "challenges", "plan")


class CityImport(ImportKind):
    """The import of cities."""

    code = "cities"
    label = gettext_lazy("Cities")
    facts = frozenset({*FIELDS, "status", "awards", "coordinations"})
    texts = frozenset({"name", *WORDS})
    drafted = frozenset(WORDS)
    required = ("own_name", "country")
    kept_if_empty = frozenset({"name", "region", "is_example", "status"})
    examples = {
        "code": "dk-sonderborg",
        "language": "en",
        "name": "Sønderborg",
        "own_name": "Sønderborg",
        "country": "DK",
        "population_source": "Statistics Denmark",
        "population_year": "2024",
        "area_km2": "496.6",
        "answers_in": "da;en;de",
        "contact_role": "Adult learning officer",
        "awards": '[{"kind":"learning-city-award","year":2019}]',
        "coordinations": '[{"cluster":"literacy","first_year":2023,"last_year":null}]',
        "headline": "A town where everybody learns",
    }
    never_public = False

    @classmethod
    def may_import(cls, user) -> bool:
        return user.has_perm("cities.add_city") and user.has_perm("cities.change_city")

    def valid_code(self, code: str) -> str:
        if len(code) > 60:
            return _("A code has at most %(most)s characters.") % {"most": 60}
        try:
            validate_code(code)
        except ValidationError as error:
            return str(error.messages[0])
        return ""

    def find(self, keys: Sequence[Key], *, lock: bool = False) -> dict[Key, models.Model]:
        cities = City.objects.filter(code__in={code for code, _language in keys})
        found = {city.code: city for city in (cities.select_for_update() if lock else cities.prefetch_related("names"))}
        return {key: found[key[0]] for key in keys if key[0] in found}

    def draft(self, item: models.Model, language: str) -> Draft | None:
        profile = _profile_in(item, language)
        return Draft(item, {"profile": profile.get_latest_revision_as_object()}) if profile else None

    def refusal(self, item: models.Model | None, key: Key) -> str:
        if self.user.has_perm("cities.add_city" if item is None else "cities.change_city"):
            return ""
        return _("You cannot change this city.") if item else _("You cannot add cities.")

    def words(self, column: str) -> Mapping[str, str] | None:
        return _country_words() if column == "country" else None

    def normal(self, column: str, value: Any) -> Any:
        if column == "answers_in" and value:
            return [code.lower() for code in value]
        if column == "awards" and value:
            value = [{**record, "kind": record["kind"] or Award.Kind.LEARNING_CITY_AWARD.value} for record in value]
        if column in {"awards", "coordinations"} and value:
            return sorted(value, key=lambda record: [str(part) for part in record.values()])
        return value

    def admin_url(self, item: models.Model, language: str) -> str:
        return reverse(cast(Any, item).snippet_viewset.get_url_name("edit"), args=[item.pk])

    @cached_property
    def _clusters(self) -> dict[str, Cluster]:
        return {cluster.code: cluster for cluster in Cluster.objects.all()}

    # --- Checking -------------------------------------------------------------------------

    def problems(self, item: models.Model | None, key: Key, values: Values) -> dict[str, list[str]]:
        city = copy(item) if isinstance(item, City) else City(code=key[0])
        found: dict[str, list[str]] = {}
        for name in FIELDS:
            if name in values:
                assign(city, name, values[name])
        try:
            city.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            found |= messages_by_field(error.error_dict, {name: name for name in (*FIELDS, "code")})
        for column, make in (("awards", _award), ("coordinations", self._coordination)):
            if values.get(column):
                found |= _row_problems(column, [make(record) for record in values[column]])
        codes = [record["cluster"] or "" for record in values.get("coordinations") or ()]
        if unknown := [code for code in codes if code not in self._clusters]:
            found["coordinations"] = [_("There is no cluster with the code “%(code)s”.") % {"code": unknown[0][:60]}]
        if len(values.get("name") or "") > LONGEST_NAME:
            found["name"] = [_("A name has at most %(most)s characters.") % {"most": LONGEST_NAME}]
        return found | self._profile_problems(item, key, values)

    def _profile_problems(self, item: models.Model | None, key: Key, values: Values) -> dict[str, list[str]]:
        """What is wrong with the texts: too long, no headline, a profile that must not be changed."""
        words = {name: values[name] for name in WORDS if name in values}
        if not words:
            return {}
        profile = _profile_in(item, key[1]) if item else None
        if reason := self._profile_refusal(item, profile):
            return {name: [reason] for name in words}
        draft = profile.get_latest_revision_as_object() if profile else CityProfile()
        for name, text in words.items():
            assign(draft, name, text)
        try:
            draft.clean_fields(exclude=[field.name for field in CityProfile._meta.fields if field.name not in WORDS])
        except ValidationError as error:
            return messages_by_field(error.error_dict, {name: name for name in WORDS})
        return {}

    def _profile_refusal(self, item: models.Model | None, profile: CityProfile | None) -> str:
        if profile is None:
            other = CityProfile.objects.filter(city=item.pk).select_related("locale").first() if item else None
            if other:
                return _("The profile of this city is written in %(language)s. Translate it in the admin.") % {
                    "language": language_name(other.original_language)
                }
            return "" if self.user.has_perm("cities.add_cityprofile") else _("You cannot add city profiles.")
        if not self.user.has_perm("cities.change_cityprofile") or locked_by_another(profile, self.user):
            return _("You cannot change the profile of this city.")
        if not profile.is_original:
            return _("The profile in this language is a translation. Change it in the translation editor.")
        if profile.workflow_in_progress:
            return _("The profile of this city waits for a decision.")
        return ""

    # --- Writing --------------------------------------------------------------------------

    def write(self, item: models.Model | None, key: Key, values: Values) -> models.Model:
        code, language = key
        is_new = item is None
        city = City.objects.get(pk=item.pk) if item else City(code=code)
        for name in FIELDS:
            if name in values:
                assign(city, name, values[name])
        city.clean()
        if "awards" in values:
            city.awards = [_award(record) for record in values["awards"] or ()]
        if "coordinations" in values:
            city.coordinations = [self._coordination(record) for record in values["coordinations"] or ()]
        _name(city, values.get("name"), language)
        try:
            with transaction.atomic():
                city.save()
        except IntegrityError as error:
            raise RowRefused(_("Somebody has added a city with this code meanwhile.")) from error
        self._record_status(city, values.get("status"))
        wagtail_log(instance=city, action="wagtail.create" if is_new else "wagtail.edit", user=self.user)
        action = Action.CITY_ADDED if is_new else Action.CITY_IMPORTED
        log.record(action, city, by=self.user, fields=sorted(values), language=language)
        if any(values.get(name) for name in WORDS) or (not is_new and set(WORDS) & set(values)):
            self._save_profile(city, language, {name: values[name] for name in WORDS if name in values})
        return city

    def _record_status(self, city: City, status: str | None) -> None:
        if not status or status == city.status:
            return
        try:
            record_status(city, status=status, by=self.user)
        except ValidationError as error:
            raise RowRefused(error.messages[0]) from error

    def _coordination(self, record: Mapping[str, Any]) -> ClusterCoordination:
        years = {name: record[name] for name in ("first_year", "last_year")}
        return ClusterCoordination(cluster=self._clusters.get(record["cluster"]), **years)

    def _save_profile(self, city: City, language: str, words: Values) -> None:
        profile = _profile_in(city, language)
        if profile is None:
            locale = Locale.objects.get(language_code=language)
            profile = CityProfile(city=city, locale=locale, original_language=language, live=False)
            for name, text in words.items():
                assign(profile, name, text)
            profile.save()
            wagtail_log(instance=profile, action="wagtail.create", user=self.user)
        draft = profile.get_latest_revision_as_object()
        for name, text in words.items():
            assign(draft, name, text)
        revision = draft.save_revision(user=self.user, log_action=True)
        log.record(Action.PROFILE_SAVED, profile, by=self.user, version=revision.pk, language=language)


def _profile_in(item: models.Model, language: str) -> CityProfile | None:
    profiles = CityProfile.objects.select_related("locale", "latest_revision")
    return profiles.filter(city=item.pk, locale__language_code=language).first()


def _award(record: Mapping[str, Any]) -> Award:
    return Award(kind=record["kind"] or Award.Kind.LEARNING_CITY_AWARD, year=record["year"])


def _row_problems(column: str, rows: Sequence[Award | ClusterCoordination]) -> dict[str, list[str]]:
    for number, row in enumerate(rows, 1):
        try:
            row.full_clean(exclude=["city", "cluster"], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            words = _("Record %(number)s: %(problem)s") % {"number": number, "problem": error.messages[0]}
            return {column: [words]}
    if column == "awards" and len({(row.kind, row.year) for row in cast(Sequence[Award], rows)}) < len(rows):
        return {column: [_("An award is given twice.")]}
    return {}


def _name(city: City, name: str | None, language: str) -> None:
    """Set the name in a language. One that readers of it get anyway needs no row."""
    if not name or (city.pk is None and name == city.own_name) or (city.pk and name == city.name_in(language)):
        return
    names = list(city.names.all())
    for row in names:
        if row.language == language:
            row.name = name
            break
    else:
        names.append(CityName(language=language, name=name))
    city.names = names


@cache
def _country_words() -> dict[str, str]:
    """Names and codes of countries in lower case → code, in the languages of the portal."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGE_CODES:
        for code in country_names(language):
            for name in searched_names(code, language):
                found.setdefault(name.casefold(), set()).add(code)
    words = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}
    return words | {code.casefold(): code for code, _name in country_choices()}
