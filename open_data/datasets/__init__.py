"""The datasets, one module each."""

from open_data.datasets.base import Dataset
from open_data.datasets.calls import Calls
from open_data.datasets.cities import Cities
from open_data.datasets.events import Events
from open_data.datasets.practices import Practices

DATASETS: dict[str, Dataset] = {dataset.code: dataset for dataset in (Practices(), Cities(), Events(), Calls())}
"""Code → dataset, in the order of the page."""
