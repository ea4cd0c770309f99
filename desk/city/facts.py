"""Changing the facts of a city: at once, logged, and without overwriting what somebody else has changed meanwhile."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from audit import log
from audit.actions import Action
from cities.models import City
from desk.city.forms import FACTS, facts_of
from desk.city.merging import Merged, merge

# These three are one fact: a number belongs to its year and its source.
POPULATION = ("population", "population_year", "population_source")


@transaction.atomic
def change_facts(city: City, shown: Mapping[str, str], typed: Mapping[str, str], *, by, request=None) -> Merged:
    """Change the facts of a city, and return what was merged.

    shown, typed: texts as `desk.city.forms.facts_of` writes them, before and after the person's changes. With
    conflicts nothing is changed. Writes an entry with the names of the changed fields into the audit log; the page of
    the city and the search index follow. Raises ValidationError by field.
    """
    row = City.objects.select_for_update().get(pk=city.pk)
    present = facts_of(row)
    merged = merge(*(_with_population(texts) for texts in (shown, typed, present)))
    if merged.conflicts or not merged.changed:
        return merged
    values = {name: text for name, text in merged.values.items() if name != "population"}
    for name, text in {**values, **_separate(merged.values["population"])}.items():
        setattr(row, name, _value(name, text))
    row.full_clean(exclude=[field.name for field in City._meta.fields if field.name not in FACTS])
    row.save()
    changed = [name for name in FACTS if facts_of(row)[name] != present[name]]
    log.record(Action.CITY_CHANGED, row, by=by, request=request, fields=changed)
    return merged


def _with_population(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts with number, year and source of the population as one text."""
    together = "\n".join(texts.get(name, "") for name in POPULATION)
    others = {name: text for name, text in texts.items() if name not in POPULATION}
    return {**others, "population": together}


def _separate(text: str) -> dict[str, str]:
    return dict(zip(POPULATION, text.split("\n", 2), strict=True))


def _value(name: str, text: str):
    if name == "answers_in":
        return text.split()
    if name in {"population", "population_year"}:
        return int(text) if text else None
    return text


def conflict_texts(conflicts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The texts of a conflict by field of the form, for the choice: {field: {field: text}}."""
    return {name: _separate(text) if name == "population" else {name: text} for name, text in conflicts.items()}


def errors_by_field(error: ValidationError) -> dict[str | None, list]:
    """The errors of a city by field of the form; those of other fields belong to the whole form."""
    found: dict[str | None, list] = {}
    for name, errors in error.error_dict.items():
        found.setdefault(name if name in FACTS else None, []).extend(errors)
    return found
