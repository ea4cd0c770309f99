"""System checks: a page type that nobody can create or read is named."""

from django.core.checks import Error, register
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from wagtail.models import get_page_models

from core.pages import PortalPage


@register()
def check_page_types_can_be_used(app_configs, **kwargs) -> list[Error]:
    """Each page class of the portal has a template, and may be created below another page."""
    errors = []
    for model in get_page_models():
        if not issubclass(model, PortalPage):
            continue
        try:
            get_template(model.template)
        except TemplateDoesNotExist:
            hint = f"Add templates/{model.template}."
            errors.append(Error(f"{model.__name__} has no template.", hint=hint, obj=model, id="core.E001"))
        if not model.allowed_parent_page_models():
            hint = "Name it in the subpage_types of its parent, and that one in its own parent_page_types."
            message = f"{model.__name__} cannot be created below any page."
            errors.append(Error(message, hint=hint, obj=model, id="core.E002"))
    return errors
