"""The link to the guide of the page that is shown."""

from django.template import Library
from django.urls import reverse

from editorial.guides import task_of

register = Library()


@register.inclusion_tag("editorial/admin/guide_link.html", takes_context=True)
def guide_link(context) -> dict[str, str]:
    """A link to the task that is done on this page of the admin; nothing where no guide has one."""
    request = getattr(context, "request", None) or context.get("request")
    found = task_of(request.resolver_match.view_name, request.user) if request and request.resolver_match else None
    if found is None:
        return {}
    guide, task = found
    return {"url": f"{reverse('guide', args=[guide.code])}#{task.code}", "label": str(task.heading)}
