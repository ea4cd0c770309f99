"""The files of a practice at the desk. They are received and removed with the section of the practice."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from desk.access import desk_view, working_copy_for
from desk.files import services
from desk.permissions import Action


@desk_view
@require_GET
def file(request: HttpRequest, city: str, key, file) -> HttpResponse:
    """Lead to the document or picture, if it was accepted. A file that waits is shown to nobody."""
    copy = working_copy_for(request.user, city, key, Action.VIEW)
    found = services.files_of(copy).get(str(file))
    if found is not None and found.document is not None:
        return redirect(found.document.url)
    if found is not None and found.image is not None:
        return redirect(found.image.get_rendition("max-1600x1600|format-webp").url)
    raise Http404
