"""The search documents of calls."""

from datetime import datetime

from django.utils.translation import override

from calls.states import open_period, over_at
from clusters.indexing import cluster_names
from clusters.models import Cluster
from core.i18n.text import passages, plain_text, stream_text
from core.search_document import SearchDocument, page_kind

CALL = page_kind("call", facets={"cluster"}, instants={"opens_at", "deadline"})


def indexed_period(call) -> tuple[datetime | None, datetime | None]:
    """Return `opens_at` and `deadline` of a call for the index: its `open_period`.

    A call without a closing date is open at no time. Its `deadline` is the instant from which it is over, where the
    index would not take the time before for open: without an opening, or when it is over already.
    """
    opens, closes = open_period(call)
    over = over_at(call)
    if closes is None and over and (opens is None or over <= call.as_of):
        closes = over
    return opens, closes


def call_document(page, call, shown_in: tuple[str, ...], available: tuple[str, ...]) -> SearchDocument:
    """Return the document of one language version. call: the page's call, from `with_dates`."""
    clusters = list(Cluster.objects.public().filter(calls=call.pk).prefetch_related("names"))
    texts = [
        page.extension_note,
        plain_text(page.who_can_apply),
        *(step.text for step in page.steps.all()),
        *(f"{item.question}\n{plain_text(item.answer)}" for item in page.questions.all()),
        stream_text(page.body),
        plain_text(page.results_text),
    ]
    opens_at, deadline = indexed_period(call)
    return page.common_document(
        shown_in,
        available,
        summary=page.lede,
        body=passages(texts, page.language),
        own_names=(call.code,),
        names=(call.code, *(name for cluster in clusters for name in cluster_names(cluster))),
        keywords=tuple(_kind_and_years(call, page.language)),
        facets={"cluster": tuple(cluster.code for cluster in clusters)},
        instants={"opens_at": opens_at, "deadline": deadline, "dated": call.opening},
    )


def _kind_and_years(call, language: str) -> list[str]:
    """Return what a call is for, in one language, and the years of its dates in its time zone."""
    instants = (call.opening, call.deadline, call.commission_deadline)
    years = {instant.astimezone(call.zone).year for instant in instants if instant}
    with override(language):
        return [str(call.get_kind_display()), *map(str, sorted(years))]
