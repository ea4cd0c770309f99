"""Locks of translations: the words of a locked translation stay.

Facts follow the original into locked translations, too (docs/translations.md).
"""

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from wagtail.admin import messages
from wagtail_localize.models import Translation, get_edit_url

from core.permissions import locked_by_another


def lock_message(version, user) -> str:
    """Return who has locked a version for `user`, in a sentence; "" if nobody has."""
    return str(version.get_lock().get_message(user)) if locked_by_another(version, user) else ""


def refuse_if_locked(request, translation_id: int) -> HttpResponse | None:
    """Return the answer to a request that would change strings of a locked translation; None if it may go on.

    A form of a page gets a message and returns to the translation; other requests get 403 with the reason in JSON.
    Raises Http404 when the translation was deleted: its strings outlive it.
    """
    record = get_object_or_404(Translation, pk=translation_id)
    try:
        version = record.get_target_instance()
    except ObjectDoesNotExist as error:
        raise Http404 from error
    if not (reason := lock_message(version, request.user)):
        return None
    if request.method == "POST" and request.accepts("text/html"):
        messages.error(request, reason)
        return redirect(get_edit_url(version))
    return JsonResponse({"error": reason}, status=403)
