"""What the pages about the open data show, in the active language."""

from datetime import UTC

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.i18n import dates
from core.i18n.addresses import absolute
from core.i18n.languages import own_name
from core.i18n.text import sentence_start
from core.offered_languages import offered_languages
from core.structured_data import ORGANIZATION, Node, reference
from open_data.columns import Column
from open_data.datasets import DATASETS, Dataset
from open_data.dumps import CHECKSUMS, Dump
from open_data.formats import FORMATS


def overview_context(language: str, dump: Dump | None) -> dict:
    """The context of templates/open_data/overview.html. dump: the newest one, if there is one."""
    datasets = [_summary(dataset, language) for dataset in DATASETS.values()]
    return {
        "description": _(
            "Practices, cities, events and calls as files and as an interface for programs: free of charge and without "
            "registration."
        ),
        "structured_data": {
            "name": _("Open data"),
            "mainEntity": {
                "@type": "DataCatalog",
                "name": _("Open data"),
                "publisher": reference(ORGANIZATION),
                "dataset": [
                    {
                        "@type": "Dataset",
                        "name": summary["label"],
                        "description": summary["description"],
                        "url": absolute(summary["url"]),
                    }
                    for summary in datasets
                ],
            },
        },
        "datasets": datasets,
        "formats": [{"label": item.label, "description": item.description} for item in FORMATS.values()],
        "dump": _dump(dump) if dump else None,
        "openapi_url": "/api/v1/openapi.json",
        "examples": [
            {
                "words": _("The practices about literacy that cost less than €10,000 a year, in French:"),
                "url": absolute("/api/v1/practices?cluster=literacy&cost_band=under-10k&language=fr"),
            },
            {
                "words": _("The calls that are open now:"),
                "url": absolute("/api/v1/calls?call=open"),
            },
            {
                "words": _("One city:"),
                "url": absolute("/api/v1/cities/dk-sonderborg"),
            },
        ],
    }


def dataset_context(dataset: Dataset, language: str) -> dict:
    """The context of templates/open_data/dataset.html."""
    summary = _summary(dataset, language)
    return {
        "dataset": summary,
        "description": summary["description"],
        "structured_data": _dataset_data(summary),
        "crumbs": [{"label": _("Open data"), "url": reverse("open-data")}],
        "columns": [_column(column) for column in dataset.columns],
        "downloads": [
            *(
                {"language": code, "label": own_name(code), "files": _files(dataset, code)}
                for code in offered_languages()
            ),
            {"language": "", "label": _("All languages"), "files": _files(dataset, "")},
        ],
    }


def _dataset_data(summary: dict) -> Node:
    """What the page of a dataset adds to its node in the structured data: the dataset with its files in all languages.

    No licence: each practice has its own, which a column names.
    """
    name = _("Open data: %(dataset)s") % {"dataset": summary["label"]}
    return {
        "name": name,
        "mainEntity": {
            "@type": "Dataset",
            "name": name,
            "description": summary["description"],
            "url": absolute(summary["url"]),
            "creator": reference(ORGANIZATION),
            "isAccessibleForFree": True,
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": file["label"], "contentUrl": absolute(file["url"])}
                for file in summary["all_files"]
            ],
        },
    }


def _summary(dataset: Dataset, language: str) -> dict:
    count = dataset.keys(language).count()
    words = ngettext("%(count)s row in your language", "%(count)s rows in your language", count)
    return {
        "label": dataset.label,
        "description": dataset.description,
        "url": reverse("open-data-set", kwargs={"dataset": dataset.code}),
        "count": words % {"count": dates.number(count)},
        "files": _files(dataset, language),
        "all_files": _files(dataset, ""),
    }


def _files(dataset: Dataset, language: str) -> list[dict]:
    """The links to the files of a dataset. language: "" for all languages."""
    query = f"?language={language}" if language else ""
    return [
        {
            "label": item.label,
            "url": reverse("open-data-file", kwargs={"dataset": dataset.code, "file_format": item.code}) + query,
        }
        for item in FORMATS.values()
    ]


def _column(column: Column) -> dict:
    return {
        "code": column.code,
        "label": sentence_start(str(column.label)),
        "type": column.type.label,
        "source": column.source.label,
        "description": column.description,
        "vocabulary": [{"code": code, "label": label} for code, label in (column.vocabulary or {}).items() if code],
        "parts": [_column(part) for part in column.parts],
    }


def _dump(dump: Dump) -> dict:
    return {
        "made_at": dates.moment(dump.made_at.astimezone(UTC), "UTC"),
        "iso": dump.made_at.astimezone(UTC).isoformat(timespec="minutes"),
        "files": [
            {
                "name": file.name,
                "url": reverse("open-data-dump", kwargs={"name": file.name}),
                "size": dates.file_size(file.size),
                "sha256": file.sha256,
            }
            for file in dump.files
            if file.name != CHECKSUMS
        ],
        "checksums_url": reverse("open-data-dump", kwargs={"name": CHECKSUMS}),
    }
