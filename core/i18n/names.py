"""Names in several languages as child rows, for models that pages of every language name."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import CharField, F, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import SOURCE_LANGUAGE, active_language, language_choices


class NameRow(models.Model):
    """One name in one language. Subclasses add a ParentalKey and its uniqueness."""

    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    name = models.CharField(_("name"), max_length=150)
    other_names = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_(
            "Acronyms, former and usual names, separated by commas. The search finds them; no page shows them."
        ),
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def other_name_list(self) -> list[str]:
        """The other names, one by one."""
        return [name for part in re.split("[,،，、;؛]", self.other_names) if (name := part.strip())]

    @property
    def all_names(self) -> list[str]:
        """The name, then the other names."""
        return [self.name, *self.other_name_list]


class NamedMixin:
    """For a model with a reverse relation `names` of NameRow and a `fallback_name`.

    Prefetch `names` where several rows are shown: a name then takes no query.
    """

    names: Any  # the related manager
    code: str

    def name_in(self, language: str) -> str:
        """The name in `language`; else in English; else `fallback_name`."""
        known = self.__dict__.get("_known_names", {})
        if language in known:
            return known[language]
        names = {row.language: row.name for row in self.names.all()}
        return names.get(language) or names.get(SOURCE_LANGUAGE) or self.fallback_name

    def know_name(self, language: str, name: str) -> None:
        """Take what `name_in` returns for a language from a query with `name_expression`: no query for `names`."""
        self.__dict__.setdefault("_known_names", {})[language] = name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_in(active_language())

    @property
    def fallback_name(self) -> str:
        return self.code


def name_expression(rows: QuerySet, language: str, fallback: str) -> Coalesce:
    """The rule of `NamedMixin.name_in` as a database expression, for queries that read names only.

    rows: the names of the outer query's row, for example `CityName.objects.filter(city=OuterRef("pk"))`;
    fallback: the lookup path of the row's own name.
    """
    translated = [
        Subquery(rows.filter(language=code).values("name")[:1]) for code in dict.fromkeys([language, SOURCE_LANGUAGE])
    ]
    return Coalesce(*translated, F(fallback), output_field=CharField())


def named(rows: Iterable, language: str) -> list:
    """Rows of a query that annotates `display_name` with `name_expression`; they know their names in this language."""
    rows = list(rows)
    for row in rows:
        row.know_name(language, row.display_name)
    return rows
