"""The facets of the search: one object each, in one list.

A facet is a filter with counts, such as "Cluster" or "Region". Forms, the filter panel, the chips, the
statistics and both engines read what they need from these objects. docs/search.md, "Add a facet", lists
the steps.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from cities.vocabularies import PopulationBand, Region
from core.i18n.countries import country_names
from core.i18n.languages import LANGUAGE_CODES, own_name
from core.search_document import DocumentKind
from practices.vocabularies import (
    ActionLine,
    CostBand,
    Evidence,
    Information,
    Lesson,
    PracticeState,
    SustainableDevelopmentGoal,
    TargetGroup,
)
from search_engines.kinds import KINDS

Text = str | Promise


@dataclass(frozen=True, eq=False, kw_only=True)
class Facet:
    """One filter. What it shares with all others; how documents hold its values is up to the subclass."""

    code: str
    """Its name in addresses, statistics and the index. Lower-case letters and ``_``; never changed."""
    label: Text
    """Its heading in the filter panel."""
    kinds: Collection[str]
    """The kinds (`search_engines.kinds`) whose documents fill it; a system check compares them with the documents."""
    help_url: str = ""
    """The name of the URL of a page that explains its values."""
    label_in_chips: bool = False
    """Whether its chips need the label to be understood: "Events: Past"."""

    def __str__(self) -> str:
        return f"facet {self.code!r}"

    def is_filled_by(self, kind: DocumentKind) -> bool:
        """Whether documents of this kind fill every field that the facet needs."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False, kw_only=True)
class ValueFacet(Facet):
    """A facet with values to tick. Values of one facet are combined with OR, facets with AND."""

    several: bool = True
    """Whether a reader may choose more than one value."""
    by_frequency: bool = False
    """Whether the most frequent value comes first. Otherwise values keep the order of their vocabulary."""
    show_all: bool = False
    """Whether values without results are shown, too: in a short vocabulary they are information."""
    in_own_language: bool = False
    """Whether the values are languages, each named in itself ("Français")."""

    def names(self) -> Mapping[str, str] | None:
        """Value code → its name in the active language; None where `CodeFacet.values` is None."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False, kw_only=True)
class CodeFacet(ValueFacet):
    """Documents hold the codes of their values in the index field that has the facet's code."""

    values: Callable[[], Mapping[str, str]] | None
    """Gives value code → name in the active language, in the order of the filter.

    None where the values are rows of the database: `search.filters.value_names` gets their names.
    """
    counted_in_sets: bool = False
    """For few values of which a document has several: the embedded engine counts sets of values.

    Tantivy counts one value for each document several times as fast as two.
    """

    def names(self) -> Mapping[str, str] | None:
        return self.values() if self.values else None

    def is_filled_by(self, kind: DocumentKind) -> bool:
        return self.code in kind.indexed_facets


@dataclass(frozen=True)
class Span:
    """Where an instant lies, seen from the moment of the search: ``now + after < instant <= now + until``.

    Open below and closed above, because a deadline is the first instant that is too late: a call is
    open while its deadline lies after now, and closed from that instant on.
    """

    after: timedelta | None = None
    until: timedelta | None = None


FUTURE = Span(after=timedelta(0))
PAST = Span(until=timedelta(0))


@dataclass(frozen=True)
class TimedValue:
    """One value of a `TimedFacet`."""

    name: Text
    spans: Mapping[str, Span]
    """Name of an instant → where it lies. A document has the value when all its instants lie there."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TimedFacet(ValueFacet):
    """The values depend on the moment of the search: engines compute them from the documents' instants.

    The index has no field of this name. A document without one of the instants does not have the value.
    """

    values: Mapping[str, TimedValue]
    """Value code → value, in the order of the filter."""

    def names(self) -> Mapping[str, str]:
        return {code: str(value.name) for code, value in self.values.items()}

    @property
    def instants(self) -> frozenset[str]:
        """The instants that decide."""
        return frozenset(name for value in self.values.values() for name in value.spans)

    def is_filled_by(self, kind: DocumentKind) -> bool:
        return self.instants <= kind.instants


@dataclass(frozen=True, eq=False, kw_only=True)
class YearsFacet(Facet):
    """Years from and to instead of values; what overlaps matches. Documents hold a range of the facet's code."""

    def is_filled_by(self, kind: DocumentKind) -> bool:
        return self.code in kind.ranges


def _choices(vocabulary: type[TextChoices], *without: str) -> Callable[[], dict[str, str]]:
    """The `values` of a facet whose codes are those of a vocabulary, but for some of them."""
    return lambda: {code: str(name) for code, name in vocabulary.choices if code not in without}


def _goals() -> dict[str, str]:
    return {
        code: _("Goal %(number)s: %(name)s") % {"number": code, "name": name}
        for code, name in SustainableDevelopmentGoal.choices
    }


def _languages() -> dict[str, str]:
    return {code: own_name(code) for code in LANGUAGE_CODES}


_WITH_PLACE = ("practice", "city", "event", "news")
# A city's page is made of data and exists in every language, so nobody wrote it in one.
_WRITTEN = tuple(kind for kind in KINDS if kind != "city")

PERIOD = YearsFacet(code="period", label=gettext_lazy("Period"), kinds=["practice"])
"""The years in which a practice runs; ``from`` and ``to`` in an address."""

# What most readers decide by comes first.
FACETS: tuple[Facet, ...] = (
    CodeFacet(
        code="type",
        label=gettext_lazy("Kind"),
        kinds=tuple(KINDS),
        values=lambda: {kind.code: str(kind.plural) for kind in KINDS.values()},
    ),
    CodeFacet(
        code="cluster",
        label=gettext_lazy("Cluster"),
        kinds=["practice", "city", "cluster", "event", "call"],
        values=None,
        by_frequency=True,
    ),
    CodeFacet(
        code="cost_band",
        label=gettext_lazy("Cost per year"),
        kinds=["practice"],
        values=_choices(CostBand, CostBand.UNKNOWN),
        show_all=True,
    ),
    CodeFacet(
        code="lessons",
        label=gettext_lazy("Lessons from setbacks"),
        kinds=["practice"],
        values=_choices(Lesson),
        show_all=True,
        counted_in_sets=True,
    ),
    CodeFacet(
        code="says",
        label=pgettext_lazy("filter of a search", "Information given"),
        kinds=["practice"],
        values=_choices(Information),
        show_all=True,
        label_in_chips=True,
        counted_in_sets=True,
    ),
    CodeFacet(code="audience", label=gettext_lazy("Target groups"), kinds=["practice"], values=_choices(TargetGroup)),
    TimedFacet(
        code="call",
        label=gettext_lazy("Calls"),
        kinds=["call"],
        values={
            "open": TimedValue(pgettext_lazy("calls, as a filter", "Open now"), {"opens_at": PAST, "deadline": FUTURE}),
            "upcoming": TimedValue(pgettext_lazy("calls, as a filter", "Not open yet"), {"opens_at": FUTURE}),
            "closed": TimedValue(pgettext_lazy("calls, as a filter", "Closed"), {"deadline": PAST}),
        },
        show_all=True,
        label_in_chips=True,
    ),
    TimedFacet(
        code="event",
        label=gettext_lazy("Events"),
        kinds=["event"],
        values={
            "upcoming": TimedValue(pgettext_lazy("events, as a filter", "Upcoming"), {"starts_at": FUTURE}),
            "current": TimedValue(
                pgettext_lazy("events, as a filter", "Under way"), {"starts_at": PAST, "ends_at": FUTURE}
            ),
            "past": TimedValue(pgettext_lazy("events, as a filter", "Past"), {"ends_at": PAST}),
        },
        show_all=True,
        label_in_chips=True,
    ),
    CodeFacet(code="region", label=gettext_lazy("Region"), kinds=_WITH_PLACE, values=_choices(Region), show_all=True),
    CodeFacet(
        code="country",
        label=gettext_lazy("Country"),
        kinds=_WITH_PLACE,
        values=lambda: country_names(get_language()),
        by_frequency=True,
    ),
    CodeFacet(
        code="size",
        label=gettext_lazy("Size of the city"),
        kinds=["practice", "city"],
        values=_choices(PopulationBand),
    ),
    CodeFacet(code="city", label=gettext_lazy("City"), kinds=_WITH_PLACE, values=None, by_frequency=True),
    CodeFacet(code="sdg", label=gettext_lazy("Sustainable Development Goal"), kinds=["practice"], values=_goals),
    CodeFacet(code="action_line", label=gettext_lazy("Action line"), kinds=["practice"], values=_choices(ActionLine)),
    CodeFacet(
        code="evidence",
        label=gettext_lazy("Evidence"),
        help_url="evidence-levels",
        kinds=["practice"],
        values=_choices(Evidence),
        show_all=True,
        counted_in_sets=True,
    ),
    CodeFacet(
        code="state",
        label=pgettext_lazy("filter of a search", "Status"),
        kinds=["practice"],
        values=_choices(PracticeState),
        show_all=True,
    ),
    TimedFacet(
        code="confirmed",
        label=gettext_lazy("Confirmed by the city"),
        kinds=["practice"],
        values={
            "recently": TimedValue(
                gettext_lazy("Within the last 12 months"), {"confirmed_on": Span(after=timedelta(days=-365))}
            )
        },
        label_in_chips=True,
    ),
    PERIOD,
    CodeFacet(
        code="original_language",
        label=pgettext_lazy("filter of a search", "Original language"),
        kinds=_WRITTEN,
        values=_languages,
        in_own_language=True,
        label_in_chips=True,
    ),
    CodeFacet(
        code="available_language",
        label=pgettext_lazy("filter of a search", "Available in"),
        kinds=_WRITTEN,
        values=_languages,
        in_own_language=True,
        label_in_chips=True,
        counted_in_sets=True,
    ),
)
"""Every facet of the portal, in the order of the filter panel."""

FACETS_BY_CODE = {facet.code: facet for facet in FACETS}
VALUE_FACETS = {facet.code: facet for facet in FACETS if isinstance(facet, ValueFacet)}
CODE_FACETS = {facet.code: facet for facet in FACETS if isinstance(facet, CodeFacet)}
TIMED_FACETS = {facet.code: facet for facet in FACETS if isinstance(facet, TimedFacet)}

# Names of the other fields of a document that engines index.
RANGES = tuple(facet.code for facet in FACETS if isinstance(facet, YearsFacet))
INSTANTS = tuple(
    dict.fromkeys(
        ["published", "updated", "dated", *(name for f in TIMED_FACETS.values() for name in sorted(f.instants))]
    )
)
