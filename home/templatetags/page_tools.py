"""What stands below every public page: cite it, share it, report a mistake on it."""

from urllib.parse import quote, urlencode

from django import template
from django.urls import reverse

from core.pages import PortalPage
from home.citations import FORMATS, citation_of

register = template.Library()


@register.inclusion_tag("components/page_tools.html", takes_context=True)
def page_tools(context) -> dict:
    """Show the tools below a page that has an address of its own; nothing below forms, errors and previews.

    No query for what the page has read already.
    """
    address = context.get("canonical_url")
    request = context.get("request")
    if not address or request is None or getattr(request, "is_preview", False) or context.get("preview_of"):
        return {}
    page = context.get("page")
    title = page.title if isinstance(page, PortalPage) else context["network"].name
    mail = {"subject": title, "body": f"{title}\n{address}"}
    return {
        "address": address,
        "title": title,
        "mail_url": f"mailto:?{urlencode(mail, quote_via=quote)}",
        "citation": _citation(context, page),
        "report_url": _report_url(request),
    }


def _citation(context, page) -> dict | None:
    """The citation in words and in each format; None for what is no page, or not for the public."""
    # A city is shown by the list of cities, which is another page.
    if not isinstance(page, PortalPage) or context.get("city") or not page.is_public:
        return None
    citation = citation_of(page, context["network"].name)
    return {
        "words": citation.in_words(),
        "url": citation.url,
        "formats": [
            {
                "name": found.name,
                "text": found.write(citation),
                "url": f"{reverse('citation-file', args=[page.code, ending])}?{urlencode({'lang': page.language})}",
            }
            for ending, found in FORMATS.items()
        ],
    }


def _report_url(request) -> str:
    return f"{reverse('feedback')}?{urlencode({'page': request.path})}"
