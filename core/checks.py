"""System checks: page types that nobody can create or read, and blocks whose words would not be translated."""

from django.core.checks import Error, register
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from core.pages import PortalPage
from core.translations.field_table import Unclassified, field_rows, hidden_texts, translatable_models


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


@register()
def check_blocks_can_be_translated(app_configs, **kwargs) -> list[Error]:
    """Each block is known as a fact or text, and wagtail-localize finds the words of all."""
    errors = []
    for model in translatable_models():
        try:
            list(field_rows(model))
        except Unclassified as error:
            errors.append(Error(str(error), obj=model, id="core.E003"))
        for field in model._meta.get_fields():
            if isinstance(field, StreamField):
                errors += [
                    Error(
                        f"wagtail-localize does not translate the list {path}.",
                        hint="Put a StreamBlock between the two structs, or the list into the outer one.",
                        obj=model,
                        id="core.E004",
                    )
                    for path in hidden_texts(field.stream_block, field.name)
                ]
    return errors
