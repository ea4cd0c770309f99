"""The files of a practice at the desk: the list, upload, replace, remove, and the file itself."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk.access import desk_view, working_copy_for
from desk.files import services, uploads
from desk.files.limits import DOCUMENT, PICTURE
from desk.files.presentation import file_context
from desk.models import DeskFile, WorkingCopy
from desk.permissions import Action


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, city: str, key) -> HttpResponse:
    """The files of a practice with their states; POST receives new ones."""
    copy = working_copy_for(request.user, city, key, Action.WRITE)
    if request.method == "POST":
        return answer(request, copy, uploads.take(request, copy))
    return render(request, "desk/files/files.html", files_page(copy))


@desk_view
@require_POST
def replace(request: HttpRequest, city: str, key, file) -> HttpResponse:
    """Put another file in the place of one."""
    copy = working_copy_for(request.user, city, key, Action.WRITE)
    file_for(copy, file)
    return answer(request, copy, uploads.take(request, copy))


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, city: str, key, file) -> HttpResponse:
    """Ask whether a file is to be removed, then remove it with its row."""
    copy = working_copy_for(request.user, city, key, Action.WRITE)
    found = file_for(copy, file)
    if request.method != "POST":
        return render(request, "desk/files/remove.html", _page(copy) | {"file": file_context(found, city)})
    services.remove(found, by=request.user, request=request)
    messages.success(request, _("The file was removed."))
    return redirect("desk-files", city=city, key=key)


@desk_view
@require_GET
def file(request: HttpRequest, city: str, key, file) -> HttpResponse:
    """Lead to the document or picture, if it was accepted. A file that waits is shown to nobody."""
    found = file_for(working_copy_for(request.user, city, key, Action.VIEW), file)
    if found.document is not None:
        return redirect(found.document.url)
    if found.image is not None:
        return redirect(found.image.get_rendition("max-1600x1600|format-webp").url)
    raise Http404


def file_for(copy: WorkingCopy, key) -> DeskFile:
    """A file of this working copy. Raises Http404."""
    found = services.files_of(copy).get(str(key))
    if found is None:
        raise Http404
    return found


def answer(request: HttpRequest, copy: WorkingCopy, problems: list[str]) -> HttpResponse:
    """Show the list again: with the problems, if there are any."""
    if problems:
        return render(request, "desk/files/files.html", files_page(copy) | {"problems": problems}, status=422)
    messages.success(request, _("The files were received. They are checked now."))
    return redirect("desk-files", city=copy.city.code, key=copy.key)


def files_page(copy: WorkingCopy) -> dict:
    """The context of desk/files/files.html."""
    found = [file_context(each, copy.city.code) for each in services.files_of(copy).values()]
    return _page(copy) | {
        "pictures": [each for each in found if each["kind"] == PICTURE],
        "documents": [each for each in found if each["kind"] == DOCUMENT],
        "is_checked": any(each["state"] == DeskFile.State.WAITING for each in found),
    }


def _page(copy: WorkingCopy) -> dict:
    city = copy.city
    return {
        "city": city,
        "working_copy": copy,
        "page_title": _("Pictures and documents"),
        "crumbs": [
            {"label": _("Desk"), "url": reverse("desk")},
            {"label": city.name, "url": reverse("desk-city", args=[city.code])},
        ],
    }
