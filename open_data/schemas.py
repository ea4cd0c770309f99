"""What the API takes and answers, as pydantic models that follow from the datasets and the facets of the search."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Optional

from django.utils.translation import override
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from open_data.columns import Column, Type
from open_data.datasets import Dataset
from search.forms import FIRST_YEAR, LAST_YEAR, LONGEST_INPUT
from search_engines.criteria import MAX_PER_PAGE, MAX_VALUES, SORTS
from search_engines.facets import FACETS, Facet, ValueFacet

PER_PAGE = 20
# A page after this one is an error of the client, whatever is found.
LAST_PAGE = 1_000_000
# The codes of cities, clusters and calls, and those of pages.
Code = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,60}$")]

_PLAIN: dict[str, Any] = {
    Type.INTEGER: int,
    Type.NUMBER: float,
    Type.BOOLEAN: bool,
    Type.CODES: list[str],
    Type.TEXTS: list[str],
}
_FORMATS: dict[str, dict[str, str]] = {
    Type.DATE: {"format": "date"},
    Type.INSTANT: {"format": "date-time"},
    Type.PARTIAL_DATE: {"pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"},
}


class ParameterProblem(BaseModel):
    """What is wrong with one parameter."""

    parameter: str
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[ParameterProblem] = []


class About(BaseModel):
    """A dataset of the list of datasets."""

    code: str
    title: str
    description: str
    url: str
    documentation: str


class Datasets(BaseModel):
    """The list of datasets."""

    licence_note: str
    datasets: list[About]


def row_model(dataset: Dataset) -> type[BaseModel]:
    """Return the model of a row of a dataset."""
    with override(SOURCE_LANGUAGE):
        return _model(_name(dataset.code, "Row"), dataset.columns)


def page_model(dataset: Dataset, row: type[BaseModel]) -> type[BaseModel]:
    """Return the model of a page of rows."""
    return create_model(
        _name(dataset.code, "Page"),
        count=(int, Field(description="How many rows there are on all pages.")),
        page=(int, Field(description="The number of this page.")),
        pages=(int, Field(description="How many pages there are, at least one.")),
        next=(Optional[str], Field(description="The address of the next page.")),  # noqa: UP045
        previous=(Optional[str], Field(description="The address of the page before.")),  # noqa: UP045
        results=(list[row], Field(description="The rows of this page.")),  # type: ignore[valid-type]  # made above
    )


def _model(name: str, columns: Iterable[Column]) -> type[BaseModel]:
    fields: dict[str, Any] = {column.code: _field(name, column) for column in columns}
    return create_model(name, **fields)


def _field(owner: str, column: Column) -> tuple[Any, Any]:
    kind: Any = _PLAIN.get(column.type, str)
    if column.type == Type.RECORDS:
        kind = list[_model(owner + _name(column.code, ""), column.parts)]  # type: ignore[misc]  # made here
    is_list = column.type in {Type.CODES, Type.TEXTS, Type.RECORDS}
    if not (is_list and not column.is_licensed) and column.code not in {"code", "language"}:
        kind = kind | None
    description = f"{column.label}. {column.description}".strip()
    return kind, Field(description=description, json_schema_extra=lambda schema: _refine(schema, column))


def _refine(schema: dict, column: Column) -> None:
    """Add format and vocabulary to the schema of a column, below its alternatives where it may be null."""
    extra: dict[str, Any] = dict(_FORMATS.get(column.type, {}))
    if column.vocabulary and column.type == Type.CODE:
        extra["enum"] = [code for code in column.vocabulary if code]
    for part in schema.get("anyOf", [schema]):
        if part.get("type") == "string":
            part.update(extra)
        elif column.vocabulary and part.get("type") == "array":
            part["items"] = {"type": "string", "enum": list(column.vocabulary)}


# --- Parameters ---------------------------------------------------------------------------


class LanguageQuery(Schema):
    """The parameter of all addresses."""

    model_config = ConfigDict(extra="ignore")

    language: Literal[LANGUAGE_CODES] = Field(  # type: ignore[valid-type]  # the languages of the settings
        SOURCE_LANGUAGE, description="The language of the reader: each row is the best version for them."
    )


def query_model(dataset: Dataset) -> type[Schema]:
    """Return the model of the query string of a list: paging, and what the search page takes under the same names."""
    fields: dict[str, Any] = {
        "page": (int, Field(1, ge=1, le=LAST_PAGE, description="The number of the page.")),
        "per_page": (int, Field(PER_PAGE, ge=1, le=MAX_PER_PAGE, description="How many rows a page has.")),
        "q": (str, Field("", max_length=LONGEST_INPUT, description="Words to search for.")),
        "sort": (Literal[SORTS], Field(SORTS[0], description="The order of a search.")),
    }
    with override(SOURCE_LANGUAGE):
        for facet in facets_of(dataset):
            fields |= _parameters(facet)
    return create_model(_name(dataset.code, "Query"), __base__=LanguageQuery, **fields)


def facets_of(dataset: Dataset) -> list[Facet]:
    """Return the facets of the search that rows of this dataset can have; the dataset itself is its type."""
    return [facet for facet in FACETS if dataset.kind in facet.kinds and facet.code != "type"]


def _parameters(facet: Facet) -> Mapping[str, Any]:
    if not isinstance(facet, ValueFacet):
        return {
            name: (int, Field(None, ge=FIRST_YEAR, le=LAST_YEAR, alias=alias, description=description))
            for name, alias, description in (
                ("first_year", "from", f"{facet.label}: the first year."),
                ("last_year", "to", f"{facet.label}: the last year."),
            )
        }
    names = facet.names()
    description = f"{facet.label}. Several values are combined with “or”."
    if names is None:
        kind: Any = list[Code]
    else:
        kind = list[Literal[tuple(names)]]  # type: ignore[misc]  # the values of the facet
    most = min(len(names), MAX_VALUES) if names else MAX_VALUES
    return {facet.code: (kind, Field(default_factory=list, max_length=most, description=description))}


def _name(code: str, suffix: str) -> str:
    return "".join(part.capitalize() for part in re.split("[-_]", code)) + suffix
