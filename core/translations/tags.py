"""Template tags that warn an editor which translations an action on an original affects."""

from django import template
from wagtail.models import Page

from core.i18n.languages import direction, html_code, language_name, own_name
from core.translations.editor import TranslationEditor, actions_for
from core.translations.groups import original_of, translations_of
from core.translations.model import OriginalOrTranslation
from core.translations.strings import title_and_language

register = template.Library()


@register.inclusion_tag("core/admin/affected_translations.html")
def affected_translations(*versions) -> dict:
    """Render a warning with the translations that change together with `versions`; nothing if there are none."""
    names = []
    for version in versions:
        version = version.specific if isinstance(version, Page) else version
        if isinstance(version, OriginalOrTranslation) and version.is_original and version.pk:
            for found in translations_of(version):
                below = found.get_descendant_count() if isinstance(found, Page) else 0
                names.append({"language": own_name(found.language), "title": str(found), "below": below})
    return {"affected_translations": names}


@register.inclusion_tag("core/admin/restricting_a_translation.html")
def restricting_a_translation(page) -> dict:
    """Render what a restriction of this page hides, if the page is a translation."""
    version = page.specific
    original = original_of(version) if isinstance(version, OriginalOrTranslation) and not version.is_original else None
    return {"original": original and title_and_language(original)}


@register.inclusion_tag("core/admin/affected_translations.html")
def affected_translations_in_bulk(action, items) -> dict:
    """Render the same warning for a bulk action that moves, unpublishes or deletes pages or snippets."""
    if action.action_type not in {"delete", "move", "unpublish"}:
        return {"affected_translations": []}
    return affected_translations(*(item["item"] for item in items))


@register.inclusion_tag("core/admin/translation_editor.html", takes_context=True)
def translation_editor(context) -> dict:
    """Render the editor of a translation, in the context of wagtail-localize's page."""
    record, version, user = context["translation"], context["instance"], context["request"].user
    source, target = record.source.locale.language_code, record.target_locale.language_code
    return {
        "request": context["request"],
        "csrf_token": context["csrf_token"],
        "editor": TranslationEditor(record, version, user, context["props"]),
        "actions": actions_for(version, user),
        "record": record,
        "source": {"name": language_name(source), "code": html_code(source), "direction": direction(source)},
        "target": {"name": language_name(target), "code": html_code(target), "direction": direction(target)},
    }
