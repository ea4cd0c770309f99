"""What a translator may enter: text that fits into its field, and addresses that lead to a page.

The rules apply wherever a string or an overridden value is stored: in the editor, from a PO file, by code. What breaks
a rule is kept with its error, so that the editor shows both; the string counts as missing, the value is not used.
"""

import re
from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail_localize.models import SegmentOverride, StringTranslation, TranslationContext, TranslationSource
from wagtail_localize.strings import StringValue

from core.translations.paths import is_link, part_at

# Control characters other than tab and line ends; PostgreSQL cannot store NUL.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Browsers ignore blanks and control characters in and before a scheme.
IGNORED_IN_SCHEME = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]")
SCHEME = re.compile(r"^([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
SCHEMES = ("https", "http", "mailto", "tel")


def validate_address(address: str) -> None:
    """Raise ValidationError for an address of a link that is neither absolute with a known scheme nor a path or "#"."""
    bare = IGNORED_IN_SCHEME.sub("", address)
    scheme = SCHEME.match(bare)
    is_path = bare.startswith(("/", "#", "?")) and not bare.startswith(("//", "/\\"))
    is_absolute = scheme is not None and scheme[1].lower() in SCHEMES and len(bare) > len(scheme[0])
    if address != address.strip() or CONTROL.search(address) or not (is_path or is_absolute):
        raise ValidationError(
            _("“%(address)s” is not a valid link. A link begins with https://, http://, mailto:, tel:, / or #.")
            % {"address": CONTROL.sub("", address)[:100]}
        )


def clean_string(translation: StringTranslation) -> None:
    """Set the error of a string translation that is about to be saved, and take out what no database stores."""
    text = str(translation.data)
    translation.data = CONTROL.sub("", text)
    errors = (
        [_("The text contains an invisible character that cannot be saved. Type the text again instead of pasting it.")]
        if text != translation.data
        else []
    )
    errors += _length_errors(translation)
    if errors:
        translation.has_error, translation.field_error = True, " ".join(errors)


def _length_errors(translation: StringTranslation) -> list[str]:
    part = _part_at(translation.context)
    limit = getattr(part.field if isinstance(part, blocks.FieldBlock) else part, "max_length", None)
    is_plain = not isinstance(part, blocks.RichTextBlock)
    length = len(StringValue(translation.data).render_text()) if limit and is_plain else 0
    if not limit or length <= limit:
        return []
    return [
        ngettext(
            "The text has %(length)d character; at most %(limit)d are allowed.",
            "The text has %(length)d characters; at most %(limit)d are allowed.",
            length,
        )
        % {"length": length, "limit": limit}
    ]


def override_errors(override: SegmentOverride) -> list[str]:
    """Return the reasons why a value cannot be used instead of the original's, for the translator."""
    value = override.data
    try:
        if override.context is not None and is_link(override.context.path):
            validate_address(str(value))
        else:
            _validate_value(_part_at(override.context), value)
    except ValidationError as error:
        return error.messages
    return []


def _validate_value(part: models.Field | blocks.Block | None, value) -> None:
    """Raise ValidationError for a value that a field or block would not take."""
    no_such_thing = ValidationError(_("This item does not exist any more. Choose another one."))
    if isinstance(part, blocks.ChooserBlock):
        model = part.model_class
    elif isinstance(part, models.ForeignKey):
        model = part.related_model
    else:
        clean: Callable | None = getattr(part, "clean", None)
        if clean is not None:
            clean(value) if isinstance(part, blocks.Block) else clean(value, None)
        return
    if not str(value).isdecimal() or not model._default_manager.filter(pk=value).exists():
        raise no_such_thing


def _part_at(context: TranslationContext | None) -> models.Field | blocks.Block | None:
    """Return the field or block at a context; None if it does not exist any more."""
    if context is None or not context.field_path:
        return None
    sources = TranslationSource.objects.filter(object_id=context.object_id)
    type_id = sources.values_list("specific_content_type_id", flat=True).first()
    model = ContentType.objects.get_for_id(type_id).model_class() if type_id else None
    return part_at(model, context.field_path) if model else None
