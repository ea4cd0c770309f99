"""The search documents of calls."""

from core.i18n.text import plain_text, stream_text
from core.search_document import SearchDocument, page_kind

CALL = page_kind("call", facets={"cluster"}, instants={"opens_at", "deadline"})


def call_document(page, call, shown_in: tuple[str, ...], available: tuple[str, ...]) -> SearchDocument:
    """Return the document of one language version. call: the page's call, from `with_dates`."""
    texts = [
        page.extension_note,
        plain_text(page.who_can_apply),
        *(step.text for step in page.steps.all()),
        *(f"{item.question}\n{plain_text(item.answer)}" for item in page.questions.all()),
        stream_text(page.body),
        plain_text(page.results_text),
    ]
    return page.common_document(
        shown_in,
        available,
        summary=page.lede,
        body="\n".join(filter(None, texts)),
        facets={"cluster": tuple(call.clusters.values_list("code", flat=True))},
        instants={
            "opens_at": call.opening,
            "deadline": call.deadline or call.commission_deadline,
        },
    )
