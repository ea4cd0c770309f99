"""What can be imported: the kinds by their codes, each with the dataset whose columns it has."""

from cities.imports import CityImport
from core.imports import ImportKind
from open_data.columns import Column
from open_data.datasets import DATASETS, Dataset
from practices.imports import PracticeImport

KINDS: dict[str, type[ImportKind]] = {kind.code: kind for kind in (CityImport, PracticeImport)}
"""Code → kind, in the order of the menu."""


def dataset_of(kind: type[ImportKind] | ImportKind) -> Dataset:
    """The dataset with the columns of a kind."""
    return DATASETS[kind.code]


def taken_columns(kind: type[ImportKind] | ImportKind) -> list[Column]:
    """The columns that an import takes, in the order of the export: code and language, and what is written."""
    wanted = {"code", "language"} | kind.facts | kind.texts
    return [column for column in dataset_of(kind).columns if column.code in wanted]
