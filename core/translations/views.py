"""wagtail-localize's admin views with the portal's rules (docs/translations.md).

core.wagtail_hooks registers them at wagtail-localize's own URLs, before wagtail-localize does.
"""

import json

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.views.pages.utils import get_valid_next_url_from_request
from wagtail.models import Locale, Page
from wagtail.permissions import policy_registry
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    get_edit_url,
)
from wagtail_localize.views import edit_translation
from wagtail_localize.views.snippets_api import SnippetViewSet
from wagtail_localize.views.submit_translations import (
    SubmitPageTranslationView,
    SubmitSnippetTranslationView,
)
from wagtail_localize.views.update_translations import UpdateTranslationsView

from core.i18n.languages import active_language, language_name
from core.translations.buttons import locales_to_submit
from core.translations.editor import EditorString, EditorValue, actions_for, open_message, saved_string, saved_value
from core.translations.locked import lock_message
from core.translations.paths import part_at
from core.translations.po_files import (
    ImportResult,
    InvalidPOFile,
    export_po_file,
    import_po_file,
    parse_po_file,
)
from core.translations.source_state import refresh
from core.translations.strings import not_published_message, open_strings, reasons_against_publishing
from core.translations.submission import (
    can_edit,
    can_publish,
    can_submit,
    reasons_against_submitting,
    submit,
    subtree,
)
from core.translations.synchronised_fields import update_translations
from core.translations.typed_text import TextKind, stored, text_kind, with_line_ends


class _SubmitMixin:
    """Checks the permissions of the user on every object and parent, and reports what can't be submitted."""

    def get(self, request, *args, **kwargs):
        if not can_submit(self.object, request.user):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def get_form(self):
        """Return the form with the languages that are possible."""
        form = super().get_form()
        allowed = locales_to_submit(self.object, self.request.user)
        languages = form.fields["locales"]
        languages.label = _("Languages")
        if self.request.method != "POST":  # what is posted is answered with the reason
            languages.queryset = Locale.objects.filter(pk__in=[locale.pk for locale in allowed])
        languages.label_from_instance = lambda locale: language_name(locale.language_code, active_language())
        subtree_field = form.fields["include_subtree"]
        if not subtree_field.widget.is_hidden:
            subtree_field.label = _("The pages below it, too")
            subtree_field.help_text = _("Drafts are made of the pages that were first written in this language.")
        return form

    def form_valid(self, form):
        locales = form.cleaned_data["locales"]
        objects = subtree(self.object) if form.cleaned_data["include_subtree"] else [self.object]
        reasons = reasons_against_submitting(objects, locales, self.request.user)
        if not reasons:
            try:
                versions = submit(objects, locales, self.request.user, self.components)
            except ValidationError as error:
                reasons = error.messages
        if reasons:
            for reason in reasons:
                messages.error(self.request, reason)
            return redirect(self.request.get_full_path())
        messages.success(
            self.request,
            ngettext(
                "“%(title)s” was submitted: there is %(count)d draft to translate.",
                "“%(title)s” was submitted: there are %(count)d drafts to translate.",
                len(versions),
            )
            % {"title": self.object, "count": len(versions)},
        )
        only = versions[0] if len(versions) == 1 else None
        return redirect(self.get_success_url() or self.get_default_success_url(only))


class SubmitPageView(_SubmitMixin, SubmitPageTranslationView):
    """Submit a page, or a page with its descendants."""


class SubmitSnippetView(_SubmitMixin, SubmitSnippetTranslationView):
    """Submit a translatable snippet."""


class SyncTranslationsView(UpdateTranslationsView):
    """Updates synchronised fields and strings of the translations, and publishes complete translations only."""

    title = gettext_lazy("Update the translations")

    def get_form(self):
        form = super().get_form()
        field = form.fields["publish_translations"]
        field.label = _("Publish the complete translations")
        field.help_text = _("A translation with open strings stays as it is; a message names them.")
        return form

    def get_success_message(self):
        return _("The translations of “%(title)s” are up to date with its words.") % {"title": self.object.object_repr}

    def get_object(self):
        source = super().get_object()
        if not can_submit(source.get_source_instance(), self.request.user):
            raise PermissionDenied
        return source

    @transaction.atomic
    def form_valid(self, form):
        original = self.object.get_source_instance()
        if original.is_original and original.live:
            update_translations(original)
        else:
            refresh(self.object)
        if form.cleaned_data["publish_translations"]:
            for record in self.object.translations.filter(enabled=True):
                self._publish(record)
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url() or self.get_default_success_url())

    def _publish(self, record: Translation) -> None:
        version = record.get_target_instance()
        reasons = reasons_against_publishing(version)
        if locked := lock_message(version, self.request.user):
            reasons.insert(0, locked)
        elif not can_publish(version, self.request.user):
            reasons.insert(0, _("You are not allowed to publish it."))
        if reasons:
            messages.error(self.request, not_published_message(version, reasons))
            return
        try:
            with transaction.atomic():
                record.save_target(user=self.request.user, publish=True)
        except ValidationError as error:
            messages.error(self.request, not_published_message(version, error.messages))


class TranslatableSnippetViewSet(SnippetViewSet):
    """The API of snippets for wagtail-localize's editor, for users with a permission on the model."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        policy = policy_registry.get_by_type(self.get_model())
        if not policy.user_has_any_permission(request.user, {"add", "change", "delete", "view"}):
            raise PermissionDenied


def download_po_file(request, translation_id: int):
    """Return the strings of a translation as a PO file; its name is the slug or number of the version."""
    record = get_object_or_404(Translation, pk=translation_id)
    version = _target_or_404(record)
    if not can_edit(version, request.user):
        raise PermissionDenied
    po = export_po_file(record, settings.WAGTAIL_SITE_NAME)
    name = f"{getattr(version, 'slug', '') or version.pk}-{record.target_locale.language_code}.po"
    return HttpResponse(
        str(po),
        content_type="text/x-gettext-translation; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


def _target_or_404(record: Translation):
    """Return the version that a translation makes. Its strings outlive it: raises Http404 if it was deleted."""
    try:
        return record.get_target_instance()
    except ObjectDoesNotExist as error:
        raise Http404 from error


@require_POST
def upload_po_file(request, translation_id: int):
    """Import a PO file; show how many strings were imported, and which were not and why."""
    record = get_object_or_404(Translation, pk=translation_id)
    version = _target_or_404(record)
    if not can_edit(version, request.user):
        raise PermissionDenied
    file = request.FILES.get("file")
    try:
        if file is None:
            raise InvalidPOFile(_("Choose a PO file that was downloaded here: it names its translation."))
        result = import_po_file(parse_po_file(file.read(), record), record, request.user)
    except InvalidPOFile as error:
        messages.error(request, str(error))
    else:
        _show_import(request, result)
    return redirect(get_valid_next_url_from_request(request) or get_edit_url(version))


def _show_import(request, result: ImportResult) -> None:
    text = ngettext("%(count)d string was imported.", "%(count)d strings were imported.", result.imported)
    show = messages.success if result.imported else messages.warning
    show(request, text % {"count": result.imported})
    for warning in result.warnings:
        messages.warning(request, warning)


def edit_string(request, translation_id: int, string_segment_id: int):
    """Save one string: POST from the editor, with `text` as typed; PUT and DELETE as wagtail-localize.

    Line ends are kept where the field may have them. 400 for a request without a text.
    """
    if request.method == "POST":
        return _save_typed_string(request, translation_id, string_segment_id)
    answer = _with_value(edit_translation.edit_string_translation, request, translation_id, string_segment_id)
    if request.method == "PUT" and answer.status_code in {200, 201}:
        record, segment = _string_of(translation_id, string_segment_id)
        translation = _translation_of(record, segment)
        data = with_line_ends(translation.data, _kind_of(record, segment))
        if data != translation.data:
            translation.data = data
            translation.save()
            serializer = edit_translation.StringTranslationSerializer(
                translation, context={"translation_source": record.source}
            )
            return JsonResponse(serializer.data, status=answer.status_code)
    return answer


def _string_of(translation_id: int, string_segment_id: int) -> tuple[Translation, StringSegment]:
    """Return a translation and one of its strings; raise Http404 if they do not belong together."""
    record = get_object_or_404(Translation, pk=translation_id)
    return record, get_object_or_404(
        StringSegment.objects.select_related("context", "string"), pk=string_segment_id, source=record.source
    )


def _translation_of(record: Translation, segment: StringSegment) -> StringTranslation:
    return StringTranslation.objects.get(
        translation_of=segment.string_id, locale=record.target_locale, context=segment.context_id
    )


def _kind_of(record: Translation, segment: StringSegment) -> TextKind:
    model = record.source.specific_content_type.model_class()
    return text_kind(part_at(model, segment.context.field_path))


def _save_typed_string(request, translation_id: int, string_segment_id: int):
    record, segment = _string_of(translation_id, string_segment_id)
    version = _target_or_404(record)
    if not can_edit(version, request.user):
        raise PermissionDenied
    if "text" not in request.POST:
        return JsonResponse({"error": _("The request contains no text.")}, status=400)
    place = {"translation_of": segment.string, "locale": record.target_locale, "context": segment.context}
    if data := stored(request.POST["text"], _kind_of(record, segment)):
        StringTranslation.objects.update_or_create(
            **place,
            defaults={
                "data": data,
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                "tool_name": "",
                "last_translated_by": request.user,
                "has_error": False,
                "field_error": "",
            },
        )
    else:
        StringTranslation.objects.filter(**place).delete()
    string = saved_string(record, segment.pk)
    if not request.accepts("text/html"):
        return JsonResponse(_answer(request, record, version, string, text=string.text))
    if string.error:
        messages.error(request, string.error)
    following = StringSegment.objects.filter(source=record.source, order__gt=segment.order).order_by("order").first()
    goal = segment if string.error or following is None else following
    return redirect(f"{get_edit_url(version)}#string-{goal.pk}")


def edit_override(request, translation_id: int, overridable_segment_id: int):
    """Save the value of a language: POST from the editor (with `revert`: the original's again), PUT and DELETE as
    wagtail-localize. 400 for a request without a value.
    """
    if request.method == "POST":
        return _save_typed_value(request, translation_id, overridable_segment_id)
    return _with_value(edit_translation.edit_override, request, translation_id, overridable_segment_id)


def _save_typed_value(request, translation_id: int, overridable_segment_id: int):
    record = get_object_or_404(Translation, pk=translation_id)
    segment = get_object_or_404(
        OverridableSegment.objects.select_related("context"), pk=overridable_segment_id, source=record.source
    )
    version = _target_or_404(record)
    if not can_edit(version, request.user):
        raise PermissionDenied
    if "value" not in request.POST:
        return JsonResponse({"error": _("The request contains no text.")}, status=400)
    place = {"locale": record.target_locale, "context": segment.context}
    value = request.POST["value"].strip()
    if "revert" in request.POST or not value:
        SegmentOverride.objects.filter(**place).delete()
    else:
        defaults = {"data_json": json.dumps(value), "last_translated_by": request.user}
        SegmentOverride.objects.update_or_create(**place, defaults=defaults)
    item = saved_value(record, segment.pk)
    if not request.accepts("text/html"):
        return JsonResponse(_answer(request, record, version, item))
    if item.error:
        messages.error(request, item.error)
    return redirect(f"{get_edit_url(version)}#{item.anchor}")


def _answer(request, record: Translation, version, item: EditorString | EditorValue, **values) -> dict:
    """Return what the editor's script shows after something was saved."""
    actions = {"actions": actions_for(version, request.user)}
    return {
        "state": item.state,
        "label": item.state_label,
        "error": item.error,
        "open": open_message(len(open_strings(record))),
        "actions": render_to_string("core/admin/translation_actions.html", actions, request),
        **values,
    }


def _with_value(view, request, *args):
    try:
        return view(request, *args)
    except (KeyError, UnicodeDecodeError):  # wagtail-localize reads `request.POST["value"]`
        return JsonResponse({"error": _("The request contains no text.")}, status=400)


def stop_translation(request, translation_id: int):
    """Forbid to detach a translation from its strings."""
    record = get_object_or_404(Translation, pk=translation_id)
    return redirect_as_unavailable(request, _target_or_404(record))


def convert_to_alias(request, page_id: int):
    """Forbid to replace a translation by an alias of its original."""
    return redirect_as_unavailable(request, get_object_or_404(Page, pk=page_id).specific)


def redirect_as_unavailable(request, version):
    """Redirect with the message that an action of wagtail-localize is not available in this portal."""
    if not can_edit(version, request.user):
        raise PermissionDenied
    messages.error(
        request,
        _("This is not available for a translation, which is built from its strings. Unpublish or delete it instead."),
    )
    return redirect(get_valid_next_url_from_request(request) or get_edit_url(version))
