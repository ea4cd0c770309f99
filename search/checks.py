"""A system check: no page type is forgotten by the search."""

from django.core.checks import Error, register
from wagtail.models import get_page_models

from core.pages import NotIndexed, PortalPage


@register()
def every_page_type_answers(app_configs, **kwargs) -> list[Error]:
    """Each page class tells the index something, or says why it is not to be found."""
    errors = []
    for model in get_page_models():
        if not issubclass(model, PortalPage):
            continue
        silent = model.search_document is PortalPage.search_document
        excused = issubclass(model, NotIndexed) and bool(getattr(model, "not_indexed_because", ""))
        if silent or (issubclass(model, NotIndexed) and not excused):
            errors.append(
                Error(
                    f"{model.__name__} has no search document and does not say why.",
                    hint="Define search_document(), or inherit from core.pages.NotIndexed.",
                    obj=model,
                    id="search.E001",
                )
            )
    return errors
